"""Passing: the live groups of a store, met one by one with what git asks for."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.app.plans.group_plans import Before, GroupPlans, MetIds
from reconciler.app.plans.reckoning import Reckoning
from reconciler.app.plans.roots import Roots
from reconciler.app.plans.seeking import NOTE, Seeking, can_be_sought
from reconciler.app.plans.settled import EqualGroup, Settled, equal_group
from reconciler.app.plans.side_effects import RuleSets, SideEffects
from reconciler.app.repository.base import StoreBase
from reconciler.app.repository.store_view import COLLECTION, StoreView
from reconciler.app.writing.way import Look, looking_at_nothing
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.directory import Directory
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.kind import Kind
from reconciler.model.state import Desired, FoundGroup, Live
from reconciler.planning.alias import Alias, Holder
from reconciler.planning.group import GroupPlan
from reconciler.planning.identity import named
from reconciler.planning.key_changed import Known, known_of, perhaps_moved
from reconciler.planning.planner import Circumstances
from reconciler.planning.respelled import Respelled
from reconciler.planning.scope import Patterns, Policy
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
        self._ids = MetIds()
        self._unmarked: dict[str, Address] = {}
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
        self.reckoning = Reckoning(view, self._ids.roots, store.directory)
        before = Before(store.base, store.respelled)
        self.plans = GroupPlans(view, before, self._policy, self._ids, self.reckoning)
        self.unread: dict[str, str] = {}
        self._gone: dict[Address, Known] = {}
        self.side_effects = SideEffects(view, store.reader, store.rule_sets)
        self._settled = store.settled if circumstances.scope.whole and roots is None else None

    def seek(self, lookup: Lookup) -> None:
        """Look up the roots that are planned from now on, where their marks are defined and nothing else needs all."""
        roots = self._roots
        if roots is None or self.side_effects.look_at_all or not can_be_sought(self._view, roots):
            return
        if all(Address("mark", root.kind) in self._ids.roots for root in roots):
            self.plans.seeking = Seeking(self._view, self._reader, self._directory, lookup, roots)

    @property
    def all_managed(self) -> Counter[str]:
        """How many of each kind are ours; of what was not looked at, what git asks for."""
        return self.managed + self.plans.seeking.rest() if self.plans.seeking is not None else self.managed

    def meet(self, kind: Kind) -> None:
        """Plan every group of a root kind."""
        seeking = self.plans.seeking
        wanted = dict.fromkeys(self._view.addresses(kind.name) if seeking is None else seeking.wanted(kind))
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
            self.plans.leave_alone(address, note)
        self._holders |= {(kind.name, str(alias)): Holder(of) for alias, of in roots.unmarked.items() if alias}
        self.reckoning.pool()

    def _groups(self, kind: Kind, roots: Roots) -> Iterator[FoundGroup | Familiar[EqualGroup]]:
        """Yield the live groups of a root kind; the pages of some were read before."""
        if self.plans.seeking is not None:
            return self.plans.seeking.groups(kind, roots, self._holders)
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
        came = self.plans.came_to_something(address)
        if self._settled is not None and address in wanted and not (came or self._unmarked):
            equal = equal_group(address, desired, live, self._view.targets)
            if equal is not None:
                self._settled.keep(address, group, equal)

    def _pass(self, root: Address, root_id: str, equal: EqualGroup) -> None:
        """Take in what the plan has to know of a group that was found to need nothing before, just as it is now."""
        self.managed.update(equal.owned)
        self._ids.roots[root] = root_id
        self._hold(root, equal.alias)
        self._ids.targets.update(equal.targets)
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
        shared = {root: twins for root, twins in self._names.twins(kind.name).items() if root in self._ids.roots}
        ids = [self._ids.roots[root] for root in shared]
        for root, group in zip(shared, self._reader.by_id(kind.name, ids), strict=True):
            if group is not None:
                desired = self._view.group(root)
                live = self._named(root, group, desired)
                self.plans.forget(root)
                self._plan(root, desired, replace(live, twins={**live.twins, **shared[root]}))

    def _alias_held(self, kind: Kind, address: Address, alias: object, holder: Address) -> Diagnostic:
        summary = f"{kind.alias} {alias} of {address} is held by {holder}, which is in store {self._view.store.name}"
        other = f"give {address.key} another {kind.alias}, or the old one, in the store's admin"
        cure = f"if it is the same, write moved: {holder.key}; if not, {other}"
        return Diagnostic(f"{summary} and no longer in git", self._view.entries[address].locate(("key",)), cure)

    def _planned(self, root: Address, desired: Desired, live: Live) -> None:
        self.managed.update(address.kind for address in live.owned)
        if root in live.owned:
            self._ids.roots[root] = live.ids[root]
            self._hold(root, getattr(live.resources[root], KINDS[root.kind].alias or "", None))
            if root not in desired.resources:
                self._gone[root] = known_of(root, live, KINDS)
        self._meet_patterns({*desired.resources, *live.resources})
        self._ids.targets.update({at: live.ids[at] for at in self._view.targets.intersection(live.ids)})
        if self.plans.seeking is not None:
            self._ids.roots.update(self.plans.seeking.named(desired, live))
        self._names.meet(root, names_of(root, desired, live, KINDS))
        self.side_effects.meet(root, live.resources)
        self._plan(root, desired, live)

    def _plan(self, root: Address, desired: Desired, live: Live) -> None:
        if self._roots is None or root in self._roots or root in KINDS[root.kind].standing:
            self.plans.enter(root, desired, live)

    def _meet_patterns(self, addresses: Collection[Address]) -> None:
        met = {pattern for pattern in self._unmet_patterns if Patterns((pattern,)).shows_any(addresses, KINDS)}
        self._unmet_patterns -= met

    def all_there(self) -> dict[Address, GroupPlan]:
        """Return the groups without handles that cannot be had, and changes that point at what will not be there."""
        return self.plans.all_there(self._holders)

    def notes(self, changes: Iterable[Change]) -> tuple[str, ...]:
        """Return what a person should hear about the scope, and about keys that look as if they had changed."""
        sought = (NOTE,) if self.plans.seeking is not None else ()
        moved = perhaps_moved(self._gone, changes, lambda root: self._view.entries[root].locate(("key",)).file, KINDS)
        return (*sought, *map(fits_nothing, sorted(self._unmet_patterns)), *moved)


def fits_nothing(pattern: str) -> str:
    """Return the note of a plan about a pattern that fits nothing; it may be misspelled."""
    return f"--only {pattern} fits nothing that git asks for or that is ours in the store"
