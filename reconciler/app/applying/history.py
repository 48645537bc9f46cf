"""History: the causes that a plan gives, held against git and what the store remembers, where the plan is applied.

A digest proves that nobody changed a plan by accident; whoever can write a plan can seal one. Where git does not have
the commit that the store names, as in a shallow clone, the plan is believed.
"""

from collections.abc import Iterator
from itertools import groupby

from reconciler.app.repository.base import StoreBase
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.model.state import Desired
from reconciler.planning.recaused import History


def as_history_tells(plan: Plan, view: StoreView, base: StoreBase) -> tuple[Change, ...]:
    """Return the changes of a plan with the causes that are told here. A rollback has none."""
    if plan.undoes is not None:
        return plan.changes
    return tuple(_recaused(plan, view, base))


def _recaused(plan: Plan, view: StoreView, base: StoreBase) -> Iterator[Change]:
    pointer = base.pointer.value
    for root, changes in groupby(plan.changes, key=lambda change: KINDS.root_of(change.address)):
        history = _history(root, view, base)
        for change in changes:
            commit = pointer.of(change.address) if pointer is not None else None
            is_lost = commit is not None and not history.base.knows(change.address)
            yield change if is_lost else history.recaused(change, KINDS)


def _history(root: Address, view: StoreView, base: StoreBase) -> History:
    asked = view.group(root) if view.asks_for(root) else Desired({})
    ownership = view.mapper.ownership.overridden(asked.ownership)
    return History(base.group(root, asked, lambda desired: desired), asked.resources, ownership)
