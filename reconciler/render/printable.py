"""Printable: text of stores and catalogs made safe and measurable for a terminal.

Nothing that a terminal obeys, hides or reorders by comes through: control characters (escape codes begin with one),
line breaks, bidirectional overrides and isolates, invisible format characters, lone surrogates. They are spelled out,
so that a reader sees that they are there. The joiners U+200C and U+200D stay: Persian and emoji need them.
"""

import re
import unicodedata

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_MARKS_A_COLUMN = 4  # combining marks take no column, so columns alone would not bound a text made of them


def printable(text: str) -> str:
    """Return the text with everything unsafe spelled out, in hexadecimal. Twice is the same as once."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(lambda found: _spelled(found[0]), text)


def revealed(text: str) -> str:
    """Return the text with everything beyond ASCII spelled out, for two texts that look alike and are not."""
    return "".join(char if char.isascii() and char.isprintable() else _spelled(char) for char in text)


def columns(text: str) -> int:
    """Return how many columns of a terminal a printable text takes."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def clipped(text: str, room: int) -> str:
    """Return the printable text, cut to at most ``room`` columns; the ellipsis of a cut is among them."""
    if columns(text) <= room and len(text) <= room * _MARKS_A_COLUMN:
        return text
    taken = 0
    for position, char in enumerate(text):
        taken += _columns_of(char)
        if taken >= room or position >= room * _MARKS_A_COLUMN:
            return f"{text[:position]}…"
    return text


def quoted(text: str) -> str:
    """Return the printable text between quotes that it does not hold itself, so that no value ends early."""
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', '\\"') + '"'


def looks_alike(one: str, other: str) -> bool:
    """Whether two texts that differ would be read as the same: spaces, composed letters, compatible forms."""
    return one != other and _look(one) == _look(other)


def runs_right_to_left(text: str) -> bool:
    """Whether a terminal may reorder what stands around the text."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)


def _look(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", printable(text)).split())


def _columns_of(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.combining(char) or char in "\u200c\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _spelled(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if code < 0x100:  # noqa: PLR2004  what two hexadecimal digits hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004  what four hold
