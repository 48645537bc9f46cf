"""Bytes in and out: staged uploads come in by PUT or as a form, files go out under their CDN addresses.

Neither needs a token: an upload is known by its signature, a file by its address. A form is read here, because it has
one shape only: text fields, and the file last.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from reconciler.sandbox.media.addresses import CDN_PATH, COLLECTIONS_PATH, STAGED_PATH
from reconciler.sandbox.media.file_types import UNKNOWN, mime_type_of
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.media import File, file_at
from reconciler.sandbox.storage.staged_uploads import STAGED_UPLOADS, staged_upload

_MAX_BYTES = 1024**3
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_DIGEST = re.compile("[0-9a-f]{40,128}")
_FIELD = re.compile(rb'name="([^"]*)"')
_SIGNATURES = ("x-goog-signature", "signature")

ShopOf = Callable[[Request], Shop | None]


class TooLarge(Exception):
    """More bytes than any resource may have."""


def upload_routes(prefix: str, shop_of: ShopOf) -> list[Route]:
    """Return the routes for uploads and files of the shops under a prefix."""

    async def put(request: Request) -> Response:
        body = await _body(request)
        given = request.query_params.get("X-Goog-Signature", "")
        return await run_in_threadpool(_stored, shop_of(request), (request.path_params["key"], given), body, 200)

    async def post(request: Request) -> Response:
        boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
        if boundary is None:
            return _refused(400, "InvalidArgument", "the body is no multipart form")
        fields, content = _form(await _body(request), boundary[1].encode())
        if content is None:
            return _refused(400, "InvalidArgument", "the form has no file")
        given = next((fields[name] for name in _SIGNATURES if name in fields), "")
        wished = fields.get("success_action_status", "")
        status = int(wished) if wished in {"200", "201", "204"} else 204
        return await run_in_threadpool(_stored, shop_of(request), (fields.get("key", ""), given), content, status)

    async def get(request: Request) -> Response:
        return await run_in_threadpool(_served, shop_of(request), unquote(request.path_params["name"]))

    async def get_by_digest(request: Request) -> Response:
        digest, name = (request.path_params[part] for part in ("digest", "name"))
        return await run_in_threadpool(_served_by_digest, shop_of(request), digest, unquote(name))

    return [
        Route(f"{prefix}/{STAGED_PATH}", post, methods=["POST"]),
        Route(f"{prefix}/{STAGED_PATH}/", post, methods=["POST"]),
        Route(f"{prefix}/{STAGED_PATH}/{{key:path}}", put, methods=["PUT"]),
        Route(f"{prefix}/{CDN_PATH}/{{name}}", get, methods=["GET"]),
        Route(f"{prefix}/{COLLECTIONS_PATH}/{{digest}}/{{name}}", get_by_digest, methods=["GET"]),
    ]


async def too_large(_request: Request, _error: Exception) -> Response:
    """Answer a body that is larger than any upload may be."""
    return _refused(413, "EntityTooLarge", f"an upload has {_MAX_BYTES} bytes at most")


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _MAX_BYTES:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _form(body: bytes, boundary: bytes) -> tuple[Mapping[str, str], bytes | None]:
    """Return the text fields by lower-case name, and the bytes of the file."""
    fields: dict[str, str] = {}
    mark = b"--" + boundary
    place = body.find(mark)
    while place >= 0:
        start = body.find(b"\r\n\r\n", place)
        end = body.find(b"\r\n" + mark, start)
        if start < 0 or end < 0:
            break
        head, place = body[place:start], end + 2
        named = _FIELD.search(head)
        name = named[1].decode("utf-8", "replace").lower() if named else ""
        if name == "file" or b"filename=" in head:
            return fields, body[start + 4 : end]
        fields[name] = body[start + 4 : end].decode("utf-8", "replace")
    return fields, None


def _stored(shop: Shop | None, signed: tuple[str, str], content: bytes, status: int) -> Response:
    key, signature = signed
    if shop is None:
        return _refused(404, "NoSuchBucket", "there is no such shop")
    with shop.lock:
        upload = staged_upload(shop.database, key)
    if upload is None or not hmac.compare_digest(upload.signature.encode(), signature.encode()):
        return _refused(403, "SignatureDoesNotMatch", "the signature is not that of the key")
    # Writing much takes a while, and the shop need not wait for it.
    upload.digest, upload.size = shop.database.blobs.put(content), len(content)
    with shop.lock, shop.database.transaction():
        STAGED_UPLOADS.update(shop.database, [upload])
    if status == 201:  # noqa: PLR2004 what most clients ask for
        return _xml(f"<PostResponse><Key>{key}</Key></PostResponse>", status)
    return Response(status_code=status)


def _served(shop: Shop | None, name: str) -> Response:
    file = _file(shop, name)
    if shop is None or file is None or file.digest is None:
        return _refused(404, "NoSuchKey", "there is no such file, or its bytes are not here")
    path = shop.database.blobs.path(file.digest)
    return FileResponse(
        path, media_type=file.mime_type or UNKNOWN, headers={"cache-control": "public, max-age=31557600"}
    )


def _served_by_digest(shop: Shop | None, digest: str, name: str) -> Response:
    if shop is None or not _DIGEST.fullmatch(digest) or not shop.database.blobs.path(digest).is_file():
        return _refused(404, "NoSuchKey", "there is no such file, or its bytes are not here")
    return FileResponse(shop.database.blobs.path(digest), media_type=mime_type_of(name))


def _file(shop: Shop | None, name: str) -> File | None:
    if shop is None:
        return None
    with shop.lock:
        return file_at(shop.database, name)


def _refused(status: int, code: str, message: str) -> Response:
    return _xml(f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", status)


def _xml(text: str, status: int) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{text}', status, media_type="application/xml")
