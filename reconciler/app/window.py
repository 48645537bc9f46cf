"""Window: between the reading of a group and its last request somebody may edit it, where the API compares nothing.

A group that takes one request was read right before it. Where it takes several, what a later one writes is read again
before that one, and left alone where it changed: one read for each request after the first, and none for requests that
only make things. What remains is the time of one request, which nobody can see into: the store's answer holds our value
whatever was there, and ``updatedAt`` counts whole seconds and moves with our own write.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from reconciler.app.run import Run
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create
from reconciler.model.kind import as_held
from reconciler.model.outcome import Outcome, Skipped, Stale
from reconciler.model.state import Live
from reconciler.planning.precondition import checked
from reconciler.shopify.codec import Mutation
from reconciler.shopify.steps import GroupWrite, Step


@dataclass
class Window:
    """The requests of one group, in turn."""

    run: Run
    write: GroupWrite
    _written: set[Address] = field(default_factory=set)
    """What our own requests wrote so far: what changed of it was us."""
    _has_looked: bool = True
    """Whether what the next request writes was read right before it, as the whole group was before the first."""

    def narrowed(self, step: Step) -> tuple[Step, Mapping[Address, Outcome]]:
        """Return a step without the changes that somebody was faster than, and what becomes of those."""
        if self._has_looked:
            return step, {}
        self._has_looked = True
        moved = self._moved(step.covers)
        left = tuple(change for change in step.batch.changes if change.address not in moved)
        return replace(step, batch=replace(step.batch, changes=left), covers=step.covers - moved.keys()), moved

    def withheld(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return what a request must not write any more, and what goes unsent with it; asked once for each."""
        moved = {} if self._has_looked else self._moved(mutation.covers)
        self._has_looked = False
        if not moved:
            self._written.update(mutation.covers)
            return {}
        reason = (
            f"not sent: {next(iter(moved))} changed in the store, and is written by the same request; run plan again"
        )
        return {at: Skipped(at, reason) for at in mutation.covers} | moved

    def _moved(self, addresses: Collection[Address]) -> dict[Address, Outcome]:
        """Return which of these are not as they were; reads only where something of somebody's could be lost."""
        at_risk = [
            change
            for change in self.write.changes
            if change.address in addresses and change.address not in self._written and may_lose(change)
        ]
        if not at_risk:
            return {}
        live = self.run.read_again(self.write.root, self.write.changes, {change.address.kind for change in at_risk})
        if not isinstance(live, Live):
            return {change.address: live(change.address) for change in at_risk}
        settled = checked(at_risk, live, KINDS).settled
        return {outcome.address: outcome for outcome in settled if isinstance(outcome, Stale)}


def may_lose(change: Change) -> bool:
    """Return whether writing it overwrites something. An order is not what it was once we made a member of it."""
    return not isinstance(change, Create) and KINDS[change.address.kind].seen is as_held
