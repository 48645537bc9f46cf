"""Values of a plan as a page shows them: words that changed marked, HTML cleaned, nothing that a browser would run.

What a store holds is written by anybody. A page gets it as text; only descriptions are also shown as they look, after
nh3 took everything but plain markup out of them, and inside a frame that may run nothing and load nothing.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import nh3

from reconciler.model.json import Json
from reconciler.render.printable import printable
from reconciler.render.value import value_text

_WORD: Final = re.compile(r"\s+|[\w-]+|[^\w\s]")
_MOST_WORDS: Final = 4_000
"""Of a text that is compared word by word; the comparison grows with the square of it."""
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
    if not texts or not any(" " in value for value in texts):
        return Difference(old, new)
    one, other = (value if isinstance(value, str) else "" for value in (before, after))
    looks = (clean(one), clean(other)) if any(_MARKUP.search(value) for value in texts) else None
    return Difference(old, new, tuple(_words(_lines(one), _lines(other))), looks)


def clean(html: str) -> str:
    """Return HTML with plain markup alone: no scripts, no styles, no addresses that a browser would ask."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}, attributes={}, url_schemes=set(), link_rel=None)


def _lines(text: str) -> str:
    """Return the text printable, but with its line ends."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _words(old: str, new: str) -> Iterator[Piece]:
    """Yield both texts as one: what is the same, what goes, what comes."""
    one, other = _WORD.findall(old), _WORD.findall(new)
    if len(one) + len(other) > _MOST_WORDS:
        yield from (("gone", old), ("come", new))
        return
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield "same", "".join(one[start:end])
            continue
        if end > start:
            yield "gone", "".join(one[start:end])
        if other_end > other_start:
            yield "come", "".join(other[other_start:other_end])
