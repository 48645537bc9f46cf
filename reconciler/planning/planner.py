"""From the changes of many groups to the plan of a store, in this order: order, limits, forecast, counts, digest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.effect import Effect
from reconciler.model.kind import KindSet
from reconciler.model.ledger import Ledger
from reconciler.model.limits import Limits
from reconciler.model.plan import Header, Inputs, Observed, Plan, Scope, Summary, Target, Violation
from reconciler.model.plan_text import sealed
from reconciler.model.state import Desired, Live
from reconciler.planning.forecast import Asked, forecast
from reconciler.planning.group import GroupPlan, plan_group
from reconciler.planning.guard import accepted_in_git, violations
from reconciler.planning.order import ordered
from reconciler.planning.scope import Policy
from reconciler.planning.unsettled import Conflict

IN_BULK: Final = (
    "what is new is made by bulk operations: that the store does not have it is asked before all are begun, not again "
    "before each; how long a store takes for them is not known before"
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan says about itself besides its changes."""

    engine: str
    target: Target
    inputs: Inputs
    scope: Scope
    limits: Limits
    undoes: str | None = None
    """The run that the plan takes back: it looked at what that run wrote, and at nothing else."""
    header: Header | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """A plan in money, and the limits that it breaks there."""

    ledger: Ledger
    violations: tuple[Violation, ...]


def assembled(
    groups: Iterable[GroupPlan],
    circumstances: Circumstances,
    *,
    kinds: KindSet,
    managed: Mapping[str, int],
    requests: Sequence[Asked],
    unread: Mapping[str, str],
    notes: Sequence[str] = (),
    references: Mapping[Address, str] | None = None,
    money: Money | None = None,
    effects: Sequence[Effect] = (),
) -> Plan:
    """Return the plan of a store.

    ``managed``: how many of each kind are ours now. ``requests``: what the changes will send. ``unread``: kinds that
    could not be read, with the reason. ``references``: the ids of what changes refer to.
    ``money``: what the changes come to. ``effects``: what they bring about besides.
    """
    changes: list[Change] = []
    observed: list[Observed] = []
    unplanned: set[Address] = set()
    conflicts: list[Conflict] = []
    said: list[str] = []
    not_read = (f"{kind} could not be read: {reason}" for kind, reason in sorted(unread.items()))
    for group in groups:
        changes += group.changes
        observed += group.observed
        unplanned.update(group.unplanned)
        conflicts += group.conflicts
        said += group.notes
    in_order = ordered(changes, kinds)
    broken = (*violations(in_order, managed, circumstances.limits, conflicts), *(money.violations if money else ()))
    foreseen = forecast(requests)
    return sealed(
        Plan(
            engine=circumstances.engine,
            target=circumstances.target,
            inputs=circumstances.inputs,
            scope=circumstances.scope,
            undoes=circumstances.undoes,
            complete=not unread and circumstances.scope.whole and circumstances.undoes is None,
            applyable=bool(in_order),
            errored=bool(unread),
            changes=in_order,
            observed=tuple(sorted(observed, key=lambda item: (kinds.sort_key(item.address), item.path))),
            unplanned=tuple(sorted(unplanned, key=kinds.sort_key)),
            ledger=money.ledger if money else None,
            effects=tuple(effects),
            violations=accepted_in_git(broken, circumstances.limits),
            forecast=foreseen,
            summary=Summary.of(in_order),
            notes=(*notes, *not_read, *sorted(said), *([IN_BULK] if foreseen.bulk_jobs else [])),
            header=circumstances.header,
            references=references or {},
        )
    )


def changes_of(desired: Desired, live: Live, *, kinds: KindSet, policy: Policy) -> tuple[Change, ...]:
    """Return the ordered changes of a world small enough to hold at once; what the laws speak about."""
    return ordered(plan_group(desired, live, kinds=kinds, policy=policy).changes, kinds)
