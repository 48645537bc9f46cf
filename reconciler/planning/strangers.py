"""Strangers: what changes name in other groups, a product in a collection, and that will not be there to be named."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.kind import KindSet
from reconciler.planning.group import GroupPlan


def without_strangers(group: GroupPlan, strangers: Mapping[Address, str], kinds: KindSet) -> GroupPlan:
    """Return the group without the changes that name them, and those that come after, with a note about each.

    ``strangers``: the address of a change → why what it names will not be there.
    """
    if not strangers:
        return group
    named = {address.kind for address in strangers}
    later = {c.address for c in group.changes if named.intersection(kinds[c.address.kind].after)}
    notes = [f"{address} is not planned: {reason}" for address, reason in strangers.items()]
    notes += [f"{address} is not planned: it waits for what is not planned" for address in sorted(later)]
    left_out = strangers.keys() | later
    kept = tuple(change for change in group.changes if change.address not in left_out)
    unplanned = (*group.unplanned, *strangers, *sorted(later))
    return replace(group, changes=kept, notes=(*group.notes, *notes), unplanned=unplanned)
