"""As made: right before a rollback deletes what its run made, it is looked at once more whether anybody touched it.

What hangs on a thing goes with it, whether a change of the plan speaks of it or not: goods at another location, a
picture of a variant. So all is read that our token may read, and asked what was asked for the plan: is it as the run
made it, and in no collection that somebody else put it into?
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from reconciler.app.plans.places_of_others import PlacesOfOthers
from reconciler.app.plans.rereading import reading
from reconciler.app.writing.keeping import Keeper, readable_kinds
from reconciler.app.writing.last_look import may_be_named, takes_something_along
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Move, deletes
from reconciler.planning.forecast import Request
from reconciler.planning.named_now import named_now
from reconciler.planning.names_since import renamed
from reconciler.planning.neighbours import kinds_naming
from reconciler.planning.untouched import AsMade
from reconciler.planning.written import Written
from reconciler.shopify.along import LookedAlong
from reconciler.shopify.steps import GroupWrite


@dataclass
class LookAtMade:
    """Looks at what a run made, while a plan takes it back."""

    planned: Sequence[Change]
    """All changes of the plan."""
    wrote: Written
    keeper: Keeper
    """Has read by then what the store is called, and its places."""

    def touched(self, going: Sequence[Change], root_id: str, seen: LookedAlong) -> Mapping[Address, str]:
        """Return which deletions of one group would take away what others did, each with the first of it.

        ``seen``: what would go along with them. Raises StoreRefused.
        """
        root = self._then(KINDS.root_of(going[0].address))
        wrote, reader = self._by_group.get(root), self.keeper.reader.only(_kinds_taken(going))
        group = next(reader.by_id(root.kind, [root_id])) if wrote is not None else None
        if wrote is None or group is None:
            return {}
        live = named_now(root, group, wrote, KINDS, self.keeper.directory)
        as_made = AsMade(wrote.changes, live, KINDS, self.keeper.facts.name, wrote.later, going=self._going)
        thens = {each.address: self._then(each.address) for each in going}
        firsts = {
            at: next(chain(as_made.touches(then), self._places.of(then, root_id, seen, self._names)), None)
            for at, then in thens.items()
        }
        return {address: first for address, first in firsts.items() if first is not None}

    @cached_property
    def _by_group(self) -> Mapping[Address, Written]:
        return self.wrote.by_group(KINDS)

    @cached_property
    def _places(self) -> PlacesOfOthers:
        kinds = readable_kinds(self.keeper.facts, self.keeper.store)
        return PlacesOfOthers(self.wrote.changes, kinds, self.keeper.client)

    @cached_property
    def _going(self) -> frozenset[Address]:
        return frozenset(self._then(change.address) for change in self.planned if deletes(change))

    @cached_property
    def _names(self) -> Mapping[Address, Address]:
        return {change.address: change.was for change in self.planned if isinstance(change, Move)}

    def _then(self, address: Address) -> Address:
        """Return an address of the plan as it is before the plan, which is how the run is known."""
        return renamed(address, self._names, KINDS)


def looks_at_made(write: GroupWrite) -> Iterator[Request]:
    """Yield what is asked for it before what a run made of a group goes."""
    for going in _deleted_together(write):
        if takes_something_along(going) or may_be_named(going):
            yield from reading([write], _kinds_taken(going))


def _deleted_together(write: GroupWrite) -> Iterator[Sequence[Change]]:
    """Yield the deletions of a group that are looked at together: all with their root, else those of one kind."""
    going = [change for change in write.changes if deletes(change)]
    if any(change.address == write.root for change in going):
        yield going
        return
    by_kind: dict[str, list[Change]] = {}
    for change in going:
        by_kind.setdefault(change.address.kind, []).append(change)
    yield from by_kind.values()


def _kinds_taken(going: Iterable[Change]) -> frozenset[str]:
    """Return the kinds of what goes, of all that may hang on it, and of what may name it."""
    found = {change.address.kind for change in going}
    for kind in KINDS:  # parents come first
        found |= {kind.name} if kind.parent in found else set()
    return frozenset(found).union(*(kinds_naming(name, KINDS) for name in found))
