"""Brief: the few words beside a group's name while it is closed, so that a reviewer opens what needs opening."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from reconciler.model.change import Change, FieldChange, deletes
from reconciler.render.group import Group, tells_fields, value_of
from reconciler.render.value import amount, money_text, move, move_text
from reconciler.render.words import child_name, counted, counted_kinds, names, spoken

_PATHS_SHOWN = 4
_ROOM_FOR_NAMES = 60  # columns
_PUBLICATIONS = frozenset({"publication", "collection_publication"})
_COUNTED = ("variant", "image", "metafield")
"""What is counted of a thing that comes or goes whole."""


def brief(group: Group, currency: str) -> Iterator[str]:
    """Yield what a closed row says: prices, what comes or goes, and the fields that change."""
    whole = group.change is not None and not tells_fields(group.change)
    yield from _prices(group, currency)
    if whole:
        yield from _contents(group)
        return
    for action in ("create", "adopt", "remove"):
        children = [child for child in group.children if child.action == action]
        if children and (group.change is None or group.change.action != action):
            yield _things(action, children)
    told = [change for change in group.changes if tells_fields(change)]
    stock = list(_stock(told))
    yield from stock
    said = {"price", *(["available"] if stock else [])}
    paths = sorted({each.path for change in told for each in change.fields} - said)
    if paths:
        yield ", ".join(paths[:_PATHS_SHOWN]) + ("…" if len(paths) > _PATHS_SHOWN else "")


def _things(action: str, children: Sequence[Change]) -> str:
    """Return ``remove 1 publication: leaves Online Store``: in the words of the counts and of the filter."""
    said = f"{action} {', '.join(counted_kinds(child.address for child in children))}"
    left = [child_name(child.address) for child in children if child.address.kind in _PUBLICATIONS and deletes(child)]
    return f"{said}: leaves {names(left, _ROOM_FOR_NAMES)}" if left else said


def _prices(group: Group, currency: str) -> Iterator[str]:
    fields = [
        (child, each)
        for child in group.children
        if child.address.kind == "variant"
        for each in child.fields
        if each.path == "price"
    ]
    moves = [each for child, each in fields if tells_fields(child) and _moved(each) is not None]
    if moves:
        yield _move(moves, currency)
        return
    amounts = [amount(each.path, each.before if deletes(child) else each.after) for child, each in fields]
    held = [each for each in amounts if each is not None]
    if held:
        low, high = money_text(min(held), currency), money_text(max(held), currency)
        yield f"{low} {currency}" if low == high else f"{low} to {high} {currency}"


def _stock(changes: Sequence[Change]) -> Iterator[str]:
    """Yield how many pieces there were and will be, where that changes at one place alone."""
    counts = [each for change in changes for each in change.fields if each.path == "available"]
    if len(counts) == 1 and isinstance(counts[0].after, int):
        before = counts[0].before if isinstance(counts[0].before, int) else 0
        yield f"stock {before} → {counts[0].after} ({counts[0].after - before:+d})"


def _move(moves: Sequence[FieldChange], currency: str) -> str:
    """Return how prices move; the amounts too where all of them do alike."""
    percents = [found for each in moves if (found := _moved(each)) is not None]
    low, high = move_text(min(percents)), move_text(max(percents))
    if len({(each.before, each.after) for each in moves}) == 1:
        before, after = (amount("price", side) for side in (moves[0].before, moves[0].after))
        if before is not None and after is not None:
            return f"price {money_text(before, currency)} → {money_text(after, currency)} {currency} ({low})"
    return f"prices {low}" if low == high else f"prices {low} to {high}"


def _moved(field: FieldChange) -> Decimal | None:
    return move(amount(field.path, field.before), amount(field.path, field.after))


def _contents(group: Group) -> Iterator[str]:
    """Yield what a thing that comes or goes has: variants, pictures, pieces of stock."""
    counts = Counter(child.address.kind for child in group.children)
    for kind in _COUNTED:
        if counts[kind]:
            yield counted(counts[kind], spoken(kind))
    pieces = sum(_pieces(child) for child in group.children)
    if pieces:
        yield f"{counted(pieces, 'piece')} of stock"


def _pieces(change: Change) -> int:
    held = value_of(change, "available") if change.address.kind == "stock" else None
    return held if isinstance(held, int) and not isinstance(held, bool) else 0
