"""What the first bytes of an image say: its format and its size in pixels.

Read here: PNG, JPEG, GIF, WEBP (its three forms), HEIC and AVIF, BMP, PSD and SVG; TIFF is not, and counts as no image.
Rejected: an imaging library, which would decode what only needs to be measured.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

_MARKERS_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SVG = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL)


class Damaged(Exception):
    """The bytes begin as an image does and then make no sense."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An image's MIME type and size; an SVG has no size of its own."""

    mime_type: str
    width: int | None
    height: int | None


def measured(content: bytes) -> Measured | None:
    """Return what the bytes say about the image, or None if they are none. Raises Damaged."""
    for mime_type, begins, size in _FORMATS:
        if begins(content):
            try:
                width, height = size(content)
            except (struct.error, IndexError) as problem:
                raise Damaged(mime_type) from problem
            if not width or not height:
                raise Damaged(mime_type)
            return Measured(mime_type, width, height)
    return Measured("image/svg+xml", None, None) if _SVG.match(content[:4096]) else None


def _png(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR":
        raise IndexError
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _gif(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", content[6:10])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    """Walk over the segments to the first frame header."""
    place = 2
    while True:
        if content[place] != 0xFF:  # noqa: PLR2004 every segment starts with it
            raise IndexError
        marker = content[place + 1]
        place += 2 if marker != 0xFF else 1  # noqa: PLR2004 a filling byte
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 3 : place + 7])
            return width, height
        if marker != 0xFF and marker not in _MARKERS_WITHOUT_LENGTH:  # noqa: PLR2004 a filling byte
            (length,) = struct.unpack(">H", content[place : place + 2])
            place += length


def _webp(content: bytes) -> tuple[int, int]:
    form = content[12:16]
    if form == b"VP8X":
        return _int24(content[24:27]) + 1, _int24(content[27:30]) + 1
    if form == b"VP8L":
        (bits,) = struct.unpack("<I", content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise IndexError


def _heif(content: bytes) -> tuple[int, int]:
    """Return the largest of the sizes that are declared: tiles and thumbnails have one too."""
    found = [struct.unpack(">II", content[one.end() + 4 : one.end() + 12]) for one in re.finditer(b"ispe", content)]
    width, height = max(found, key=lambda size: size[0] * size[1], default=(0, 0))
    return width, height


def _bmp(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<ii", content[18:26])
    return width, abs(height)


def _psd(content: bytes) -> tuple[int, int]:
    height, width = struct.unpack(">II", content[14:22])
    return width, height


def _int24(three: bytes) -> int:
    (value,) = struct.unpack("<I", three + b"\0")
    return int(value)


_FORMATS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], tuple[int, int]]], ...] = (
    ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff"), _jpeg),
    ("image/gif", lambda content: content.startswith((b"GIF87a", b"GIF89a")), _gif),
    ("image/webp", lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP", _webp),
    ("image/avif", lambda content: content[4:12] == b"ftypavif", _heif),
    ("image/heic", lambda content: content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"}, _heif),
    ("image/bmp", lambda content: content.startswith(b"BM") and content[6:10] == b"\0\0\0\0", _bmp),
    ("image/vnd.adobe.photoshop", lambda content: content.startswith(b"8BPS"), _psd),
)
