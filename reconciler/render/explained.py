"""Explained: the lines that say what changed inside a long value, cut to the room so that what differs is still seen.

A long line cut from its left would show two equal lines where they differ further right. Lines that go and lines that
come after them are taken in pairs, as they stand in a diff, and cut around the part in which a pair differs.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from reconciler.render.printable import clipped, columns, printable
from reconciler.render.value import differing_part

_CONTEXT = 24  # characters shown before the part that differs
_SEEN = 12  # characters of that part that have to be seen


def explained_lines(explanation: Sequence[str], room: int) -> Iterator[str]:
    """Yield the lines, printable, none of them wider than ``room`` columns."""
    runs = [(sign, list(lines)) for sign, lines in groupby(map(printable, explanation), lambda text: text[:1])]
    for place, (sign, lines) in enumerate(runs):
        beside = {"-": place + 1, "+": place - 1}.get(sign, -1)
        has_others = 0 <= beside < len(runs) and {sign, runs[beside][0]} == {"-", "+"}
        others = runs[beside][1][: len(lines)] if has_others else ()
        yield from (_cut(line, other, room) for line, other in zip_longest(lines, others))


def is_diff(explanation: Sequence[str]) -> bool:
    """Return whether the lines are those of a text; else they are members of a list."""
    return bool(explanation) and explanation[0].startswith("@@")


def _cut(line: str, other: str | None, room: int) -> str:
    if other is None or columns(line) <= room:
        return clipped(line, room)
    start, end, _ = differing_part(line[1:], other[1:])
    if columns(line[: 1 + min(end, start + _SEEN)]) < room:
        return clipped(line, room)
    return clipped(f"{line[0]}…{line[1 + max(0, start - _CONTEXT) :]}", room)
