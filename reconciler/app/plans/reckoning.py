"""Reckoning: what the changes of a plan come to: facts for limits and side effects, money, and requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.app.plans.foresight import Foresight
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.limits.watch import Watch
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.directory import Directory
from reconciler.model.facts import GroupFacts
from reconciler.model.state import Desired, Live
from reconciler.planning.forecast import Asked, Request
from reconciler.planning.group import GroupPlan
from reconciler.planning.order import ordered
from reconciler.planning.planner import Money
from reconciler.planning.project import projected
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from reconciler.shopify.steps import GroupWrite


class Reckoning:
    """The groups that change, entered one by one. ``ids``: those of roots that are known by now; it grows."""

    def __init__(self, view: StoreView, ids: Mapping[Address, str], directory: Directory) -> None:
        self._view = view
        self._foresight = Foresight(ids, directory, view.store.document.writing)
        self._watch = Watch(view.store.document.limits)
        self._facts: dict[Address, GroupFacts] = {}

    def enter(self, root: Address, group: GroupPlan, desired: Desired, live: Live) -> None:
        """Take in a group that changes."""
        changes = ordered(group.changes, KINDS)
        after = projected(live, changes, KINDS).resources
        self._facts[root] = GroupFacts(
            root,
            changes,
            live.resources,
            after,
            self._view.categories_of(root),
            is_leaving=root not in desired.resources,
            unexplained=group.unexplained,
            unread=live.unread,
        )
        self._foresight.count(GroupWrite(root, changes, live, after))

    def forget(self, root: Address) -> None:
        """Leave out the requests of a group that will not be written after all."""
        self._foresight.forget(root)

    def pool(self) -> None:
        """Count what is sent together for the groups so far."""
        self._foresight.pool()

    def requests(self) -> list[Asked]:
        """Return what will be sent; nothing for a plan without changes."""
        found = self._foresight.requests()
        return [*found, *map(Request, COSTS_OF_AN_APPLY)] if found else []

    def facts_of(self, plans: Mapping[Address, GroupPlan]) -> Iterator[GroupFacts]:
        """Yield the groups that change, with what is left of their changes after all."""
        for root, facts in self._facts.items():
            planned = plans.get(root)
            if planned is None or not planned.changes:
                continue
            changes = ordered(planned.changes, KINDS)
            yield facts if len(changes) == len(facts.changes) else _left(facts, changes)

    def money(self, groups: Iterable[GroupFacts], managed: Mapping[str, int]) -> Money:
        """Return what all changes come to. ``managed``: how many of each kind are ours now."""
        for facts in groups:
            self._watch.see(facts)
        asked = {kind.name: len(self._view.addresses(kind.name)) for kind in KINDS.roots()}
        return Money(self._watch.ledger(), self._watch.violations(managed, asked))


def _left(facts: GroupFacts, changes: Sequence[Change]) -> GroupFacts:
    after = projected(Live(facts.before), changes, KINDS).resources
    return replace(facts, changes=tuple(changes), after=after)
