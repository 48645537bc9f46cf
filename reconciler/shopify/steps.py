"""Changes of a group → the requests that make them, step by step. Pure.

A root that is made, deleted, or changed as a whole takes its children along in one mutation (``carries``, ``Nesting``).
Everything else is written kind by kind, in the order of the kinds; kinds that are pooled are left to be written
together with those of other groups.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove, deletes, live_id
from reconciler.model.directory import Directory
from reconciler.model.kind import KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Live, merged
from reconciler.shopify.codec import Batch, CarriedRow, Codec, Mutation, NestedRow, Travels

GROUPS_IN_A_POOL: Final = 1000
"""How many groups are written before what is pooled of them."""


@dataclass(frozen=True, slots=True)
class GroupWrite:
    """The changes of one group that may be made, and what the store held of it just before."""

    root: Address
    changes: tuple[Change, ...]
    live: Live
    after: Mapping[Address, Resource] = field(default_factory=dict)
    """Every resource of the group as it is to be; what goes is not in it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known by the time that a step is spelled."""

    ids: Mapping[Address, str] = field(default_factory=dict)
    directory: Directory = field(default_factory=Directory)
    run: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Changes of one kind that are written together; or, with a batch that carries, those of a whole group."""

    kind: str
    batch: Batch
    covers: frozenset[Address]
    removes: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it carries or deletes a whole group, so that nothing of it can be left out."""
        return bool(self.batch.carried) or any(
            each.address == self.batch.root and deletes(each) for each in self.batch.changes
        )

    def without(self, addresses: Container[Address]) -> "Step":
        """Return the step without the changes of these addresses; not of a whole group."""
        left = tuple(change for change in self.batch.changes if change.address not in addresses)
        covers = frozenset(at for at in self.covers if at not in addresses)
        return replace(self, batch=replace(self.batch, changes=left), covers=covers)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a whole mutation may carry: the changes by address, and all addresses by kind and parent."""

    changes: Mapping[Address, Change]
    below: Mapping[tuple[str, Address], Sequence[Address]]


class _StandIns(Mapping[str, str]):
    """The handles of what is not made yet: whatever is asked for."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def __getitem__(self, name: str) -> str:
        return f"new:{name}:{self._address}"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Compiler:
    """Turns changes into steps and mutations, by the codecs of an engine."""

    def __init__(self, kinds: KindSet, codecs: Mapping[str, Codec]) -> None:
        self._kinds = kinds
        self._codecs = codecs

    def steps(self, write: GroupWrite, known: Known) -> Iterator[Step]:
        """Yield the steps of one group, without what is pooled and not carried."""
        root_change = next((change for change in write.changes if change.address == write.root), None)
        carried: frozenset[Address] = frozenset()
        if self._travels_whole(root_change, write):
            batch = self._carrying(root_change, write, known)
            rows = (row for rows in batch.carried.values() for first in rows for row in first.everything())
            carried = frozenset({write.root, *batch.dropped, *batch.implied, *(row.address for row in rows)})
            yield Step(write.root.kind, batch, carried)
        elif root_change is not None:
            own = Batch((root_change,), root=write.root, live=write.live, group=write.after)
            yield Step(write.root.kind, own, frozenset({write.root}))
        rest = [change for change in write.changes if change.address not in carried and change.address != write.root]
        children = [kind.name for kind in self._kinds.children(write.root.kind) if not self._codecs[kind.name].pooled]
        for kind in children:
            made = tuple(c for c in rest if c.address.kind == kind and not isinstance(c, Remove))
            yield from self._own(kind, made, write, removes=False)
        for kind in reversed(children):
            gone = tuple(c for c in rest if c.address.kind == kind and isinstance(c, Remove))
            yield from self._own(kind, gone, write, removes=True)

    def _own(self, kind: str, changes: tuple[Change, ...], write: GroupWrite, *, removes: bool) -> Iterator[Step]:
        if changes:
            covers = frozenset(change.address for change in changes)
            yield Step(kind, Batch(changes, root=write.root, live=write.live, group=write.after), covers, removes)

    def pooled(
        self, changes: tuple[Change, ...], live: Live, group: Mapping[Address, Resource] | None = None
    ) -> Iterator[Step]:
        """Yield the steps of changes of many groups, of kinds that are pooled. ``group``: all as it is to be."""
        for kind in self._kinds:
            own = tuple(change for change in changes if change.address.kind == kind.name)
            if own and self._codecs[kind.name].pooled:
                batch = Batch(own, live=live, group=group or {})
                yield Step(kind.name, batch, frozenset(change.address for change in own))

    def is_pooled(self, address: Address) -> bool:
        """Return whether changes of the address are written together with those of other groups."""
        return self._codecs[address.kind].pooled

    def waves(self, changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
        """Yield the changes of pooled kinds in turn: a kind that comes after another one is not written beside it."""
        wave: list[Change] = []
        for kind in self._kinds:
            own = [change for change in changes if change.address.kind == kind.name]
            if own and {change.address.kind for change in wave}.intersection(kind.after):
                yield tuple(wave)
                wave = []
            wave += own
        if wave:
            yield tuple(wave)

    def mutations(self, step: Step, known: Known) -> Iterator[Mutation]:
        """Yield the requests of a step, with the ids that are known by now."""
        batch = step.batch
        root_id = known.ids.get(batch.root) if batch.root is not None else None
        ready = replace(batch, root_id=root_id, ids=known.ids, directory=known.directory, run=known.run)
        yield from self._codecs[step.kind].write(ready)

    def forecast(self, writes: Sequence[GroupWrite], known: Known) -> Iterator[Mutation]:
        """Yield the requests of groups that are written one after another, then those of what is pooled of them all.

        Ids and handles that nobody knows yet are stood in for.
        """
        rest: list[Change] = []
        live = merged(write.live for write in writes)
        new = [change.address for write in writes for change in write.changes if isinstance(change, Create)]
        stand_ins = {address: _StandIns(address) for address in new if address not in live.handles}
        ids = {**known.ids, **live.ids, **{address: address.stand_in for address in new}}
        assumed = Known(ids, known.directory, known.run)
        for write in writes:
            covered: set[Address] = set()
            for step in self.steps(write, assumed):
                covered |= step.covers
                yield from self.mutations(step, assumed)
            rest += (change for change in write.changes if change.address not in covered)
        after = {address: resource for write in writes for address, resource in write.after.items()}
        for step in self.pooled(tuple(rest), replace(live, handles={**live.handles, **stand_ins}), after):
            yield from self.mutations(step, assumed)

    def needs(self, step: Step, write: GroupWrite) -> frozenset[Address]:
        """Return the addresses of the group whose ids the step has to know: parents, and what it comes after."""
        wanted = set[Address]()
        for change in step.batch.changes:
            parent = self._kinds.parent_of(change.address)
            wanted |= {parent} if parent is not None and change.address != write.root else set()
            before = self._kinds[change.address.kind].after
            wanted |= {at for at in write.after if at.kind in before and self._kinds.root_of(at) == write.root}
        return frozenset(wanted & write.after.keys())

    def _travels_whole(self, root_change: Change | None, write: GroupWrite) -> bool:
        """Whether one mutation takes the whole group: the root asks for it, or children are in each other's way."""
        if root_change is not None and self._codecs[write.root.kind].carries(root_change):
            return True
        for kind in self._kinds.children(write.root.kind):
            nesting = self._codecs[kind.name].nesting
            own = [change for change in write.changes if change.address.kind == kind.name]
            if nesting is not None and nesting.collide(own):
                return True
        return False

    def _carrying(self, root_change: Change | None, write: GroupWrite, known: Known) -> Batch:
        changes = {change.address: change for change in write.changes}
        deletes = isinstance(root_change, Remove) and root_change.how == "delete"
        dropped = tuple(
            change.address
            for change in write.changes
            if isinstance(change, Remove) and change.address != write.root and (deletes or self._is_whole_list(change))
        )
        own = (root_change,) if root_change is not None else ()
        return Batch(
            own,
            write.live.ids.get(write.root),
            {} if deletes else self._rows_below(write.root, write, _Rows(changes, self._by_parent(write)), known),
            dropped,
            self._implied(write) if isinstance(root_change, Create) else (),
            write.root,
            write.after.get(write.root),
            group=write.after,
            live=write.live,
        )

    def _implied(self, write: GroupWrite) -> tuple[Address, ...]:
        return tuple(change.address for change in write.changes if self._codecs[change.address.kind].implied)

    def _is_whole_list(self, change: Change) -> bool:
        nesting = self._codecs[change.address.kind].nesting
        return nesting is not None and nesting.travels is Travels.ALWAYS

    def _by_parent(self, write: GroupWrite) -> Mapping[tuple[str, Address], list[Address]]:
        found: dict[tuple[str, Address], list[Address]] = defaultdict(list)
        for address in write.after:
            parent = self._kinds.parent_of(address)
            if parent is not None:
                found[address.kind, parent].append(address)
        return found

    def _rows_below(
        self, parent: Address, write: GroupWrite, of_group: _Rows, known: Known
    ) -> dict[str, tuple[CarriedRow, ...]]:
        rows: dict[str, tuple[CarriedRow, ...]] = {}
        changes = of_group.changes
        is_new = isinstance(changes.get(parent), Create)
        for kind in self._kinds.children(write.root.kind):
            nesting = self._codecs[kind.name].nesting
            if kind.parent != parent.kind or nesting is None or not (is_new or nesting.travels is Travels.ALWAYS):
                continue
            found = []
            for address in of_group.below.get((kind.name, parent), ()):
                resource = write.after[address]
                if kind.pointing is not None:
                    resource = kind.pointing.with_ids(resource, known.ids)
                    if kind.pointing.targets(resource):
                        continue  # what it names is made later, and this after that
                row = _nested_row(address, resource, changes.get(address), write.live, known)
                below = self._rows_below(address, write, of_group, known)
                found.append(CarriedRow(address, nesting.spell(row), below, nesting.uploads(row)))
            if found or nesting.travels is Travels.ALWAYS:
                rows[nesting.field] = tuple(nesting.arrange(found, write.after))
        return rows


def _nested_row(address: Address, resource: Resource, change: Change | None, live: Live, known: Known) -> NestedRow:
    written = frozenset(item.path.partition(".")[0] for item in change.fields) if change else frozenset[str]()
    id_now = live.ids.get(address) if change is None or isinstance(change, Create) else live_id(change)
    return NestedRow(address, id_now, resource, written, known.directory, known.ids)
