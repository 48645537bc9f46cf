"""Plan one store: live groups stream past, each is met with what git asks for, and only the changes are kept."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.app.base import StoreBase
from reconciler.app.store_view import StoreView
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Create
from reconciler.model.directory import Directory
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.kind import Kind
from reconciler.model.plan import Plan
from reconciler.model.state import Desired, Live
from reconciler.planning.forecast import Request
from reconciler.planning.group import GroupPlan, Past, Policy, plan_group
from reconciler.planning.identity import named
from reconciler.planning.order import ordered
from reconciler.planning.planner import Circumstances, assembled
from reconciler.planning.pointing import asked_targets, asked_with_ids, without_dangling
from reconciler.planning.project import projected
from reconciler.planning.respelled import Respelled
from reconciler.planning.scope import Patterns
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.queries import IDS_AT_ONCE
from reconciler.shopify.reader import Reader
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from reconciler.shopify.steps import GROUPS_IN_A_POOL, Compiler, GroupWrite, Known

REREAD_COST_POINTS = 31
"""What apply asks for to read one product again, with 50 variants: 1 + 6 objects + 2 + 7 × 5, less what it returns."""


@dataclass(frozen=True, slots=True)
class LiveStore:
    """A store as it is read for a plan."""

    reader: Reader
    base: StoreBase
    directory: Directory = field(default_factory=Directory)
    respelled: Respelled = field(default_factory=dict)
    """What it spells otherwise than git."""


def plan_store(
    view: StoreView, store: LiveStore, circumstances: Circumstances, *, roots: Collection[Address] | None = None
) -> Plan:
    """Return the plan of a store. ``roots`` narrows it to some of what git asks for; None means all.

    Raises InvalidInput for values that do not map, StoreRefused when the store cannot be read.
    """
    pass_by = _Passing(view, store, circumstances, roots)
    # What git never takes away need not be read where it asks for none.
    kinds = [kind for kind in KINDS.roots() if kind.removable or view.addresses(kind.name)]
    spoken = [kind for kind in kinds if CODECS[kind.name].since <= view.store.document.api_version]
    met = [group for kind in spoken for group in pass_by.groups(kind)]
    groups = list(pass_by.all_there([*met, *pass_by.pointing_groups()]))
    inputs = replace(circumstances.inputs, base_commit=store.base.commit)
    return assembled(
        groups,
        replace(circumstances, inputs=inputs),
        kinds=KINDS,
        managed=pass_by.managed,
        requests=[*pass_by.requests, *(map(Request, COSTS_OF_AN_APPLY) if pass_by.requests else ())],
        unread=pass_by.unread,
        notes=(*_of_base(store.base, groups), *pass_by.notes()),
        references=pass_by.references(groups),
    )


def _of_base(base: StoreBase, groups: Sequence[GroupPlan]) -> tuple[str, ...]:
    """Return what to say about the causes of differences, where there are some."""
    changes = [change for group in groups for change in group.changes if not isinstance(change, Create)]
    blind = sum(each.cause is None for change in changes for each in change.fields)
    if blind and base.lacks is not None:
        return (f"which side changed is not known: {base.lacks}",)
    if blind:
        why = "they were written last from files that were in no commit, or by a plan of some fields"
        return (f"which side changed is not known of {blind} field{'s' if blind > 1 else ''}: {why}", *base.notes)
    return base.notes if changes else ()


class _Passing:
    """The live groups of a store, met one by one with what git asks for."""

    def __init__(
        self, view: StoreView, store: LiveStore, circumstances: Circumstances, roots: Collection[Address] | None
    ) -> None:
        self._view = view
        self._reader = store.reader
        self._directory = store.directory
        self._base = store.base
        self._respelled = store.respelled
        self._compiler = Compiler(KINDS, CODECS)
        self._root_ids: dict[Address, str] = {}
        self._neighbours: dict[Address, str] = {}
        self._made: set[Address] = set()
        self._target_ids: dict[Address, str] = {}
        self._pointing: list[tuple[Address, Desired, Live]] = []
        self._roots = roots
        self._policy = Policy(
            ownership=view.store.ownership,
            on_remove=view.store.document.on_remove,
            patterns=Patterns(circumstances.scope.only, circumstances.scope.exclude),
        )
        self._unmet_patterns = set(circumstances.scope.only)
        self.managed: Counter[str] = Counter()
        self.requests: list[Request] = []
        self._to_pool: list[GroupWrite] = []
        self.unread: dict[str, str] = {}

    def groups(self, kind: Kind) -> Iterator[GroupPlan]:
        """Yield the changes of every group of a root kind that has any."""
        wanted = dict.fromkeys(self._view.addresses(kind.name))
        met: set[Address] = set()
        unmarked: dict[object, str] = {}
        leaving: dict[object, Address] = {}
        try:
            for group in self._reader.groups(kind.name):
                if group.root.mark is None:
                    unmarked[getattr(group.root.resource, kind.alias or "", None)] = group.root.id
                    continue
                address = Address(kind.name, group.root.mark)
                if address in met:
                    yield GroupPlan((), notes=(f"{address} is in the store twice; {group.root.id} is left alone",))
                    continue
                met.add(address)
                if kind.alias and address not in wanted and self._policy.on_remove in kind.retire:
                    leaving[getattr(group.root.resource, kind.alias)] = address
                desired = self._view.group(address) if address in wanted else Desired({})
                live = named(address, group, desired.resources, KINDS, self._directory)
                yield from self._planned(address, desired, live)
        except AccessDenied as error:
            self.unread |= dict.fromkeys([kind.name, *(child.name for child in KINDS.children(kind.name))], str(error))
            return
        for address in wanted:
            if address not in met:
                yield from self._unmet(kind, address, unmarked, leaving)
        self._count_pool()

    def _unmet(
        self, kind: Kind, address: Address, unmarked: Mapping[object, str], leaving: Mapping[object, Address]
    ) -> Iterator[GroupPlan]:
        """Plan what no live object carries the mark of: to be adopted where the alias is taken, else to be made.

        Raises InvalidInput where the alias is held by what leaves git: that keeps it, so the other cannot be made.
        """
        desired = self._view.group(address)
        alias = getattr(desired.resources[address], kind.alias, None) if kind.alias else None
        live = Live()
        if alias is not None and alias in leaving:
            raise InvalidInput([self._alias_held(kind, address, alias, leaving[alias])])
        if alias is not None and alias in unmarked:
            group = next(self._reader.by_id(kind.name, [unmarked[alias]]))
            if group is not None:
                live = named(address, group, desired.resources, KINDS, self._directory)
        yield from self._planned(address, desired, live)

    def _alias_held(self, kind: Kind, address: Address, alias: object, holder: Address) -> Diagnostic:
        summary = f"{kind.alias} {alias} of {address} is held by {holder}, which is in store {self._view.store.name}"
        cure = f"if it is the same, write key: {holder.key} again; if not, give {address.key} another {kind.alias}"
        return Diagnostic(f"{summary} and no longer in git", self._view.entries[address].locate(("key",)), cure)

    def _planned(self, root: Address, desired: Desired, live: Live) -> Iterator[GroupPlan]:
        self.managed.update(address.kind for address in live.owned)
        if root in live.owned:
            self._root_ids[root] = live.ids[root]
        self._meet_patterns({*desired.resources, *live.resources})
        self._target_ids |= {target: live.ids[target] for target in self._view.targets.intersection(live.ids)}
        if self._roots is not None and root not in self._roots and root not in KINDS[root.kind].standing:
            return
        if asked_targets(desired, KINDS):
            self._pointing.append((root, desired, live))
        else:
            yield from self._changes(root, desired, live)

    def pointing_groups(self) -> Iterator[GroupPlan]:
        """Yield the changes of the groups that point at others, now that all of those have been met."""
        for root, desired, live in self._pointing:
            yield from self._changes(root, self._with_ids(desired), live)
        self._count_pool()

    def _with_ids(self, desired: Desired) -> Desired:
        return asked_with_ids(desired, self._target_ids, KINDS)

    def all_there(self, groups: Sequence[GroupPlan]) -> Iterator[GroupPlan]:
        """Yield the groups without changes that point at what will not be there."""
        made = (change.address for group in groups for change in group.changes if isinstance(change, Create))
        there = {*self._target_ids, *made}
        return (without_dangling(group, there, KINDS) for group in groups)

    def _changes(self, root: Address, desired: Desired, live: Live) -> Iterator[GroupPlan]:
        past = Past(lambda: self._base.group(root, desired, self._with_ids), self._respelled)
        group = self._without_strangers(plan_group(desired, live, kinds=KINDS, policy=self._policy, past=past))
        self._made |= {change.address for change in group.changes if isinstance(change, Create | Adopt)}
        if live.unread:
            working = f"the store is still working on {', '.join(sorted(live.unread))} of {root}; run plan again later"
            group = replace(group, notes=(*group.notes, working))
        if group.changes:
            self._neighbours |= referred_to(group, live)
            changes = ordered(group.changes, KINDS)
            write = GroupWrite(root, changes, live, projected(live, changes, KINDS).resources)
            self._foresee(write)
        if group.changes or group.observed or group.notes or group.unplanned:
            yield group

    def _foresee(self, write: GroupWrite) -> None:
        """Count the requests of a group's changes; those of changes that are pooled once there are enough groups."""
        pooled = [change for change in write.changes if self._compiler.is_pooled(change.address)]
        if len(pooled) < len(write.changes):
            self.requests.append(Request(REREAD_COST_POINTS))
        if pooled:
            self._to_pool.append(write)
        else:
            self._count([write])
        if len(self._to_pool) == GROUPS_IN_A_POOL:
            self._count_pool()

    def _count_pool(self) -> None:
        rereads = -(-len(self._to_pool) // IDS_AT_ONCE)
        self.requests += [Request(REREAD_COST_POINTS)] * rereads
        self._count(self._to_pool)
        self._to_pool = []

    def _count(self, writes: Sequence[GroupWrite]) -> None:
        known = Known(self._root_ids, self._directory)
        self.requests += [Request(mutation.cost_points) for mutation in self._compiler.forecast(writes, known)]

    def _without_strangers(self, group: GroupPlan) -> GroupPlan:
        """Return the changes without those that name a root which is not in the store, nor made by this plan."""
        absent = {
            change.address: named
            for change in group.changes
            if isinstance(change, Create) and (named := KINDS.named_root(change.address)) is not None
            if named not in self._root_ids and named not in self._made
        }
        if not absent:
            return group
        kinds = {address.kind for address in absent}
        later = {c.address for c in group.changes if kinds.intersection(KINDS[c.address.kind].after)}
        notes = [
            f"{at} is not planned: {named} is not in the store, and not made by this plan"
            for at, named in absent.items()
        ]
        notes += [f"{at} is not planned: it waits for what is not planned" for at in sorted(later)]
        kept = tuple(change for change in group.changes if change.address not in absent.keys() | later)
        return replace(
            group, changes=kept, notes=(*group.notes, *notes), unplanned=(*group.unplanned, *absent, *sorted(later))
        )

    def _meet_patterns(self, addresses: Collection[Address]) -> None:
        met = {pattern for pattern in self._unmet_patterns if Patterns((pattern,)).shows_any(addresses, KINDS)}
        self._unmet_patterns -= met

    def references(self, groups: Iterable[GroupPlan]) -> dict[Address, str]:
        """Return the ids of what changes name: the products that join a collection, the images of an order."""
        found = {KINDS.named_root(change.address) for group in groups for change in group.changes}
        roots = {address: self._root_ids[address] for address in found if address in self._root_ids}
        return dict(sorted({**roots, **self._neighbours}.items()))

    def notes(self) -> tuple[str, ...]:
        """Return what a person should hear about the scope: patterns that fit nothing may be misspelled."""
        return tuple(
            f"--only {pattern} fits nothing that git asks for or that is ours in the store"
            for pattern in sorted(self._unmet_patterns)
        )


def referred_to(group: GroupPlan, live: Live) -> dict[Address, str]:
    """Return the ids of what changes of a group may name: neighbours, and the variants that they hang on.

    A variant without a SKU is known by what git asks of it, which apply does not see when only its stock changes.
    """
    kinds = {kind for change in group.changes for kind in KINDS[change.address.kind].after}
    above = {KINDS.parent_of(change.address) for change in group.changes}
    below_roots = {parent for parent in above if parent is not None and KINDS.parent_of(parent) is not None}
    return {at: found for at, found in live.ids.items() if at.kind in kinds or at in below_roots}
