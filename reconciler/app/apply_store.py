"""Apply one plan to its store: refused unless it fits, executed, and planned again to see what is left."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from reconciler.app.apply_plan import applied
from reconciler.app.approval import refuse_foreign, refuse_unaccepted
from reconciler.app.live import way_to
from reconciler.app.remember import pointer_after, recorded
from reconciler.app.run import Watch
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Applied, ApplyReport, Outcome
from reconciler.model.plan import Plan, Target
from reconciler.model.store import Store
from reconciler.planning.respelled import Respelled, remembered, respellings, told, without_respellings
from reconciler.shopify.client import WriteClient
from reconciler.shopify.pointer import Memory, Pointer


@dataclass(frozen=True, slots=True)
class Here:
    """Where a plan is to be applied: the store as it answers now, the files as they are now."""

    store: Store
    target: Target
    inputs_digest: str
    files: Source
    plan_again: Callable[[Memory], Plan]
    """Plans the store anew, within the scope of the plan, as if the store remembered this."""
    commit: str | None
    """The commit that holds the files just as they are; None where none does."""
    memory: Memory
    """What the store remembered before."""


def apply_store(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str], watch: Watch) -> ApplyReport:
    """Make the changes of a plan and return what became of it.

    Raises PlanRefused for a plan of something else, LimitBroken for limits that nobody accepted.
    """
    refuse_foreign(plan, here.target, here.inputs_digest)
    refuse_unaccepted(plan, accepted)
    outcomes = applied(plan, way_to(plan, here.store, client, here.files), watch)
    pointer = pointer_after(plan, outcomes, here.memory.pointer.value, here.commit)
    seen = _verified(plan, outcomes, pointer, here)
    notes = recorded(client, here.target.shop_id, here.memory, pointer, seen.respelled)
    return ApplyReport(
        store=here.store.name,
        plan=plan.digest,
        outcomes=outcomes,
        left_over=seen.left_over,
        mutations=client.counters.mutations,
        requests=client.counters.requests,
        cost_points=client.counters.cost_points,
        verified=seen.verified,
        notes=(*seen.notes, *notes),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a second look at the store showed."""

    left_over: tuple[Address, ...] = ()
    verified: bool = True
    notes: tuple[str, ...] = ()
    respelled: Respelled = field(default_factory=dict)


def _verified(plan: Plan, outcomes: Sequence[Outcome], pointer: Pointer | None, here: Here) -> _Seen:
    """Return what is left over, and whether that could be found out.

    What was applied is compared with what git says now: whatever a customer buys meanwhile is no failure of ours.
    """
    known = here.memory.respelled.value or {}
    if not plan.changes:
        return _Seen(respelled=known)
    try:
        again = here.plan_again(replace(here.memory, pointer=replace(here.memory.pointer, value=pointer)))
    except ReconcilerError as error:
        return _Seen((), verified=False, notes=(f"the store could not be read again: {error}",), respelled=known)
    done = {outcome.address for outcome in outcomes if isinstance(outcome, Applied)}
    found = list(respellings([change for change in plan.changes if change.address in done], again.changes))
    left_over = tuple(change.address for change in without_respellings(again.changes, found))
    notes = (*again.notes, *(told(each) for each in found))
    return _Seen(left_over, notes=notes, respelled=remembered(known, plan.changes, found))
