"""Refusals: what a store says no with, as our errors: where, what is wrong, what to do. Pure.

Matched on status and code, never on message text, which is only repeated.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.model.json import Json, JsonObject
from reconciler.shopify.endpoint import Endpoint
from reconciler.shopify.errors import (
    AccessDenied,
    BadResponse,
    Forbidden,
    ImpossibleCost,
    QueryRejected,
    SecurityRejection,
    ShopError,
    ShopFrozen,
    ShopLocked,
    ShopNotFound,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from reconciler.shopify.retry import Event
from reconciler.shopify.secret import quoted
from reconciler.shopify.wire import Broken

WHERE_SCOPES_ARE: Final = (
    "the app's access scopes (Dev Dashboard, Versions; for an older custom app, its Configuration)"
)
_BACKTICKED: Final = re.compile(r"`([a-z_]+)`")
# The most telling error first, when there are several.
_RANK: Final = ("SHOP_INACTIVE", "ACCESS_DENIED", "MAX_COST_EXCEEDED")


def of_status(status: int, said: str, endpoint: Endpoint) -> ShopError:
    """Return the error for a response that was refused before it reached GraphQL.

    Source: shopify.dev, "API response status codes", read 2026-08.
    """
    store, shown = endpoint.store, f"{status}{said}"
    match status:
        case 401:
            cause = f"the token was refused ({shown}); it is wrong, or the app was removed"
            return Unauthorized(store, cause, f"create a new token and set {endpoint.credential}")
        case 402:
            cause = f"the store is frozen because its bill is unpaid ({shown})"
            return ShopFrozen(store, cause, "its owner has to settle the bill in the admin")
        case 403:
            cause = f"the app is forbidden there ({shown})"
            return Forbidden(store, cause, f"check the app's installation and {WHERE_SCOPES_ARE}")
        case 404:
            cause = f"{endpoint.base_url} is no store, or does not know API version {endpoint.version} ({shown})"
            return ShopNotFound(store, cause, f"correct url or api_version in {endpoint.file}")
        case 423:
            cause = f"the store is locked ({shown})"
            return ShopLocked(store, cause, "its owner has to ask Shopify's support")
        case 430:
            cause = f"Shopify took us for an attack ({shown})"
            return SecurityRejection(store, cause, "stop for a while, then try from another network address")
        case _:
            return QueryRejected(store, f"the request was rejected ({shown})", "this is ours to mend: report it")


def of_problems(problems: Sequence[JsonObject], endpoint: Endpoint) -> ShopError:
    """Return the error for the ``errors`` of a GraphQL response that are neither throttling nor the store's fault."""
    worst = min(problems, key=lambda problem: _RANK.index(code) if (code := _code(problem)) in _RANK else len(_RANK))
    store, said, path = endpoint.store, in_words(worst), _path(worst)
    match _code(worst):
        case "SHOP_INACTIVE":
            return ShopLocked(store, f"the store is not active: {said}", "its owner has to ask Shopify's support")
        case "ACCESS_DENIED":
            scope = _scope(worst)
            cure = f"add {scope or 'the scope'} to {WHERE_SCOPES_ARE} and install it again"
            return AccessDenied(store, said, cure, scope, path)
        case "MAX_COST_EXCEEDED":
            cost, maximum = _number(_extension(worst, "cost")), _number(_extension(worst, "maxCost"))
            return ImpossibleCost(store, said, "this is ours to mend: ask for smaller pages", cost, maximum)
        case code:
            return QueryRejected(
                store, f"a request was rejected: {said}", "this is ours to mend: report it", code, path
            )


def of_broken(broken: Broken, endpoint: Endpoint) -> ShopError:
    """Return the error for a request that got no answer."""
    store, host = endpoint.store, endpoint.host
    match broken.event:
        case Event.UNREADABLE:
            return BadResponse(store, broken.reason, "this is ours to mend: ask for smaller pages")
        case Event.LOST:
            return Unavailable(store, f"{host} gave no answer: {broken.reason}", "try again")
        case _:
            cure = f"check url in {endpoint.file}, the network and the proxy"
            return Unreachable(store, f"{host} was not reached: {broken.reason}", cure)


def in_words(problem: JsonObject) -> str:
    """Return one GraphQL error as text: its message, and its code and path where it has them."""
    path = ".".join(str(part) for part in _path(problem))
    notes = ", ".join(note for note in (_code(problem), path) if note)
    message = quoted(str(problem.get("message") or "no message")).rstrip(".")
    return f"{message} ({quoted(notes)})" if notes else message


def _code(problem: JsonObject) -> str:
    code = _extension(problem, "code")
    return quoted(code) if isinstance(code, str) else ""


def _extension(problem: JsonObject, name: str) -> Json:
    extensions = problem.get("extensions")
    return extensions.get(name) if isinstance(extensions, Mapping) else None


def _path(problem: JsonObject) -> tuple[str | int, ...]:
    path = problem.get("path")
    parts = path if isinstance(path, list) else ()
    return tuple(quoted(part) if isinstance(part, str) else part for part in parts if isinstance(part, str | int))


def _scope(problem: JsonObject) -> str:
    required = _extension(problem, "requiredAccess")
    names = _BACKTICKED.findall(required) if isinstance(required, str) else []
    return ", ".join(dict.fromkeys(names))


def _number(value: Json) -> int:
    try:
        return int(value) if isinstance(value, int | float | str) else 0
    except ValueError:
        return 0
