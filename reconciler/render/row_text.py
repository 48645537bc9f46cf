"""The text of rows: what changes, how, why, where it was written, and for whom else it changes alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.origin import Origin
from reconciler.render.explained import explained_lines
from reconciler.render.group import Explanations, Row
from reconciler.render.printable import clipped, columns
from reconciler.render.style import Detail, Ink, Line, Span, line, padding, span_columns
from reconciler.render.value import reading
from reconciler.render.words import child_name, counted, name, names, number, spoken, wrapped

CAUSES = {
    "git": Span("  git", Ink.QUIET),
    "store": Span("  overwrites a store edit", Ink.LOUD),
    "both": Span("  conflict: git and store", Ink.ALARM),
    "sold": Span("  sold", Ink.QUIET),
}
"""What a cause is called. ``new`` goes without saying."""

_GAP = "  "
_LEAST_ROOM = 40  # columns for a difference, however long the names before it
_WIDEST_WHO = 32
_WIDEST_PATH = 36
_LONGEST_EXPLANATION = 8  # lines


@dataclass(frozen=True, slots=True)
class Page:
    """What a text is written for."""

    currency: str
    width: int
    detail: Detail = Detail.NORMAL
    longest_group: int | None = None  # lines below a group's name; None: as many as it takes
    explanations: Explanations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are shown or left out together, and the fields that they tell, by address."""

    lines: tuple[Line, ...]
    addresses: tuple[Address, ...]


def row_blocks(rows: Sequence[Row], root: Address, page: Page, indent: int) -> Iterator[Block]:
    """Yield a block for each row, set in columns: who, which field, how."""
    who_width = min(_WIDEST_WHO, max((columns(_who(row, root)) for row in rows), default=0))
    path_width = min(_WIDEST_PATH, max((columns(name(row.field.path)) for row in rows), default=0))
    before: tuple[Address, ...] = ()
    for row in rows:
        who = "" if row.addresses == before else _who(row, root)
        before = row.addresses
        spans = _columned(((Span(who, Ink.STRONG), who_width), (Span(name(row.field.path)), path_width)))
        yield Block(tuple(_row_lines(row, spans, page, indent)), row.addresses)


def value_lines(fields: Sequence[FieldChange], texts: Sequence[str], page: Page, indent: int) -> Iterator[Line]:
    """Yield a line for each field of a thing that is made or deleted, with its one value."""
    width = min(_WIDEST_PATH, max((columns(name(each.path)) for each in fields), default=0))
    for each, text in zip(fields, texts, strict=True):
        spans = _columned(((Span(name(each.path)), width),))
        room = max(_LEAST_ROOM, page.width - indent - span_columns(spans))
        yield line(*spans, clipped(text, room), indent=indent, right=place_text(each.origin))
        yield from _trail(each.origin, page, indent + 2)


def place_text(origin: Origin | None) -> str:
    """Return file and line of an origin, where it has them."""
    return str(origin.place) if origin and origin.place else ""


def _columned(cells: Sequence[tuple[Span, int]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for span, width in cells:
        if width:
            spans += [span, padding((span,), width), Span(_GAP)]
    return tuple(spans)


def _who(row: Row, root: Address) -> str:
    first = row.addresses[0]
    if len(row.addresses) > 1:
        return counted(len(row.addresses), spoken(first.kind))
    return "" if first == root else f"{spoken(first.kind)} {name(child_name(first))}"


def _row_lines(row: Row, spans: tuple[Span, ...], page: Page, indent: int) -> Iterator[Line]:
    used = indent + span_columns(spans)
    told = reading(row.field, page.currency, max(_LEAST_ROOM, page.width - used))
    cause = CAUSES.get(row.field.cause or "new", Span(""))
    spans = (*spans, *told.beside, cause)
    place = place_text(row.field.origin)
    if len(row.addresses) > 1 and page.detail is Detail.NORMAL:
        room = max(_LEAST_ROOM // 2, page.width - indent - span_columns(spans) - len(_GAP))
        spans = (*spans, Span(_GAP + names([child_name(address) for address in row.addresses], room), Ink.QUIET))
    yield line(*spans, indent=indent, right=place)
    for below in () if row.explanation else told.below:
        yield Line(below.spans, indent=indent + 2)
    if len(row.addresses) > 1 and page.detail is Detail.FULL:
        listed = wrapped([child_name(address) for address in row.addresses], page.width - indent - 2)
        yield from (line(Span(text, Ink.QUIET), indent=indent + 2) for text in listed)
    yield from _explained(row.explanation, page, indent + 2)
    yield from _trail(row.field.origin, page, indent + 2)


def _explained(explanation: Sequence[str], page: Page, indent: int) -> Iterator[Line]:
    room = max(_LEAST_ROOM, page.width - indent)
    shown = list(
        islice(explained_lines(explanation, room), None if page.longest_group is None else _LONGEST_EXPLANATION)
    )
    for text in shown:
        ink = {"+": Ink.ADDED, "-": Ink.REMOVED}.get(text[:1], Ink.QUIET)
        yield line(Span(text, ink), indent=indent)
    if len(shown) < len(explanation):
        yield line(Span(f"… {number(len(explanation) - len(shown))} more lines", Ink.QUIET), indent=indent)


def _trail(origin: Origin | None, page: Page, indent: int) -> Iterator[Line]:
    """The whole way of a value, for those who ask for everything."""
    if page.detail is Detail.FULL and origin and origin.trail:
        yield line(Span(f"by {', then '.join(origin.trail)}", Ink.QUIET), indent=indent)
