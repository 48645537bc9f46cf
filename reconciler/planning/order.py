"""The order of changes: groups in the order of kinds and keys, parents first; removals last, children first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Move, Remove, Update
from reconciler.model.kind import KindSet, as_facet


def ordered(changes: Iterable[Change], kinds: KindSet) -> tuple[Change, ...]:
    """Return the changes in the order of their making, each with what it has to wait for."""
    changes = tuple(changes)
    leaving = {change.address for change in changes if isinstance(change, Remove) and _is_root(change.address, kinds)}
    in_order = sorted(changes, key=lambda change: _sort_key(change, kinds, leaving))
    takes_from = _takers(in_order, kinds)
    in_order = _givers_first(in_order, takes_from, kinds)
    made = _Made(kinds)
    for change in in_order:
        if isinstance(change, Create | Adopt | Move):
            made.add(change.address)
    return tuple(
        _with_dependencies(change, made, takes_from, is_facet=kinds[change.address.kind].match is as_facet)
        for change in in_order
    )


def _takers(changes: Iterable[Change], kinds: KindSet) -> dict[Address, Address]:
    """Return root → the root whose alias it takes over in this plan: two cannot have one at the same time."""
    gives: dict[tuple[str, str], Address] = {}
    takes: dict[tuple[str, str], Address] = {}
    for change in changes:
        alias = kinds[change.address.kind].alias
        for field in change.fields:
            if alias is not None and field.path == alias:
                gives |= {(change.address.kind, str(field.before)): change.address} if field.before is not None else {}
                takes |= {(change.address.kind, str(field.after)): change.address} if field.after is not None else {}
    return {taker: gives[alias] for alias, taker in takes.items() if alias in gives and gives[alias] != taker}


def _givers_first(changes: list[Change], takes_from: dict[Address, Address], kinds: KindSet) -> list[Change]:
    """Return the changes with each group after the one whose alias it takes; a circle stays as it was."""
    groups: dict[Address, list[Change]] = {}
    for change in changes:
        groups.setdefault(kinds.root_of(change.address), []).append(change)
    placed: dict[Address, None] = {}
    for root in groups:
        chain = [root]
        while (giver := takes_from.get(chain[-1])) is not None and giver not in placed and giver not in chain:
            chain.append(giver)
        placed |= dict.fromkeys(reversed(chain))
    return [change for root in placed for change in groups[root]]


class _Made:
    """What the plan makes, or makes ours under its key, for whatever has to wait for it."""

    def __init__(self, kinds: KindSet) -> None:
        self._kinds = kinds
        self._roots: set[Address] = set()
        self._everything: set[Address] = set()
        self._of_kind: dict[str, list[Address]] = defaultdict(list)
        self._in_group: dict[tuple[str, Address], list[Address]] = defaultdict(list)

    def add(self, address: Address) -> None:
        root = self._kinds.root_of(address)
        if root == address:
            self._roots.add(address)
        self._everything.add(address)
        self._of_kind[address.kind].append(address)
        self._in_group[address.kind, root].append(address)

    def root_before(self, address: Address) -> Iterator[Address]:
        """Yield the root of the address, if it is made first."""
        root = self._kinds.root_of(address)
        if root != address and root in self._roots:
            yield root

    def before(self, address: Address) -> Iterator[Address]:
        """Yield what is made first: root and parent, the root that it names, then kinds that come before.

        Of its own group only its own group's.
        """
        root = self._kinds.root_of(address)
        yield from self.root_before(address)
        named = self._kinds.named_root(address)
        if named in self._roots:
            yield named
        parent = self._kinds.parent_of(address)
        if parent is not None and parent != root:
            yield from self._known(parent)
        for kind in self._kinds[address.kind].after:
            beside = self._kinds.root(kind) == root.kind
            yield from self._in_group[kind, root] if beside else self._of_kind[kind]

    def outside(self, change: Change) -> Iterator[Address]:
        """Yield what is made in other groups, and the change needs: its definition, and what its value names."""
        defined_by = self._kinds[change.address.kind].defined_by
        if defined_by is not None and not isinstance(change, Remove):
            yield from self._known(defined_by(change.address))
        for address in change.depends_on:
            yield from self._known(address)

    def _known(self, address: Address) -> Iterator[Address]:
        if address in self._everything:
            yield address


def _sort_key(change: Change, kinds: KindSet, leaving: set[Address]) -> tuple[bool, int, str, bool, int, str]:
    root = kinds.root_of(change.address)
    removes = isinstance(change, Remove)
    position = kinds.position(change.address.kind)
    return (
        root in leaving,
        -kinds.position(root.kind) if root in leaving else kinds.position(root.kind),
        root.key,
        removes,
        -position if removes else position,
        change.address.key,
    )


def _is_root(address: Address, kinds: KindSet) -> bool:
    return kinds[address.kind].parent is None


def _with_dependencies(change: Change, made: _Made, takes_from: dict[Address, Address], *, is_facet: bool) -> Change:
    # A facet is a list of its neighbours, so that it is as asked only once those are there.
    if isinstance(change, Create | Adopt | Move) or (isinstance(change, Update) and is_facet):
        waits_for = tuple(made.before(change.address))
    else:
        waits_for = tuple(made.root_before(change.address))
    waits_for = tuple(dict.fromkeys((*waits_for, *made.outside(change))))
    giver = takes_from.get(change.address)
    if giver is not None and not _in_circle(change.address, takes_from):
        waits_for = (*waits_for, giver)
    return replace(change, depends_on=waits_for) if waits_for != change.depends_on else change


def _in_circle(address: Address, takes_from: dict[Address, Address]) -> bool:
    seen = {address}
    while (at := takes_from.get(address)) is not None:
        if at in seen:
            return True
        seen.add(at)
        address = at
    return False
