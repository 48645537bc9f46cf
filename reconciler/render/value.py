"""Values: one field's before and after, as short as they can be read without being misread.

Money keeps every digit that it has: a rounded difference could show two equal amounts. A long text shows the part that
differs. Texts that run from right to left, or look alike, never stand on one line with an arrow between them: a
terminal may swap them, and nobody sees it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconciler.model.change import FieldChange
from reconciler.model.json import Json
from reconciler.model.money import decimal_places, exact
from reconciler.render.printable import clipped, columns, looks_alike, printable, quoted, revealed, runs_right_to_left
from reconciler.render.style import Ink, Line, Span, line
from reconciler.render.words import counted, number

_LONG_TEXT = 60  # characters from which a text is shown by the part that differs
_CONTEXT = 24  # characters shown before that part
_MONEY = frozenset({"price", "cost"})
_ARROW = " → "


@dataclass(frozen=True, slots=True)
class Reading:
    """A field's difference: what stands beside its path, and the lines below."""

    beside: tuple[Span, ...]
    below: tuple[Line, ...] = ()


def is_money(path: str) -> bool:
    """Whether a field holds an amount in the store's currency, by its name: a plan does not carry types."""
    return path.rpartition(".")[2].rpartition("_")[2] in _MONEY


def amount(path: str, value: Json) -> Decimal | None:
    """Return the amount that a money field holds; None where it holds something else."""
    if not is_money(path) or not isinstance(value, str):
        return None
    try:
        return exact(value)
    except ValueError:
        return None


def money_text(value: Decimal, currency: str) -> str:
    """Return the amount with the currency's decimals, and with more where it has more."""
    whole, _, fraction = format(value, "f").partition(".")
    kept = fraction.rstrip("0").ljust(decimal_places(currency), "0")
    return f"{whole}.{kept}" if kept else whole


def money_range(values: Sequence[Decimal], currency: str) -> str:
    """Return ``49.00 EUR``, or ``49.00–59.00 EUR`` where they are not all equal."""
    low, high = money_text(min(values), currency), money_text(max(values), currency)
    return f"{low} {currency}" if low == high else f"{low}–{high} {currency}"


def move(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """Return by how many percent an amount moves; None where that means nothing."""
    if before is None or after is None or before <= 0:
        return None
    return (after - before) / before * 100


def move_text(percent: Decimal) -> str:
    """Return ``+3.1 %``; a move that rounds to nothing still shows its direction."""
    text = format(percent, "+.1f")
    return f"{text} %" if percent == 0 or text.strip("+-0.") else f"{'up' if percent > 0 else 'down'} <0.1 %"


def value_text(path: str, value: Json, currency: str) -> str:
    """Return one value on one line, unclipped and printable."""
    held = amount(path, value)
    if held is not None:
        return f"{money_text(held, currency)} {currency}"
    return "nothing" if value is None else _plain(value)


def reading(field: FieldChange, currency: str, room: int) -> Reading:
    """Return how the difference reads, where ``room`` columns are left beside the path."""
    before, after = amount(field.path, field.before), amount(field.path, field.after)
    if before is not None and after is not None:
        percent = move(before, after)
        moved = () if percent is None else (Span(f"  ({move_text(percent)})", Ink.CHANGED),)
        texts = _pair(money_text(before, currency), f"{money_text(after, currency)} {currency}")
        return Reading((*texts, *moved))
    match field.before, field.after:
        case bool(), bool():
            pass
        case int() as old, int() as new:
            return Reading((*_pair(str(old), str(new)), Span(f"  ({new - old:+d})", Ink.CHANGED)))
        case list() as old, list() as new if _are_members(old, new):
            return _members(old, new, room)
        case str() as old, str() as new if looks_alike(old, new):
            return _under_each_other(quoted(revealed(old)), quoted(revealed(new)), room, "look alike, and are not")
        case _:
            pass
    return _texts(field, currency, room)


def differing_part(old: str, new: str) -> tuple[int, int, int]:
    """Return where the texts begin to differ, and where the differing part ends in each."""
    shorter = min(len(old), len(new))
    start = _length_of_agreement(shorter, lambda size: old[:size] == new[:size])
    same_end = _length_of_agreement(
        shorter - start, lambda size: size == 0 or old[len(old) - size :] == new[len(new) - size :]
    )
    return start, len(old) - same_end, len(new) - same_end


def _texts(field: FieldChange, currency: str, room: int) -> Reading:
    old = value_text(field.path, field.before, currency)
    new = value_text(field.path, field.after, currency)
    reordered = runs_right_to_left(old) or runs_right_to_left(new)
    if not reordered and columns(old) <= _LONG_TEXT and columns(new) <= _LONG_TEXT:
        if columns(old) + columns(new) + len(_ARROW) <= room:
            return Reading(_pair(old, new))
        return _under_each_other(old, new, room)
    sizes = [len(value) for value in (field.before, field.after) if isinstance(value, str)]
    remark = ""
    if max(sizes, default=0) > _LONG_TEXT:
        remark = " → ".join(number(size) for size in sizes[:-1]) + (" → " if sizes[1:] else "")
        remark += counted(sizes[-1], "character")
    return _under_each_other(old, new, room, remark)


def _plain(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(printable(value))
        case []:
            return "none"
        case list() if all(isinstance(member, list) and len(member) == 2 for member in value):  # noqa: PLR2004  pairs
            return "; ".join(_option(member) for member in value if isinstance(member, list))
        case list():
            return ", ".join(_bare(member) for member in value)
        case dict():
            return "{" + ", ".join(f"{printable(key)}: {_plain(member)}" for key, member in value.items()) + "}"
        case _:
            return str(value)


def _option(pair: list[Json]) -> str:
    """An option with its values, or the value that a variant has of it."""
    option, values = pair
    listed = ", ".join(map(_bare, values)) if isinstance(values, list) else _bare(values)
    return f"{_bare(option)}: {listed}" if isinstance(values, list) else f"{_bare(option)} {listed}"


def _bare(value: Json) -> str:
    """A word without quotes, where it cannot be taken for anything else."""
    if isinstance(value, str) and value and value == value.strip() and not any(mark in value for mark in ',;:"→'):
        return printable(value)
    return _plain(value)


def _pair(old: str, new: str) -> tuple[Span, ...]:
    return (Span(old, Ink.REMOVED), Span(_ARROW), Span(new, Ink.ADDED))


def _are_members(old: list[Json], new: list[Json]) -> bool:
    """Whether the lists hold words, and not all of the same ones."""
    return all(isinstance(value, str) for value in (*old, *new)) and set(map(str, old)) != set(map(str, new))


def _members(old: list[Json], new: list[Json], room: int) -> Reading:
    added, removed = ([_bare(value) for value in one if value not in other] for one, other in ((new, old), (old, new)))
    gone, come = (f"− {', '.join(removed)}" if removed else "", f"+ {', '.join(added)}" if added else "")
    kept = Span(f"  ({number(len(new) - len(added))} kept)", Ink.QUIET)
    if runs_right_to_left(gone + come) or columns(gone) + columns(come) + span_room(kept) > room:
        below = [line(Span(clipped(text, room), ink)) for text, ink in ((gone, Ink.REMOVED), (come, Ink.ADDED)) if text]
        return Reading((kept,), tuple(below))
    gap = Span("  " if gone and come else "")
    return Reading((Span(gone, Ink.REMOVED), gap, Span(come, Ink.ADDED), kept))


def span_room(span: Span) -> int:
    """Return the columns of one span."""
    return columns(printable(span.text))


def _under_each_other(old: str, new: str, room: int, remark: str = "") -> Reading:
    start, end_old, end_new = differing_part(old, new)
    below = (
        line(Span("− ", Ink.REMOVED), *_excerpt(old, start, end_old, room, Ink.REMOVED)),
        line(Span("+ ", Ink.ADDED), *_excerpt(new, start, end_new, room, Ink.ADDED)),
    )
    return Reading((Span(remark, Ink.QUIET),) if remark else (), below)


def _excerpt(text: str, start: int, end: int, room: int, ink: Ink) -> tuple[Span, ...]:
    """The part that differs, with a little before it and as much after it as there is room for."""
    if columns(text) <= room and len(text) <= 2 * room:
        return (Span(text[:start]), Span(text[start:end], ink), Span(text[end:]))
    first = max(0, start - _CONTEXT)
    lead = clipped(("…" if first else "") + text[first:start], room)
    part = clipped(text[start:end], max(1, room - columns(lead)))
    rest = room - columns(lead) - columns(part)
    tail = clipped(text[end:], rest) if rest > 1 and not part.endswith("…") else ""
    return (Span(lead), Span(part, ink), Span(tail))


def _length_of_agreement(longest: int, agree: Callable[[int], bool]) -> int:
    """The greatest length at which the texts agree: halved, because comparing slices is cheaper than characters."""
    low, high = 0, longest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if agree(middle) else (low, middle - 1)
    return low
