"""Rest: a JSON API over HTTP, asked with a token that is in no message and goes to no other host.

The library of the store's client is not used: nothing here is throttled by points, streamed, or signed.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, Final
from urllib.parse import urlsplit

from reconciler.model.errors import ReconcilerError
from reconciler.model.loopback import is_loopback

_TIMEOUT_S: Final = 30.0
_LARGEST: Final = 256 << 20
_PAGE: Final = 100
_PAGES: Final = 50
_TRIES: Final = 3
_PAUSE_S: Final = 2.0
_LONGEST_REASON: Final = 300
_NOT_BEGUN: Final = frozenset({429, 503})  # the request was not carried out
_PASSING: Final = _NOT_BEGUN | {500, 502, 504}
_SAFE: Final = frozenset({"GET", "PUT", "PATCH"})  # the same again changes nothing more


class ForgeRefused(ReconcilerError):
    """GitHub or GitLab could not be reached, or refused us; the message says what was asked, and the cure."""


class Denied(ForgeRefused):
    """The token may not do that."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An API below one address. ``cure``: what to do when the token may not, or is missing."""

    whose: str
    base: str
    headers: Mapping[str, str] = field(repr=False)
    cure: str
    pause: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ForgeRefused(f"{self.whose}: its API at {self.base!r} is not encrypted; expected https://")

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of an answer; None where there is none. Raises ForgeRefused."""
        answer = self._asked(method, path, body)
        try:
            return json.loads(answer) if answer else None
        except ValueError:
            raise ForgeRefused(f"{self.whose} answers {method} {path} with something that is no JSON") from None

    def pages(self, path: str, member: str | None = None) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a listing, over all pages. ``member``: the name that the list has in the answer."""
        mark = "&" if "?" in path else "?"
        for page in range(1, _PAGES + 1):
            answer = self.ask("GET", f"{path}{mark}per_page={_PAGE}&page={page}")
            found = answer.get(member) if member is not None and isinstance(answer, dict) else answer
            if not isinstance(found, list):
                raise ForgeRefused(f"{self.whose} answers GET {path} with no list")
            yield from (each for each in found if isinstance(each, dict))
            if len(found) < _PAGE:
                return

    def download(self, path: str) -> bytes:
        """Return the bytes of a file, wherever the API sends us for it: the token is not taken along."""
        return self._asked("GET", path, None)

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        for left in reversed(range(_TRIES)):
            try:
                return self._once(method, path, body)
            except urllib.error.HTTPError as error:
                again = error.code in _NOT_BEGUN or (method in _SAFE and error.code in _PASSING)
                if not again or not left:
                    raise self._refused(method, path, error) from None
            except (OSError, HTTPException) as error:
                if method not in _SAFE or not left:
                    reason = getattr(error, "reason", None) or error
                    raise ForgeRefused(f"{self.whose} does not answer {method} {path}: {reason}") from None
            self.pause(_PAUSE_S * (_TRIES - left))
        raise AssertionError(path)

    def _once(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.base}{path}", data, method=method)  # noqa: S310  see __post_init__
        if data is not None:
            request.add_header("Content-Type", "application/json")
        for name, value in self.headers.items():
            request.add_unredirected_header(name, value)
        with _OPENER.open(request, timeout=_TIMEOUT_S) as response:
            answer: bytes = response.read(_LARGEST + 1)
        if len(answer) > _LARGEST:
            raise ForgeRefused(f"{self.whose} answers {method} {path} with more than {_LARGEST >> 20} MiB")
        return answer

    def _refused(self, method: str, path: str, error: urllib.error.HTTPError) -> ForgeRefused:
        said = f"{self.whose} answers {error.code} to {method} {path}{_reason(error)}"
        if error.code in {401, 403, 404}:
            return Denied(f"{said}; {self.cure}")
        return ForgeRefused(said)


class _Onwards(urllib.request.HTTPRedirectHandler):
    """Follows an API to where it keeps its files: by https, or on this machine; never with what we sent."""

    def redirect_request(  # noqa: PLR0917  as the library calls it
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        parts = urlsplit(newurl)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise urllib.error.HTTPError(req.full_url, code, "redirects to an address without https", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER: Final = urllib.request.build_opener(_Onwards)


def _reason(error: urllib.error.HTTPError) -> str:
    """Return what the other side says, as far as it is a sentence."""
    try:
        said = json.loads(error.read(65536))["message"]
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return ""
    return f": {' '.join(str(said).split())[:_LONGEST_REASON]}"
