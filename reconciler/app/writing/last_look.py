"""Last look: right before a step deletes, what goes along with its deletions is asked once more.

Before a rollback deletes what its run made, it is asked besides whether anybody came to use it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.app.writing.run import Run
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, deletes
from reconciler.model.outcome import Failed, Outcome, Skipped, Stale
from reconciler.planning.neighbours import kinds_naming
from reconciler.shopify.along import TYPES
from reconciler.shopify.steps import GroupWrite, Step


@dataclass(frozen=True, slots=True)
class LastLook:
    """The looks at what the deletions of one group take along. ``planned``: all its changes, as the plan has them."""

    run: Run
    write: GroupWrite
    planned: tuple[Change, ...]

    def is_due(self, step: Step) -> bool:
        """Return whether something is asked before the step."""
        going = self._going(step)
        return takes_something_along(going) or (self.run.takes_back and may_be_named(going))

    def narrowed(self, step: Step) -> tuple[Step, Mapping[Address, Outcome]]:
        """Return a step without what would take along more than the plan said, and what becomes of that.

        What was to go from below something that stays, stays with it, in whatever step it is.
        """
        strayed = self.run.strayed(self._going(step), self.planned)
        if not strayed:
            return step, {}
        if step.is_whole:
            return step.without(step.covers), self._all_of_it(step, strayed)
        kept = [at for change in self.write.changes if KINDS.parent_of(at := change.address) in strayed]
        left = strayed | {at: Skipped(at, f"{KINDS.parent_of(at)} was not removed") for at in kept}
        return step.without(left), left

    def _going(self, step: Step) -> list[Change]:
        """Return the deletions of a step, and those that its removals are the beginning of: what they hang on."""
        begun = {KINDS.parent_of(at) for at in step.covers} if step.removes else set()
        here = step.covers | begun
        return [change for change in self.write.changes if change.address in here and deletes(change)]

    def _all_of_it(self, step: Step, strayed: Mapping[Address, Failed | Stale]) -> dict[Address, Outcome]:
        """Return what becomes of a whole group of which something stays."""
        root = self.write.root
        first = next(iter(strayed))
        if any(change.address == root and deletes(change) for change in step.batch.changes):
            said = strayed.get(root) or replace(strayed[first], address=root)
            return {root: said, **{each.address: each for each in staying(root, self.write.changes)}}
        reason = f"{first} stays, which goes in the same request"
        return {**{at: Skipped(at, reason) for at in step.covers}, **strayed}


def takes_something_along(changes: Iterable[Change]) -> bool:
    """Return whether apply looks at what goes along with one of these changes, before it deletes."""
    return any(deletes(change) and _has_more(change.address.kind) for change in changes)


def may_be_named(changes: Iterable[Change]) -> bool:
    """Return whether one of these changes deletes what others may have come to name: a variant, the image it shows."""
    return any(deletes(change) and kinds_naming(change.address.kind, KINDS) for change in changes)


def _has_more(kind: str) -> bool:
    return KINDS[kind].own_id and CODECS[kind].read.type in TYPES


def staying(root: Address, changes: Iterable[Change]) -> list[Skipped]:
    """Return what becomes of that which should have gone with a root, and stays with it."""
    return [Skipped(change.address, f"{root} was not removed") for change in changes if change.address != root]
