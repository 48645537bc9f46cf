"""What resources and changes name in other groups: by address in files, by id in a store.

A plan puts the id in place of an address as soon as it knows it. What is only being made has none yet: the address
stays in the plan, where the change waits for it, and apply puts the id in its place once it has been made.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from pydantic import ValidationError

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove, after
from reconciler.model.kind import KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Desired
from reconciler.planning.group import GroupPlan


def asked_targets(desired: Desired, kinds: KindSet) -> frozenset[Address]:
    """Return the addresses that the resources of a group name."""
    found = set[Address]()
    for address, resource in desired.resources.items():
        pointing = kinds[address.kind].pointing
        if pointing is not None:
            found |= pointing.targets(resource)
    return frozenset(found)


def asked_with_ids(desired: Desired, ids: Mapping[Address, str], kinds: KindSet) -> Desired:
    """Return the group with ids in place of the addresses that have one."""
    resources = {
        address: pointing.with_ids(resource, ids) if (pointing := kinds[address.kind].pointing) else resource
        for address, resource in desired.resources.items()
    }
    return replace(desired, resources=resources)


def without_dangling(group: GroupPlan, there: Collection[Address], kinds: KindSet) -> GroupPlan:
    """Return the group without changes that name what will not be there, and a note about each."""
    missing = {
        change.address: sorted(address for address in change.depends_on if address not in there)
        for change in group.changes
        if kinds[change.address.kind].pointing is not None
    }
    notes = tuple(
        f"{address} is not planned: {', '.join(map(str, lacking))} is not in the store, and nothing here makes it"
        for address, lacking in missing.items()
        if lacking
    )
    kept = tuple(change for change in group.changes if not missing.get(change.address))
    if not notes:
        return group
    left_out = (*group.unplanned, *(address for address, lacking in missing.items() if lacking))
    return replace(group, changes=kept, notes=(*group.notes, *notes), unplanned=left_out)


def pointed(change: Change, held: Resource | None, ids: Mapping[Address, str], kinds: KindSet) -> Change:
    """Return the change with ids in place of the addresses that have one by now. ``held``: the live resource.

    Where somebody gave the live one another type by now, the value may not fit it: it stays as it is.
    """
    kind = kinds[change.address.kind]
    if kind.pointing is None or isinstance(change, Remove):
        return change
    try:
        whole = kind.resource.model_validate({**(held.spelled() if held is not None else {}), **after(change)})
    except ValidationError:
        return change
    spelled = kind.pointing.with_ids(whole, ids).spelled()
    return replace(change, fields=tuple(replace(field, after=spelled[field.path]) for field in change.fields))
