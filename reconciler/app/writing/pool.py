"""Applying what is pooled: changes of many groups in one request, by compare-and-set where the API has it."""

from collections.abc import Mapping

from reconciler.app.writing.after_all import so_after_all
from reconciler.app.writing.group import unwritable
from reconciler.app.writing.punctual import NoLooks
from reconciler.app.writing.run import Run
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Remove
from reconciler.model.outcome import Failed, Outcome, Skipped, Stale
from reconciler.model.state import Live, merged
from reconciler.planning.precondition import checked
from reconciler.planning.project import projected
from reconciler.shopify.codec import Mutation

_ROUNDS = 3  # how often a batch goes again without the rows for which the store had moved


def write_pool(run: Run, by_root: Mapping[Address, tuple[Change, ...]]) -> None:
    """Make the changes of many groups, kind after kind where one waits for another."""
    everything = tuple(change for changes in by_root.values() for change in changes)
    for wave in run.compiler.waves(everything):
        here = {change.address for change in run.fit(wave)}
        own = {root: tuple(change for change in changes if change.address in here) for root, changes in by_root.items()}
        _write(run, {root: changes for root, changes in own.items() if changes}, everything)


def _write(run: Run, by_root: Mapping[Address, tuple[Change, ...]], everything: tuple[Change, ...]) -> None:
    """Make the changes of one wave; a batch that is refused for some rows goes again without them."""
    left = dict(by_root)
    for attempt in range(_ROUNDS):
        if not left:
            return
        outcomes = _once(run, left, everything)
        again = {at for at, outcome in outcomes.items() if isinstance(outcome, Skipped) and run.refusal is None}
        if attempt == _ROUNDS - 1:
            again = set()
        run.say(outcome for at, outcome in outcomes.items() if at not in again)
        kept = {root: tuple(c for c in changes if c.address in again) for root, changes in left.items()}
        left = {root: changes for root, changes in kept.items() if changes}


def _once(
    run: Run, by_root: Mapping[Address, tuple[Change, ...]], everything: tuple[Change, ...]
) -> dict[Address, Outcome]:
    outcomes: dict[Address, Outcome] = {}
    go: list[Change] = []
    lives: list[Live] = []
    looks = _PoolLooks(run, by_root, run.now())  # before the reading: of many groups, the first are read long before
    for root, live in run.read_many(by_root):
        if isinstance(live, Live):
            verdict = run.unrepeated(checked(run.pointed(by_root[root], live), live, KINDS), live)
            outcomes |= {outcome.address: outcome for outcome in verdict.settled}
            groundless = {change.address for change in verdict.go if not _has_ground(change, live)}
            outcomes |= {at: Failed(at, f"{KINDS.parent_of(at)} is not in the store") for at in groundless}
            unkept = run.kept(root, verdict.go, live)
            outcomes |= {at: Failed(at, reason) for at, reason in unkept.items()}
            go += [change for change in verdict.go if change.address not in groundless | unkept.keys()]
            lives.append(live)
        else:
            outcomes |= {change.address: live(change.address) for change in by_root[root]}
    doubtful = False
    live = merged(lives)
    for step in run.compiler.pooled(tuple(go), live, projected(live, everything, KINDS).resources):
        if run.refusal is not None:
            outcomes |= {at: Skipped(at, f"not tried: {run.refusal}") for at in step.covers}
            continue
        sending = run.send(step, go, looks)
        doubtful = doubtful or sending.doubtful
        outcomes |= {outcome.address: outcome for outcome in sending.outcomes}
        outcomes |= {c.address: unwritable(c) for c in step.batch.changes if c.address not in outcomes}
    outcomes |= so_after_all(run, by_root, outcomes, doubtful=doubtful)
    return outcomes


class _PoolLooks(NoLooks):
    """Removals are compared with nothing by the API; where they come late, what they take is read again."""

    def __init__(self, run: Run, by_root: Mapping[Address, tuple[Change, ...]], read_at: float) -> None:
        self._run = run
        self._by_root = by_root
        self._removals = {c.address: c for own in by_root.values() for c in own if isinstance(c, Remove)}
        self._read_at = read_at

    def read_at(self, mutation: Mutation) -> float | None:
        """Return when it was read what is removed; None where nothing is."""
        return self._read_at if any(at in self._removals for at in mutation.covers) else None

    def overtaken(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return which removals must not go any more; the others go again without them."""
        going: dict[Address, list[Change]] = {}
        for at in mutation.covers:
            if at in self._removals:
                going.setdefault(KINDS.root_of(at), []).append(self._removals[at])
        lost: dict[Address, Outcome] = {}
        for root, live in self._run.read_many({root: self._by_root[root] for root in going}):
            if isinstance(live, Live):
                settled = checked(self._run.pointed(going[root], live), live, KINDS).settled
                lost |= {each.address: each for each in settled if isinstance(each, Stale)}
            else:
                lost |= {change.address: live(change.address) for change in going[root]}
        self._read_at = self._run.now()
        if not lost:
            return {}
        reason = f"not sent: {next(iter(lost))} changed in the store, and goes in the same request"
        return {at: lost.get(at) or Skipped(at, reason) for at in mutation.covers}


def _has_ground(change: Change, live: Live) -> bool:
    parent = KINDS.parent_of(change.address)
    return parent is None or parent in live.resources
