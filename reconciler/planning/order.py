"""The order of changes: groups in the order of kinds and keys, parents first; removals last, children first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Remove
from reconciler.model.kind import KindSet


def ordered(changes: Iterable[Change], kinds: KindSet) -> tuple[Change, ...]:
    """Return the changes in the order of their making, each with what it has to wait for."""
    changes = tuple(changes)
    leaving = {change.address for change in changes if isinstance(change, Remove) and _is_root(change.address, kinds)}
    in_order = sorted(changes, key=lambda change: _sort_key(change, kinds, leaving))
    made: dict[str, list[Address]] = defaultdict(list)
    for change in in_order:
        if isinstance(change, Create | Adopt):
            made[change.address.kind].append(change.address)
    roots = {address for addresses in made.values() for address in addresses}
    return tuple(_with_dependencies(change, kinds, made, roots) for change in in_order)


def _sort_key(change: Change, kinds: KindSet, leaving: set[Address]) -> tuple[bool, int, str, bool, int, str]:
    root = kinds.root_of(change.address)
    removes = isinstance(change, Remove)
    position = kinds.position(change.address.kind)
    return (
        root in leaving,
        kinds.position(root.kind),
        root.key,
        removes,
        -position if removes else position,
        change.address.key,
    )


def _is_root(address: Address, kinds: KindSet) -> bool:
    return kinds[address.kind].parent is None


def _with_dependencies(change: Change, kinds: KindSet, made: dict[str, list[Address]], roots: set[Address]) -> Change:
    waits_for: list[Address] = []
    root = kinds.root_of(change.address)
    if root != change.address and root in roots:
        waits_for.append(root)
    elif isinstance(change, Create | Adopt):
        waits_for += [address for kind in kinds[change.address.kind].after for address in made[kind]]
    return replace(change, depends_on=tuple(waits_for)) if waits_for else change
