"""The control side: shops are made, changed and removed here, and things happen to them that no app does.

Loopback only, and never for a page in a browser.

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

from reconciler.sandbox.inventory.locations import MAX_LOCATIONS, MAX_NAME
from reconciler.sandbox.inventory.quantity_rules import MAX_TOTAL
from reconciler.sandbox.inventory.sales import CannotSell, sell
from reconciler.sandbox.language.schema import enum_values, the_schema
from reconciler.sandbox.shops.settings import EVERY_SCOPE
from reconciler.sandbox.shops.shop import CurrencyConflict, Shop, Shops
from reconciler.sandbox.shops.throttle import RESTORE_RATES
from reconciler.sandbox.wire.ids import gid

CONTROL_PATH = "/_sandbox"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_TEXTS = ("currency", "display_name", "plan", "client_id", "client_secret")
_LISTS = ("scopes", "publications")

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

    async def act(request: Request) -> Response:
        asked, problem = _asked_action(await request.body())
        shop = await run_in_threadpool(shops.find, request.path_params["name"])
        if shop is None:
            return _json({"error": f"no shop {request.path_params['name']}"}, 404)
        if problem:
            return _json({"error": problem}, 400)
        try:
            return _json(await run_in_threadpool(_sale, shop, asked["sale"]))
        except CannotSell as refusal:
            return _json({"error": str(refusal)}, 422)

    return [
        Route(f"{CONTROL_PATH}/health", _local(health, needs_json=False), methods=["GET"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}", _local(put, needs_json=True), methods=["PUT"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}/actions", _local(act, needs_json=True), methods=["POST"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}", _local(delete, needs_json=False), methods=["DELETE"]),
    ]


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
    try:
        wished = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}, "the body is not JSON"
    return wished, _problem(wished)


def _problem(wished: Any) -> str | None:
    if not isinstance(wished, dict):
        return "the body is not an object"
    at_first = wished.get("when_new")
    if at_first is not None:
        rest = {name: value for name, value in wished.items() if name != "when_new"}
        return _problem(at_first) or _problem(rest)
    unknown = wished.keys() - {*_TEXTS, *_LISTS, "locations", "markets", "token_lifetime_s", "media_processing_ms"}
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
    processing = wished.get("media_processing_ms")
    if processing is not None and (not isinstance(processing, int) or processing < 0):
        return f"media_processing_ms {processing!r}: expected whole milliseconds, 0 or more"
    return _location_problem(wished.get("locations")) or _list_problem(wished)


def _location_problem(names: Any) -> str | None:
    if names is None:
        return None
    if not isinstance(names, list) or not all(
        isinstance(one, str) and 0 < len(one.strip()) <= MAX_NAME for one in names
    ):
        return (
            f"locations {names!r}: expected a list of names, 1 to {MAX_NAME} characters each; those that the shop "
            "lacks are added, and the first of a new shop's names its primary location"
        )
    return f"locations: more than {MAX_LOCATIONS} names" if len(names) > MAX_LOCATIONS else None


def _asked_action(body: bytes) -> tuple[dict[str, Any], str | None]:
    expected = (
        'expected {"sale": {"sku": or "inventoryItemId": text, "quantity": pieces, 1 or more, '
        '"location": name or id, may be left out}}'
    )
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}, f"the body is not JSON; {expected}"
    sale = asked.get("sale") if isinstance(asked, dict) and asked.keys() == {"sale"} else None
    if not isinstance(sale, dict) or sale.keys() - {"sku", "inventoryItemId", "quantity", "location"}:
        return {}, expected
    named = [sale.get("sku"), sale.get("inventoryItemId")]
    texts = [text for text in (*named, sale.get("location")) if text is not None]
    pieces = sale.get("quantity")
    is_sound = named.count(None) == 1 and all(isinstance(text, str) for text in texts)
    if not is_sound or not isinstance(pieces, int) or isinstance(pieces, bool) or not 1 <= pieces <= MAX_TOTAL:
        return {}, expected
    return asked, None


def _sale(shop: Shop, sale: dict[str, Any]) -> dict[str, Any]:
    what = sale.get("sku") or sale["inventoryItemId"]
    left = sell(shop, what=what, quantity=sale["quantity"], location=sale.get("location"))
    return {
        "inventoryItemId": gid("InventoryItem", left.item_id),
        "locationId": gid("Location", left.location_id),
        "available": left.available,
        "onHand": left.on_hand,
    }


def _list_problem(wished: dict[str, Any]) -> str | None:
    for name in _LISTS:
        given = wished.get(name) or []
        if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
            return f"{name} is not a list of texts"
    problem = _market_problem(wished.get("markets") or [])
    if problem:
        return problem
    unknown = sorted(set(wished.get("scopes") or ()) - set(EVERY_SCOPE))
    return f"unknown scopes: {', '.join(unknown)}; known are {', '.join(EVERY_SCOPE)}" if unknown else None


def _market_problem(markets: Any) -> str | None:
    if not isinstance(markets, list) or not all(isinstance(one, dict) for one in markets):
        return "markets is not a list of objects"
    for one in markets:
        countries = one.get("countries") or []
        if not isinstance(one.get("name"), str) or not one["name"].strip() or not isinstance(countries, list):
            return "a market needs a name, and its countries are a list"
        unknown = [code for code in countries if code not in enum_values(the_schema(), "CountryCode")]
        currency = one.get("currency")
        if currency is not None and currency not in enum_values(the_schema(), "CurrencyCode"):
            unknown.append(currency)
        if unknown or one.keys() - {"name", "currency", "countries"}:
            return f"market {one['name']!r}: expected name, currency and countries, with known codes"
    return None


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
