"""Values of a plan as a page shows them: words that changed marked, HTML cleaned, nothing that a browser would run.

What a store holds is written by anybody. A page gets it as text; only descriptions are also shown as they look, after
nh3 took everything but plain markup out of them, and inside a frame that may run nothing and load nothing.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import nh3

from reconciler.model.json import Json
from reconciler.render.printable import looks_alike, printable, revealed
from reconciler.render.value import value_text

_WORD: Final = re.compile(r"\s+|[\w-]+|[^\w\s]")
_MOST_WORDS: Final = 4_000
"""Of a text that is compared word by word; the comparison grows with the square of it."""
_CONTEXT: Final = 300  # characters that are shown beside a difference
_MARKUP: Final = re.compile(r"<[a-zA-Z/!][^>]*>")

Piece = tuple[Literal["same", "gone", "come"], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field's before and after. ``words``: both in one, piece by piece. ``looks``: both as HTML that is clean."""

    before: str
    after: str
    words: tuple[Piece, ...] = ()
    looks: tuple[str, str] | None = None

    def document(self) -> dict[str, Any]:
        """Return it for the page's script."""
        long = {"words": self.words} if self.words else {}
        return {"before": self.before, "after": self.after, **long, **({"looks": self.looks} if self.looks else {})}


def difference(path: str, before: Json, after: Json, currency: str) -> Difference:
    """Return how a field's difference is shown."""
    old, new = (value_text(path, value, currency) for value in (before, after))
    texts = [value for value in (before, after) if isinstance(value, str)]
    one, other = (value if isinstance(value, str) else "" for value in (before, after))
    looks = (clean(one), clean(other)) if any(map(has_markup, texts)) else None
    if looks_alike(one, other):
        return Difference(revealed(one), revealed(other), looks=looks)
    if not any(" " in value for value in texts):
        return Difference(old, new, looks=looks)
    return Difference(old, new, tuple(_words(_lines(one), _lines(other))), looks)


def has_markup(value: Json) -> bool:
    """Return whether a value is a text that looks otherwise than it is written."""
    return isinstance(value, str) and _MARKUP.search(value) is not None


def clean(html: str) -> str:
    """Return HTML with plain markup alone: no scripts, no styles, no addresses that a browser would ask."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}, attributes={}, url_schemes=set(), link_rel=None)


def _lines(text: str) -> str:
    """Return the text printable, but with its line ends."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _words(old: str, new: str) -> Iterator[Piece]:
    """Yield both texts as one: what is the same, what goes, what comes."""
    one, other = _WORD.findall(old), _WORD.findall(new)
    start, end = _agreement(one, other)
    if start:
        yield "same", _shortened("".join(one[:start]))
    yield from _between(one[start : len(one) - end], other[start : len(other) - end])
    if end:
        yield "same", _shortened("".join(one[len(one) - end :]))


def _agreement(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Return how many words both have at their start, and how many at their end."""
    shorter = min(len(one), len(other))
    start = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    rest = shorter - start
    return start, next((place for place in range(rest) if one[-1 - place] != other[-1 - place]), rest)


def _shortened(text: str) -> str:
    """Return what both sides have, without its middle where it is long."""
    if len(text) <= 2 * _CONTEXT:
        return text
    return f"{text[:_CONTEXT]} … {len(text) - 2 * _CONTEXT:,} characters … {text[-_CONTEXT:]}"


def _between(one: Sequence[str], other: Sequence[str]) -> Iterator[Piece]:
    if len(one) + len(other) > _MOST_WORDS:
        yield from (("gone", "".join(one)), ("come", "".join(other)))
        return
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield "same", _shortened("".join(one[start:end]))
            continue
        if end > start:
            yield "gone", "".join(one[start:end])
        if other_end > other_start:
            yield "come", "".join(other[other_start:other_end])
