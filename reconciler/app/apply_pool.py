"""Applying what is pooled: changes of many groups in one request, by compare-and-set where the API has it."""

from collections.abc import Mapping

from reconciler.app.apply_group import unwritable
from reconciler.app.run import Run
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Skipped
from reconciler.model.resource import Resource
from reconciler.model.state import Live
from reconciler.planning.precondition import checked

_ROUNDS = 3  # how often a batch goes again without the rows for which the store had moved


def write_pool(run: Run, by_root: Mapping[Address, tuple[Change, ...]]) -> None:
    """Make the changes of many groups; a batch that is refused for some rows goes again without them."""
    left = dict(by_root)
    for attempt in range(_ROUNDS):
        if not left:
            return
        outcomes = _once(run, left)
        again = {at for at, outcome in outcomes.items() if isinstance(outcome, Skipped) and run.refusal is None}
        if attempt == _ROUNDS - 1:
            again = set()
        run.say(outcome for at, outcome in outcomes.items() if at not in again)
        kept = {root: tuple(c for c in changes if c.address in again) for root, changes in left.items()}
        left = {root: changes for root, changes in kept.items() if changes}


def _once(run: Run, by_root: Mapping[Address, tuple[Change, ...]]) -> dict[Address, Outcome]:
    outcomes: dict[Address, Outcome] = {}
    go: list[Change] = []
    lives: list[Live] = []
    for root, live in run.read_many(by_root):
        if isinstance(live, Live):
            verdict = checked(by_root[root], live, KINDS)
            outcomes |= {outcome.address: outcome for outcome in verdict.settled}
            go += verdict.go
            lives.append(live)
        else:
            outcomes |= {change.address: live(change.address) for change in by_root[root]}
    doubtful = False
    for step in run.compiler.pooled(tuple(go), _merged(lives)):
        if run.refusal is not None:
            outcomes |= {at: Skipped(at, f"not tried: {run.refusal}") for at in step.covers}
            continue
        sending = run.send(step)
        doubtful = doubtful or sending.doubtful
        outcomes |= {outcome.address: outcome for outcome in sending.outcomes}
        outcomes |= {c.address: unwritable(c) for c in step.batch.changes if c.address not in outcomes}
    outcomes |= _so_after_all(run, by_root, outcomes, doubtful=doubtful)
    return outcomes


def _so_after_all(
    run: Run, by_root: Mapping[Address, tuple[Change, ...]], outcomes: Mapping[Address, Outcome], *, doubtful: bool
) -> dict[Address, Outcome]:
    """Return which changes the store holds although they failed."""
    failed = {
        root: tuple(change for change in changes if isinstance(outcomes.get(change.address), Failed))
        for root, changes in by_root.items()
    }
    found: dict[Address, Outcome] = {}
    if run.refusal is None:
        for root, live in run.read_many({root: by_root[root] for root, changes in failed.items() if changes}):
            if isinstance(live, Live):
                settled = checked(failed[root], live, KINDS).settled
                so = [outcome.address for outcome in settled if isinstance(outcome, AlreadySo)]
                found |= {address: Applied(address) if doubtful else AlreadySo(address) for address in so}
    return found


def _merged(lives: list[Live]) -> Live:
    resources: dict[Address, Resource] = {}
    ids: dict[Address, str] = {}
    handles: dict[Address, Mapping[str, str]] = {}
    for live in lives:
        resources |= live.resources
        ids |= live.ids
        handles |= live.handles
    return Live(resources, ids, frozenset(), frozenset(), handles)
