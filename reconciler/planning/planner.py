"""From the changes of many groups to the plan of a store, in this order: order, limits, forecast, counts, digest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.kind import KindSet
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.plan import Header, Inputs, Observed, Plan, Scope, Summary, Target, sealed
from reconciler.model.state import Desired, Live
from reconciler.model.store import Limits
from reconciler.planning.forecast import Request, forecast
from reconciler.planning.group import GroupPlan, Policy, plan_group
from reconciler.planning.guard import violations
from reconciler.planning.order import ordered


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan says about itself besides its changes."""

    engine: str
    target: Target
    inputs: Inputs
    scope: Scope
    limits: Limits
    ownership: OwnershipPolicy = field(default_factory=OwnershipPolicy)
    """Who wins a conflict, where the store's file says it."""
    header: Header | None = None


def assembled(
    groups: Iterable[GroupPlan],
    circumstances: Circumstances,
    *,
    kinds: KindSet,
    managed: Mapping[str, int],
    requests: Sequence[Request],
    unread: Mapping[str, str],
    notes: Sequence[str] = (),
    references: Mapping[Address, str] | None = None,
) -> Plan:
    """Return the plan of a store.

    ``managed``: how many of each kind are ours now. ``requests``: what the changes will send. ``unread``: kinds that
    could not be read, with the reason. ``references``: the ids of what changes refer to.
    """
    changes: list[Change] = []
    observed: list[Observed] = []
    unplanned: set[Address] = set()
    said: list[str] = []
    not_read = (f"{kind} could not be read: {reason}" for kind, reason in sorted(unread.items()))
    for group in groups:
        changes += group.changes
        observed += group.observed
        unplanned.update(group.unplanned)
        said += group.notes
    in_order = ordered(changes, kinds)
    return sealed(
        Plan(
            engine=circumstances.engine,
            target=circumstances.target,
            inputs=circumstances.inputs,
            scope=circumstances.scope,
            complete=not unread and circumstances.scope.whole,
            applyable=bool(in_order),
            errored=bool(unread),
            changes=in_order,
            observed=tuple(sorted(observed, key=lambda item: (kinds.sort_key(item.address), item.path))),
            unplanned=tuple(sorted(unplanned, key=kinds.sort_key)),
            violations=violations(in_order, managed, circumstances.limits, circumstances.ownership),
            forecast=forecast(requests),
            summary=Summary.of(in_order),
            notes=(*notes, *not_read, *sorted(said)),
            header=circumstances.header,
            references=references or {},
        )
    )


def changes_of(desired: Desired, live: Live, *, kinds: KindSet, policy: Policy) -> tuple[Change, ...]:
    """Return the ordered changes of a world small enough to hold at once; what the laws speak about."""
    return ordered(plan_group(desired, live, kinds=kinds, policy=policy).changes, kinds)
