"""Handles: how text becomes one, and how two products never share one.

An explicit handle keeps its letters, of whatever alphabet (exports of stores hold ``nhẫn-1`` and Arabic ones); one
made from a title loses the accents of Latin letters (exports: ``PEQUEÑOS`` became ``pequenos``). Everything else
becomes single dashes. A generated handle that is taken counts up; an explicit one that is taken is refused. (dashes,
counting and refusal recorded on 2026-04; no recording sends an explicit handle with accents)
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import count, islice

MAX_LENGTH = 255
_AT_ONCE = 512
_FALLBACK = "product"
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "\u0131": "i"}
)
_ACCENTS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)  # say how an emoji is drawn; the emoji itself is no letter
_TRAILING_NUMBER = re.compile(r"(?P<stem>.*?)(?P<number>\d+)")


def explicit_handle(text: str) -> str:
    """Return the handle that a store makes of one it is given; "product" when nothing of it can be kept."""
    return _dashed(text) or _FALLBACK


def generated_handle(text: str, fallback: str = _FALLBACK) -> str:
    """Return the handle that a title stands for; the fallback when nothing of it can be kept."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = "".join(_without_accent(letter) for letter in lowered)
    return _dashed(_ACCENTS.sub("", plain)) or fallback


def free_handle(wanted: str, taken: Callable[[Sequence[str]], Collection[str]]) -> str:
    """Return the handle, counted up until it is free: a trailing number grows, otherwise ``-1`` is added.

    ``taken`` returns which of some handles are taken. It is asked of one, then of many: stores have a thousand copies.
    """
    candidates = _counted_up(wanted)
    some = list(islice(candidates, 1))
    while True:
        held = frozenset(taken(some))
        free = next((handle for handle in some if handle not in held), None)
        if free is not None:
            return free
        some = list(islice(candidates, min(_AT_ONCE, 8 * len(some))))


def _counted_up(handle: str) -> Iterator[str]:
    yield handle
    match = _TRAILING_NUMBER.fullmatch(handle)
    stem, number = (match["stem"], match["number"]) if match else (f"{handle}-", "0")
    for following in count(int(number) + 1):
        yield stem + str(following).zfill(len(number))


def _dashed(text: str) -> str:
    kept = ""
    for letter in unicodedata.normalize("NFC", text.lower()):
        if letter.isalnum() or letter == "_" or (_is_mark(letter) and kept and kept[-1] != "-"):
            kept += letter
        elif kept and kept[-1] != "-":
            kept += "-"
    return kept.removesuffix("-")


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Mc"} and ord(letter) not in _VARIATION_SELECTORS


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)
    return base[0] if len(base) > 1 and base[0].isascii() and base[0].isalpha() else letter
