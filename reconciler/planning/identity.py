"""Which live object is which address. Roots say so by their mark; children are named within their parent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Move, after, live_id
from reconciler.model.directory import Directory, PlaceKind
from reconciler.model.kind import Kind, KindSet, as_read
from reconciler.model.resource import Resource
from reconciler.model.state import Found, FoundGroup, Live
from reconciler.planning.twins import twins_within

References = Mapping[Address, Mapping[Address, str]]
"""Root → the ids of what changes of its group refer to in it."""


def ids_by_root(ids: Mapping[Address, str], kinds: KindSet) -> References:
    """Return ids group by group: one of a product, an image or a publication may be met in any number of groups."""
    found: dict[Address, dict[Address, str]] = defaultdict(dict)
    for address, known in ids.items():
        found[kinds.root_of(address)][address] = known
    return found


def named(
    root: Address,
    group: FoundGroup,
    wanted: Mapping[Address, Resource],
    kinds: KindSet,
    directory: Directory | None = None,
    *,
    unmarked: Mapping[str, Address] | None = None,
) -> Live:
    """Return the group with an address for each of its objects.

    A root without a mark is named ``root`` all the same, but nothing of the group is ours: it may be adopted.
    What hangs on something that is still being worked on is as unknown as that. ``unmarked``: id → address of roots
    of other kinds that carry no mark yet, and are to be adopted: a member goes by the key that its product will have.
    """
    outside = unmarked or {}
    found: dict[Address, Found] = {root: group.root}
    below, asked = _by_kind_and_parent(group), _by_parent(wanted, kinds)
    for kind in kinds.children(root.kind):
        for parent in [address for address in found if address.kind == kind.parent]:
            children = below.get((kind.name, found[parent].id), [])
            if children:
                of_parent = asked.get((kind.name, parent), {})
                spoken = _spoken(_keyed(children, kind, outside), kind, directory or Directory())
                found |= kind.match(parent, of_parent, spoken)
    live = live_of(found, kinds, owned=group.root.mark is not None, pending=group.pending, outside=outside)
    return replace(live, moved=_moved(root, group), twins=twins_within(root, wanted, live, kinds))


def named_as_planned(
    root: Address,
    changes: Iterable[Change],
    group: FoundGroup | None,
    *,
    kinds: KindSet,
    directory: Directory,
    references: References | None = None,
) -> Live:
    """Return the group under the addresses that a plan gave to its objects, whatever they would be called today.

    What the plan does not know, nor refers to, is matched against what it is to make.
    """
    if group is None:
        return Live()
    changes = tuple(changes)
    # By kind as well: facets go by the id of what they hang on, so that two kinds may share one.
    named_here = (references or {}).get(root, {})
    planned = {(address.kind, identity): address for address, identity in named_here.items()}
    planned |= {
        (change.address.kind, own_id): change.address for change in changes if (own_id := live_id(change)) is not None
    }
    taken = frozenset(planned.values())
    found: dict[Address, Found] = {root: group.root}
    below = _by_kind_and_parent(group)
    for kind in kinds.children(root.kind):
        wanted = _by_parent(_to_be_made(kind, changes), kinds)
        for parent in [address for address in found if address.kind == kind.parent]:
            children = _spoken(below.get((kind.name, found[parent].id), []), kind, directory)
            own = {child.id: at for child in children if (at := planned.get((kind.name, child.id)))}
            found |= {own[child.id]: child for child in children if child.id in own}
            nameless = [child for child in children if child.id not in own]
            asked = wanted.get((kind.name, parent), {})
            for address, child in (kind.match(parent, asked, nameless) if nameless else {}).items():
                # An address of the plan stands for the id that the plan gave it, whatever another child is called.
                free = address not in taken and address not in found
                found[address if free else Address(kind.name, f"{parent.key}/{child.id}")] = child
    moved = _moved(root, group) if any(isinstance(change, Move) for change in changes) else {}
    live = live_of(found, kinds, owned=bool(moved) or group.root.mark == root.key, pending=group.pending)
    return replace(live, moved=moved)


def _moved(root: Address, group: FoundGroup) -> dict[Address, Address]:
    """Return the root with the address that its mark says, where that is another one."""
    mark = group.root.mark
    return {root: Address(root.kind, mark)} if mark not in {None, root.key} else {}


def _to_be_made(kind: Kind, changes: Iterable[Change]) -> dict[Address, Resource]:
    return {
        change.address: kind.resource.model_validate(after(change))
        for change in changes
        if isinstance(change, Create) and change.address.kind == kind.name
    }


def live_of(
    found: Mapping[Address, Found],
    kinds: KindSet,
    *,
    owned: bool,
    pending: frozenset[str],
    outside: Mapping[str, Address] | None = None,
) -> Live:
    """Return the live state of a group that has its names, with what refers to a neighbour naming it so.

    ``outside``: id → address of what is in other groups.
    """
    addresses = {**(outside or {}), **{item.id: address for address, item in found.items()}}
    awake = [address for address, item in found.items() if not item.dormant]
    return Live(
        resources={address: _resolved(address, found[address], addresses, kinds) for address in awake},
        ids={address: item.id for address, item in found.items()},
        owned=frozenset(awake) if owned else frozenset(),
        unread=_unknown(pending, kinds),
        handles={address: item.handles for address, item in found.items() if item.handles},
    )


def _unknown(pending: frozenset[str], kinds: KindSet) -> frozenset[str]:
    """Return the kinds that the store is still working on, with those that come after them."""
    if not pending:
        return pending  # as nearly always
    return pending | frozenset(kind.name for kind in kinds if pending.intersection(kind.after))


def _by_kind_and_parent(group: FoundGroup) -> Mapping[tuple[str, str], list[Found]]:
    below: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for child in group.children:
        below[child.kind, child.parent or group.root.id].append(child)
    return below


def _by_parent(
    wanted: Mapping[Address, Resource], kinds: KindSet
) -> Mapping[tuple[str, Address], dict[Address, Resource]]:
    found: dict[tuple[str, Address], dict[Address, Resource]] = defaultdict(dict)
    for address, item in wanted.items():
        parent = kinds.parent_of(address)
        if parent is not None:
            found[address.kind, parent][address] = item
    return found


def _keyed(children: list[Found], kind: Kind, outside: Mapping[str, Address]) -> list[Found]:
    """Return children that go by the id of a root without a mark, going by its key instead."""
    if kind.names_root is None or not outside:
        return children
    return [replace(each, mark=outside[each.id].key) if each.id in outside else each for each in children]


def _spoken(children: list[Found], kind: Kind, directory: Directory) -> list[Found]:
    """Return children that are marked with the id of a place, marked with its name instead."""
    if kind.refers_to is None:
        return children
    return [replace(child, mark=_named_place(child.mark, kind.refers_to, directory)) for child in children]


def _named_place(mark: str | None, place: PlaceKind, directory: Directory) -> str | None:
    place_id, colon, rest = (mark or "").partition(": ")
    return f"{directory.name(place, place_id)}{colon}{rest}" if mark else mark


def _resolved(address: Address, item: Found, addresses: Mapping[str, Address], kinds: KindSet) -> Resource:
    resolve = kinds[address.kind].resolve
    return item.resource if resolve is as_read else resolve(item.resource, addresses)
