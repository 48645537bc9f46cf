"""The results of bulk operations: files behind signed addresses that need no token. Parts of them can be asked for."""

import hmac
import time
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from reconciler.sandbox.resolvers.bulk_operations import result_signature
from reconciler.sandbox.shops.shop import Shop, Shops
from reconciler.sandbox.storage.bulk_operations import BULK_OPERATIONS, result_path


def result_routes(shops: Shops) -> list[Route]:
    """Return the route of results."""

    async def result(request: Request) -> Response:
        shop = await run_in_threadpool(shops.find, request.path_params["shop"])
        number = request.path_params["operation"]
        if shop is None or not _is_signed(shop, number, request):
            return _refusal("SignatureDoesNotMatch", "Access denied.")
        if int(request.query_params["Expires"]) < time.time():
            return _refusal("ExpiredToken", "Invalid argument.", status=400)
        path = await run_in_threadpool(_result, shop, number)
        if path is None:
            return _refusal("NoSuchKey", "The specified key does not exist.", status=404)
        named = request.query_params.get("response-content-disposition", "attachment")
        kind = request.query_params.get("response-content-type", "application/jsonl")
        return FileResponse(path, media_type=kind, headers={"Content-Disposition": named})

    return [Route("/{shop}/bulk-operation-outputs/{operation:int}", result, methods=["GET"])]


def _is_signed(shop: Shop, number: int, request: Request) -> bool:
    expires = request.query_params.get("Expires", "")
    wanted = result_signature(shop.settings.client_secret, number, expires)
    return expires.isdigit() and hmac.compare_digest(wanted, request.query_params.get("Signature", ""))


def _result(shop: Shop, number: int) -> Path | None:
    with shop.lock:
        row = BULK_OPERATIONS.find(shop.database, number)
        path = result_path(shop.database, number)
        return path if row and (row.has_url or row.has_partial_url) and path.exists() else None


def _refusal(code: str, message: str, *, status: int = 403) -> Response:
    text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(text, status, media_type="application/xml")
