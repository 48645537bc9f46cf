"""Aliases: who would have which handle. A store gives each to one thing at a time, and refuses it to a second one.

Whoever takes a handle that another one gives up in the same plan is written after that one. Two that swap theirs would
wait for each other, so neither gets the other's. The rejected choice is a handle in between: while a plan is applied,
and after a process that died for as long as nobody looks, a product would be at an address that nobody chose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove, Update
from reconciler.model.kind import KindSet
from reconciler.planning.group import GroupPlan
from reconciler.planning.strangers import without_strangers

Alias = tuple[str, str]
"""Kind of root, and the handle."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What has a handle in the store now."""

    name: str
    """What a message calls it: its address, or the id of what is not ours."""
    address: Address | None = None
    """None: it is not ours."""


def without_contested(
    plans: Mapping[Address, GroupPlan], holders: Mapping[Alias, Holder], kinds: KindSet
) -> dict[Address, GroupPlan]:
    """Return the plans by root without handles that cannot be had, each with a note that says why.

    What would be made with one is not made, and nothing that names it.
    """
    reasons = dict(_reasons(plans, holders, kinds))
    if not reasons:
        return dict(plans)
    unmade = {root for root in reasons if any(_makes(change, root) for change in plans[root].changes)}
    kept: dict[Address, GroupPlan] = {}
    for root, group in plans.items():
        if root in unmade:
            kept[root] = replace(group, changes=(), notes=(*group.notes, f"{root} is not planned: {reasons[root]}"))
            continue
        names = ((change.address, kinds.named_root(change.address)) for change in group.changes)
        strangers = {address: f"{named} is not made by this plan" for address, named in names if named in unmade}
        kept[root] = without_strangers(group, strangers, kinds)
        if root in reasons:
            note = f"{root} keeps its {kinds[root.kind].alias}: {reasons[root]}"
            changes = tuple(_without_alias(kept[root].changes, root, kinds))
            kept[root] = replace(kept[root], changes=changes, notes=(*kept[root].notes, note))
    return kept


def _reasons(
    plans: Mapping[Address, GroupPlan], holders: Mapping[Alias, Holder], kinds: KindSet
) -> Iterator[tuple[Address, str]]:
    """Yield each root that would take a handle that it cannot have, with the reason."""
    takes: dict[Address, Alias] = {}
    gives: set[Address] = set()
    for root, group in plans.items():
        for change in group.changes:
            if change.address == root:
                taken, given = _moves(change, kinds)
                takes |= {root: (root.kind, taken)} if taken is not None else {}
                gives |= {root} if given else set()
    waits: dict[Address, Address] = {}
    blocked: dict[Address, str] = {}
    for root, alias in takes.items():
        holder = holders.get(alias)
        if holder is None or holder.address == root:
            continue
        if holder.address in gives and holder.address is not None:
            waits[root] = holder.address
        else:
            what = f"{alias[1]} is that of {holder.name}, which keeps it"
            blocked[root] = f"{what}; give one of them another, and plan again"
    for root in takes:
        reason = blocked.get(root) or _vain(root, takes[root][1], waits, blocked)
        if reason is not None:
            yield root, reason


def _vain(root: Address, alias: str, waits: Mapping[Address, Address], blocked: Mapping[Address, str]) -> str | None:
    """Return why what a root waits for never happens, if it does not."""
    chain = [root]
    while (holder := waits.get(chain[-1])) is not None and holder not in chain:
        chain.append(holder)
    if holder == root:
        circle = " and ".join(map(str, sorted(chain)))
        return f"{circle} would swap theirs, and a store has each once; give one of them a third one, then the other's"
    if holder is not None or chain[-1] in blocked:
        return f"{alias} is that of {waits[root]}, which cannot get another; see there"
    return None


def _moves(change: Change, kinds: KindSet) -> tuple[str | None, bool]:
    """Return the handle that a root takes, and whether it gives one up."""
    alias = kinds[change.address.kind].alias
    if isinstance(change, Remove):
        return None, change.how == "delete"
    for field in change.fields:
        if alias is not None and field.path == alias:
            return (str(field.after) if field.after is not None else None), field.before is not None
    return None, False


def _makes(change: Change, root: Address) -> bool:
    return isinstance(change, Create) and change.address == root


def _without_alias(changes: tuple[Change, ...], root: Address, kinds: KindSet) -> Iterator[Change]:
    for change in changes:
        if change.address != root:
            yield change
            continue
        fields = tuple(field for field in change.fields if field.path != kinds[root.kind].alias)
        if fields or not isinstance(change, Update):
            yield replace(change, fields=fields)
