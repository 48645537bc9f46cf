"""Later: what other runs wrote since a run, field by field.

Their intention stands, even where it ended on the value that the run in question wrote. What a later run wrote and its
own rollback took back does not count: runs are taken back one after the other, the last one first.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, after, deletes, releases
from reconciler.model.json import Json
from reconciler.model.kind import KindSet
from reconciler.planning.precondition import shown

WHOLE: Final = ""
"""In place of a path: the whole thing was made, or removed."""
KEY: Final = "(key)"
"""In place of a path: the mark was written, or taken off."""
Fate: TypeAlias = Literal["done", "made", "undone", "unknown"]
"""What became of something that a run asked for, as far as the journal tells. Done: and the run came to its end. Made:
the store did it, and the run may have gone on.
"""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A run that wrote something after the one in question."""

    run: str
    takes_back: bool = False
    """Whether it was the rollback of that one."""
    did: str = "wrote it"
    """In words."""
    fate: Fate = field(default="done", compare=False)
    turn: int = field(default=0, compare=False)
    """The how manieth of the later runs it was."""

    @property
    def is_sure(self) -> bool:
        """Whether it is known that the store did what the run asked for."""
        return self.fate in {"done", "made"}


@dataclass(frozen=True)
class Later:
    """What the last of the later runs wrote, by address and path; what was written last stands last."""

    by_address: Mapping[Address, Mapping[str, Rewritten]] = field(default_factory=dict)
    counted_out: frozenset[Address] = frozenset()
    """Quantities that were put where the run had taken theirs, and that a rollback took out by their difference."""
    by_difference: Mapping[Address, Mapping[str, Rewritten]] = field(default_factory=dict)
    """The quantities that later runs changed by what they counted, with the last of those runs, by address and path."""

    @cached_property
    def _by_root_key(self) -> Mapping[str, Sequence[Address]]:
        """The same addresses by the key of their root: a rollback asks once for each root."""
        found: dict[str, list[Address]] = {}
        for address in sorted(self.by_address):
            found.setdefault(address.root_key, []).append(address)
        return found

    def of(self, address: Address, path: str) -> Rewritten | None:
        """Return the last run that wrote a field, or what it is a field of; None where none did."""
        written = self.by_address.get(address, {})
        found = (each for at, each in reversed(list(written.items())) if at == WHOLE or _overlaps(at, path))
        return next(found, None)

    def last(self, address: Address) -> Rewritten | None:
        """Return the last run that wrote anything of an address; None where none did."""
        return next(reversed(list(self.by_address.get(address, {}).values())), None)

    def over(self, change: Change) -> Rewritten | None:
        """Return the last run that wrote something of what a change writes, or counted into it; None where none did."""
        found = [self.counted_into(change.address, each.path) for each in change.fields]
        for path, _ in _paths(change):
            found.append(self.last(change.address) if path == WHOLE else self.of(change.address, path))
        if isinstance(change, Move):
            found.append(self.of(change.was, KEY))
        return max(filter(None, found), key=lambda each: each.turn, default=None)

    def stands(self, address: Address, path: str) -> Rewritten | None:
        """Return the same as ``of`` but for a rollback of the run itself: that wanted what is wanted again."""
        found = self.of(address, path)
        return found if found is not None and not found.takes_back else None

    def decides(self, address: Address, path: str) -> Rewritten | None:
        """Return the last run that wrote a field, if what it holds now is its doing or somebody's since.

        So it is after a rollback of the run that surely put it back, too: what is there now, the run did not leave.
        """
        found = self.of(address, path)
        return found if found is not None and (not found.takes_back or found.is_sure) else None

    def brought_back(self, address: Address, kinds: KindSet) -> Rewritten | None:
        """Return the rollback of the run that made something again last; None where what that was on was made since."""
        found = self.of(address, WHOLE)
        if found is None or not found.takes_back:
            return None
        makers = (self.of(at, WHOLE) for at in kinds.around(address))
        return None if any(maker is not None and maker.turn > found.turn for maker in makers) else found

    def taken_back(self, address: Address) -> Rewritten | None:
        """Return the rollback that took away what the run made, and came to its end: what is there is another one."""
        found = self.of(address, WHOLE)
        return found if found is not None and found.takes_back and found.fate == "done" else None

    def counted_back(self, address: Address, sold: Iterable[str]) -> bool:
        """Return whether a rollback of the run took its difference out of a quantity: what is there is settled."""
        written = self.by_address.get(address, {})
        return any(path in written and written[path].takes_back for path in sold)

    def counted_into(self, address: Address, path: str) -> Rewritten | None:
        """Return the last run that changed a quantity by a difference, so that no value tells what it was before."""
        return self.by_difference.get(address, {}).get(path)

    def under(self, root: Address) -> Sequence[Address]:
        """Return what later runs wrote of things whose keys begin with that of a root."""
        return self._by_root_key.get(root.key, ())

    def last_runs(self, addresses: Iterable[Address]) -> Iterator[tuple[Address, str]]:
        """Yield those of the addresses that later runs wrote, each with the last of those runs."""
        for at in addresses:
            runs = [each.run for each in self.by_address[at].values() if not each.takes_back]
            if runs:
                yield at, runs[-1]


def left_alone(change: FieldChange, held: Json, later: Rewritten | None = None) -> str:
    """Return the sentence about a field that does not go back, with all its values and who wrote it since."""
    since = f", run {later.run} {later.did} since" if later is not None else ""
    was = f"{change.path} was {shown(change.before)}, the run wrote {shown(change.after)}"
    return f"{was}{since}, the store holds {shown(held)}; left alone"


class LaterRuns:
    """The runs after one, taken in one after the other.

    A rollback of one of them has no intention of its own: what it wrote takes back what that run wrote or took along,
    as far as it came, and that stands again once the rollback is taken back itself. So what stands is found from the
    last run on. To cancel each writing against the one before, as they come, would not do: what went along with a
    deletion was written by no run, and a run that was brought again could not be taken back once more.
    """

    def __init__(self, run: str, kinds: KindSet) -> None:
        self._run = run
        self._kinds = kinds
        self._runs: dict[str, _LaterRun] = {}
        self._counted: dict[Address, tuple[Address, str, int]] = {}
        """What counts → the quantity, its field, and by how much."""

    def add(
        self, run: str, undoes: str | None, changes: Mapping[Address, Change], fate: Callable[[Change], Fate]
    ) -> None:
        """Take a run in. ``changes``: what it wrote, under the addresses of the run in question."""
        turn, took_back = len(self._runs) + 1, undoes == self._run
        writings = {
            address: {path: Rewritten(run, took_back, did, fate(change), turn) for path, did in _paths(change)}
            for address, change in changes.items()
        }
        removed = frozenset(address for address, change in changes.items() if deletes(change))
        making_room = frozenset(address for address, change in changes.items() if self._makes_room(change))
        self._runs[run] = _LaterRun(run, undoes, writings, removed, making_room)
        self._counted |= {at: counts for at, change in changes.items() if (counts := self._counts(change)) is not None}

    def found(self) -> Later:
        """Return what is left of them."""
        rollbacks: dict[str | None, list[_LaterRun]] = {}
        counted_out: set[Address] = set()
        shown: list[_LaterRun] = []
        for each in reversed(self._runs.values()):
            own = rollbacks.get(each.run, ())
            standing = each.without(own, self._kinds)
            rollbacks.setdefault(each.undoes, []).append(standing)
            if each.undoes not in self._runs:
                shown.append(standing)
            counted_out.update(each.counted_out(own, self._kinds))
        by_address: dict[Address, dict[str, Rewritten]] = {}
        for standing in reversed(shown):
            for address, writings in standing.writings.items():
                written = by_address.setdefault(address, {})
                for path, rewritten in writings.items():
                    written.pop(path, None)  # what was written last stands last
                    written[path] = rewritten
        return Later(by_address, frozenset(counted_out), self._differences(by_address))

    def _makes_room(self, change: Change) -> bool:
        """Whether it is an order in which members came or went, and all others stand as they stood."""
        is_order = change.address.kind in self._kinds and self._kinds[change.address.kind].is_order
        return is_order and all(_keeps_in_line(each.before, each.after) for each in change.fields)

    def _counts(self, change: Change) -> tuple[Address, str, int] | None:
        if not isinstance(change, Create) or change.address.kind not in self._kinds:
            return None
        kind = self._kinds[change.address.kind]
        if kind.counting is None:
            return None
        return kind.counting.counts(change.address, kind.resource.model_validate(after(change)))

    def _differences(self, standing: Mapping[Address, Mapping[str, Rewritten]]) -> dict[Address, dict[str, Rewritten]]:
        """Return the quantities that were changed by what stands."""
        counted = [(each[WHOLE], *self._counted[at]) for at, each in standing.items() if at in self._counted]
        found: dict[Address, dict[str, Rewritten]] = {}
        for rewritten, quantity, path, by in sorted(counted, key=lambda each: each[0].turn):
            found.setdefault(quantity, {})[path] = replace(rewritten, did=f"counted {by:+d} into it")
        return found


@dataclass(frozen=True, slots=True)
class _LaterRun:
    """One of the runs after one; or what stands of it."""

    run: str
    undoes: str | None
    writings: Mapping[Address, Mapping[str, Rewritten]]
    removed: frozenset[Address]
    making_room: frozenset[Address]
    """The orders that it wrote for members that came or went, and in which all others stand as they stood."""

    def without(self, rollbacks: Sequence["_LaterRun"], kinds: KindSet) -> "_LaterRun":
        """Return what stands of it. ``rollbacks``: what stands of those that took it back."""
        if not rollbacks:
            return self
        standing: dict[Address, dict[str, Rewritten]] = {}
        counted_back = {at for each in rollbacks for own in each.writings for at in countered(own, kinds)}
        for address, writings in self.writings.items():
            if address not in counted_back and not any(each.took_away(address, kinds) for each in rollbacks):
                left = {
                    path: rewritten
                    for path, rewritten in writings.items()
                    if not any(each.took_back(address, path) for each in rollbacks)
                }
                standing |= {address: left} if left else {}
        for order in self._orders_gone_back(standing, kinds):
            standing.pop(order, None)
        removed = (at for at in self.removed if WHOLE in standing.get(at, {}))
        return _LaterRun(self.run, self.undoes, standing, frozenset(removed), self.making_room & standing.keys())

    def _orders_gone_back(self, standing: Collection[Address], kinds: KindSet) -> Iterator[Address]:
        """Yield the orders that it wrote for nothing but members that it made or removed, once all these went back."""
        if not self.making_room:
            return
        came_or_went: dict[tuple[str, Address | None], list[Address]] = {}
        for at, writings in self.writings.items():
            if WHOLE in writings and at.kind in kinds:
                came_or_went.setdefault((at.kind, kinds.parent_of(at)), []).append(at)
        for order in self.making_room:
            parent = kinds.parent_of(order)
            members = [at for kind in kinds[order.kind].after for at in came_or_went.get((kind, parent), ())]
            if members and not any(at in standing for at in members):
                yield order

    def took_away(self, address: Address, kinds: KindSet) -> bool:
        """Whether, as a rollback, it removed what an address goes with: whatever that run wrote of it went, too."""
        if not self.removed or address.kind not in kinds:
            return False
        return not self.removed.isdisjoint(kinds.around(address))

    def took_back(self, address: Address, path: str) -> bool:
        """Whether, as a rollback, it took back what was written: a count that was made goes by its difference, too."""
        own = self.writings.get(address, {})
        return bool(own) and (path == WHOLE or any(at == WHOLE or _overlaps(at, path) for at in own))

    def counted_out(self, rollbacks: Sequence["_LaterRun"], kinds: KindSet) -> Iterator[Address]:
        """Yield the quantities that it made, and that stayed, less what it had put there, where it was taken back."""
        for address, writings in self.writings.items():
            own = [each.writings[address] for each in rollbacks if address in each.writings]
            is_count = address.kind in kinds and kinds[address.kind].sold
            is_made = WHOLE in writings and address not in self.removed
            if own and is_count and is_made and not any(WHOLE in each for each in own):
                yield address


def countered(address: Address, kinds: KindSet) -> Iterator[Address]:
    """Yield what something counts against, and what that counts against, up to what somebody asked for first."""
    counting = kinds[address.kind].counting if address.kind in kinds else None
    at = counting.countered(address) if counting is not None else None
    while at is not None and counting is not None:
        yield at
        at = counting.countered(at)


def _keeps_in_line(before: Json, then: Json) -> bool:
    """Whether the members that were there and are there stand in the same order."""
    was, now = (tuple(each) if isinstance(each, list | tuple) else () for each in (before, then))
    staying = frozenset(map(str, was)) & frozenset(map(str, now))
    return [each for each in was if each in staying] == [each for each in now if each in staying]


def _paths(change: Change) -> Iterator[tuple[str, str]]:
    """Yield what a change writes, with what it did in words."""
    if isinstance(change, Create) or deletes(change):
        yield WHOLE, "made it anew" if isinstance(change, Create) else "removed it"
        return
    if isinstance(change, Adopt | Move) or releases(change):
        yield KEY, "took our mark off" if isinstance(change, Remove) else f"gave it the key {change.address.key}"
    yield from ((each.path, f"wrote {shown(each.after)}") for each in change.fields)


def _overlaps(written: str, path: str) -> bool:
    """Whether two paths speak of the same: a field and one of its members do."""
    return written == path or written.startswith(f"{path}.") or path.startswith(f"{written}.")
