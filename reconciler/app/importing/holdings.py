"""Holdings: all that a store holds of what a catalog can say, each root under the key that a file is to give it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from reconciler.app.writing.keeping import places_of, readable_kinds
from reconciler.kinds import CODECS, KINDS
from reconciler.loading.exported import free_key
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.progress import Teller
from reconciler.model.state import Found, FoundGroup
from reconciler.model.store import Store
from reconciler.shopify.asking import Client
from reconciler.shopify.gift_cards import gift_cards
from reconciler.shopify.places import read_directory
from reconciler.shopify.preflight import preflight
from reconciler.shopify.reader import Reader

Thing = TypeVar("Thing")
PRODUCT = "product"
COLLECTION = "collection"
_NEEDED = frozenset({"read_products"})


@dataclass(frozen=True, slots=True)
class Holding:
    """One product or collection of a store, with what hangs on it."""

    address: Address
    group: FoundGroup
    below: Mapping[tuple[str, str], tuple[Found, ...]]
    """Kind, and the id of what they hang on → what hangs there, in the store's order."""

    @property
    def key(self) -> str:
        """The key that the catalog gives it."""
        return self.address.key

    def children(self, kind: str, parent: str | None = None) -> tuple[Found, ...]:
        """Return what hangs on a member of the group, by default on the root."""
        return self.below.get((kind, parent or self.group.root.id), ())


@dataclass(frozen=True)
class Holdings:
    """What one store holds."""

    roots: Mapping[Address, Holding]
    """Its products and collections, in the order of their ids."""
    listed: Mapping[str, tuple[Found, ...]]
    """Kind that a file lists → what the store has of it."""
    kinds: frozenset[str]
    """The kinds that were read: those of the store's version that our token may read."""
    directory: Directory
    nameless: tuple[str, ...] = field(default=())
    """Handles of roots that no file could ask for as they are."""
    gift_cards: tuple[Address, ...] = field(default=())
    """Products that are none of a catalog; those among the roots are ours already."""

    def of(self, kind: str) -> Iterator[Holding]:
        """Yield the products, or the collections."""
        return (holding for address, holding in self.roots.items() if address.kind == kind)

    @cached_property
    def addresses(self) -> Mapping[str, Address]:
        """Id of a root → the address that the catalog gives it."""
        return {holding.group.root.id: address for address, holding in self.roots.items()}

    @cached_property
    def unmarked(self) -> Mapping[str, Address]:
        """The same, of what is to be taken over."""
        return {own: at for own, at in self.addresses.items() if self.roots[at].group.root.mark is None}

    @cached_property
    def shared_skus(self) -> frozenset[str]:
        """The SKUs that more than one variant has."""
        variants = (
            child for holding in self.of(PRODUCT) for child in holding.group.children if child.kind == "variant"
        )
        times = Counter(child.resource.managed().get("sku") for child in variants)
        return frozenset(sku for sku, count in times.items() if sku and count > 1)


def read_holdings(client: Client, store: Store) -> Holdings:
    """Return what a store holds. Raises as ``preflight`` does, and MissingScopes where products cannot be read."""
    facts = preflight(client, store, _NEEDED)
    kinds = readable_kinds(facts, store)
    reader = Reader(client, KINDS, CODECS, kinds)
    roots: dict[Address, Holding] = {}
    nameless: list[str] = []
    for kind in (PRODUCT, COLLECTION):
        if kind in kinds:
            groups = list(_whole(reader, kind))
            roots |= {each.address: each for each in _keyed(kind, groups)}
            nameless += (f"{kind} {each.root.id}" for each in groups if not _can_be_asked_for(each))
    cards = _strange_among(roots, frozenset(gift_cards(client)))
    roots = {at: holding for at, holding in roots.items() if at not in cards}
    listed = {
        kind.name: tuple(group.root for group in reader.groups(kind.name))
        for kind in KINDS.roots()
        if kind.listed is not None and kind.name in kinds
    }
    directory = read_directory(client, store, places_of(kinds))
    return Holdings(roots, listed, kinds, directory, tuple(nameless), cards)


def _strange_among(roots: Mapping[Address, Holding], ids: Collection[str]) -> tuple[Address, ...]:
    """Return those that have one of the ids and carry no mark of ours."""
    found = ((at, holding.group.root) for at, holding in roots.items())
    return tuple(sorted(at for at, root in found if root.id in ids and root.mark is None))


def _whole(reader: Reader, kind: str) -> Iterator[FoundGroup]:
    """Yield the groups of a kind; what carries no mark of ours comes alone, and is read again with all below it."""
    teller = reader.teller
    teller.began(f"looking for {kind}s")
    found = list(_counted(reader.groups(kind), teller))
    strangers = [group.root.id for group in found if group.root.mark is None]
    teller.began(f"reading {kind}s", len(strangers))
    read = dict(zip(strangers, _counted(reader.by_id(kind, strangers), teller), strict=True))
    for group in found:
        whole = read.get(group.root.id, group)
        if whole is not None:
            yield whole


def _counted(things: Iterable[Thing], teller: Teller) -> Iterator[Thing]:
    for thing in things:
        teller.advanced()
        yield thing


def _can_be_asked_for(group: FoundGroup) -> bool:
    return "handle" in group.root.resource.model_fields_set


def _keyed(kind: str, groups: Iterable[FoundGroup]) -> Iterator[Holding]:
    """Yield the groups under their keys: the one that a mark tells, else the handle."""
    named = [group for group in groups if _can_be_asked_for(group)]
    taken = {group.root.mark.lower() for group in named if group.root.mark is not None}
    for group in named:
        handle = str(group.root.resource.managed()["handle"])
        key = group.root.mark if group.root.mark is not None else free_key(handle, taken)
        below: dict[tuple[str, str], list[Found]] = {}
        for child in group.children:
            below.setdefault((child.kind, child.parent or group.root.id), []).append(child)
        yield Holding(Address(kind, key), group, {at: tuple(members) for at, members in below.items()})
