"""After all: what a store holds although a request for it failed. An answer was lost, or somebody was faster."""

from collections.abc import Mapping

from reconciler.app.writing.run import Run
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome
from reconciler.model.state import Live
from reconciler.planning.precondition import checked


def so_after_all(
    run: Run, by_root: Mapping[Address, tuple[Change, ...]], outcomes: Mapping[Address, Outcome], *, doubtful: bool
) -> dict[Address, Outcome]:
    """Return what became of the changes that failed and that the store holds all the same; reads their groups again.

    ``doubtful``: an answer was lost, so that it may have been us.
    """
    failed = {
        root: tuple(change for change in changes if isinstance(outcomes.get(change.address), Failed))
        for root, changes in by_root.items()
    }
    found: dict[Address, Outcome] = {}
    if run.refusal is None:
        for root, live in run.read_many({root: by_root[root] for root, changes in failed.items() if changes}):
            if isinstance(live, Live):
                settled = checked(run.pointed(failed[root], live), live, KINDS).settled
                so = [outcome.address for outcome in settled if isinstance(outcome, AlreadySo)]
                found |= {address: Applied(address) if doubtful else AlreadySo(address) for address in so}
    return found
