"""The changes of one group: everything else in a plan is about many of these."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Cause, Change, Create, FieldChange, Remove, Update
from reconciler.model.kind import KindSet
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.plan import Observed
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live
from reconciler.planning.diff import differences
from reconciler.planning.scope import Patterns, settled


@dataclass(frozen=True, slots=True)
class Policy:
    """What a store lets a plan do."""

    ownership: OwnershipPolicy = field(default_factory=OwnershipPolicy)
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

    What was not read is unknown, not empty: kinds in ``live.unread`` are neither created nor removed.
    """
    changes: list[Change] = []
    observed: list[Observed] = []
    notes: list[str] = []
    for address, resource in desired.resources.items():
        if address.kind in live.unread or not policy.patterns.shows(address, kinds):
            continue
        held = live.resources.get(address)
        root = kinds.root_of(address)
        if held is None and root not in live.resources and not policy.patterns.shows(root, kinds):
            notes.append(f"{address} is left out: {root} is not in the store yet, and not in scope")
            continue
        asked = settled(address, resource, held, policy.ownership, policy.patterns)
        change = _wanted(address, asked.enforced, live, desired, kinds)
        if change is not None:
            changes.append(change)
        if held is not None:
            observed += [Observed(address, path, old, new) for path, old, new in differences(asked.watched, held)]
    changes += _no_longer_asked(desired, live, kinds, policy)
    return GroupPlan(tuple(changes), tuple(observed), tuple(notes))


def _wanted(address: Address, resource: Resource, live: Live, desired: Desired, kinds: KindSet) -> Change | None:
    held = live.resources.get(address)
    cause: Cause | None = "new" if held is None else None
    fields = tuple(
        FieldChange(path, before, after, cause, desired.origin(address, path.partition(".")[0]))
        for path, before, after in differences(resource, held)
    )
    if held is None:
        return Create(address, fields)
    if address not in live.owned and kinds[address.kind].parent is None:
        return Adopt(address, live.ids[address], fields)
    return Update(address, live.ids[address], fields) if fields else None


def _no_longer_asked(desired: Desired, live: Live, kinds: KindSet, policy: Policy) -> Iterator[Change]:
    for address, resource in live.resources.items():
        kind = kinds[address.kind]
        gone = address not in desired.resources and kinds.root_of(address) in live.resources
        ours = address in live.owned or (kind.parent is not None and kinds.root_of(address) in desired.resources)
        if gone and ours and kind.removable and policy.patterns.shows(address, kinds):
            root_goes = kinds.root_of(address) not in desired.resources
            yield from _removal(address, resource, live, kinds, policy, root_goes=root_goes)


def _removal(
    address: Address, resource: Resource, live: Live, kinds: KindSet, policy: Policy, *, root_goes: bool
) -> Iterator[Remove]:
    root = kinds[kinds.root_of(address).kind]
    how = policy.on_remove if root_goes and policy.on_remove in root.retire else "delete"
    if how == "delete":
        if root_goes or policy.ownership.fields.get(address.kind) != "merge":
            fields = tuple(FieldChange(path, value, None) for path, value in resource.spelled().items())
            yield Remove(address, live.ids[address], fields)
        return
    if kinds[address.kind].parent is not None:
        return  # children stay with a root that is only retired
    held = resource.spelled()
    fields = tuple(
        FieldChange(path, held.get(path), value) for path, value in root.retire[how].items() if held.get(path) != value
    )
    if fields:
        yield Remove(address, live.ids[address], fields, how)
