"""Window: between the reading of a group and its last request somebody may edit it, where the API compares nothing.

A group that takes one request was read right before it. Where it takes several, or something was asked in between
(what is kept first, what goes along), what a request writes is read again before that one, and left alone where it
changed: one read for each such request, and none for requests that only make things. One that had to wait since then is
read once more (``punctual``). What remains is the time of one request, which nobody can see into: the store's answer
holds our value whatever was there, and ``updatedAt`` counts whole seconds and moves with our own write.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.app.writing.run import Run
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create
from reconciler.model.json import JsonObject
from reconciler.model.outcome import Outcome, Skipped, Stale
from reconciler.model.state import Live
from reconciler.planning.precondition import checked
from reconciler.shopify.codec import Mutation, NestedRow, Travels
from reconciler.shopify.steps import GroupWrite, Step


def nothing_along() -> Mapping[Address, Outcome]:
    """Return that nothing is deleted."""
    return {}


@dataclass
class Window:
    """The requests of one group, in turn."""

    run: Run
    write: GroupWrite
    is_closed: bool
    """Whether what the next request writes was read right before it, as the whole group was before the first."""
    along: Callable[[], Mapping[Address, Outcome]] = nothing_along
    """Looks once more at what goes along with the deletions of the step in turn."""
    _written: set[Address] = field(default_factory=set)
    """What our own requests wrote so far: what changed of it was us."""
    _newest: frozenset[Address] = frozenset()
    """What of it the request in turn writes first."""
    _lost: dict[Address, Outcome] = field(default_factory=dict)
    """What somebody was faster than: no later request for it goes, either."""
    _whole: Step | None = None
    """The step in turn, if nothing of it can be left out."""
    _read_at: float = 0.0

    def __post_init__(self) -> None:
        self._read_at = self.run.now()

    def opens(self) -> None:
        """Note that something was asked since the last reading."""
        self.is_closed = False

    def narrowed(self, step: Step) -> tuple[Step, Mapping[Address, Outcome]]:
        """Return a step without the changes that somebody was faster than, and what becomes of those.

        One that takes the whole group stays as it is, and is looked at when its requests are ``withheld``.
        """
        self._whole = step if step.is_whole else None
        if self.is_closed or step.is_whole:
            return step, {}
        moved = self._moved(step.covers)
        left = step.without(moved)
        self.is_closed = bool(left.covers)
        return left, moved

    def withheld(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return what a request must not write any more, and what goes unsent with it; asked once for each."""
        before = next((at for at in mutation.covers if at in self._lost), None)
        moved = {} if self.is_closed or before is not None else self._moved(mutation.covers)
        self.is_closed = False
        if before is None and not moved:
            self._newest = frozenset(() if mutation.only_marks else mutation.covers) - self._written
            self._written |= self._newest
            return {}
        return self._unsent(mutation, moved, before or next(iter(moved)))

    def read_at(self, mutation: Mutation) -> float | None:
        """Return when what a request overwrites was read last; None where it overwrites nothing of anybody's."""
        kept = self._written - self._newest
        is_at_risk = any(
            may_lose(change)
            for change in self.write.changes
            if change.address in mutation.covers and change.address not in kept
        )
        return self._read_at if is_at_risk else None

    def overtaken(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return what a request that was not sent in time must not write any more."""
        self._written -= self._newest
        strayed = {at: outcome for at, outcome in self.along().items() if at in mutation.covers}
        if strayed:
            return self._unsent(mutation, strayed, next(iter(strayed)))
        self.is_closed = False
        return self.withheld(mutation)

    def _unsent(
        self, mutation: Mutation, moved: Mapping[Address, Outcome], first: Address
    ) -> Mapping[Address, Outcome]:
        reason = f"not sent: {first} changed in the store, and is written by the same request; run plan again"
        unsent = {at: moved.get(at) or self._lost.get(at) or Skipped(at, reason) for at in mutation.covers}
        self._lost |= unsent
        return unsent

    def _moved(self, addresses: Collection[Address]) -> dict[Address, Outcome]:
        """Return which of these are not as they were; reads only where something of somebody's could be lost."""
        at_risk = [
            change
            for change in self.write.changes
            if change.address in addresses and change.address not in self._written and may_lose(change)
        ]
        if not at_risk:
            return {}
        along = members(self._whole) if self._whole is not None else frozenset[str]()
        kinds = {change.address.kind for change in at_risk} | along
        live = self.run.read_again(self.write.root, self.write.changes, kinds)
        self._read_at = self.run.now()
        if not isinstance(live, Live):
            return {change.address: live(change.address) for change in at_risk}
        settled = checked(at_risk, live, KINDS).settled
        moved: dict[Address, Outcome] = {each.address: each for each in settled if isinstance(each, Stale)}
        return moved or self._regrouped(at_risk, live, along)

    def _regrouped(self, at_risk: Sequence[Change], live: Live, kinds: Collection[str]) -> dict[Address, Outcome]:
        """Return that a request for the whole group would take along, or put back, what no change of it speaks of."""
        then = self.write.live
        first = next((each.address for each in at_risk if each.address == self.write.root), at_risk[0].address)
        for at in live.resources:
            if at.kind in kinds and KINDS[at.kind].removable and at not in then.resources:
                return {first: Stale(first, f"it would take {at} along, which came since it was read; run plan again")}
        if self._whole is None or not self._whole.batch.carried:
            return {}
        for at in then.resources:
            if at.kind in kinds and (at not in live.resources or _row(at, then) != _row(at, live)):
                reason = f"{at} changed in the store, and goes in the same request; run plan again"
                return {first: Stale(first, reason)}
        return {}


def may_lose(change: Change) -> bool:
    """Return whether writing it overwrites something. An order is not what it was once we made a member of it."""
    return not isinstance(change, Create) and not KINDS[change.address.kind].is_order


def members(step: Step) -> frozenset[str]:
    """Return the kinds of what goes, or is written, because a step takes the whole group."""
    kinds = KINDS.children(step.kind)
    if not step.batch.carried:
        return frozenset(kind.name for kind in kinds)
    nestings = {kind.name: CODECS[kind.name].nesting for kind in kinds}
    return frozenset(name for name, each in nestings.items() if each is not None and each.travels is Travels.ALWAYS)


def _row(address: Address, live: Live) -> JsonObject | None:
    """Return what a whole request says of a row that does not change."""
    nesting = CODECS[address.kind].nesting
    return nesting.spell(NestedRow(address, None, live.resources[address], frozenset())) if nesting else None
