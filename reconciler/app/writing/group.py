"""Applying one group: read again, compared with what the plan saw, written step by step."""

from collections.abc import Mapping
from functools import partial

from reconciler.app.writing.after_all import so_after_all
from reconciler.app.writing.keeping import needs_keeping
from reconciler.app.writing.last_look import LastLook, staying
from reconciler.app.writing.run import Run
from reconciler.app.writing.window import Window, nothing_along
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, deletes
from reconciler.model.outcome import Applied, Failed, Outcome, Skipped, Stale
from reconciler.model.state import Live
from reconciler.planning.precondition import checked
from reconciler.planning.project import projected
from reconciler.shopify.steps import GroupWrite, Step


def write_group(run: Run, root: Address, changes: tuple[Change, ...]) -> None:
    """Make the changes of a group, but those that are pooled and do not travel with the root: they are left open."""
    live = run.read(root, changes)
    if not isinstance(live, Live):
        run.say(live(change.address) for change in changes)
        return
    changes = run.pointed(changes, live)
    verdict = run.unrepeated(checked(changes, live, KINDS), live)
    settled: dict[Address, Outcome] = {outcome.address: outcome for outcome in verdict.settled}
    go, skipped = _ready(root, changes, verdict.go, live, settled)
    go, unkept = _kept(run, root, go, live)
    settled |= {outcome.address: outcome for outcome in (*skipped, *unkept)}
    run.say(settled[change.address] for change in changes if change.address in settled)
    if go:
        _write(run, GroupWrite(root, go, live, projected(live, go, KINDS).resources), changes)


def _kept(
    run: Run, root: Address, changes: tuple[Change, ...], live: Live
) -> tuple[tuple[Change, ...], list[Failed | Skipped]]:
    """Keep what the changes take away, and split them into those that may go on and those for which that failed."""
    missing = run.kept(root, changes, live)
    if missing and any(change.address == root and deletes(change) for change in changes):
        return (), [Failed(root, next(iter(missing.values()))), *staying(root, changes)]
    lost = [Failed(address, reason) for address, reason in missing.items()]
    return tuple(change for change in changes if change.address not in missing), [*lost]


def unwritable(change: Change) -> Failed:
    """Return that no request makes the change."""
    return Failed(change.address, f"the API has no way to {change.action} it; change it in the store, then plan again")


def _write(run: Run, write: GroupWrite, planned: tuple[Change, ...]) -> None:
    outcomes: dict[Address, Outcome] = {}
    doubtful = False
    asked = any(needs_keeping(change) for change in write.changes)
    window, last_look = Window(run, write, is_closed=not asked), LastLook(run, write, planned)
    for step in run.compiler.steps(write, run.known()):
        blocked = blocked_by(run, step, write, outcomes)
        if blocked is not None:
            outcomes |= {address: Skipped(address, blocked) for address in step.covers}
            continue
        step, lost = _narrowed(step, last_look, window)  # noqa: PLW2901  what of it may still be sent
        outcomes |= {address: outcome for address, outcome in lost.items() if address not in outcomes}
        if not step.covers:
            continue
        sending = run.send(step, write.changes, window)
        outcomes |= {outcome.address: outcome for outcome in sending.outcomes}
        if sending.doubtful:  # at once, because the next steps wait for what this one made
            doubtful = True
            outcomes |= so_after_all(run, {write.root: planned}, outcomes, doubtful=True)
    conclude(run, write, planned, outcomes, doubtful=doubtful)


def conclude(
    run: Run, write: GroupWrite, planned: tuple[Change, ...], outcomes: dict[Address, Outcome], *, doubtful: bool
) -> None:
    """Say what became of the changes of a group whose steps were all taken."""
    alone = [change for change in write.changes if not run.compiler.is_pooled(change.address)]
    outcomes |= {change.address: unwritable(change) for change in alone if change.address not in outcomes}
    outcomes |= _incomplete(write.changes, outcomes)
    outcomes |= so_after_all(run, {write.root: planned}, outcomes, doubtful=doubtful)
    run.say(outcomes[change.address] for change in write.changes if change.address in outcomes)


def _narrowed(step: Step, last_look: LastLook, window: Window) -> tuple[Step, dict[Address, Outcome]]:
    """Return a step without what must not be sent by now, and what becomes of that; its fields are read last."""
    strayed: Mapping[Address, Outcome] = {}
    window.along = nothing_along
    if last_look.is_due(step):
        window.opens()
        window.along = partial(_along, step, last_look)
        step, strayed = last_look.narrowed(step)
    step, moved = window.narrowed(step)
    return step, {**strayed, **moved}


def _along(step: Step, last_look: LastLook) -> Mapping[Address, Outcome]:
    return last_look.narrowed(step)[1]


def _incomplete(changes: tuple[Change, ...], outcomes: Mapping[Address, Outcome]) -> dict[Address, Outcome]:
    """Return what was written along with a thing that came to nothing afterwards, and is not as asked without it."""
    found: dict[Address, Outcome] = {}
    for change in changes:
        lost = next((at for at in change.depends_on if isinstance(outcomes.get(at), Failed)), None)
        if lost is not None and isinstance(outcomes.get(change.address), Applied):
            found[change.address] = Failed(change.address, f"written without {lost}, which was not made")
    return found


def blocked_by(run: Run, step: Step, write: GroupWrite, outcomes: Mapping[Address, Outcome]) -> str | None:
    """Return why a step cannot be sent; looks the ids up that it needs, if no answer told them yet."""
    if run.refusal is not None:
        return f"not tried: {run.refusal}"
    before = [at for at, outcome in outcomes.items() if at.kind == step.kind and isinstance(outcome, Failed)]
    if step.removes and before:
        return f"not sent, because {before[0]} was not made"
    needs = run.compiler.needs(step, write)
    for address in (write.root, *sorted(needs)):
        if isinstance(outcomes.get(address), Failed | Skipped) and address not in step.covers:
            return f"it waits for {address}, which was not made"
    if any(address not in run.ids for address in needs):
        again = run.read(write.root, write.changes)
        if not isinstance(again, Live):
            return again(write.root).reason
    nameless = next((at for at in sorted(needs) if at not in run.ids and KINDS[at.kind].own_id), None)
    return f"it waits for {nameless}, of which the store tells no id; run plan again" if nameless is not None else None


def _ready(
    root: Address,
    changes: tuple[Change, ...],
    fresh: tuple[Change, ...],
    live: Live,
    settled: Mapping[Address, Outcome],
) -> tuple[tuple[Change, ...], list[Skipped]]:
    """Split the changes that are not stale into those that may be sent, and those whose ground is gone."""
    root_change = next((change for change in changes if change.address == root), None)
    root_stale = isinstance(settled.get(root), Stale)
    ground_gone = root not in live.resources and not any(change.address == root for change in fresh)
    whole_gone = root_change is not None and root_stale and CODECS[root.kind].carries(root_change)
    adoption_gone = root_stale and any(root in change.depends_on for change in fresh)
    if ground_gone or whole_gone or adoption_gone:
        reason = f"{root} changed in the store; run plan again"
        return (), [Skipped(change.address, reason) for change in fresh]
    if root_change is not None and deletes(root_change):
        named = {change.address for change in changes}
        for address in live.resources:
            unnamed = address not in named and KINDS[address.kind].removable
            if unnamed or isinstance(settled.get(address), Stale):
                reason = f"{root} would take {address} along, which is not as the plan saw it; run plan again"
                return (), [Skipped(change.address, reason) for change in fresh]
    return fresh, []
