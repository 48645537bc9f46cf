"""Twins: live things that share what people know them by, a SKU, so that nobody can say which of them git means.

They are left alone with all that hangs on them, and so is what git asks for by that name; unless git itself gives the
name to as many of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.address import Address
from reconciler.model.kind import Kind, KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live

_CURE: Final = "left alone, with what hangs on it; give one of them another, or delete it, then plan again"


def twins_within(root: Address, wanted: Mapping[Address, Resource], live: Live, kinds: KindSet) -> dict[Address, str]:
    """Return what is left alone in a group because its like is there more often than git asks for → the reason."""
    found: dict[Address, str] = {}
    for kind in _known(root, kinds):
        for name in sorted(kind.known_by):
            held, asked = (_by_value(kind, name, resources) for resources in (live.resources, wanted))
            for value, addresses in held.items():
                if len(addresses) > max(1, len(asked[value])):
                    ids = ", ".join(sorted(live.ids[address] for address in addresses))
                    reason = f"{len(addresses)} {kind.name}s of {root} have the {name} {value} ({ids}): {_CURE}"
                    found |= dict.fromkeys((*addresses, *asked[value]), reason)
    return found


def twin(address: Address, live: Live, kinds: KindSet) -> Address | None:
    """Return the twin that an address is, or hangs on."""
    at: Address | None = address if live.twins else None
    while at is not None and at not in live.twins:
        at = kinds.parent_of(at)
    return at


class NamesAcross:
    """What children are known by, met root by root; only roots that git asks for count."""

    def __init__(self, kinds: KindSet) -> None:
        self._kinds = kinds
        self._first: dict[tuple[str, str, str], str] = {}
        self._more: dict[tuple[str, str, str], set[str]] = {}
        self._unasked: set[tuple[str, str, str]] = set()

    def meet(self, root: Address, desired: Desired, live: Live) -> None:
        """Note the names of a group that is ours."""
        if root not in desired.resources or root not in live.owned:
            return
        for kind in _known(root, self._kinds):
            for name in kind.known_by:
                for value, addresses in _by_value(kind, name, live.resources).items():
                    self._note((kind.name, name, value), addresses, desired)

    def _note(self, known: tuple[str, str, str], addresses: list[Address], desired: Desired) -> None:
        _, name, value = known
        if any(getattr(desired.resources.get(address), name, None) != value for address in addresses):
            self._unasked.add(known)
        first = self._first.setdefault(known, addresses[0].key)
        if first.partition("/")[0] != addresses[0].root_key:
            self._more.setdefault(known, {first}).update(address.key for address in addresses)

    def twins(self, root_kind: str) -> Mapping[Address, Mapping[Address, str]]:
        """Return root → what is left alone of it, because another root of the kind has its like too → the reason."""
        found: dict[Address, dict[Address, str]] = defaultdict(dict)
        for known in sorted(self._more.keys() & self._unasked):
            kind, name, value = known
            if self._kinds.root(kind) != root_kind:
                continue
            addresses = [Address(kind, key) for key in sorted(self._more[known])]
            reason = f"{' and '.join(map(str, addresses))} have the same {name} {value}: {_CURE}"
            for address in addresses:
                found[self._kinds.root_of(address)][address] = reason
        return found


def _known(root: Address, kinds: KindSet) -> Iterator[Kind]:
    return (kind for kind in kinds.children(root.kind) if kind.known_by)


def _by_value(kind: Kind, name: str, resources: Mapping[Address, Resource]) -> dict[str, list[Address]]:
    found: dict[str, list[Address]] = defaultdict(list)
    for address, resource in resources.items():
        value = getattr(resource, name, None) if address.kind == kind.name else None
        if value is not None:
            found[str(value)].append(address)
    return found
