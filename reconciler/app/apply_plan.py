"""Apply: executes a plan and nothing else, group by group, each read again just before it is written.

What is pooled (stock, metafields) is written after the groups of its root kind, many at once, each batch read again
before it. A field without compare-and-set in the API keeps a window of one request, between that read and the write;
the plan made afterwards shows what slipped through.
"""

from itertools import groupby

from reconciler.app.apply_group import write_group
from reconciler.app.apply_pool import write_pool
from reconciler.app.run import Run, Watch, Way
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan

_GROUPS_IN_A_POOL = 1000


def applied(plan: Plan, way: Way, watch: Watch) -> tuple[Outcome, ...]:
    """Make the changes of a plan and return what became of each, in the order of the plan.

    A refusal that concerns the whole store (the token, a frozen shop, no connection) ends it: the rest is skipped.
    ``watch`` is told each outcome as soon as it is known.
    """
    run = Run(plan, way, watch)
    for _, of_kind in groupby(plan.changes, key=lambda change: KINDS.root(change.address.kind)):
        _of_one_root_kind(run, tuple(of_kind))
    return tuple(run.outcomes[change.address] for change in plan.changes)


def _of_one_root_kind(run: Run, changes: tuple[Change, ...]) -> None:
    """Apply the groups of one root kind: each by itself, then what is pooled of all of them."""
    pooled: dict[Address, tuple[Change, ...]] = {}
    for root, in_order in groupby(changes, key=lambda change: KINDS.root_of(change.address)):
        of_group = tuple(in_order)
        alone = tuple(change for change in of_group if not run.compiler.is_pooled(change.address))
        if alone and run.may_go(alone):
            write_group(run, root, of_group)
        rest = tuple(change for change in of_group if change.address not in run.outcomes)
        if rest and run.may_go(rest):
            pooled[root] = rest
        if len(pooled) == _GROUPS_IN_A_POOL:
            write_pool(run, pooled)
            pooled = {}
    write_pool(run, pooled)
