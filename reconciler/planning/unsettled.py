"""Unsettled: what git's values would be written over although nobody said that git wins there.

Worked out from changes alone, so that the same is found when a plan is made and when its file is applied.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Remove, Update
from reconciler.model.kind import KindSet

Conflict: TypeAlias = "tuple[Address, str]"
"""A field that changed in git and in the store, by address and path."""
Decides: TypeAlias = Callable[[Address, str], bool]
"""Says whether files themselves say that git wins a field of an address."""


def conflicts(changes: Sequence[Change], decides: Decides) -> Iterator[Conflict]:
    """Yield the fields that changed in git and in the store."""
    for change in changes:
        for each in change.fields:
            if each.cause == "both" and not decides(change.address, each.path.partition(".")[0]):
                yield change.address, each.path


def unexplained(changes: Sequence[Change], kinds: KindSet, decides: Decides) -> Iterator[Address]:
    """Yield the counts that would be written although nobody knows whether customers moved them.

    Not for the changes of a rollback: these have no causes, and take customers' part out of a count themselves.
    """
    for change in changes:
        sold = kinds[change.address.kind].sold if isinstance(change, Update) else frozenset[str]()
        if any(_is_unknown(each, sold) and not decides(change.address, each.path) for each in change.fields):
            yield change.address


def unattributed(changes: Sequence[Change], kinds: KindSet, decides: Decides) -> Iterator[Address]:
    """Yield what would be written over or taken away although nobody knows which side changed it.

    Counts that would be written are left to ``unexplained``, and what every store needs is nobody's edit.
    """
    for change in changes:
        kind = kinds[change.address.kind]
        counts = kind.sold if isinstance(change, Update) else frozenset[str]()
        if not isinstance(change, Update | Remove) or kind.standing:
            continue
        if any(
            each.cause is None and each.path not in counts and not decides(change.address, each.path.partition(".")[0])
            for each in change.fields
        ):
            yield change.address


def _is_unknown(field: FieldChange, sold: frozenset[str]) -> bool:
    return field.path in sold and field.cause is None
