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

from reconciler.sandbox.faults.declared import Undeclarable
from reconciler.sandbox.http.wishes import declared_faults, object_in, wished_settings
from reconciler.sandbox.inventory.quantity_rules import MAX_TOTAL
from reconciler.sandbox.inventory.sales import CannotSell, sell
from reconciler.sandbox.shops.shop import CurrencyConflict, Shop, Shops
from reconciler.sandbox.wire.ids import gid

CONTROL_PATH = "/_sandbox"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

Handler = Callable[[Request], Awaitable[Response]]


def control_routes(shops: Shops, data_dir: Path, *, version: str) -> list[Route]:
    """Return the routes under ``/_sandbox``."""

    async def health(_request: Request) -> Response:
        return _json({"ok": True, "pid": os.getpid(), "version": version, "data_dir": str(data_dir)})

    async def names(_request: Request) -> Response:
        return _json({"shops": await run_in_threadpool(shops.names)})

    async def put(request: Request) -> Response:
        wished, problem = wished_settings(await request.body())
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
            return _no_shop(request)
        if problem:
            return _json({"error": problem}, 400)
        try:
            return _json(await run_in_threadpool(_sale, shop, asked["sale"]))
        except CannotSell as refusal:
            return _json({"error": str(refusal)}, 422)

    return [
        *_fault_routes(shops),
        Route(f"{CONTROL_PATH}/health", _local(health, needs_json=False), methods=["GET"]),
        Route(f"{CONTROL_PATH}/shops", _local(names, needs_json=False), methods=["GET"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}", _local(put, needs_json=True), methods=["PUT"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}/actions", _local(act, needs_json=True), methods=["POST"]),
        Route(f"{CONTROL_PATH}/shops/{{name}}", _local(delete, needs_json=False), methods=["DELETE"]),
    ]


def _fault_routes(shops: Shops) -> list[Route]:
    async def declare(request: Request) -> Response:
        shop = await run_in_threadpool(shops.find, request.path_params["name"])
        content, problem = object_in(await request.body())
        unknown = sorted(content.keys() - {"faults"})
        if shop is None:
            return _no_shop(request)
        if problem or unknown:
            return _json({"error": problem or f"unknown keys: {', '.join(unknown)}; expected faults"}, 400)
        try:
            await run_in_threadpool(shop.declare_faults, declared_faults(content.get("faults")))
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


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
