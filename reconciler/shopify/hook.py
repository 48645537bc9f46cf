"""Hook: one POST to an address that somebody gave us, signed, with no redirect followed. No Shopify.

Signed are the time and the body, so that neither can be exchanged: HMAC-SHA256 over ``TIME.BODY``, in hexadecimal. The
address may hold a key, so it is never repeated in a message, nor is what the other side answers.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from reconciler.shopify.endpoint import is_loopback
from reconciler.shopify.secret import Secret
from reconciler.shopify.wire import Broken, Patience, Received, Wire

SIGNATURE: Final = "X-Reconciler-Signature"
TIMESTAMP: Final = "X-Reconciler-Timestamp"
_LARGEST_ANSWER: Final = 64 * 1024
_PATIENCE: Final = Patience(connect_s=5.0, silence_s=10.0, answer_s=15.0)
_REDIRECTS: Final = range(300, 400)
_DONE: Final = range(200, 300)


def posted(address: Secret, body: bytes, time_s: int, key: Secret | None) -> str | None:
    """Return why a hook was not told; None when it was. Never raises, and never repeats the address."""
    url = address.reveal()
    if (problem := _unfit(url)) is not None:
        return problem
    wire = Wire(url, patience=_PATIENCE, largest_answer=_LARGEST_ANSWER)
    try:
        match wire.post(url, body, _headers(body, time_s, key)):
            case Received(status=status) if status in _DONE:
                return None
            case Received(status=status) if status in _REDIRECTS:
                return f"it answers {status}, a redirect, which is not followed; name the address that it leads to"
            case Received(status=status):
                return f"it answers {status}"
            case Broken(reason=reason):
                return reason
    finally:
        wire.close()


def signature(body: bytes, time_s: int, key: Secret) -> str:
    """Return what proves who sent a body, and when."""
    return hmac.new(key.reveal().encode(), f"{time_s}.".encode() + body, hashlib.sha256).hexdigest()


def _headers(body: bytes, time_s: int, key: Secret | None) -> Mapping[str, str]:
    headers = {"Content-Type": "application/json", TIMESTAMP: str(time_s)}
    return {**headers, SIGNATURE: f"sha256={signature(body, time_s, key)}"} if key is not None else headers


def _unfit(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in {"http", "https"}:
        return "its address is none that can be asked; expected https://"
    if parts.username is not None or parts.password is not None:
        return "its address holds a user name or a password; sign with a secret instead"
    return (
        "its address is not encrypted; expected https://" if parts.scheme == "http" and not is_loopback(url) else None
    )
