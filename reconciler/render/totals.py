"""Totals: a plan too long to be read line by line, by kind and field, with the extremes that a reviewer looks for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from statistics import median

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove
from reconciler.render.group import Group, tells_fields
from reconciler.render.style import Ink, Line, Span, line, padding
from reconciler.render.value import amount, move, move_text
from reconciler.render.words import counted, name, number, spoken

_INDENT = 2
_MARKS = {
    "create": Span("+ ", Ink.ADDED),
    "adopt": Span("! ", Ink.LOUD),
    "move": Span("> ", Ink.CHANGED),
    "remove": Span("- ", Ink.REMOVED),
    "update": Span("~ ", Ink.CHANGED),
}
_CAUSES = {
    "store": Span(" over a store edit", Ink.LOUD),
    "both": Span(" in conflict", Ink.ALARM),
    "sold": Span(" sold"),
}


@dataclass(slots=True)
class _FieldTotal:
    """What all changes of one field of one kind come to."""

    changes: int = 0
    roots: set[Address] = field(default_factory=set)
    moves: list[tuple[Decimal, Address]] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _TotalRow:
    mark: Span
    label: str
    spans: tuple[Span, ...]
    below: Line | None = None


def totals_lines(groups: Sequence[Group], longest: int | None) -> Iterator[Line]:
    """Yield the table, of at most ``longest`` rows; all of them for None."""
    table = [*_things(groups), *_fields(groups)]
    shown = table[:longest]
    width = max((len(row.label) for row in shown), default=0)
    yield line(Span("Totals", Ink.STRONG))
    for row in shown:
        spans = (row.mark, Span(row.label), padding((Span(row.label),), width), Span("  "), *row.spans)
        yield Line(spans, indent=_INDENT)
        if row.below:
            yield Line(row.below.spans, indent=_INDENT + 2 + width + 2)
    if len(shown) < len(table):
        yield line(Span(f"… {counted(len(table) - len(shown), 'more row')}", Ink.QUIET), indent=_INDENT)


def _things(groups: Sequence[Group]) -> Iterator[_TotalRow]:
    """What is made, taken over or removed, in this order."""
    counts = Counter(
        (list(_MARKS).index(change.action), change.address.kind, _fate(change))
        for group in groups
        for change in group.changes
        if change.action != "update" or not change.fields
    )
    for (rank, kind, fate), count in sorted(counts.items(), key=lambda pair: pair[0][0]):
        yield _TotalRow(list(_MARKS.values())[rank], spoken(kind), (Span(f"{number(count)} {fate}"),))


def _fate(change: Change) -> str:
    if isinstance(change, Remove):
        return f"to {change.how}"
    return "with nothing to write" if change.action == "update" else f"to {change.action}"


def _fields(groups: Sequence[Group]) -> Iterator[_TotalRow]:
    totals: dict[str, _FieldTotal] = {}
    for group in groups:
        for change in group.changes:
            for each in change.fields if tells_fields(change) else ():
                total = totals.setdefault(f"{change.address.kind}.{each.path}", _FieldTotal())
                total.changes += 1
                total.roots.add(group.root)
                total.causes[each.cause or ""] += 1
                moved = move(amount(each.path, each.before), amount(each.path, each.after))
                if moved is not None:
                    total.moves.append((moved, change.address))
    for label, total in totals.items():
        yield _TotalRow(_MARKS["update"], name(label), tuple(_spans(total)), _extremes(total.moves))


def _spans(total: _FieldTotal) -> Iterator[Span]:
    kinds = Counter(root.kind for root in total.roots)
    where = " and ".join(counted(count, spoken(kind)) for kind, count in islice(kinds.items(), 3))
    yield Span(f"{counted(total.changes, 'change')} in {where}")
    for cause, span in _CAUSES.items():
        if total.causes[cause]:
            yield Span(f", {number(total.causes[cause])}{span.text}", span.ink)


def _extremes(moves: Sequence[tuple[Decimal, Address]]) -> Line | None:
    """From the deepest fall to the steepest rise, each with the name of whom it happens to."""
    if not moves:
        return None
    low, high = min(moves), max(moves)
    if low[0] == high[0]:
        return line(f"{'each ' if len(moves) > 1 else ''}by {move_text(low[0])}")
    ends = [f"{move_text(percent)} ({name(address.key)})" for percent, address in (low, high)]
    middle = move_text(median(percent for percent, _ in moves))
    return line(f"from {ends[0]} to {ends[1]}, median {middle}")
