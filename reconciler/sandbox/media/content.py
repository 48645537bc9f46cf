"""The content of a source: fetched where it can be, believed where it cannot.

Uploads and the store's own files are read from disk, addresses on this machine are fetched. Anything else is out of
reach, because this store talks to nobody: such an address is taken for fetched if its path ends like an image, and its
size is then what the path says (``/600x400/``, as placeholder services write it), else 1024 x 1024; there are no bytes
to serve. Documents from elsewhere are taken for fetched whatever their path.

Limits: 20 MB and 25 megapixels an image, sides at most 100 : 1. (help.shopify.com, "Product media types")
"""

import http.client
import re
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.media.addresses import (
    basename,
    is_local,
    is_staged,
    own_file_name,
    staged_at,
)
from reconciler.sandbox.media.file_types import IMAGE_TYPES, UNKNOWN, extension, mime_type_of
from reconciler.sandbox.media.images import Damaged, measured
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import file_at

_MAX_FILE_BYTES = 20 * 1024 * 1024
_MAX_IMAGE_BYTES, _MAX_PIXELS, _MAX_RATIO = _MAX_FILE_BYTES, 25_000_000, 100
_FETCH_TIMEOUT_S, _FETCH_TOTAL_S, _CHUNK_BYTES = 2.0, 5.0, 65_536
_BELIEVED_SIDE = 1_024
_SIZE_IN_PATH = re.compile(r"/(\d{1,4})x(\d{1,4})(?=[/.?]|$)")


class Unusable(Exception):
    """The source gives no content; ``code`` is that of MediaError and FileError."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Content:
    """What a source gave; ``digest`` is None where there are no bytes."""

    mime_type: str
    width: int | None
    height: int | None
    size: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class _Bytes:
    content: bytes
    mime_type: str | None


def image_content(context: Context, source: str) -> Content:
    """Return the content of an image. Raises Unusable."""
    found = _bytes(context, source, "IMAGE_DOWNLOAD_FAILURE")
    if isinstance(found, Content):
        return _as_image(found)
    if found is None:
        return _believed_image(source)
    if len(found.content) > _MAX_IMAGE_BYTES:
        raise Unusable("INVALID_IMAGE_FILE_SIZE")
    try:
        image = measured(found.content)
    except Damaged as problem:
        raise Unusable("IMAGE_PROCESSING_FAILURE") from problem
    if image is None:
        raise Unusable("UNSUPPORTED_IMAGE_FILE_TYPE")
    if image.width and image.height:
        if image.width * image.height > _MAX_PIXELS:
            raise Unusable("INVALID_IMAGE_RESOLUTION")
        if max(image.width, image.height) > _MAX_RATIO * min(image.width, image.height):
            raise Unusable("INVALID_IMAGE_ASPECT_RATIO")
    return Content(
        image.mime_type, image.width, image.height, len(found.content), context.database.blobs.put(found.content)
    )


def file_content(context: Context, source: str) -> Content:
    """Return the content of a document. Raises Unusable."""
    found = _bytes(context, source, "GENERIC_FILE_DOWNLOAD_FAILURE")
    if isinstance(found, Content):
        return found
    if found is None:
        return Content(mime_type_of(basename(source)), None, None, None, None)
    mime_type = found.mime_type or mime_type_of(basename(source))
    if len(found.content) > _MAX_FILE_BYTES and not is_staged(context, source):
        raise Unusable("GENERIC_FILE_INVALID_SIZE")
    return Content(mime_type, None, None, len(found.content), context.database.blobs.put(found.content))


def uploaded_content(context: Context, source: str) -> Content:
    """Return the content of a video or 3D model, which must have been uploaded. Raises Unusable."""
    if not is_staged(context, source):
        raise Unusable("INVALID_SIGNED_URL")
    return file_content(context, source)


def _bytes(context: Context, source: str, failure: str) -> _Bytes | Content | None:
    """Return the bytes of a source, or what is known of it, or None if it is out of reach."""
    if is_staged(context, source):
        upload = staged_at(context, source)
        if upload is None or upload.digest is None:
            raise Unusable(failure)
        return _Bytes(context.database.blobs.read(upload.digest), upload.mime_type)
    name = own_file_name(context, source)
    if name is not None:
        file = file_at(context.database, name)
        if file is None:
            raise Unusable(failure)
        return Content(file.mime_type or UNKNOWN, file.width, file.height, file.size, file.digest)
    return _fetched(source, failure) if is_local(source) else None


def _as_image(found: Content) -> Content:
    if not found.mime_type.startswith("image/"):
        raise Unusable("UNSUPPORTED_IMAGE_FILE_TYPE")
    return found


def _believed_image(source: str) -> Content:
    name = basename(source)
    ending = extension(name) or name
    mime_type = IMAGE_TYPES.get(ending.lower())
    if mime_type is None:
        raise Unusable("IMAGE_DOWNLOAD_FAILURE")
    said = _SIZE_IN_PATH.search(source)
    width, height = (int(said[1]), int(said[2])) if said else (_BELIEVED_SIDE, _BELIEVED_SIDE)
    if not width or not height:
        raise Unusable("IMAGE_DOWNLOAD_FAILURE")
    return Content(mime_type, width, height, None, None)


class _LocalRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects on this machine only: none may lead the store out of it."""

    def redirect_request(self, *asked: Any) -> urllib.request.Request | None:
        return super().redirect_request(*asked) if is_local(asked[-1]) else None


def _fetched(source: str, failure: str) -> _Bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _LocalRedirects())
    deadline = time.monotonic() + _FETCH_TOTAL_S
    parts: list[bytes] = []
    size = 0
    try:
        with opener.open(source, timeout=_FETCH_TIMEOUT_S) as response:
            while part := response.read(_CHUNK_BYTES):
                parts.append(part)
                size += len(part)
                if size > _MAX_FILE_BYTES or time.monotonic() > deadline:
                    break
            kind = response.headers.get_content_type() if response.headers.get("content-type") else None
    except (OSError, ValueError, http.client.HTTPException) as problem:
        raise Unusable(failure) from problem
    if time.monotonic() > deadline:
        raise Unusable(failure)
    return _Bytes(b"".join(parts), kind)
