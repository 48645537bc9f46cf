"""Wire: one request, and what became of it, as a value. The policy of every request that carries a secret.

Redirects are not followed: requests would take our header along to another host. The environment is asked once, for
proxies and certificates, and never for ~/.netrc. Answers are read in pieces and refused above a limit, before and
after decompression. What the HTTP library says is not repeated: its exceptions hold the request with its headers, so
they end here and no cause chain leads to them.
"""

import io
import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import IO, Final

import requests
import urllib3
from requests.utils import get_environ_proxies

from reconciler import __version__
from reconciler.shopify.endpoint import is_loopback
from reconciler.shopify.retry import Event
from reconciler.shopify.secret import quoted

LARGEST_ANSWER: Final = 64 * 1024 * 1024
_PIECE: Final = 128 * 1024
_HEADERS: Final = {"User-Agent": f"reconciler/{__version__}", "Accept": "application/json"}


_CONNECTION_TROUBLE: Final = (ConnectionError, TimeoutError, ssl.SSLError)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request may take."""

    connect_s: float = 10.0
    silence_s: float = 90.0  # between two pieces of an answer; a large productSet thinks for long
    answer_s: float = 300.0  # all in all, against a server that sends a byte a minute


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whatever its status."""

    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer; ``reason`` is in our own words."""

    event: Event  # NOT_SENT, LOST, REFUSED or UNREADABLE
    reason: str


class Wire:
    """A session with one host. One request at a time."""

    def __init__(
        self,
        url: str,
        *,
        session: requests.Session | None = None,
        patience: Patience | None = None,
        largest_answer: int = LARGEST_ANSWER,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._patience = patience or Patience()
        self._largest = largest_answer
        self._clock = clock
        self._session = session or requests.Session()
        self._session.trust_env = False
        self._session.headers.update(_HEADERS)
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        if not is_loopback(url):
            self._session.proxies.update(get_environ_proxies(url))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Received | Broken:
        """Return the answer, or why there is none."""
        started = self._clock()
        timeout = (self._patience.connect_s, self._patience.silence_s)
        try:
            with self._session.post(
                url, data=body, headers=headers, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                answered = io.BytesIO()
                received = self._read(response, started, answered)
                return replace(received, body=answered.getvalue()) if isinstance(received, Received) else received
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return _broken(error, self._patience)

    def get(self, url: str) -> Received | Broken:
        """Return what an address holds, asked without any header of ours, or why it cannot be had."""
        body = io.BytesIO()
        received = self.save(url, body)
        return replace(received, body=body.getvalue()) if isinstance(received, Received) else received

    def save(self, url: str, file: IO[bytes]) -> Received | Broken:
        """Write what an address holds into a file, as ``get``; what is returned has no body.

        Raises OSError when the file cannot be written.
        """
        started = self._clock()
        timeout = (self._patience.connect_s, self._patience.silence_s)
        try:
            with self._session.get(
                url, headers={"Accept": "*/*"}, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                return self._read(response, started, file)
        except (requests.RequestException, urllib3.exceptions.HTTPError, *_CONNECTION_TROUBLE) as error:
            return _broken(error, self._patience)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _read(self, response: requests.Response, started: float, file: IO[bytes]) -> Received | Broken:
        too_large = Broken(Event.UNREADABLE, f"the answer is larger than {self._largest} bytes")
        announced = response.headers.get("Content-Length", "").strip()
        if announced.isdecimal() and int(announced) > self._largest:
            return too_large
        size = 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > self._largest:
                return too_large
            if self._clock() - started > self._patience.answer_s:
                return Broken(Event.LOST, f"the answer was not complete after {self._patience.answer_s:g} s")
            file.write(piece)
        return Received(response.status_code, response.headers, b"")


def _broken(error: Exception, patience: Patience) -> Broken:
    """Say what happened by type and error number; never by the text, which may hold what we sent.

    Only what surely happened before a byte of the request left counts as not sent. A certificate that is refused
    today is refused in a second, too.
    """
    causes = tuple(_causes(error))
    match error:
        case requests.exceptions.ConnectTimeout():
            return Broken(Event.NOT_SENT, f"no connection within {patience.connect_s:g} s")
        case requests.exceptions.ProxyError():
            return Broken(Event.NOT_SENT, "the proxy that the environment names did not let us through")
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema():
            return Broken(Event.REFUSED, "the address cannot be asked")
        case requests.exceptions.InvalidHeader():
            return Broken(Event.REFUSED, "the credential holds characters that a header cannot carry")
        case requests.exceptions.Timeout():
            return Broken(Event.LOST, f"no answer within {patience.silence_s:g} s")
        case _:
            return _broken_by_cause(causes)


def _broken_by_cause(causes: tuple[BaseException, ...]) -> Broken:
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return Broken(Event.REFUSED, f"its certificate was not accepted ({_said_by(cause)})")
            case urllib3.exceptions.NameResolutionError():
                return Broken(Event.NOT_SENT, "its name is not known (DNS)")
            case urllib3.exceptions.NewConnectionError():
                return Broken(Event.NOT_SENT, "the connection was refused")
            case ssl.SSLError():
                return Broken(Event.LOST, f"the encrypted connection failed ({_said_by(cause)})")
            case urllib3.exceptions.ReadTimeoutError():
                return Broken(Event.LOST, "the answer stopped half-way")
            case urllib3.exceptions.IncompleteRead():
                return Broken(Event.LOST, "the answer broke off")
            case urllib3.exceptions.DecodeError():
                return Broken(Event.LOST, "the answer could not be decompressed")
            case _:
                continue
    return Broken(Event.LOST, "the connection broke")


def _said_by(error: ssl.SSLError) -> str:
    """OpenSSL's own short word: it names a rule of TLS and holds nothing of ours."""
    return quoted(getattr(error, "verify_message", None) or getattr(error, "reason", None) or "TLS")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and those it was made from: urllib3 keeps them as ``reason``, as an argument, or as the context."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
