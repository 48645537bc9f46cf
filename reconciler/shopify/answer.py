"""Answer: what a response of the Admin API means. Pure: a response in, an answer or a failure out.

The hard part is a mutation that was answered with ``errors``. Without a ``data`` key nothing was executed. With the
payload there it was executed, even if a field below it was denied. With ``data`` and no payload it depends on where
the error happened: at the root field, nothing was done; below it, null may have risen from a field of the payload,
after the work was done. (recorded 2026-04 and 2026-07 responses)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from reconciler.model.json import Json, JsonObject
from reconciler.shopify.endpoint import Endpoint
from reconciler.shopify.errors import BadResponse, SearchIgnored, ShopError, Throttled, Unavailable, WrongVersion
from reconciler.shopify.refusals import in_words, of_problems, of_status
from reconciler.shopify.retry import Effect, Event
from reconciler.shopify.secret import quoted
from reconciler.shopify.wire import Received

_OK: Final = 200
_TOO_MANY: Final = 429
_UNAUTHORIZED: Final = 401
_REQUEST_TIMEOUT: Final = 408
_SERVER: Final = 500
_REDIRECTS: Final = range(300, 400)

# The store's own fault: whether a write was executed cannot be told.
_INTERNAL_CODES: Final = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})


@dataclass(frozen=True, slots=True)
class Cost:
    """Points: asked for before, and spent after; None where the store does not say."""

    requested: int | None = None
    actual: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that can be used. userErrors are in ``data``: they are for the writer to read."""

    data: Mapping[str, Any]
    request_id: str = ""  # X-Request-Id, for the journal and for Shopify's support
    cost: Cost = Cost()
    search_warnings: tuple[str, ...] = ()
    """Filters that were ignored; empty for a read, where they are an error."""
    problems: tuple[str, ...] = ()
    """For a mutation that was executed although a field of its payload failed; empty for a read."""
    resent: bool = False
    """An earlier attempt may have been executed, too: TAKEN may mean that it was us."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A response that cannot be used: what became of the request, and the error if it ends here."""

    event: Event
    error: ShopError
    wait_s: float = 0.0  # what Retry-After asks for


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, and what the response says about cost either way."""

    verdict: Answer | Failure
    extensions: JsonObject = field(default_factory=dict)


def judge(received: Received, effect: Effect, endpoint: Endpoint) -> Judged:
    """Return what a response means for a request of this effect."""
    if received.status != _OK:
        return Judged(_of_status(received, endpoint))
    if wrong := _wrong_version(received, endpoint):
        return Judged(Failure(Event.UNREADABLE, wrong))
    try:
        body = orjson.loads(received.body)
    except orjson.JSONDecodeError:
        return Judged(_garbled(received, endpoint, "the answer is not JSON"))
    if not isinstance(body, dict) or not ("data" in body or "errors" in body):
        return Judged(_garbled(received, endpoint, "the answer is not a GraphQL response"))
    extensions = body["extensions"] if isinstance(body.get("extensions"), dict) else {}
    return Judged(_of_body(received, body, extensions, effect, endpoint), extensions)


def cost_of(extensions: JsonObject) -> Cost:
    """Return the cost that a response reports."""
    cost = extensions.get("cost")
    if not isinstance(cost, Mapping):
        return Cost()
    return Cost(_points(cost.get("requestedQueryCost")), _points(cost.get("actualQueryCost")))


def _of_body(
    received: Received, body: JsonObject, extensions: JsonObject, effect: Effect, endpoint: Endpoint
) -> Answer | Failure:
    problems = _problems(body.get("errors"))
    data = body.get("data")
    executed = isinstance(data, dict) and any(value is not None for value in data.values())
    if problems and (effect is Effect.READ or not executed):
        return _of_errors(problems, body, effect, endpoint, received)
    if not isinstance(data, dict):
        return _garbled(received, endpoint, "the answer holds neither data nor errors")
    warnings = _search_warnings(extensions)
    if warnings and effect is Effect.READ:
        said = ", ".join(warnings)
        cause = f"a search filter was ignored ({said}), so the answer holds more than was asked for"
        return Failure(Event.REFUSED, SearchIgnored(endpoint.store, cause, "this is ours to mend: correct the filter"))
    texts = tuple(in_words(problem) for problem in problems)
    return Answer(data, _request_id(received), cost_of(extensions), warnings, texts)


def _of_errors(
    problems: Sequence[JsonObject], body: JsonObject, effect: Effect, endpoint: Endpoint, received: Received
) -> Failure:
    codes = [_code(problem) for problem in problems]
    said = in_words(problems[0])
    if "THROTTLED" in codes:
        cure = "another program uses this app's allowance; try again later"
        return Failure(Event.THROTTLED, Throttled(endpoint.store, "it kept us waiting: throttled", cure))
    if _INTERNAL_CODES.intersection(codes) and (effect is not Effect.READ or _INTERNAL_CODES.issuperset(codes)):
        cause = f"it failed inside: {said}{_request_note(received)}"
        return Failure(Event.LOST, Unavailable(endpoint.store, cause, "try again; if it stays, ask Shopify"))
    error = of_problems(problems, endpoint)
    if effect is not Effect.READ and "data" in body and any(_below_root(problem) for problem in problems):
        return Failure(Event.UNREADABLE, error)
    return Failure(Event.REFUSED, error)


def _of_status(received: Received, endpoint: Endpoint) -> Failure:
    status = received.status
    wait_s = _retry_after_s(received.headers)
    said = _said(received.body)
    if status in _REDIRECTS:
        where = quoted(_header(received, "Location"))
        cause = f"it redirects to {where}, where the token is not sent"
        return Failure(Event.REFUSED, BadResponse(endpoint.store, cause, f"correct url in {endpoint.file}"))
    if status == _TOO_MANY:
        cause = f"it kept us waiting: too many requests ({status})"
        cure = "another program uses this app's allowance; try again later"
        return Failure(Event.THROTTLED, Throttled(endpoint.store, cause, cure), wait_s)
    if status >= _SERVER or status == _REQUEST_TIMEOUT:
        cause = f"it is out of order ({status}{said}){_request_note(received)}"
        cure = "try again; www.shopifystatus.com tells of outages"
        return Failure(Event.LOST, Unavailable(endpoint.store, cause, cure), wait_s)
    event = Event.TOKEN_REFUSED if status == _UNAUTHORIZED else Event.REFUSED
    return Failure(event, of_status(status, said, endpoint))


def _garbled(received: Received, endpoint: Endpoint, cause: str) -> Failure:
    kind = quoted(_header(received, "Content-Type")) or "of no type"
    cure = f"something between here and there may answer in its place; check url in {endpoint.file} and the proxy"
    return Failure(Event.LOST, BadResponse(endpoint.store, f"{cause} ({kind}, {len(received.body)} bytes)", cure))


def _wrong_version(received: Received, endpoint: Endpoint) -> WrongVersion | None:
    # An expired version is served by the oldest supported one, without an error. (shopify.dev, versioning, 2026-08)
    answered = _header(received, "X-Shopify-API-Version")
    if not answered or answered == endpoint.version:
        return None
    cause = f"version {quoted(answered)} of the API answered, expected {endpoint.version}"
    cure = f"set api_version in {endpoint.file} to a version that is served"
    return WrongVersion(endpoint.store, cause, cure, quoted(answered))


def _problems(errors: Json) -> list[JsonObject]:
    """``errors`` as a list of objects; some answers hold a plain text, or an object by field."""
    if not errors:
        return []
    members = errors if isinstance(errors, list) else [errors]
    return [each if isinstance(each, dict) else {"message": str(each)} for each in members]


def _code(problem: JsonObject) -> str:
    extensions = problem.get("extensions")
    code = extensions.get("code") if isinstance(extensions, Mapping) else None
    return code if isinstance(code, str) else ""


def _below_root(problem: JsonObject) -> bool:
    path = problem.get("path")
    return isinstance(path, list) and len(path) > 1


def _search_warnings(extensions: JsonObject) -> tuple[str, ...]:
    searches = extensions.get("search")
    found = []
    for search in searches if isinstance(searches, list) else []:
        warnings = search.get("warnings") if isinstance(search, dict) else None
        for warning in warnings if isinstance(warnings, list) else []:
            shown = warning if isinstance(warning, dict) else {"message": warning}
            found.append(quoted(f"{shown.get('field', '')}: {shown.get('message') or shown.get('code')}"))
    return tuple(found)


def _said(body: bytes) -> str:
    """What the body of an HTTP error says, for brackets; nothing for a page of HTML."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    errors = _problems(answer.get("errors")) if isinstance(answer, dict) else []
    return f", {quoted(str(errors[0].get('message')))}" if errors else ""


def _request_note(received: Received) -> str:
    request_id = _request_id(received)
    return f" [request {request_id}]" if request_id else ""


def _request_id(received: Received) -> str:
    return quoted(_header(received, "X-Request-Id"))


def _header(received: Received, name: str) -> str:
    return received.headers.get(name) or ""


def _retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds, or a date: then counted from the answer's own date, so our clock does not matter."""
    text = (headers.get("Retry-After") or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        until, sent = _date(text), _date(headers.get("Date") or "")
        seconds = (until - sent).total_seconds() if until and sent else 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else None


def _points(value: Json) -> int | None:
    return math.ceil(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
