"""Auth: where the token of a request comes from. Shopify: a static token, or the client-credentials grant.

A grant answers ``{access_token, scope, expires_in}``; tokens last about a day and nothing in the admin shows them.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Protocol
from urllib.parse import urlencode

import orjson

from reconciler.shopify.endpoint import Endpoint
from reconciler.shopify.errors import BadResponse, ShopError, Unauthorized, Unavailable, Unreachable
from reconciler.shopify.retry import Event
from reconciler.shopify.secret import Secret, quoted
from reconciler.shopify.wire import Broken, Received, Wire

# The grant's documented life, for an answer that does not say. (shopify.dev, "Client credentials grant", 2026-08)
_DEFAULT_LIFE_S: Final = 86_399.0
_SHARE_OF_LIFE: Final = 0.9
_OK: Final = 200
_REFUSALS: Final = frozenset({400, 401, 403, 404})

Post = Callable[[str, bytes, Mapping[str, str]], Received | Broken]


class TokenSource(Protocol):
    """Whoever has a token, and may get another one."""

    @property
    def reference(self) -> str:
        """Where a person finds the credential: EU_TOKEN. Never the credential."""
        ...

    def token(self) -> Secret:
        """A token that should be accepted now. Raises ShopError when there is none to be had."""
        ...

    def renew(self, refused: Secret) -> bool:
        """Whether asking for the token again will give another one than the one that was refused."""
        ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A long-lived token of a custom app, or of the embedded store."""

    value: Secret
    reference: str

    def token(self) -> Secret:
        return self.value

    def renew(self, refused: Secret) -> bool:
        return refused != self.value


@dataclass(frozen=True, slots=True)
class _Granted:
    secret: Secret
    fresh_until: float
    expires_at: float


@dataclass(slots=True)
class ClientCredentials:
    """A client id and secret, exchanged for a token that is kept until nine tenths of its life are over.

    Safe to share between threads: one of them asks, the others wait for its answer.
    """

    endpoint: Endpoint
    client_id: Secret
    client_secret: Secret
    post: Post | None = None  # the wire; given in tests
    clock: Callable[[], float] = time.monotonic
    _granted: _Granted | None = field(default=None, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    @property
    def reference(self) -> str:
        """Where a person finds the id and the secret."""
        return self.endpoint.credential

    def token(self) -> Secret:
        """The kept token, or a new one. A renewal that fails for now is put off while the old one lives."""
        with self._lock:
            now = self.clock()
            if self._granted and now < self._granted.fresh_until:
                return self._granted.secret
            try:
                self._granted = self._grant(now)
            except (Unavailable, Unreachable):
                if not self._granted or now >= self._granted.expires_at:
                    raise
            return self._granted.secret

    def renew(self, refused: Secret) -> bool:
        """Forget the refused token; another thread may have a newer one already, which is kept."""
        with self._lock:
            if self._granted and self._granted.secret == refused:
                self._granted = None
            return True

    def _grant(self, now: float) -> _Granted:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id.reveal(),
            "client_secret": self.client_secret.reveal(),
        }
        if self.post is None:
            self.post = Wire(self.endpoint.grant_url, clock=self.clock).post
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        received = self.post(self.endpoint.grant_url, urlencode(form).encode("ascii"), headers)
        if isinstance(received, Broken) or received.status != _OK:
            raise self._refusal(received)
        return self._read(received.body, now)

    def _read(self, body: bytes, now: float) -> _Granted:
        answer = _object(body)
        token, life_s = answer.get("access_token"), answer.get("expires_in")
        if not (isinstance(token, str) and Secret(token).fits_a_header):
            raise BadResponse(
                self.endpoint.store, "the grant was answered without a token", f"check url in {self.endpoint.file}"
            )
        if not isinstance(life_s, int | float) or life_s <= 0:
            life_s = _DEFAULT_LIFE_S
        return _Granted(Secret(token), now + _SHARE_OF_LIFE * life_s, now + life_s)

    def _refusal(self, received: Received | Broken) -> ShopError:
        store, host, reference = self.endpoint.store, self.endpoint.host, self.reference
        match received:
            case Broken(Event.REFUSED | Event.UNREADABLE, reason):
                return BadResponse(store, f"no token from {host}: {reason}", f"check url in {self.endpoint.file}")
            case Broken(Event.NOT_SENT, reason):
                return Unreachable(store, f"no token from {host}: {reason}", "check the network and try again")
            case Broken(_, reason):
                return Unavailable(store, f"no token from {host}: {reason}", "try again")
            case Received(status, _, body) if status in _REFUSALS:
                said = _object(body).get("error")
                why = f", {quoted(said, self.client_id, self.client_secret)}" if isinstance(said, str) else ""
                return Unauthorized(
                    store,
                    f"the grant was refused ({status}{why}); the client id or secret is wrong, "
                    "or the app is not installed in this store",
                    f"install the app, or set {reference}",
                )
            case Received(status):
                return Unavailable(store, f"no token from {host} ({status})", "try again")


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
