"""The HTTP side: routes, shop selection, tokens, versions, headers and the errors that are no GraphQL."""

import asyncio
import logging
import uuid
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from reconciler.sandbox.faults.declared import (
    BadGatewayAfter,
    BadGatewayBefore,
    DropAfter,
    DropBefore,
    Effect,
    Unauthorized,
)
from reconciler.sandbox.faults.plan import Plan
from reconciler.sandbox.http.control import CONTROL_PATH, control_routes
from reconciler.sandbox.http.hang_up import HangUp
from reconciler.sandbox.http.results import result_routes
from reconciler.sandbox.http.uploads import TooLarge, too_large, upload_routes
from reconciler.sandbox.jobs.runner import Runner
from reconciler.sandbox.language.execution import Call, Executor
from reconciler.sandbox.shops.scopes import with_implied
from reconciler.sandbox.shops.shop import Shop, Shops
from reconciler.sandbox.shops.tokens import grant, is_accepted
from reconciler.sandbox.storage.database import UnknownLayout
from reconciler.sandbox.wire.errors import internal_error
from reconciler.sandbox.wire.versions import SUPPORTED, served

_BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105 a message
_VERSIONING = "https://shopify.dev/api/usage/versioning"  # that the header has an address is documented, not which
_HOST_ENDINGS = (".localhost", ".myshopify.com")
_LOG = logging.getLogger(__name__)


def make_app(data_dir: Path, shops: Shops, *, version: str) -> Starlette:
    """Return the application that serves the shops of a data directory."""
    http = _Http(shops)
    routes = [*control_routes(shops, data_dir, version=version), *result_routes(shops)]
    for prefix in ("/{shop}", ""):
        routes += [
            Route(f"{prefix}/admin/api/graphql.json", http.graphql, methods=["POST"]),
            Route(f"{prefix}/admin/api/{{version}}/graphql.json", http.graphql, methods=["POST"]),
            Route(f"{prefix}/admin/api/{{version}}/shop.json", http.shop, methods=["GET"]),
            Route(f"{prefix}/admin/oauth/access_token", http.token, methods=["POST"]),
            Route(f"{prefix}/admin/oauth/access_scopes.json", http.scopes, methods=["GET"]),
            *upload_routes(prefix, http.shop_of),
        ]
    answers = {404: _not_found, 405: _not_allowed, 500: _failed, UnknownLayout: _refused_layout, TooLarge: too_large}
    return Starlette(routes=routes, exception_handlers=answers)


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response with a request id."""
    named = {"X-Request-Id": str(uuid.uuid4()), **(headers or {})}
    return Response(orjson.dumps(body), status, named, "application/json; charset=utf-8")


class _Http:
    def __init__(self, shops: Shops) -> None:
        self._shops = shops
        self._executor = Executor()
        self._runner = Runner(self._executor)

    async def graphql(self, request: Request) -> Response:
        """Answer ``POST /admin/api/{version}/graphql.json``."""
        asked = request.path_params.get("version", SUPPORTED[0])
        version = served(asked)
        shop = self.shop_of(request)
        if shop is None or version is None:
            return reply({"errors": "Not Found"}, 404)
        headers = _version_headers(asked, version)
        if not await run_in_threadpool(_is_accepted, shop, request):
            return reply({"errors": _BAD_TOKEN}, 401, headers)
        body = await request.body()
        content = _content(body, request.headers.get("content-type", ""))
        if isinstance(content, Response):
            return content
        plan = await run_in_threadpool(self._plan, shop, content)
        if plan.delay_ms:
            await asyncio.sleep(plan.delay_ms / 1000)
        headers = {**headers, "X-Shopify-API-Version": plan.version or version}
        ended = plan.first(DropBefore, BadGatewayBefore, Unauthorized)
        if ended:
            return _faulty(ended, headers)
        request_id = str(uuid.uuid4())
        call = Call(version, request_id, _base_url(request), plan)
        answer = await run_in_threadpool(self._answer, shop, content, call)
        lost = plan.first(DropAfter, BadGatewayAfter)
        return _faulty(lost, headers) if lost else reply(answer, 200, {**headers, "X-Request-Id": request_id})

    def _plan(self, shop: Shop, content: dict[str, Any]) -> Plan:
        return shop.faults.plan(self._executor.traits(content))

    def _answer(self, shop: Shop, content: dict[str, Any], call: Call) -> dict[str, Any]:
        answer = self._executor.run(shop, content, call)
        self._runner.look_at(shop)
        return answer

    async def shop(self, request: Request) -> Response:
        """Answer the REST shop resource, which many clients use as a ping."""
        shop = self.shop_of(request)
        version = served(request.path_params["version"])
        if shop is None or version is None:
            return reply({"errors": "Not Found"}, 404)
        if not await run_in_threadpool(_is_accepted, shop, request):
            return reply({"errors": _BAD_TOKEN}, 401)
        own = shop.settings
        listed = {"id": own.shop_id, "name": own.display_name, "myshopify_domain": own.domain, "currency": own.currency}
        return reply({"shop": {**listed, "created_at": own.created_at}}, 200, {"X-Shopify-API-Version": version})

    async def scopes(self, request: Request) -> Response:
        """Answer the REST list of granted scopes."""
        shop = self.shop_of(request)
        if shop is None:
            return reply({"errors": "Not Found"}, 404)
        if not await run_in_threadpool(_is_accepted, shop, request):
            return reply({"errors": _BAD_TOKEN}, 401)
        return reply({"access_scopes": [{"handle": one} for one in with_implied(shop.settings.scopes)]})

    async def token(self, request: Request) -> Response:
        """Answer the client-credentials grant."""
        shop = self.shop_of(request)
        if shop is None:
            return reply({"errors": "Not Found"}, 404)
        asked = await _form_or_json(request)
        if asked.get("grant_type") != "client_credentials":
            description = "The grant type is not supported by this server."
            return reply({"error": "unsupported_grant_type", "error_description": description}, 400)
        with shop.lock:
            granted = grant(shop.database, shop.settings, asked, shop.clock())
        if granted is None:
            description = "Client credentials are not valid for this shop."
            return reply({"error": "invalid_client", "error_description": description}, 400)
        return reply(granted)

    def shop_of(self, request: Request) -> Shop | None:
        """Return the shop that the path or the host names, or None."""
        name = request.path_params.get("shop") or _host_shop(request)
        return self._shops.find(name) if name else None


def _base_url(request: Request) -> str:
    host, port = request.scope["server"]
    return f"http://{host}:{port}"


def _version_headers(asked: str, version: str) -> dict[str, str]:
    headers = {"X-Shopify-API-Version": version}
    return headers if asked == version else {**headers, "X-Shopify-API-Deprecated-Reason": _VERSIONING}


def _faulty(effect: Effect, headers: dict[str, str]) -> Response:
    match effect:
        case Unauthorized():
            return reply({"errors": _BAD_TOKEN}, 401, headers)
        case BadGatewayBefore(status) | BadGatewayAfter(status):
            # The edge answers, not the API: a page, and none of its headers.
            phrase = HTTPStatus(status).phrase
            return HTMLResponse(f"<html><head><title>{status} {phrase}</title></head></html>", status)
        case _:
            return HangUp()


def _host_shop(request: Request) -> str | None:
    for header in ("x-forwarded-host", "host"):
        host = request.headers.get(header, "").partition(":")[0].lower()
        for ending in _HOST_ENDINGS:
            if host.endswith(ending):
                return host.removesuffix(ending)
    return None


def _is_accepted(shop: Shop, request: Request) -> bool:
    token = request.headers.get("x-shopify-access-token", "")
    with shop.lock:
        return bool(token) and is_accepted(shop.database, token, shop.clock())


def _content(body: bytes, content_type: str) -> dict[str, Any] | Response:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/graphql":
        return {"query": body.decode("utf-8", "replace")}
    if kind != "application/json":
        return reply({"errors": {"query": "Required parameter missing or invalid"}}, 400)
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return reply({"errors": "Bad Request"}, 400)
    if not isinstance(content, dict) or not isinstance(content.get("query"), str):
        return reply({"errors": {"query": "Required parameter missing or invalid"}}, 400)
    if not isinstance(content.get("variables") or {}, dict):
        return reply({"errors": {"variables": "Required parameter missing or invalid"}}, 400)
    return content


async def _form_or_json(request: Request) -> dict[str, Any]:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            return {}
        return content if isinstance(content, dict) else {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))


async def _not_found(_request: Request, _error: Exception) -> Response:
    return reply({"errors": "Not Found"}, 404)


async def _not_allowed(_request: Request, _error: Exception) -> Response:
    return reply({"errors": "Method Not Allowed"}, 405)


async def _failed(request: Request, error: Exception) -> Response:
    request_id = str(uuid.uuid4())
    _LOG.error("request %s failed inside", request_id, exc_info=error)
    problem = internal_error(request_id)
    if request.url.path.startswith(CONTROL_PATH):
        return reply({"error": problem["message"]}, 500)
    return reply({"errors": [problem]}, 500, {"X-Request-Id": request_id})


async def _refused_layout(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(CONTROL_PATH):
        return reply({"error": str(error)}, 409)
    return reply({"errors": str(error)}, 503)
