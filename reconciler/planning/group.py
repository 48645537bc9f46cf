"""The changes of one group: everything else in a plan is about many of these."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Cause, Change, Create, FieldChange, Move, Remove, Update
from reconciler.model.json import Json
from reconciler.model.kind import Kind, KindSet, as_desired, no_remark
from reconciler.model.plan import Observed
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live
from reconciler.planning.cause import Causes, FindBase, unknown
from reconciler.planning.diff import differences, unequal
from reconciler.planning.obstacles import misfits, obstacles
from reconciler.planning.project import projected
from reconciler.planning.remarks import Remarks
from reconciler.planning.respelled import Respelled, without_respelled
from reconciler.planning.scope import Patterns, Policy, divided
from reconciler.planning.twins import twin
from reconciler.planning.unsettled import Conflict, conflicts, unexplained


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a group from before: what git decided then, and what the store spells otherwise since."""

    base: FindBase = unknown
    respelled: Respelled = field(default_factory=dict)


_NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """The changes of one group, in no particular order, and what was only watched."""

    changes: tuple[Change, ...]
    observed: tuple[Observed, ...] = ()
    notes: tuple[str, ...] = ()
    unplanned: tuple[Address, ...] = ()
    """What git asks for and the changes do not bring about, although it is in scope."""
    conflicts: tuple[Conflict, ...] = ()
    """Fields that changed in git and in the store, by address and path, and of which nobody said who wins."""
    unexplained: frozenset[Address] = frozenset()
    """Counts that are to be written although nobody knows whether customers moved them, nor said that git wins."""


def plan_group(desired: Desired, live: Live, *, kinds: KindSet, policy: Policy, past: Past = _NO_PAST) -> GroupPlan:
    """Return what makes the live group what git asks for, and why each field differs.

    What was not read is unknown, not empty: kinds in ``live.unread`` are neither created nor removed. A root is
    planned after its children, because it has to hold those that stay although git does not ask for them.
    """
    return _Planning(desired, live, kinds, policy, past).planned()


class _Planning:
    """One group on its way to its changes."""

    def __init__(self, desired: Desired, live: Live, kinds: KindSet, policy: Policy, past: Past) -> None:
        self._desired = desired
        self._live = _as_seen(desired, live, kinds)
        self._kinds = kinds
        self._policy = replace(policy, ownership=policy.ownership.overridden(desired.ownership))
        self._past = past
        self._causes = Causes(past.base, desired.resources, live.resources, kinds, self._policy.ownership)
        self._changes: list[Change] = []
        self._observed: list[Observed] = []
        self._notes: list[str] = []
        self._unplanned: list[Address] = []
        self._remarks = _remarks_on_twins(desired, live, kinds, policy)

    def planned(self) -> GroupPlan:
        """Return the changes of the group."""
        desired, live, kinds, policy = self._desired, self._live, self._kinds, self._policy
        self._changes += _no_longer_asked(desired, live, kinds, policy, self._causes)
        obstacle_of = obstacles(desired, live, kinds, policy)
        unfit = misfits(desired, live, kinds, {change.address for change in self._changes})
        for address, asked in sorted(desired.resources.items(), key=lambda item: kinds[item[0].kind].parent is None):
            if not policy.patterns.shows(address, kinds) or twin(address, live, kinds):
                continue
            if _unread(address, live, kinds):
                self._unplanned.append(address)
                continue
            obstacle = obstacle_of(address) or unfit.get(address)
            if obstacle is None and _hangs_on(address, unfit, live, kinds):
                self._unplanned.append(address)  # the note on what it hangs on says why
                continue
            resource = _accommodating(address, asked, live, self._changes, kinds)
            held = live.resources.get(address)
            if obstacle is None and held is not None:
                obstacle = kinds[address.kind].hinders(resource, held)
            if obstacle is not None:
                self._notes.append(f"{address} is not planned: {obstacle}")
                self._unplanned.append(address)
                continue
            self._plan(address, resource, held)
        self._remark_on_causes()
        notes = tuple(sorted([*self._notes, *self._remarks.notes()]))
        unplanned = tuple(sorted(self._unplanned))
        return GroupPlan(
            tuple(self._changes),
            tuple(self._observed),
            notes,
            unplanned,
            conflicts=tuple(conflicts(self._changes, self._decides)),
            unexplained=frozenset(unexplained(self._changes, kinds, self._decides)),
        )

    def _decides(self, address: Address, field_name: str) -> bool:
        return self._policy.ownership.decides(address.kind, field_name)

    def _plan(self, address: Address, resource: Resource, held: Resource | None) -> None:
        """Plan one address that git asks for, once it is settled what may be written of it."""
        desired, live, kinds, policy = self._desired, self._live, self._kinds, self._policy
        self._remarks.add(address, _remark(address, desired, live, kinds))
        if held is not None and self._stays(address) and _is_met(resource, held, kinds[address.kind]):
            return  # as nearly always; whoever decides its fields, and whatever they were, there is nothing to say
        owner = desired.owners.get(address)
        parts = divided(address, resource, held, policy.ownership, policy.patterns, owner=owner)
        if held is None and resource.model_fields_set and not parts.enforced.model_fields_set:
            self._observe(address, differences(parts.watched, None), None)
            return  # nothing of it may be written, so that it cannot be made
        sold = self._causes.sold(address, parts.enforced)
        enforced, moved = _parted(parts.enforced, sold)
        if held is not None:
            enforced = without_respelled(enforced, held, self._past.respelled.get(address, {}))
        change = self._wanted(address, enforced)
        if change is not None:
            pointing = kinds[address.kind].pointing
            named = tuple(sorted(pointing.targets(resource))) if pointing is not None else ()
            self._changes.append(replace(change, depends_on=named) if named else change)
        if held is not None:
            self._observe(address, differences(moved, held), "sold")
            watched = _telling(differences(parts.watched, held), kinds[address.kind], is_new=False)
            self._observe(address, watched, None)

    def _stays(self, address: Address) -> bool:
        """Whether what is live there goes by this address already."""
        live = self._live
        return address not in live.moved and (address in live.owned or self._kinds[address.kind].parent is not None)

    def _wanted(self, address: Address, resource: Resource) -> Change | None:
        held, kind = self._live.resources.get(address), self._kinds[address.kind]
        fields = tuple(
            self._field(address, *each) for each in _telling(differences(resource, held), kind, is_new=held is None)
        )
        if held is None:
            return Create(address, fields)
        known = known_by(address, held, self._kinds)
        if address not in self._live.owned and kind.parent is None:
            return Adopt(address, self._live.ids[address], fields, known_by=known)
        if address in self._live.moved:
            return Move(address, self._live.ids[address], self._live.moved[address], fields, known_by=known)
        return Update(address, self._live.ids[address], fields, known_by=known) if fields else None

    def _field(self, address: Address, path: str, before: Json, after: Json) -> FieldChange:
        origin = self._desired.origin(address, path.partition(".")[0])
        return FieldChange(path, before, after, self._causes.of(address, path), origin)

    def _observe(self, address: Address, found: Iterable[tuple[str, Json, Json]], cause: Cause | None) -> None:
        self._observed += [Observed(address, path, old, new, cause) for path, old, new in found]

    def _remark_on_causes(self) -> None:
        for change in self._changes:
            for each in change.fields:
                self._remarks.add(change.address, self._causes.remark(change.address, each.path, each.cause))


def _parted(resource: Resource, names: frozenset[str]) -> tuple[Resource, Resource]:
    """Return a resource without some of its fields, and one with those alone."""
    if not names:
        return resource, type(resource)()
    fields = resource.managed()
    rest = type(resource)(**{name: value for name, value in fields.items() if name not in names})
    return rest, type(resource)(**{name: fields[name] for name in sorted(names)})


def _remarks_on_twins(desired: Desired, live: Live, kinds: KindSet, policy: Policy) -> Remarks:
    remarks = Remarks()
    for address, reason in live.twins.items():
        if kinds.root_of(address) in desired.resources and policy.patterns.shows(address, kinds):
            remarks.add(address, reason)
    return remarks


def _remark(address: Address, desired: Desired, live: Live, kinds: KindSet) -> str | None:
    remark = kinds[address.kind].remark
    if remark is no_remark:
        return None
    parent = _parent_after(address, desired, live, kinds)
    return remark(desired.resources[address], live.resources.get(address), parent)


def _parent_after(address: Address, desired: Desired, live: Live, kinds: KindSet) -> Resource | None:
    """Return what the address hangs on as it will be, as far as git and the store say."""
    parent = kinds.parent_of(address)
    if parent is None:
        return None
    held, asked = live.resources.get(parent), desired.resources.get(parent)
    if held is None or asked is None:
        return held or asked
    return asked.model_copy(
        update={name: value for name, value in held.managed().items() if name not in asked.model_fields_set}
    )


def _as_seen(desired: Desired, live: Live, kinds: KindSet) -> Live:
    """Return the live group with what git asks for as far as git speaks of it."""
    seen = {
        address: kinds[address.kind].seen(asked, live.resources[address])
        for address, asked in desired.resources.items()
        if kinds[address.kind].is_order and address in live.resources
    }
    return replace(live, resources={**live.resources, **seen}) if seen else live


def _accommodating(address: Address, asked: Resource, live: Live, changes: list[Change], kinds: KindSet) -> Resource:
    kind = kinds[address.kind]
    if kind.parent is not None or kind.accommodate is as_desired:
        return asked
    below = [change for change in changes if address != change.address and kinds.root_of(change.address) == address]
    after = projected(live, below, kinds).resources if below else live.resources
    there = [child for at, child in after.items() if address != at and kinds.root_of(at) == address]
    return kind.accommodate(asked, there)


def _hangs_on(address: Address, unplanned: Collection[Address], live: Live, kinds: KindSet) -> bool:
    """Whether it hangs on something that is not made."""
    parent = kinds.parent_of(address) if unplanned else None
    return parent is not None and parent in unplanned and parent not in live.resources


def _unread(address: Address, live: Live, kinds: KindSet) -> bool:
    return bool(live.unread) and (address.kind in live.unread or kinds.root(address.kind) in live.unread)


def _partly_read(root: Address, live: Live, kinds: KindSet) -> bool:
    return any(child.name in live.unread for child in kinds.children(root.kind))


def _is_met(asked: Resource, held: Resource, kind: Kind) -> bool:
    """Whether nothing differs that would be told of: see ``_telling``."""
    names = unequal(asked, held)
    return not names or all(name in kind.along and kind.along[name] not in names for name in names)


def _telling(found: Iterable[tuple[str, Json, Json]], kind: Kind, *, is_new: bool) -> Iterator[tuple[str, Json, Json]]:
    """Yield the differences without those of fields that a store never gives back, unless they go along with one."""
    different = list(found)
    paths = {path for path, _, _ in different}
    for each in different:
        if is_new or each[0] not in kind.along or kind.along[each[0]] in paths:
            yield each


def known_by(address: Address, held: Resource, kinds: KindSet) -> dict[str, Json]:
    """Return what people know a live thing by, for apply to meet the very same."""
    names = kinds[address.kind].known_by
    return {name: value for name, value in held.spelled().items() if name in names} if names else {}


def _no_longer_asked(desired: Desired, live: Live, kinds: KindSet, policy: Policy, causes: Causes) -> Iterator[Change]:
    kept = set[Address]()
    if policy.patterns != Patterns():
        kept = {kinds.root_of(address) for address in live.resources if not _whole(address, live, kinds, policy)}
    for address, resource in live.resources.items():
        if address in desired.resources:
            continue  # as nearly always
        kind = kinds[address.kind]
        root = kinds.root_of(address)
        gone = root in live.resources and not _unread(address, live, kinds)
        refused = address in desired.absent or desired.refuses(address)
        if not (gone and (kind.removable or refused) and policy.patterns.shows(address, kinds)):
            continue
        if root not in desired.resources and address in live.owned:
            yield from _of_leaving_root(
                address, resource, live, kinds, policy, causes, stays=root in kept or _partly_read(root, live, kinds)
            )
        elif root in desired.resources and _is_ours(root, live, kinds, policy) and not twin(address, live, kinds):
            unwanted = refused or _too_many(address, desired, kinds, policy)
            if unwanted and _parent_stays(address, desired, kinds) and _whole(address, live, kinds, policy):
                yield deletion(address, resource, live, kinds, causes.of_removal)


def _is_ours(root: Address, live: Live, kinds: KindSet, policy: Policy) -> bool:
    """Whether what hangs on the root may go: what is only being adopted loses nothing yet."""
    return root in live.owned and (root not in live.moved or policy.patterns.shows(root, kinds))


def _too_many(address: Address, desired: Desired, kinds: KindSet, policy: Policy) -> bool:
    """Whether git gives the whole set that the address is a member of, and does not name it."""
    kind, parent = kinds[address.kind], kinds.parent_of(address)
    claimed = kind.claimed_by_root or (parent is not None and (parent, kind.name) in desired.claimed)
    return claimed and policy.ownership.of_members(kind.name, kind.members) == "enforce"


def _parent_stays(address: Address, desired: Desired, kinds: KindSet) -> bool:
    """Whether what the address hangs on is asked for: with a variant that goes, all that hangs on it goes by itself."""
    parent = kinds.parent_of(address)
    return parent is None or parent in desired.resources


def _whole(address: Address, live: Live, kinds: KindSet, policy: Policy) -> bool:
    """Whether an address is in scope with all its fields: one that is not must not go, nor must what it hangs on."""
    shows = policy.patterns.shows(address, kinds)
    return shows and all(policy.patterns.shows_field(name) for name in live.resources[address].managed())


def _of_leaving_root(  # noqa: PLR0917  private; the whole situation of one address
    address: Address, resource: Resource, live: Live, kinds: KindSet, policy: Policy, causes: Causes, *, stays: bool
) -> Iterator[Remove]:
    kind, root = kinds[address.kind], kinds[kinds.root_of(address).kind]
    if policy.on_remove not in root.retire:
        if not stays:
            yield deletion(address, resource, live, kinds, causes.of_removal)
    elif policy.on_remove in kind.leaves_with:
        yield deletion(address, resource, live, kinds, causes.of_removal)
    elif kind.parent is None:  # children stay with a root that is only retired
        held = resource.spelled()
        fields = tuple(
            FieldChange(path, held.get(path), value, causes.of_removal(address, path, value))
            for path, value in root.retire[policy.on_remove].items()
            if held.get(path) != value and policy.patterns.shows_field(path)
        )
        if fields:
            yield Remove(
                address, live.ids[address], fields, policy.on_remove, known_by=known_by(address, resource, kinds)
            )


def _cause_unknown(address: Address, path: str) -> Cause | None:
    del address, path
    return None


def deletion(
    address: Address,
    resource: Resource,
    live: Live,
    kinds: KindSet,
    cause: Callable[[Address, str], Cause | None] = _cause_unknown,
) -> Remove:
    """Return the removal of what a store holds, with all that it holds."""
    fields = tuple(FieldChange(path, value, None, cause(address, path)) for path, value in resource.spelled().items())
    return Remove(address, live.ids[address], fields, known_by=known_by(address, resource, kinds))
