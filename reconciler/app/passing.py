"""Passing: the live groups of a store, met one by one with what git asks for."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.app.base import StoreBase
from reconciler.app.following import following
from reconciler.app.reckoning import Reckoning
from reconciler.app.roots import Roots
from reconciler.app.run import Look, looking_at_nothing
from reconciler.app.seeking import NOTE, Seeking, can_be_sought
from reconciler.app.settled import EqualGroup, Settled, equal_group
from reconciler.app.side_effects import RuleSets, SideEffects
from reconciler.app.store_view import COLLECTION, StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Create
from reconciler.model.directory import Directory
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.kind import Kind
from reconciler.model.state import Desired, FoundGroup, Live
from reconciler.planning.alias import Alias, Holder, without_contested
from reconciler.planning.cause import Base
from reconciler.planning.group import GroupPlan, Past, plan_group
from reconciler.planning.identity import named
from reconciler.planning.planner import Circumstances
from reconciler.planning.pointing import asked_targets, asked_with_ids, without_dangling
from reconciler.planning.respelled import Respelled
from reconciler.planning.scope import Patterns, Policy
from reconciler.planning.strangers import without_strangers
from reconciler.planning.twins import NamesAcross, names_of
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.gathered import Familiar
from reconciler.shopify.lookup import Lookup
from reconciler.shopify.reader import Reader


@dataclass(frozen=True, slots=True)
class LiveStore:
    """A store as it is read for a plan."""

    reader: Reader
    base: StoreBase
    directory: Directory = field(default_factory=Directory)
    respelled: Respelled = field(default_factory=dict)
    """What it spells otherwise than git."""
    look: Look = looking_at_nothing
    rule_sets: RuleSets = tuple
    """Its automatic collections, where its API version tells them apart from collections."""
    lookup: Lookup | None = None
    """What finds roots by their keys; None: it can only be read whole."""
    settled: Settled | None = None
    """What earlier plans of it found equal; it makes a plan faster, and changes nothing in it."""


class Passing:
    """The live groups of a store, met one by one with what git asks for."""

    def __init__(
        self, view: StoreView, store: LiveStore, circumstances: Circumstances, roots: Collection[Address] | None
    ) -> None:
        self._view = view
        self._reader = store.reader
        self._directory = store.directory
        self._base = store.base
        self._respelled = store.respelled
        self._root_ids: dict[Address, str] = {}
        self._neighbours: dict[Address, str] = {}
        self._made: set[Address] = set()
        self._unmarked: dict[str, Address] = {}
        self._target_ids: dict[Address, str] = {}
        self._pointing: dict[Address, tuple[Desired, Live]] = {}
        self._plans: dict[Address, GroupPlan] = {}
        self._twins: dict[Address, str] = {}
        self._names = NamesAcross(KINDS)
        self._holders: dict[Alias, Holder] = {}
        self._roots = roots
        self._policy = Policy(
            ownership=view.mapper.ownership,
            on_remove=view.store.document.on_remove,
            patterns=Patterns(circumstances.scope.only, circumstances.scope.exclude),
        )
        self._unmet_patterns = set(circumstances.scope.only)
        self.managed: Counter[str] = Counter()
        self.reckoning = Reckoning(view, self._root_ids, store.directory)
        self.unread: dict[str, str] = {}
        self.side_effects = SideEffects(view, store.reader, store.rule_sets)
        self._settled = store.settled if circumstances.scope.whole and roots is None else None
        self._looked_back: set[Address] = set()
        self._seeking: Seeking | None = None

    def seek(self, lookup: Lookup) -> None:
        """Look up the roots that are planned from now on, where their marks are defined and nothing else needs all."""
        roots = self._roots
        if roots is None or self.side_effects.look_at_all or not can_be_sought(self._view, roots):
            return
        if all(Address("mark", root.kind) in self._root_ids for root in roots):
            self._seeking = Seeking(self._view, self._reader, self._directory, lookup, roots)

    @property
    def all_managed(self) -> Counter[str]:
        """How many of each kind are ours; of what was not looked at, what git asks for."""
        return self.managed + self._seeking.rest() if self._seeking is not None else self.managed

    def meet(self, kind: Kind) -> None:
        """Plan every group of a root kind."""
        wanted = dict.fromkeys(self._view.addresses(kind.name) if self._seeking is None else self._seeking.wanted(kind))
        roots = Roots(kind, wanted, self._view.formerly)
        try:
            for group in self._groups(kind, roots):
                address = roots.meet(group)
                if isinstance(group, Familiar):
                    if address is not None:
                        self._pass(address, group.id, group.noted)
                elif address is not None:
                    self._meet(address, group, wanted)
                elif group.root.mark is None:
                    self.side_effects.meet_other(group.root)
                self._reader.teller.advanced(unforeseen=address not in wanted)
            moving = dict(roots.moving())
            for address, found in zip(moving, self._reader.by_id(kind.name, list(moving.values())), strict=True):
                if found is not None:
                    self._meet(address, found, wanted)
            self._plan_twins_again(kind)
        except AccessDenied as error:
            self.unread |= dict.fromkeys([kind.name, *(child.name for child in KINDS.children(kind.name))], str(error))
            return
        for address in roots.unmet():
            self._meet_nowhere(kind, address, roots)
            self._reader.teller.advanced()
        for address, note in roots.twins().items():
            self._leave_alone(address, note)
        self._holders |= {(kind.name, str(alias)): Holder(of) for alias, of in roots.unmarked.items() if alias}
        self.reckoning.pool()

    def _groups(self, kind: Kind, roots: Roots) -> Iterator[FoundGroup | Familiar[EqualGroup]]:
        """Yield the live groups of a root kind; the pages of some were read before."""
        if self._seeking is not None:
            return self._seeking.groups(kind, roots, self._holders)
        ahead = self.side_effects.pages if kind.name == COLLECTION else None
        if ahead is not None:
            return self._reader.grown(kind.name, ahead)
        # What is to be adopted gives a member the key that it will have: a group may be another one for it.
        passes = self._settled is not None and not (self._unmarked or self.side_effects.look_at_all)
        return self._reader.met(kind.name, self._settled.knows(kind.name) if self._settled and passes else None)

    def _meet(self, address: Address, group: FoundGroup, wanted: Collection[Address]) -> None:
        desired = self._view.group(address) if address in wanted else Desired({})
        live = self._named(address, group, desired)
        self._planned(address, desired, live)
        came = address in self._plans or address in self._pointing or address in self._looked_back
        if self._settled is not None and address in wanted and not (came or self._unmarked):
            equal = equal_group(address, desired, live, self._view.targets)
            if equal is not None:
                self._settled.keep(address, group, equal)

    def _pass(self, root: Address, root_id: str, equal: EqualGroup) -> None:
        """Take in what the plan has to know of a group that was found to need nothing before, just as it is now."""
        self.managed.update(equal.owned)
        self._root_ids[root] = root_id
        self._hold(root, equal.alias)
        self._target_ids |= equal.targets
        self._names.meet(root, equal.names)

    def _hold(self, root: Address, alias: str | None) -> None:
        self._holders |= {(root.kind, alias): Holder(str(root), root)} if alias is not None else {}

    def _named(self, address: Address, group: FoundGroup, desired: Desired) -> Live:
        """Return a live group under git's addresses; members go by the keys of what this plan adopts."""
        return named(address, group, desired.resources, KINDS, self._directory, unmarked=self._unmarked)

    def _meet_nowhere(self, kind: Kind, address: Address, roots: Roots) -> None:
        """Plan what no live object carries the mark of: to be adopted where the alias is taken, else to be made.

        Raises InvalidInput where the alias is held by what leaves git: that keeps it, so the other cannot be made.
        """
        desired = self._view.group(address)
        alias = getattr(desired.resources.get(address), kind.alias, None) if kind.alias else None
        live = Live()
        if alias is not None and alias in roots.leaving and self._policy.on_remove in kind.retire:
            raise InvalidInput([self._alias_held(kind, address, alias, roots.leaving[alias])])
        if alias is not None and alias in roots.unmarked:
            group = next(self._reader.by_id(kind.name, [roots.unmarked[alias]]))
            if group is not None:
                live = self._named(address, group, desired)
                self._unmarked[group.root.id] = address
                self.side_effects.is_taken_over(group.root)
        self._planned(address, desired, live)

    def _plan_twins_again(self, kind: Kind) -> None:
        """Plan the groups anew that share with others what a child is known by: now it shows what is to be left alone.

        They are few, and read again instead of being kept: what was met is not.
        """
        shared = {root: twins for root, twins in self._names.twins(kind.name).items() if root in self._root_ids}
        ids = [self._root_ids[root] for root in shared]
        for root, group in zip(shared, self._reader.by_id(kind.name, ids), strict=True):
            if group is not None:
                desired = self._view.group(root)
                live = self._named(root, group, desired)
                self._plans.pop(root, None)
                self.reckoning.forget(root)
                self._plan(root, desired, replace(live, twins={**live.twins, **shared[root]}))

    def _leave_alone(self, root: Address, note: str) -> None:
        """Take back what was planned of a root that is in the store more than once."""
        self._twins[root] = note
        self._pointing.pop(root, None)
        self._plans[root] = GroupPlan((), notes=(note,))
        self.reckoning.forget(root)
        self._made = {address for address in self._made if KINDS.root_of(address) != root}
        for ids in (self._root_ids, self._target_ids, self._neighbours):
            for address in [address for address in ids if KINDS.root_of(address) == root]:
                del ids[address]

    def _alias_held(self, kind: Kind, address: Address, alias: object, holder: Address) -> Diagnostic:
        summary = f"{kind.alias} {alias} of {address} is held by {holder}, which is in store {self._view.store.name}"
        other = f"give {address.key} another {kind.alias}, or the old one, in the store's admin"
        cure = f"if it is the same, write moved: {holder.key}; if not, {other}"
        return Diagnostic(f"{summary} and no longer in git", self._view.entries[address].locate(("key",)), cure)

    def _planned(self, root: Address, desired: Desired, live: Live) -> None:
        self.managed.update(address.kind for address in live.owned)
        if root in live.owned:
            self._root_ids[root] = live.ids[root]
            self._hold(root, getattr(live.resources[root], KINDS[root.kind].alias or "", None))
        self._meet_patterns({*desired.resources, *live.resources})
        self._target_ids |= {target: live.ids[target] for target in self._view.targets.intersection(live.ids)}
        if self._seeking is not None:
            self._root_ids |= self._seeking.named(desired, live)
        self._names.meet(root, names_of(root, desired, live, KINDS))
        self.side_effects.meet(root, live.resources)
        self._plan(root, desired, live)

    def _plan(self, root: Address, desired: Desired, live: Live) -> None:
        if self._roots is not None and root not in self._roots and root not in KINDS[root.kind].standing:
            return
        if asked_targets(desired, KINDS):
            self._pointing[root] = (desired, live)
        else:
            self._changes(root, desired, live)

    def plan_what_points(self) -> None:
        """Plan the groups that point at others, now that all of those have been met."""
        for root, (desired, live) in self._pointing.items():
            self._changes(root, self._with_ids(desired), live)
        self.reckoning.pool()

    def _with_ids(self, desired: Desired) -> Desired:
        if self._seeking is not None:
            self._target_ids |= self._seeking.targets(desired)
        return asked_with_ids(desired, self._target_ids, KINDS)

    def all_there(self) -> dict[Address, GroupPlan]:
        """Return the groups without handles that cannot be had, and changes that point at what will not be there."""
        met = {root: self._without_strangers(group, ()) for root, group in self._plans.items()}
        plans = without_contested(met, self._holders, KINDS)
        made = (change.address for group in plans.values() for change in group.changes if isinstance(change, Create))
        there = {*self._target_ids, *made}
        return {root: without_dangling(group, there, KINDS) for root, group in plans.items()}

    def _changes(self, root: Address, desired: Desired, live: Live) -> None:
        def base() -> Base:
            self._looked_back.add(root)
            return self._base.group(root, desired, self._with_ids)

        past = Past(base, self._respelled)
        planned = plan_group(desired, live, kinds=KINDS, policy=self._policy, past=past)
        group = self._without_strangers(planned, self._pointing)
        group = replace(group, notes=(*group.notes, *following(self._view.entries.get(root), group.changes)))
        self._made |= {change.address for change in group.changes if isinstance(change, Create | Adopt)}
        if live.unread:
            working = f"the store is still working on {', '.join(sorted(live.unread))} of {root}; run plan again later"
            group = replace(group, notes=(*group.notes, working))
        if group.changes:
            self._neighbours |= referred_to(group, live)
            self.reckoning.enter(root, group, desired, live)
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
                and not (named in self._root_ids or named in self._made or named in to_come)
            ):
                absent[change.address] = f"{named} is not in the store, and not made by this plan"
        return without_strangers(group, absent, KINDS)

    def _meet_patterns(self, addresses: Collection[Address]) -> None:
        met = {pattern for pattern in self._unmet_patterns if Patterns((pattern,)).shows_any(addresses, KINDS)}
        self._unmet_patterns -= met

    def references(self, groups: Iterable[GroupPlan]) -> dict[Address, str]:
        """Return the ids of what changes name: the products that join a collection, the images of an order."""
        found = {KINDS.named_root(change.address) for group in groups for change in group.changes}
        roots = {address: self._root_ids[address] for address in found if address in self._root_ids}
        return dict(sorted({**roots, **self._neighbours}.items()))

    def notes(self) -> tuple[str, ...]:
        """Return what a person should hear about the scope."""
        sought = (NOTE,) if self._seeking is not None else ()
        return (*sought, *map(fits_nothing, sorted(self._unmet_patterns)))


def fits_nothing(pattern: str) -> str:
    """Return the note of a plan about a pattern that fits nothing; it may be misspelled."""
    return f"--only {pattern} fits nothing that git asks for or that is ours in the store"


def referred_to(group: GroupPlan, live: Live) -> dict[Address, str]:
    """Return the ids of what changes of a group may name: neighbours, and the variants that they hang on.

    A variant without a SKU is known by what git asks of it, which apply does not see when only its stock changes.
    """
    kinds = {kind for change in group.changes for kind in KINDS[change.address.kind].after}
    above = {KINDS.parent_of(change.address) for change in group.changes}
    below_roots = {parent for parent in above if parent is not None and KINDS.parent_of(parent) is not None}
    return {at: found for at, found in live.ids.items() if at.kind in kinds or at in below_roots}
