"""Markdown text: words of stores and catalogs that stay words in a comment, and a page that cannot grow too long.

Shopify titles are written by anybody. In a comment they must not become markup, links, pictures, mentions of people,
references to issues or formulas. What Markdown could read is written as a character reference: it is shown as it is,
and means nothing. (GitHub Flavored Markdown 0.29, 2.5 and 6.9; docs.gitlab.com, GitLab Flavored Markdown, 2026-11)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from reconciler.render.printable import printable

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&@:!$^=]")
_WORLD_WIDE = re.compile(r"(?<=[wW])\.")  # a bare www. becomes a link
_LEADING = re.compile(r"^(?:[-+]|\d+(?=[.)](?:\s|$)))")  # would begin a list where a text begins a line


def text(words: str) -> str:
    """Return the words on one line, as they are to be read; nothing in them is markup."""
    line = " ".join(printable(words).split())
    line = _WORLD_WIDE.sub("&#46;", _MARKUP.sub(lambda found: f"&#{ord(found[0])};", line))
    return _LEADING.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[0]), line)


def code(words: str) -> str:
    """Return the words in the typeface of code: fenced by more backticks than they hold in a row.

    In a table a pipe ends the cell even in code, so that words with one are written as plain text.
    """
    line = printable(words)
    if "|" in line or not line.strip():
        return text(line)
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{gap}{line}{gap}{fence}"


@dataclass(slots=True)
class Sheet:
    """Lines up to a number of characters. What does not fit is refused whole, so nothing is ever cut in the middle."""

    room: int
    _lines: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> bool:
        """Add lines together, or none of them; return whether they fitted."""
        size = sum(len(line) + 1 for line in lines)
        if size > self.room:
            return False
        self.room -= size
        self._lines += lines
        return True

    def fold(self, opening: str, closing: str, blocks: Iterable[tuple[str, ...]]) -> int:
        """Add as many of the blocks as fit between two lines; return how many did not."""
        blocks = tuple(blocks)
        ending = ("", closing, "")
        needed = sum(len(line) + 1 for line in ending)
        if self.room < needed or not blocks:
            return len(blocks)
        self.room -= needed
        fitted = 0
        if self.add(opening, "", *blocks[0]):
            fitted = 1
            while fitted < len(blocks) and self.add(*blocks[fitted]):
                fitted += 1
        self.room += needed
        if fitted:
            self.add(*ending)
        return len(blocks) - fitted

    def written(self) -> str:
        """Return everything that fitted."""
        return "".join(f"{line}\n" for line in self._lines)
