"""The control side: shops are made, changed and removed here. Loopback only, and never for a page in a browser.

A JSON content type and a local Host are asked for, so that no web page can reach it by a form or by rebinding a name.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.sandbox.faults.declared import Fault, MediaFails, Undeclarable, read_faults
from reconciler.sandbox.language.schema import enum_values, the_schema
from reconciler.sandbox.shops.settings import EVERY_SCOPE, LAGS
from reconciler.sandbox.shops.shop import CurrencyConflict, Shops
from reconciler.sandbox.shops.throttle import RESTORE_RATES

CONTROL_PATH = "/_sandbox"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_TEXTS = ("currency", "display_name", "plan", "client_id", "client_secret")

Handler = Callable[[Request], Awaitable[Response]]


def control_routes(shops: Shops, data_dir: Path, *, version: str) -> list[Route]:
    """Return the routes under ``/_sandbox``."""

    async def health(_request: Request) -> Response:
        return _json({"ok": True, "pid": os.getpid(), "version": version, "data_dir": str(data_dir)})

    async def put(request: Request) -> Response:
        wished, problem = _wished(await request.body())
        if problem:
            return _json({"error": problem}, 400)
        try:
            shop = await run_in_threadpool(shops.ensure, request.path_params["name"], wished)
            return _json(await run_in_threadpool(shop.description))
        except CurrencyConflict as conflict:
            return _json({"error": str(conflict)}, 409)
        except ValueError as bad_name:
            return _json({"error": str(bad_name)}, 400)

    async def delete(request: Request) -> Response:
        removed = await run_in_threadpool(shops.remove, request.path_params["name"])
        return _json({"removed": removed})

    return [
        *_fault_routes(shops),
        Route(f"{CONTROL_PATH}/health", _local(health, needs_json=False), methods=["GET"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}", _local(put, needs_json=True), methods=["PUT"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}", _local(delete, needs_json=False), methods=["DELETE"]),
    ]


def _fault_routes(shops: Shops) -> list[Route]:
    async def declare(request: Request) -> Response:
        shop = await run_in_threadpool(shops.find, request.path_params["name"])
        content, problem = _object(await request.body())
        unknown = sorted(content.keys() - {"faults"})
        if shop is None:
            return _no_shop(request)
        if problem or unknown:
            return _json({"error": problem or f"unknown keys: {', '.join(unknown)}; expected faults"}, 400)
        try:
            await run_in_threadpool(shop.declare_faults, _faults(content.get("faults")))
        except Undeclarable as wrong:
            return _json({"error": str(wrong)}, 400)
        return _json({"faults": shop.faults.report()})

    async def report(request: Request) -> Response:
        shop = await run_in_threadpool(shops.find, request.path_params["name"])
        return _json({"faults": shop.faults.report()}) if shop else _no_shop(request)

    async def remove(request: Request) -> Response:
        shop = await run_in_threadpool(shops.find, request.path_params["name"])
        if shop is None:
            return _no_shop(request)
        await run_in_threadpool(shop.declare_faults, [])
        return _json({"faults": []})

    path = f"{CONTROL_PATH}/shops/{{name}}/faults"
    return [
        Route(path, _local(declare, needs_json=True), methods=["PUT"]),
        Route(path, _local(report, needs_json=False), methods=["GET"]),
        Route(path, _local(remove, needs_json=False), methods=["DELETE"]),
    ]


def _no_shop(request: Request) -> Response:
    return _json({"error": f"there is no shop {request.path_params['name']!r}"}, 404)


def _local(handler: Handler, *, needs_json: bool) -> Handler:
    async def guarded(request: Request) -> Response:
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        origin = request.headers.get("origin")
        if host not in _LOCAL_HOSTS or (origin and urlsplit(origin).hostname not in {"127.0.0.1", "localhost", "::1"}):
            return _json({"error": "the control endpoint answers this machine only"}, 403)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if needs_json and kind != "application/json":
            return _json({"error": f"content type is {kind or 'missing'}; send application/json"}, 415)
        return await handler(request)

    return guarded


def _wished(body: bytes) -> tuple[dict[str, Any], str | None]:
    wished, problem = _object(body)
    return wished, problem or _problem(wished)


def _object(body: bytes) -> tuple[dict[str, Any], str | None]:
    try:
        content = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}, "the body is not JSON"
    return (content, None) if isinstance(content, dict) else ({}, "the body is not an object")


def _problem(wished: dict[str, Any]) -> str | None:
    unknown = wished.keys() - {*_TEXTS, *LAGS, "scopes", "token_lifetime_s", "faults"}
    if unknown:
        return f"unknown settings: {', '.join(sorted(unknown))}"
    for name in _TEXTS:
        if wished.get(name) is not None and not isinstance(wished[name], str):
            return f"{name} is not text"
    if wished.get("plan") is not None and wished["plan"] not in RESTORE_RATES:
        return f"plan {wished['plan']!r}: expected one of {', '.join(RESTORE_RATES)}"
    currency = wished.get("currency")
    if currency is not None and currency not in enum_values(the_schema(), "CurrencyCode"):
        return f"currency {currency!r}: expected an ISO 4217 code such as EUR"
    lifetime = wished.get("token_lifetime_s")
    if lifetime is not None and (not isinstance(lifetime, int) or lifetime < 1):
        return f"token_lifetime_s {lifetime!r}: expected whole seconds, 1 or more"
    for name in LAGS:
        lag = wished.get(name)
        if lag is not None and (not isinstance(lag, int) or isinstance(lag, bool) or lag < 0):
            return f"{name} {lag!r}: expected a whole number, 0 or more"
    return _scope_problem(wished.get("scopes")) or _fault_problem(wished.get("faults"))


def _faults(content: Any) -> list[Fault]:
    declared = read_faults(content)
    codes = sorted(enum_values(the_schema(), "FileErrorCode"))
    for place, fault in enumerate(declared):
        if isinstance(fault.effect, MediaFails) and fault.effect.code not in codes:
            raise Undeclarable(f"faults[{place}].code is {fault.effect.code!r}; expected one of {', '.join(codes)}")
    return declared


def _fault_problem(declared: Any) -> str | None:
    try:
        _faults([] if declared is None else declared)
    except Undeclarable as wrong:
        return str(wrong)
    return None


def _scope_problem(scopes: Any) -> str | None:
    if scopes is None:
        return None
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        return "scopes is not a list of texts"
    unknown = sorted(set(scopes) - set(EVERY_SCOPE))
    return f"unknown scopes: {', '.join(unknown)}; known are {', '.join(EVERY_SCOPE)}" if unknown else None


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
