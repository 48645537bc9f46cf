"""Group plans: what groups come to, one by one, and which of their changes can be made in the end."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.app.plans.following import following
from reconciler.app.plans.reckoning import Reckoning
from reconciler.app.plans.seeking import Seeking
from reconciler.app.repository.base import StoreBase
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Create
from reconciler.model.state import Desired, Live
from reconciler.planning.alias import Alias, Holder, without_contested
from reconciler.planning.cause import Base
from reconciler.planning.group import GroupPlan, Past, plan_group
from reconciler.planning.pointing import asked_targets, asked_with_ids, without_dangling
from reconciler.planning.respelled import Respelled
from reconciler.planning.scope import Policy
from reconciler.planning.strangers import without_strangers


@dataclass(frozen=True, slots=True)
class MetIds:
    """The ids of what was met so far."""

    roots: dict[Address, str] = field(default_factory=dict)
    targets: dict[Address, str] = field(default_factory=dict)
    """Of what values point at."""
    neighbours: dict[Address, str] = field(default_factory=dict)
    """Of what changes of a group may name in it."""


@dataclass(frozen=True, slots=True)
class Before:
    """What groups are planned against beside the store."""

    base: StoreBase
    respelled: Respelled


class GroupPlans:
    """The plans of the groups that were met. ``ids`` grow while groups are met."""

    def __init__(self, view: StoreView, before: Before, policy: Policy, ids: MetIds, reckoning: Reckoning) -> None:
        self._view = view
        self._before = before
        self._policy = policy
        self._ids = ids
        self._reckoning = reckoning
        self._made: set[Address] = set()
        self._pointing: dict[Address, tuple[Desired, Live]] = {}
        self._plans: dict[Address, GroupPlan] = {}
        self._twins: dict[Address, str] = {}
        self._looked_back: set[Address] = set()
        self.seeking: Seeking | None = None
        """Where roots are looked up instead of all being met."""

    def enter(self, root: Address, desired: Desired, live: Live) -> None:
        """Plan a group; one that points at others, once all of those have been met."""
        if asked_targets(desired, KINDS):
            self._pointing[root] = (desired, live)
        else:
            self._changes(root, desired, live)

    def came_to_something(self, root: Address) -> bool:
        """Return whether there is anything to be said of a group, or it waits, or was compared with what git said."""
        return root in self._plans or root in self._pointing or root in self._looked_back

    def forget(self, root: Address) -> None:
        """Take back what was planned of a root, which is planned anew."""
        self._plans.pop(root, None)
        self._reckoning.forget(root)

    def leave_alone(self, root: Address, note: str) -> None:
        """Take back what was planned of a root that is in the store more than once."""
        self._twins[root] = note
        self._pointing.pop(root, None)
        self._plans[root] = GroupPlan((), notes=(note,))
        self._reckoning.forget(root)
        self._made = {address for address in self._made if KINDS.root_of(address) != root}
        for ids in (self._ids.roots, self._ids.targets, self._ids.neighbours):
            for address in [address for address in ids if KINDS.root_of(address) == root]:
                del ids[address]

    def plan_what_points(self) -> None:
        """Plan the groups that point at others, now that all of those have been met."""
        for root, (desired, live) in self._pointing.items():
            self._changes(root, self._with_ids(desired), live)
        self._reckoning.pool()

    def _with_ids(self, desired: Desired) -> Desired:
        if self.seeking is not None:
            self._ids.targets.update(self.seeking.targets(desired))
        return asked_with_ids(desired, self._ids.targets, KINDS)

    def all_there(self, holders: Mapping[Alias, Holder]) -> dict[Address, GroupPlan]:
        """Return the groups without handles that cannot be had, and changes that point at what will not be there."""
        met = {root: self._without_strangers(group, ()) for root, group in self._plans.items()}
        plans = without_contested(met, holders, KINDS)
        made = (change.address for group in plans.values() for change in group.changes if isinstance(change, Create))
        there = {*self._ids.targets, *made}
        return {root: without_dangling(group, there, KINDS) for root, group in plans.items()}

    def _changes(self, root: Address, desired: Desired, live: Live) -> None:
        def base() -> Base:
            self._looked_back.add(root)
            return self._before.base.group(root, desired, self._with_ids)

        past = Past(base, self._before.respelled)
        planned = plan_group(desired, live, kinds=KINDS, policy=self._policy, past=past)
        group = self._without_strangers(planned, self._pointing)
        group = replace(group, notes=(*group.notes, *following(self._view.entries.get(root), group.changes)))
        self._made |= {change.address for change in group.changes if isinstance(change, Create | Adopt)}
        if live.unread:
            working = f"the store is still working on {', '.join(sorted(live.unread))} of {root}; run plan again later"
            group = replace(group, notes=(*group.notes, working))
        if group.changes:
            self._ids.neighbours.update(referred_to(group, live))
            self._reckoning.enter(root, group, desired, live)
        if group.changes or group.observed or group.notes or group.unplanned:
            self._plans[root] = group

    def _without_strangers(self, group: GroupPlan, to_come: Collection[Address]) -> GroupPlan:
        """Return the changes without those that name a root which is not in the store once, nor made by this plan.

        ``to_come``: roots that are planned after this group; what becomes of them shows at the end.
        """
        absent: dict[Address, str] = {}
        for change in group.changes:
            named = KINDS.named_root(change.address)
            if named in self._twins:
                absent[change.address] = f"{named} is in the store more than once"
            elif (
                isinstance(change, Create)
                and named is not None
                and not (named in self._ids.roots or named in self._made or named in to_come)
            ):
                absent[change.address] = f"{named} is not in the store, and not made by this plan"
        return without_strangers(group, absent, KINDS)

    def references(self, groups: Iterable[GroupPlan]) -> dict[Address, str]:
        """Return the ids of what changes name: the products that join a collection, the images of an order."""
        found = {KINDS.named_root(change.address) for group in groups for change in group.changes}
        roots = {address: self._ids.roots[address] for address in found if address in self._ids.roots}
        return dict(sorted({**roots, **self._ids.neighbours}.items()))


def referred_to(group: GroupPlan, live: Live) -> dict[Address, str]:
    """Return the ids of what changes of a group may name: neighbours, and the variants that they hang on.

    A variant without a SKU is known by what git asks of it, which apply does not see when only its stock changes.
    """
    kinds = {kind for change in group.changes for kind in KINDS[change.address.kind].after}
    above = {KINDS.parent_of(change.address) for change in group.changes}
    below_roots = {parent for parent in above if parent is not None and KINDS.parent_of(parent) is not None}
    return {at: found for at, found in live.ids.items() if at.kind in kinds or at in below_roots}
