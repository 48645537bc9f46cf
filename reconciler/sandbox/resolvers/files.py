"""Reading files and media. Shopify: files, MediaImage, GenericFile, Video, ExternalVideo, Model3d.

An image is null until its file is READY, and again while its content is being replaced; the preview stays.
No video is converted, so that a video has no sources of its own.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.media.addresses import external_video, file_url
from reconciler.sandbox.media.file_types import CONTENT_TYPES, UNKNOWN, extension
from reconciler.sandbox.resolvers.images import Image, has_image, image_of
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.files import FILE_SEARCH
from reconciler.sandbox.search.paging import Order, Page, list_page, row_page
from reconciler.sandbox.shops.context import Args, Binding, Context, Fields
from reconciler.sandbox.storage.mates import together
from reconciler.sandbox.storage.media import FILE_CLASSES, FILES, File
from reconciler.sandbox.wire.errors import bad_request
from reconciler.sandbox.wire.ids import gid

_ORDERS: dict[str, Order[File]] = {
    "ID": Order("id", lambda row: row.id),
    "CREATED_AT": Order("created_at", lambda row: row.created_at, is_time=True),
    "UPDATED_AT": Order("updated_at", lambda row: row.updated_at, is_time=True),
    "FILENAME": Order("fold(filename)", lambda row: row.filename.casefold()),
    "ORIGINAL_UPLOAD_SIZE": Order("coalesce(size, 0)", lambda row: row.size or 0),
    "RELEVANCE": Order("id", lambda row: row.id),
}
_MESSAGES = {
    "DUPLICATE_FILENAME_ERROR": "A file with the same name exists.",
    "EXTERNAL_VIDEO_NOT_FOUND": "The external video was not found.",
    "GENERIC_FILE_DOWNLOAD_FAILURE": "The file could not be downloaded.",
    "GENERIC_FILE_INVALID_SIZE": "The file is too large.",
    "IMAGE_DOWNLOAD_FAILURE": "The image could not be downloaded.",
    "IMAGE_PROCESSING_FAILURE": "The image could not be processed.",
    "INVALID_IMAGE_ASPECT_RATIO": "The image is too long for its width, or too wide.",
    "INVALID_IMAGE_FILE_SIZE": "The image file is too large.",
    "INVALID_IMAGE_RESOLUTION": "The image has too many pixels.",
    "INVALID_SIGNED_URL": "The source is no signed upload address.",
    "UNSUPPORTED_IMAGE_FILE_TYPE": "The image is of a type that is not supported.",
}


def _files(_root: Any, context: Context, args: Args) -> Page[File]:
    if args.get("savedSearchId") is not None:
        raise bad_request("Saved search not found")
    where = search(context, FILE_SEARCH, args.get("query"))
    page = row_page(context.database, FILES, where, _ORDERS[args.get("sortKey") or "ID"], args)
    together(page.nodes)
    return page


def _saved_searches(_root: Any, _context: Context, args: Args) -> Page[File]:
    # Searches are saved by people in the admin, which is not here.
    return list_page(list[File](), _ORDERS["ID"], args)


def _preview(file: File, context: Context, _args: Args) -> dict[str, Any]:
    is_shown = file.kind == "MediaImage" and file.address is not None
    return {"image": image_of(context, file, gid("ImageSource", file.id)) if is_shown else None, "status": file.status}


def _image(file: File, context: Context, _args: Args) -> Image | None:
    return image_of(context, file, gid("ImageSource", file.id)) if has_image(file) else None


def _errors(file: File, _context: Context, _args: Args) -> list[dict[str, Any]]:
    return [{**error, "message": _MESSAGES[error["code"]]} for error in file.errors]


def _ready(name: str) -> Any:
    return lambda file, _context, _args: getattr(file, name) if file.address is not None else None


def _image_source(file: File, context: Context, _args: Args) -> dict[str, Any] | None:
    return {"fileSize": file.size, "url": file_url(context, file)} if file.address is not None else None


def _model_source(file: File, context: Context, _args: Args) -> dict[str, Any] | None:
    if file.address is None:
        return None
    return {
        "filesize": file.size or 0,
        "format": extension(file.address),
        "mimeType": file.mime_type or UNKNOWN,
        "url": file_url(context, file),
    }


def _model_sources(file: File, context: Context, args: Args) -> list[dict[str, Any]]:
    source = _model_source(file, context, args)
    return [source] if source else []


def _link(name: str) -> Any:
    return lambda file, _context, _args: getattr(external_video(file.source), name)


def _find(kind: str) -> Any:
    def find(context: Context, number: int) -> File | None:
        file = FILES.find(context.database, number)
        return file if file and file.kind == kind else None

    return find


def _file_fields(kind: str) -> dict[str, Binding]:
    return {
        "id": lambda file, _context, _args: gid(kind, file.id),
        "alt": attrgetter("alt"),
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "fileStatus": attrgetter("status"),
        "fileErrors": _errors,
        "preview": _preview,
    }


def _media_fields(kind: str) -> dict[str, Binding]:
    return {
        **_file_fields(kind),
        "mediaContentType": lambda _file, _context, _args: CONTENT_TYPES[kind],
        "mediaErrors": _errors,
        "mediaWarnings": lambda _file, _context, _args: [],
        "status": attrgetter("status"),
    }


KINDS = {one: kind for kind, one in FILE_CLASSES.items()}
NODES = {kind: _find(kind) for kind in FILE_CLASSES}

SCOPES = {"read_files": ("files", "fileSavedSearches")}

FIELDS: Fields = {
    "QueryRoot": {"files": _files, "fileSavedSearches": _saved_searches},
    "MediaImage": {
        **_media_fields("MediaImage"),
        "image": _image,
        "mimeType": _ready("mime_type"),
        "originalSource": _image_source,
    },
    "GenericFile": {
        **_file_fields("GenericFile"),
        "mimeType": _ready("mime_type"),
        "originalFileSize": _ready("size"),
        "url": lambda file, context, _args: file_url(context, file),
    },
    "Video": {
        **_media_fields("Video"),
        "duration": lambda _file, _context, _args: None,
        "filename": attrgetter("filename"),
        "sources": lambda _file, _context, _args: [],
    },
    "ExternalVideo": {
        **_media_fields("ExternalVideo"),
        "embedUrl": _link("embed_url"),
        "embeddedUrl": _link("embed_url"),
        "host": _link("host"),
        "originUrl": _link("origin_url"),
    },
    "Model3d": {
        **_media_fields("Model3d"),
        "filename": attrgetter("filename"),
        "originalSource": _model_source,
        "sources": _model_sources,
    },
}
