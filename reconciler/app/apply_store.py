"""Apply one plan to its store: refused unless it fits, executed, and planned again to see what is left."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.app.apply_plan import applied
from reconciler.app.approval import refuse_foreign, refuse_unaccepted
from reconciler.app.live import way_to
from reconciler.app.run import Watch
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan, Target
from reconciler.model.store import Store
from reconciler.shopify.client import WriteClient


@dataclass(frozen=True, slots=True)
class Here:
    """Where a plan is to be applied: the store as it answers now, the files as they are now."""

    store: Store
    target: Target
    inputs_digest: str
    files: Source
    plan_again: Callable[[], Plan]
    """Plans the store anew, within the scope of the plan."""


def apply_store(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str], watch: Watch) -> ApplyReport:
    """Make the changes of a plan and return what became of it.

    Raises PlanRefused for a plan of something else, LimitBroken for limits that nobody accepted.
    """
    refuse_foreign(plan, here.target, here.inputs_digest)
    refuse_unaccepted(plan, accepted, datetime.now(UTC).date())
    outcomes = applied(plan, way_to(plan, here.store, client, here.files), watch)
    left_over, verified, notes = _verified(plan, here)
    return ApplyReport(
        store=here.store.name,
        plan=plan.digest,
        outcomes=outcomes,
        left_over=left_over,
        mutations=client.counters.mutations,
        requests=client.counters.requests,
        cost_points=client.counters.cost_points,
        verified=verified,
        notes=notes,
    )


def _verified(plan: Plan, here: Here) -> tuple[tuple[Address, ...], bool, tuple[str, ...]]:
    """Return what is left over, and whether that could be found out."""
    if not plan.changes:
        return (), True, ()
    try:
        again = here.plan_again()
    except ReconcilerError as error:
        return (), False, (f"the store could not be read again: {error}",)
    return tuple(change.address for change in again.changes), True, again.notes
