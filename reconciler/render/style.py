"""Style: how lines look in a terminal. The only place where colour codes are written.

Renderers build lines of spans; every span passes ``printable`` here, on its way out. One gate, so that no renderer can
forget it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from reconciler.render.printable import columns, printable

_RESET = "\x1b[0m"
_LEAST_GAP = 2  # columns between a line and what stands at its right


class Colour(Enum):
    """Whether colour codes are written."""

    OFF = "off"
    ON = "on"


class Detail(Enum):
    """How much is said about a change."""

    NORMAL = "normal"
    """Things that are made or deleted take one line; so do fields that change alike."""
    FULL = "full"
    """Every field of everything, every name, and the rules that a value passed through."""


class Ink(Enum):
    """What a span means; the value is its colour code."""

    PLAIN = ""
    STRONG = "1"
    QUIET = "2"
    ADDED = "32"
    CHANGED = "33"
    REMOVED = "31"
    LOUD = "1;33"
    ALARM = "1;31"


@dataclass(frozen=True, slots=True)
class Style:
    """How text is written for one reader."""

    colour: Colour = Colour.OFF
    width: int = 100
    """Columns of the terminal. Values are cut to fit it; a line of many parts may be longer, and wrap."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line."""

    text: str
    ink: Ink = Ink.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``right``, a place, is set against the right margin: without its folders, or on a line of its own."""

    spans: tuple[Span, ...] = ()
    right: str = ""
    indent: int = 0


EMPTY = Line()


def line(*parts: str | Span, indent: int = 0, right: str = "") -> Line:
    """Return a line of plain texts and spans."""
    return Line(tuple(Span(part) if isinstance(part, str) else part for part in parts), right, indent)


def written(lines: Iterable[Line], style: Style) -> str:
    """Return the text of the lines, each ended by a newline."""
    return "".join(f"{_written(each, style)}\n" for each in lines)


def span_columns(spans: Iterable[Span]) -> int:
    """Return how many columns the spans take."""
    return sum(columns(printable(span.text)) for span in spans)


def padding(spans: Sequence[Span], width: int) -> Span:
    """Return the spaces that fill the spans up to a width."""
    return Span(" " * (width - span_columns(spans)))


def _written(each: Line, style: Style) -> str:
    left = " " * each.indent + "".join(_painted(span, style) for span in each.spans)
    room = style.width - each.indent - span_columns(each.spans)
    for right in (each.right, each.right.rpartition("/")[2]):
        gap = room - columns(printable(right))
        if right and gap >= _LEAST_GAP:
            return left + " " * gap + _painted(Span(right, Ink.QUIET), style)
    return left.rstrip(" ") + (f"\n{_below(each, style)}" if each.right else "")


def _below(each: Line, style: Style) -> str:
    """The place on a line of its own, against the right margin, or as far left as it must."""
    indent = max(each.indent + _LEAST_GAP, style.width - columns(printable(each.right)))
    return " " * indent + _painted(Span(each.right, Ink.QUIET), style)


def _painted(span: Span, style: Style) -> str:
    text = printable(span.text)
    if style.colour is Colour.OFF or span.ink is Ink.PLAIN or not text.strip():
        return text
    return f"\x1b[{span.ink.value}m{text}{_RESET}"
