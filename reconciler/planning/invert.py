"""The changes that take a run back: what the journal says it wrote, met with what the store holds now. Pure.

A field goes back only while the store holds what the run wrote; what somebody changed since is shown with all three
values, and left alone. Quantities that customers move are taken back by their difference. What the run made goes only
if nobody touched it; what it removed is made again, as far as the store can bear it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from pydantic import ValidationError

from reconciler.model.address import Address
from reconciler.model.change import (
    RELEASE,
    Adopt,
    Change,
    Create,
    FieldChange,
    Move,
    Remove,
    Update,
    after,
    deletes,
    releases,
)
from reconciler.model.kind import Counting, Kind, KindSet, as_desired
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.planning.along import added_along
from reconciler.planning.ground import Ground
from reconciler.planning.group import GroupPlan, deletion, known_by
from reconciler.planning.later import KEY, left_alone
from reconciler.planning.moved_back import keeps_its_key, moved_back, not_ours
from reconciler.planning.named_now import made_again
from reconciler.planning.precondition import shown, values_by_path
from reconciler.planning.project import projected
from reconciler.planning.quantities_back import Counters, differences_back
from reconciler.planning.returning import Returning, SoFar
from reconciler.planning.untouched import AsMade
from reconciler.planning.written import Written


class Inversion:
    """Takes a run back group by group, those first that others name: in the order of kinds."""

    def __init__(self, written: Written, ground: Ground, kinds: KindSet) -> None:
        self.groups = written.by_group(kinds)
        self.ground = ground
        self.kinds = kinds
        self.so_far = SoFar()
        self.staying: set[Address] = set()
        """What the run made and somebody touched: it stays, with all that hangs on it, and its places elsewhere."""

    def roots(self) -> tuple[Address, ...]:
        """Return the groups to look at, in the order in which to take them back."""
        return tuple(sorted(self.groups, key=self.kinds.sort_key))

    def group(self, root: Address, live: Live) -> GroupPlan:
        """Return what takes back what the run wrote of one group, and the notes about what it leaves alone."""
        group = _Group(root, live, self)
        changes = group.changes()
        own = self.groups[root].changes.get(root)
        if isinstance(own, Move):
            obstacle = keeps_its_key(own, group.later, self.ground.in_use)
            group.notes += [obstacle] if obstacle else []
            changes = changes if obstacle else moved_back(own, changes, live)
        return GroupPlan(changes, notes=tuple(group.notes), unplanned=tuple(group.lost))


class _Group:
    """One group on its way back."""

    def __init__(self, root: Address, live: Live, whole: Inversion) -> None:
        self._root = root
        self._live = live
        self._written = whole.groups[root]
        self.later = self._written.later
        self._ground = whole.ground
        self._kinds = whole.kinds
        self._returning = Returning(root, live, self._written, whole.ground, whole.kinds, whole.so_far)
        self._said = self._returning.said
        self.notes, self.lost = self._said.notes, self._said.lost
        self._staying = whole.staying
        self._going: set[Address] = set()
        """What the rollback takes away of this group."""
        own = sorted(self._written.changes.values(), key=lambda change: whole.kinds.sort_key(change.address))
        self._own = {change.address: change for change in own}
        self._since = whole.kinds.families(self.later.under(root))
        self._counters = Counters(live.resources, whole.kinds)
        self._as_made = AsMade(self._own, live, whole.kinds, whole.ground.shop_name, self.later)

    def changes(self) -> tuple[Change, ...]:
        """Return what takes the group back, parents first."""
        found = tuple(self._each_back())
        kind = self._kinds[self._root.kind]
        if kind.accommodate is as_desired:
            return found
        after_all = projected(self._live, found, self._kinds).resources
        children = [each for at, each in after_all.items() if at != self._root]
        fitted = (_fitted(each, kind, children) if each.address == self._root else each for each in found)
        return tuple(each for each in fitted if each is not None)

    def _each_back(self) -> Iterator[Change]:
        root_change, there = self._own.get(self._root), self._root in self._live.resources
        if isinstance(root_change, Create):
            yield from self._unmade(self._root) if there else ()
            return
        released = root_change is not None and releases(root_change)
        if there and not released and self._root not in self._live.owned:
            self.notes.append(not_ours(self._root, self._ground.strangers.get(self._root)))
            return
        going = self._going
        for address, change in self._own.items():
            settled = going | self._staying
            if settled.isdisjoint(self._kinds.above(address)) and not self._is_order(address):
                back = tuple(self._back(change))
                going |= {each.address for each in back if isinstance(each, Remove) and not releases(each)}
                yield from back
        for address, fields in sorted(self._written.held.items(), key=lambda item: self._kinds.sort_key(item[0])):
            if address not in self._own and self._returning.went_along(address):
                yield from self._returning.restored(address, fields)
        yield from self._returning.orders(self._going)

    def _is_order(self, address: Address) -> bool:
        return self._kinds[address.kind].is_order

    def _back(self, change: Change) -> Iterator[Change]:
        match change:
            case Create():
                yield from self._unmade(change.address)
            case Remove(how="delete"):
                yield from self._returning.restored(change.address, {each.path: each.before for each in change.fields})
            case Adopt() | Move() | Update() | Remove():
                yield from self._rewritten(change)
            case _:
                assert_never(change)

    def _unmade(self, address: Address) -> Iterator[Change]:
        """Yield the removal of what the run made, if that is all that would be lost."""
        kind, held = self._kinds[address.kind], self._live.resources.get(address)
        if kind.counting is not None:
            yield from self._countered(address, kind.counting)
            return
        if held is None:
            return  # somebody took it away already
        if address in kind.standing or self._kinds.named_root(address) in self._staying:
            return  # every store needs it; or it is a place of what stays
        if kind.stays:
            self._said.cannot_return(address, " stays: the API has no way to take it back")
        elif kind.sold and self._goes_by_difference(address):
            yield from self._compensated(address)
        else:
            gone = self.later.taken_back(address)
            reasons = [
                *([f"run {gone.run} took it away, and it was made again since"] if gone is not None else []),
                *(f"run {run} wrote {at} since" for at, run in self.later.last_runs(self._since.get(address, ()))),
                *self._as_made.touches(address),
                *self._ground.elsewhere.get(address, ()),
                *added_along(self._as_made.held(address), self._live, self._ground.along, self._kinds),
            ]
            if reasons:
                self._staying.add(address)
                self.notes.append(f"{address} stays, because it is not as the run made it: {'; '.join(reasons)}")
            elif address == self._root:
                whole = self._as_made.held(address)
                yield from (deletion(at, self._live.resources[at], self._live, self._kinds) for at in whole)
            else:
                yield deletion(address, held, self._live, self._kinds)

    def _countered(self, address: Address, counting: Counting) -> Iterator[Change]:
        say = self._said.about(address)
        for counter, resource in self._counters.back(self._own[address], self._written, counting, say):
            yield made_again(counter, resource.spelled())

    def _goes_by_difference(self, address: Address) -> bool:
        """Whether a quantity that the run made stays, less what the run put there; that may have been done before."""
        sold = self._kinds[address.kind].sold
        counted_into = any(self.later.counted_into(address, path) is not None for path in sold)
        return (
            counted_into
            or self.later.counted_back(address, sold)
            or self._existed(address)
            or not self._is_as_made(address)
        )

    def _is_as_made(self, address: Address) -> bool:
        values = values_by_path(self._live.resources[address])
        return all(values.get(path) == value for path, value in after(self._own[address]).items())

    def _existed(self, address: Address) -> bool:
        """Whether there was one before the run made it: an empty one, such as a store makes by itself."""
        return any(each.before is not None for each in self._own[address].fields)

    def _compensated(self, address: Address) -> Iterator[Change]:
        fields = tuple(self._compensations(self._own[address]))
        if fields:
            yield Update(address, self._live.ids[address], fields)

    def _rewritten(self, change: Adopt | Move | Update | Remove) -> Iterator[Change]:
        address, held = change.address, self._live.resources.get(change.address)
        if held is None:
            self.notes.append(f"{address} is not in the store any more, so that nothing of it goes back")
            return
        compensated = self._kinds[address.kind].sold
        fields = (*self._fields_back(change), *(self._compensations(change) if compensated else ()))
        live_id, known = self._live.ids[address], known_by(address, held, self._kinds)
        marked = self.later.stands(address, KEY) if isinstance(change, Adopt) or releases(change) else None
        if marked is not None:
            self.notes.append(f"{address}: run {marked.run} {marked.did} since; it stays as that left it")
        if isinstance(change, Adopt) and marked is None:
            yield Remove(address, live_id, fields, RELEASE, known_by=known)
        elif releases(change) and marked is None and address not in self._live.owned:
            yield Adopt(address, live_id, fields, known_by=known)
        elif fields:
            yield Update(address, live_id, fields, known_by=known)

    def _fields_back(self, change: Adopt | Move | Update | Remove) -> Iterator[FieldChange]:
        kind = self._kinds[change.address.kind]
        values = values_by_path(self._live.resources[change.address])
        for each in change.fields:
            if each.path in kind.along or each.path in kind.sold or each.path in kind.told:
                continue
            now, later = values.get(each.path), self.later.decides(change.address, each.path)
            if now == each.after and later is None:
                yield from self._field_back(change.address, each)
            elif now != each.before:
                self.notes.append(f"{change.address}: {left_alone(each, now, later)}")

    def _field_back(self, address: Address, written: FieldChange) -> Iterator[FieldChange]:
        """Yield the field as it was before the run, with those that go along with it."""
        kind, path = self._kinds[address.kind], written.path
        with_it = [name for name, leader in kind.along.items() if leader == path]
        source = self._ground.sources.get(address, {}) if with_it and written.before is not None else {}
        held = self._live.resources[address].spelled()
        wanted = {path: written.before, **source}
        if (with_it and written.before is not None and not source) or self._returning.lacks_neighbour(address, wanted):
            self._said.cannot_return(address, f": {path} was {shown(written.before)}, and its content was not kept")
            return
        try:
            if "." not in path:
                kind.resource.model_validate({**held, **wanted})
        except ValidationError:
            self._said.cannot_return(address, f": {path} was {shown(written.before)}, which cannot be asked for")
            return
        yield FieldChange(path, written.after, written.before)
        yield from (FieldChange(name, None, value) for name, value in source.items())

    def _compensations(self, change: Change) -> Iterator[FieldChange]:
        """Yield each quantity with the run's difference taken out of it, whatever customers did in the meantime."""
        address = change.address
        values = values_by_path(self._live.resources[address])
        for path, now, then in differences_back(change, values, self._written, self._kinds, self._said.about(address)):
            yield FieldChange(path, now, then)


def _fitted(change: Change, kind: Kind, children: Sequence[Resource]) -> Change | None:
    """Return the change of a root so that it can hold what will hang on it; None where nothing of it is left."""
    if isinstance(change, Create) or deletes(change) or not change.fields:
        return change
    fit = kind.accommodate(kind.resource.model_validate(after(change)), children).spelled()
    kept = (replace(each, after=fit[each.path]) for each in change.fields if each.path in fit)
    fields = tuple(each for each in kept if each.after != each.before)
    return replace(change, fields=fields) if fields or not isinstance(change, Update) else None
