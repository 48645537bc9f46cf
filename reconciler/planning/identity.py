"""Which live object is which address. Roots say so by their mark; children are named within their root."""

from collections import defaultdict
from collections.abc import Mapping

from reconciler.model.address import Address
from reconciler.model.kind import KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Found, FoundGroup, Live


def named(root: Address, group: FoundGroup, wanted: Mapping[Address, Resource], kinds: KindSet) -> Live:
    """Return the group with an address for each of its objects.

    A root without a mark is named ``root`` all the same, but nothing of the group is ours: it may be adopted.
    """
    found: dict[Address, Found] = {root: group.root}
    by_kind: dict[str, list[Found]] = defaultdict(list)
    for child in group.children:
        by_kind[child.kind].append(child)
    for kind, children in by_kind.items():
        of_kind = {address: resource for address, resource in wanted.items() if address.kind == kind}
        found |= kinds[kind].match(root, of_kind, children)
    return Live(
        resources={address: item.resource for address, item in found.items()},
        ids={address: item.id for address, item in found.items()},
        owned=frozenset(found) if group.root.mark is not None else frozenset(),
    )
