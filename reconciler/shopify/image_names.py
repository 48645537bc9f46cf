"""Names of images: what a store still tells of a picture that it took in. Shopify: the address of an Image.

A store keeps neither where a picture came from nor a checksum. It keeps the beginning of the file's name, adds a UUID
where the name was taken, and a version after a question mark. (shopify.dev, 2026-10)
"""

import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from reconciler.model.picture import path_in, plain_stem, stem_in, without_query
from reconciler.shopify.codec import Upload

_UUID: Final = re.compile(r"_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_TYPES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".heic": "image/heic",
    ".bmp": "image/bmp",
    ".tiff": "image/tiff",
}

IMAGE_SUFFIXES: Final = frozenset(_TYPES)


def stem_of(url: str) -> str:
    """Return the beginning of the name that a store's image has, without what the store added to it."""
    return plain_stem(_UUID.sub("", stem_in(path_in(url))))


def suffix_of(address: str) -> str:
    """Return the suffix of a file or an address, with its dot: a name must agree with it, capitals included."""
    return PurePosixPath(path_in(address)).suffix


def without_version(address: str) -> str:
    """Return an address without what changes when the file is processed again."""
    whole = without_query(address)
    return urlsplit(address)._replace(query="", fragment="").geturl() if whole is None else whole


def file_name(key: str, file: str) -> str:
    """Return the name under which a file is uploaded, so that it is known again."""
    return f"{key}{PurePosixPath(file).suffix.lower()}"


def mime_type(file: str) -> str:
    """Return the MIME type of a file of a catalog. Raises KeyError for one that is no image."""
    return _TYPES[PurePosixPath(file).suffix.lower()]


def upload_of(file: str, sha256: str, filename: str, resource: str = "IMAGE") -> Upload:
    """Return the upload of a file; the text that stands in for its address is made of what it holds."""
    return Upload(f"upload:{sha256}/{filename}", file, sha256, mime_type(file), filename, resource)
