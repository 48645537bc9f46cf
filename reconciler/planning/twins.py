"""Twins: live things that share what people know them by, a SKU, so that nobody can say which of them git means.

They are left alone with all that hangs on them, and so is what git asks for by that name; unless git itself gives the
name to as many of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from reconciler.model.address import Address
from reconciler.model.kind import Kind, KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live

_CURE: Final = "left alone, with what hangs on it; give one of them another, or delete it, then plan again"


def twins_within(root: Address, wanted: Mapping[Address, Resource], live: Live, kinds: KindSet) -> dict[Address, str]:
    """Return what is left alone in a group because its like is there more often than git asks for → the reason."""
    found: dict[Address, str] = {}
    for kind, name in _known(root.kind, kinds):
        if _differ(kind, name, live.resources):
            continue
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


class Name(NamedTuple):
    """What a live child is known by."""

    kind: str
    field: str
    value: str
    key: str
    is_asked: bool
    """Whether git gives it this very name."""


def names_of(root: Address, desired: Desired, live: Live, kinds: KindSet) -> Iterator[Name]:
    """Yield what the children of a group are known by; nothing where it is not ours, or git asks for none of it."""
    if root not in desired.resources or root not in live.owned:
        return
    for kind, name in _known(root.kind, kinds):
        for address, resource in live.resources.items():
            value = getattr(resource, name, None) if address.kind == kind.name else None
            if value is not None:
                is_asked = getattr(desired.resources.get(address), name, None) == value
                yield Name(kind.name, name, value, address.key, is_asked)


class NamesAcross:
    """What children are known by, met root by root; only roots that git asks for count."""

    def __init__(self, kinds: KindSet) -> None:
        self._kinds = kinds
        self._first: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._more: dict[tuple[str, str, str], set[str]] = {}
        self._unasked: set[tuple[str, str, str]] = set()

    def meet(self, root: Address, names: Iterable[Name]) -> None:
        """Note the names of a group."""
        for kind, name, value, key, is_asked in names:
            if not is_asked:
                self._unasked.add((kind, name, value))
            before = self._first[kind, name].setdefault(value, key)
            if before is not key and before.partition("/")[0] != root.key:
                self._more.setdefault((kind, name, value), {before}).add(key)

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


@cache
def _known(root_kind: str, kinds: KindSet) -> tuple[tuple[Kind, str], ...]:
    """Return the kinds below a root that people know by something, each with the field."""
    return tuple((kind, name) for kind in kinds.children(root_kind) for name in sorted(kind.known_by))


def _differ(kind: Kind, name: str, resources: Mapping[Address, Resource]) -> bool:
    values = [getattr(each, name, None) for address, each in resources.items() if address.kind == kind.name]
    given = [value for value in values if value is not None]
    return len(set(given)) == len(given)


def _by_value(kind: Kind, name: str, resources: Mapping[Address, Resource]) -> dict[str, list[Address]]:
    found: dict[str, list[Address]] = defaultdict(list)
    for address, resource in resources.items():
        value = getattr(resource, name, None) if address.kind == kind.name else None
        if value is not None:
            found[str(value)].append(address)
    return found
