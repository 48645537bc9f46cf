"""Types of files: by extension, by MIME type, and what the API calls them."""

from pathlib import PurePosixPath

IMAGE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "heic": "image/heic",
    "heif": "image/heif",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "psd": "image/vnd.adobe.photoshop",
}
VIDEO_TYPES = {"mp4": "video/mp4", "mov": "video/quicktime", "m4v": "video/x-m4v", "webm": "video/webm"}
MODEL_TYPES = {"glb": "model/gltf-binary", "usdz": "model/vnd.usdz+zip", "gltf": "model/gltf+json"}
_OTHERS = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "text/jsonl",
    "zip": "application/zip",
    "xml": "application/xml",
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
}
_ALL = IMAGE_TYPES | VIDEO_TYPES | MODEL_TYPES | _OTHERS
UNKNOWN = "application/octet-stream"

KINDS = {
    "IMAGE": "MediaImage",
    "VIDEO": "Video",
    "EXTERNAL_VIDEO": "ExternalVideo",
    "MODEL_3D": "Model3d",
    "FILE": "GenericFile",
}
"""FileContentType → GraphQL type; MediaContentType has the same names but for FILE."""

CONTENT_TYPES = {kind: name for name, kind in KINDS.items()}


def extension(name: str) -> str:
    """Return the extension of a file's name as it is written, without the dot; empty if it has none."""
    return PurePosixPath(name).suffix.removeprefix(".")


def mime_type_of(name: str) -> str:
    """Return the MIME type that a name stands for."""
    return _ALL.get(extension(name).lower(), UNKNOWN)


def extension_for(mime_type: str) -> str:
    """Return the usual extension of a MIME type; empty if none is known."""
    return next((ending for ending, known in _ALL.items() if known == mime_type), "")


def inferred(name: str, mime_type: str | None) -> str:
    """Return the content type of a source that nobody named one for.

    Images and videos are known by extension or MIME type; 3D models are generic files here. (recorded on 2026-04)
    """
    known = mime_type or mime_type_of(name)
    if known.startswith("image/") or name.lower() in IMAGE_TYPES:
        return "IMAGE"
    return "VIDEO" if known.startswith("video/") else "FILE"
