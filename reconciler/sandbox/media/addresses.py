"""Addresses: those that the store hands out for its files, and what an address that a client sends stands for.

Ours are on the server's own host, in the form that the online store uses: ``/cdn/shop/files/NAME?v=TIME``. An address
of ours is known by its path on any local port, because the port changes from one start of the server to the next.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import File
from reconciler.sandbox.storage.staged_uploads import STAGED_UPLOADS, StagedUpload, staged_upload

CDN_PATH = "cdn/shop/files"
COLLECTIONS_PATH = "cdn/shop/collections"
_NO_BYTES = "unknown"
STAGED_PATH = "staged_uploads"
MAX_SOURCE = 2_048
_YOUTUBE = re.compile(r"[\w-]{11}")
_EXTERNAL_ID = re.compile(r"(?:^|&)external_(?:video|model3d)_id=(\d{1,18})(?:&|$)")
_VIMEO = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ExternalVideoLink:
    """A video elsewhere: its host, and its addresses as the API writes them."""

    host: str
    origin_url: str
    embed_url: str


def file_url(context: Context, file: File) -> str | None:
    """Return the file's address on the CDN, or None before it has one."""
    if file.address is None:
        return None
    return f"{context.shop_url}/{CDN_PATH}/{quote(file.address)}?v={file.version}"


def collection_image_url(context: Context, image: Mapping[str, Any]) -> str:
    """Return the address of a collection's image: by its digest, where its bytes are here; else nothing is there."""
    if "digest" not in image:  # of a shop that an earlier version kept
        return str(image["url"])
    digest = image["digest"] or _NO_BYTES
    return f"{context.shop_url}/{COLLECTIONS_PATH}/{digest}/{image['name']}?v={image['version']}"


def staged_url(context: Context, key: str = "") -> str:
    """Return the address that bytes of this key are sent to."""
    return f"{context.shop_url}/{STAGED_PATH}/{quote(key)}"


def is_web_address(text: str) -> bool:
    """Say whether the text is an http(s) address with a host."""
    parts = _split(text)
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)


def basename(source: str) -> str:
    """Return the last part of an address's path."""
    parts = _split(source)
    return PurePosixPath(unquote(parts.path)).name if parts else ""


def is_local(source: str) -> bool:
    """Say whether an address is on this machine."""
    parts = _split(source)
    host = parts.hostname if parts else None
    if not host:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_file_name(context: Context, source: str) -> str | None:
    """Return the CDN name that an address of this shop's own files ends with, or None."""
    return _own_path(context, source, CDN_PATH)


def staged_at(context: Context, source: str) -> StagedUpload | None:
    """Return the upload behind a resource URL of this shop, whether bytes came or not."""
    key = _own_path(context, source, STAGED_PATH)
    if key:
        return staged_upload(context.database, key)
    parts = _split(source) if key is not None else None
    named = _EXTERNAL_ID.search(parts.query) if parts else None
    return STAGED_UPLOADS.find(context.database, int(named[1])) if named else None


def is_staged(context: Context, source: str) -> bool:
    """Say whether an address is one for staged uploads of this shop."""
    return _own_path(context, source, STAGED_PATH) is not None


def external_video(source: str) -> ExternalVideoLink | None:
    """Return the video that a YouTube or Vimeo address means, or None."""
    parts = _split(source)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.") if parts else ""
    names = [one for one in parts.path.split("/") if one] if parts else []
    if host in {"youtube.com", "youtu.be", "youtube-nocookie.com"} and parts:
        asked = re.search(r"(?:^|&)v=([^&]+)", parts.query)
        name = asked[1] if asked else (names[-1] if names else "")
        if _YOUTUBE.fullmatch(name):
            return ExternalVideoLink("YOUTUBE", f"https://youtu.be/{name}", f"https://www.youtube.com/embed/{name}")
    if host in {"vimeo.com", "player.vimeo.com"} and names and _VIMEO.fullmatch(names[-1]):
        name = names[-1]
        return ExternalVideoLink("VIMEO", f"https://vimeo.com/{name}", f"https://player.vimeo.com/video/{name}")
    return None


def _own_path(context: Context, source: str, room: str) -> str | None:
    parts = _split(source)
    if parts is None or not is_local(source):
        return None
    name = context.settings.name
    prefixes = [f"/{name}/{room}", *([f"/{room}"] if parts.hostname == f"{name}.localhost" else [])]
    for prefix in prefixes:
        if parts.path == prefix or parts.path.startswith(f"{prefix}/"):
            return unquote(parts.path.removeprefix(prefix).removeprefix("/"))
    return None


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text.strip())
        parts.hostname  # noqa: B018 it is parsed when asked for
    except ValueError:
        return None
    return parts
