"""Thumbnails: pictures of the repository, small enough to stand inside a page that asks nobody for anything."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reconciler.loading.source import WorkTree
from reconciler.model.errors import InvalidInput

_EDGE: Final = 288  # pixels: twice what the page shows, for sharp screens
_MOST_PIXELS: Final = 60_000_000  # of a picture that is worth decoding; more is a bomb, or a poster


def thumbnails(root: Path | None) -> Callable[[str], str | None]:
    """Return the function from the source of an image to a ``data:`` address.

    None for an image at an address, for a file that is not there or no picture; for everything without a repository.
    """
    tree = WorkTree(root) if root is not None else None

    def thumbnail(source: str) -> str | None:
        if tree is None or "://" in source:
            return None
        try:
            return _scaled(tree.read(source))
        except InvalidInput:
            return None

    return thumbnail


def _scaled(content: bytes) -> str | None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  a tenth of a second, for pages with pictures alone

    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "GIF", "WEBP"]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("RGB", (_EDGE, _EDGE))
            picture.thumbnail((_EDGE, _EDGE))
            written = io.BytesIO()
            picture.convert("RGBA").save(written, "WEBP", quality=80)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    return f"data:image/webp;base64,{base64.b64encode(written.getvalue()).decode()}"
