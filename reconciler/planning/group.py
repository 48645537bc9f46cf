"""The changes of one group: everything else in a plan is about many of these."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Cause, Change, Create, FieldChange, Move, Remove, Update
from reconciler.model.json import Json
from reconciler.model.kind import Kind, KindSet, as_desired, as_held, no_remark
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.plan import Observed
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live
from reconciler.planning.diff import differences
from reconciler.planning.project import projected
from reconciler.planning.remarks import Remarks
from reconciler.planning.scope import Patterns, settled
from reconciler.planning.twins import twin


@dataclass(frozen=True, slots=True)
class Policy:
    """What a store lets a plan do."""

    ownership: OwnershipPolicy = field(default_factory=OwnershipPolicy)
    """What mapping and store say; a group may say more."""
    on_remove: str = "archive"
    patterns: Patterns = field(default_factory=Patterns)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """The changes of one group, in no particular order, and what was only watched."""

    changes: tuple[Change, ...]
    observed: tuple[Observed, ...] = ()
    notes: tuple[str, ...] = ()


def plan_group(desired: Desired, live: Live, *, kinds: KindSet, policy: Policy) -> GroupPlan:
    """Return what makes the live group what git asks for.

    What was not read is unknown, not empty: kinds in ``live.unread`` are neither created nor removed. A root is
    planned after its children, because it has to hold those that stay although git does not ask for them.
    """
    policy = replace(policy, ownership=policy.ownership.overridden(desired.ownership))
    live = _as_seen(desired, live, kinds)
    changes: list[Change] = list(_no_longer_asked(desired, live, kinds, policy))
    observed: list[Observed] = []
    notes: list[str] = []
    remarks = _remarks_on_twins(desired, live, kinds, policy)
    for address, asked in sorted(desired.resources.items(), key=lambda item: kinds[item[0].kind].parent is None):
        if _unread(address, live, kinds) or not policy.patterns.shows(address, kinds) or twin(address, live, kinds):
            continue
        obstacle = _obstacle(address, desired, live, kinds, policy)
        if obstacle is not None:
            notes.append(f"{address} is not planned: {obstacle}")
            continue
        resource = _accommodating(address, asked, live, changes, kinds)
        held = live.resources.get(address)
        hindrance = kinds[address.kind].hinders(resource, held) if held is not None else None
        if hindrance is not None:
            notes.append(f"{address} is not planned: {hindrance}")
            continue
        owner = desired.owners.get(address)
        divided = settled(address, resource, held, policy.ownership, policy.patterns, owner=owner)
        remarks.add(address, _remark(address, desired, live, kinds))
        if held is None and resource.model_fields_set and not divided.enforced.model_fields_set:
            observed += [Observed(address, path, None, new) for path, _, new in differences(divided.watched, None)]
            continue  # nothing of it may be written, so that it cannot be made
        change = _wanted(address, divided.enforced, live, desired, kinds)
        if change is not None:
            pointing = kinds[address.kind].pointing
            named = tuple(sorted(pointing.targets(resource))) if pointing is not None else ()
            changes.append(replace(change, depends_on=named) if named else change)
        if held is not None:
            watched = _telling(differences(divided.watched, held), kinds[address.kind], is_new=False)
            observed += [Observed(address, path, old, new) for path, old, new in watched]
    return GroupPlan(tuple(changes), tuple(observed), tuple(sorted([*notes, *remarks.notes()])))


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
        if kinds[address.kind].seen is not as_held and address in live.resources
    }
    return replace(live, resources={**live.resources, **seen}) if seen else live


def _accommodating(address: Address, asked: Resource, live: Live, changes: list[Change], kinds: KindSet) -> Resource:
    kind = kinds[address.kind]
    if kind.parent is not None or kind.accommodate is as_desired:
        return asked
    below = [change for change in changes if kinds.root_of(change.address) == address != change.address]
    after = projected(live, below, kinds).resources
    return kind.accommodate(asked, [child for at, child in after.items() if kinds.root_of(at) == address != at])


def _unread(address: Address, live: Live, kinds: KindSet) -> bool:
    return address.kind in live.unread or kinds.root_of(address).kind in live.unread


def _partly_read(root: Address, live: Live, kinds: KindSet) -> bool:
    return any(child.name in live.unread for child in kinds.children(root.kind))


def _obstacle(address: Address, desired: Desired, live: Live, kinds: KindSet, policy: Policy) -> str | None:
    """Return what keeps an address in scope from being planned, if anything does."""
    root = kinds.root_of(address)
    if (root not in live.owned or root in live.moved) and not policy.patterns.shows(root, kinds):
        return f"{root} is not {_yet(root, live)} yet, and not in scope"
    if address in live.resources:
        return None
    if policy.patterns.picks_fields:
        return "it is not in the store yet, and only some of its fields are in scope"
    lacking = _lacking(address, desired, kinds, policy)
    if lacking is not None:
        return lacking
    if address != root:
        made = root in live.resources or root not in desired.resources
        return None if made or _obstacle(root, desired, live, kinds, policy) is None else f"{root} cannot be made"
    for kind in sorted(kinds[root.kind].needed_children):
        below = [at for at in desired.resources if at.kind == kind and kinds.root_of(at) == root]
        if not any(policy.patterns.shows(at, kinds) and not _lacking(at, desired, kinds, policy) for at in below):
            return f"it cannot be made without a {kind}, and none can be made"
    return None


def _yet(root: Address, live: Live) -> str:
    if root in live.moved:
        return f"moved from {live.moved[root]}"
    return "ours" if root in live.resources else "in the store"


def _lacking(address: Address, desired: Desired, kinds: KindSet, policy: Policy) -> str | None:
    """Return which fields, needed to make it, this plan may not write."""
    owner, asked = desired.owners.get(address), desired.resources[address]
    given = settled(address, asked, None, policy.ownership, policy.patterns, owner=owner).enforced
    lacking = kinds[address.kind].needed - given.model_fields_set
    return (
        f"it cannot be made without {', '.join(sorted(lacking))}; give it, or take it into scope" if lacking else None
    )


def _wanted(address: Address, resource: Resource, live: Live, desired: Desired, kinds: KindSet) -> Change | None:
    held = live.resources.get(address)
    cause: Cause | None = "new" if held is None else None
    fields = tuple(
        FieldChange(path, before, after, cause, desired.origin(address, path.partition(".")[0]))
        for path, before, after in _telling(differences(resource, held), kinds[address.kind], is_new=held is None)
    )
    if held is None:
        return Create(address, fields)
    known_by = _known_by(address, held, kinds)
    if address not in live.owned and kinds[address.kind].parent is None:
        return Adopt(address, live.ids[address], fields, known_by=known_by)
    if address in live.moved:
        return Move(address, live.ids[address], live.moved[address], fields, known_by=known_by)
    return Update(address, live.ids[address], fields, known_by=known_by) if fields else None


def _telling(found: Iterable[tuple[str, Json, Json]], kind: Kind, *, is_new: bool) -> Iterator[tuple[str, Json, Json]]:
    """Yield the differences without those of fields that a store never gives back, unless they go along with one."""
    different = list(found)
    paths = {path for path, _, _ in different}
    for each in different:
        if is_new or each[0] not in kind.along or kind.along[each[0]] in paths:
            yield each


def _known_by(address: Address, held: Resource, kinds: KindSet) -> dict[str, Json]:
    """Return what people know a live thing by, for apply to meet the very same."""
    names = kinds[address.kind].known_by
    return {name: value for name, value in held.spelled().items() if name in names} if names else {}


def _no_longer_asked(desired: Desired, live: Live, kinds: KindSet, policy: Policy) -> Iterator[Change]:
    kept = set[Address]()
    if policy.patterns != Patterns():
        kept = {kinds.root_of(address) for address in live.resources if not _whole(address, live, kinds, policy)}
    for address, resource in live.resources.items():
        kind = kinds[address.kind]
        root = kinds.root_of(address)
        gone = address not in desired.resources and root in live.resources and not _unread(address, live, kinds)
        refused = address in desired.absent or desired.refuses(address)
        if not (gone and (kind.removable or refused) and policy.patterns.shows(address, kinds)):
            continue
        if root not in desired.resources and address in live.owned:
            yield from _of_leaving_root(
                address, resource, live, kinds, policy, stays=root in kept or _partly_read(root, live, kinds)
            )
        elif root in desired.resources and _is_ours(root, live, kinds, policy) and not twin(address, live, kinds):
            unwanted = refused or _too_many(address, desired, kinds, policy)
            if unwanted and _parent_stays(address, desired, kinds) and _whole(address, live, kinds, policy):
                yield _deletion(address, resource, live, kinds)


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


def _of_leaving_root(
    address: Address, resource: Resource, live: Live, kinds: KindSet, policy: Policy, *, stays: bool
) -> Iterator[Remove]:
    kind, root = kinds[address.kind], kinds[kinds.root_of(address).kind]
    if policy.on_remove not in root.retire:
        if not stays:
            yield _deletion(address, resource, live, kinds)
    elif policy.on_remove in kind.leaves_with:
        yield _deletion(address, resource, live, kinds)
    elif kind.parent is None:  # children stay with a root that is only retired
        held = resource.spelled()
        fields = tuple(
            FieldChange(path, held.get(path), value)
            for path, value in root.retire[policy.on_remove].items()
            if held.get(path) != value and policy.patterns.shows_field(path)
        )
        if fields:
            yield Remove(
                address, live.ids[address], fields, policy.on_remove, known_by=_known_by(address, resource, kinds)
            )


def _deletion(address: Address, resource: Resource, live: Live, kinds: KindSet) -> Remove:
    fields = tuple(FieldChange(path, value, None) for path, value in resource.spelled().items())
    return Remove(address, live.ids[address], fields, known_by=_known_by(address, resource, kinds))
