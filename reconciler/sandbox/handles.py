"""Handles: how text becomes one, and how two products never share one.

Accents of Latin letters are dropped, other alphabets are kept, everything else becomes single dashes. A generated
handle that is taken counts up; an explicit one that is taken is refused. (recorded on 2026-04)
"""

import re
import unicodedata
from collections.abc import Callable

MAX_LENGTH = 255
_FALLBACK = "product"
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "\u0131": "i"}
)
_TRAILING_NUMBER = re.compile(r"(?P<stem>.*?)(?P<number>\d+)")


def slug(text: str) -> str:
    """Return the handle that this text stands for; "product" when nothing of it can be kept."""
    lowered = text.strip().lower().translate(_LETTERS)
    plain = "".join(_without_accent(letter) for letter in lowered)
    kept = re.sub(r"[^\w\u0300-\u036f]+", "-", unicodedata.normalize("NFC", plain)).strip("-")
    return kept or _FALLBACK


def free_handle(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Return the handle, counted up until it is free: a trailing number grows, otherwise ``-1`` is added."""
    handle = wanted
    while is_taken(handle):
        match = _TRAILING_NUMBER.fullmatch(handle)
        if match:
            number = match["number"]
            handle = match["stem"] + str(int(number) + 1).zfill(len(number))
        else:
            handle += "-1"
    return handle


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)
    return base[0] if len(base) > 1 and base[0].isascii() and base[0].isalpha() else letter
