"""Groups: a root with the changes of everything that hangs on it, and the rows in which they are told.

A field that changes alike in several children is one row: twelve equal price changes are one decision to a reviewer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, FieldChange, Move, Remove, Update, deletes
from reconciler.model.json import Json
from reconciler.render.value import amount, move

Explanations: TypeAlias = Mapping[tuple[Address, str], tuple[str, ...]]
"""Lines that say what changed inside a value, by address and path."""
RootOf: TypeAlias = Callable[[Address], Address]


def root_by_name(address: Address) -> Address:
    """Return the root as far as a name tells it: children are taken to hang on a product. A KindSet knows better."""
    return address if "/" not in address.key else Address("product", address.root_key)


@dataclass(slots=True)
class Group:
    """The changes of one group, in the order of the plan."""

    root: Address
    change: Change | None = None  # of the root itself
    children: list[Change] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        """All changes of the group."""
        return [*([self.change] if self.change else []), *self.children]


@dataclass(frozen=True, slots=True)
class Row:
    """One field that changes alike in one or more addresses."""

    field: FieldChange
    addresses: tuple[Address, ...]
    explanation: tuple[str, ...]


def groups(changes: Iterable[Change], root_of: RootOf) -> list[Group]:
    """Return the groups in the order in which the plan first speaks of them."""
    found: dict[Address, Group] = {}
    for change in changes:
        root = root_of(change.address)
        group = found.setdefault(root, Group(root))
        if change.address == root and group.change is None:
            group.change = change
        else:
            group.children.append(change)
    return list(found.values())


def most_telling(all_groups: Sequence[Group], limit: int | None) -> list[Group]:
    """Return at most ``limit`` groups in the order of the plan.

    Those that need attention come before the others, and among equals the largest price moves.
    """
    if limit is None or len(all_groups) <= limit:
        return list(all_groups)
    weights = [(not _needs_attention(group), -_largest_move(group)) for group in all_groups]
    heaviest_first = sorted(range(len(all_groups)), key=weights.__getitem__)
    return [all_groups[position] for position in sorted(heaviest_first[:limit])]


def tells_fields(change: Change) -> bool:
    """Whether a reader wants the change field by field: its thing was there before, and is there after."""
    return isinstance(change, Update | Adopt | Move) or (isinstance(change, Remove) and not deletes(change))


def value_of(change: Change, path: str) -> Json:
    """Return what is known of a field of the changed thing: the new value, or the last one of what goes."""
    for each in change.fields:
        if each.path == path:
            return each.before if deletes(change) else each.after
    return None


def rows(changes: Iterable[Change], explanations: Explanations) -> list[Row]:
    """Return the rows of the changes; those of several addresses first, then by address."""
    alike: dict[tuple[object, ...], list[tuple[Address, FieldChange]]] = {}
    for change in changes:
        for each in change.fields:
            explanation = explanations.get((change.address, each.path), ())
            key = (
                change.address.kind,
                type(change),
                each.path,
                repr(each.before),
                repr(each.after),
                each.cause,
                explanation,
            )
            alike.setdefault(key, []).append((change.address, each))
    found = [
        Row(
            members[0][1],
            tuple(address for address, _ in members),
            explanations.get((members[0][0], members[0][1].path), ()),
        )
        for members in alike.values()
    ]
    shared = [row for row in found if len(row.addresses) > 1]
    position = {change: place for place, change in enumerate(dict.fromkeys(row.addresses[0] for row in found))}
    single = sorted((row for row in found if len(row.addresses) == 1), key=lambda row: position[row.addresses[0]])
    return [*shared, *single]


def _needs_attention(group: Group) -> bool:
    """Whether the group takes something away, takes something over, or overwrites what somebody did in the store."""
    return any(
        isinstance(change, Remove | Adopt) or any(each.cause in {"store", "both"} for each in change.fields)
        for change in group.changes
    )


def _largest_move(group: Group) -> Decimal:
    moves = (
        move(amount(each.path, each.before), amount(each.path, each.after))
        for change in group.changes
        if tells_fields(change)
        for each in change.fields
    )
    return max((abs(percent) for percent in moves if percent is not None), default=Decimal(0))
