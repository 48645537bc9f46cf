"""Likeness: whether a command printed what a page shows, but for what is never the same twice.

That is: ids, digests and names of runs, days and times, and ports of this machine. A line ``[...]`` stands for lines
left out; a block holds one at most for each command, so that the lines around it can be written anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

LEFT_OUT = "[...]"

_NEVER_THE_SAME = re.compile(
    r"(?P<run>\b\d{8}T\d{6}Z-[0-9a-f]{6}-[0-9a-f]{4}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d(?=T|\b)([T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?)"
    r"|(?P<port>(?<=\b127\.0\.0\.1:)\d+)"
    r"|(?P<request>\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"|(?P<id>\b(?=[a-f]*\d)[0-9a-f]{7,64}\b)"
)


def fits(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Return whether what was printed is what the page shows."""
    left, right = _compared(shown), _compared(printed)
    if LEFT_OUT not in left:
        return left == right
    head = left.index(LEFT_OUT)
    tail = len(left) - head - 1
    long_enough = len(right) >= head + tail
    return long_enough and left[:head] == right[:head] and left[head + 1 :] == right[len(right) - tail :]


def anew(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """Return what the page should show: all that was printed, or as many lines at its beginning and end as before."""
    real = _trimmed(printed)
    old = _trimmed(shown)
    if LEFT_OUT not in old:
        return real
    head = old.index(LEFT_OUT)
    tail = len(old) - head - 1
    if len(real) <= head + tail:
        return real
    return [*real[:head], LEFT_OUT, *real[len(real) - tail :]]


def learned(shown: Sequence[str], printed: Sequence[str]) -> dict[str, str]:
    """Return what the page calls otherwise than it is called this time, so that later commands can name it."""
    left, right = (list(_named(lines)) for lines in (shown, anew(shown, printed)))
    if [kind for kind, _ in left] != [kind for kind, _ in right]:
        left, right = ([each for each in some if each[0] == "run"] for some in (left, right))
    return {old: new for (_, old), (_, new) in zip(left, right, strict=False)}


def renamed(text: str, called: Mapping[str, str]) -> str:
    """Return the text with every name of a run, id or time as it is called."""
    return _NEVER_THE_SAME.sub(lambda found: called.get(found.group(), found.group()), text)


def _named(lines: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    for text in lines:
        yield from ((found.lastgroup, found.group()) for found in _NEVER_THE_SAME.finditer(text))


def _compared(lines: Sequence[str]) -> list[str]:
    return [_NEVER_THE_SAME.sub(lambda found: str(found.lastgroup), text) for text in _trimmed(lines)]


def _trimmed(lines: Sequence[str]) -> list[str]:
    """The lines without blanks at their ends, and without empty ones at both ends of the text."""
    return "\n".join(text.rstrip() for text in lines).strip("\n").splitlines()
