"""Store view: what git asks of one store, group by group: its products, its collections, what files list as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from reconciler.app.repository.mapped import Mapped
from reconciler.kinds import CODECS, KINDS
from reconciler.mapping.compile import Mapper
from reconciler.mapping.pictures import file_at, file_of
from reconciler.mapping.select import reaches, selected
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog, Entry, ListedEntry
from reconciler.model.category import CategoryEntry
from reconciler.model.kind import Kind
from reconciler.model.origin import Whereabouts
from reconciler.model.rules import MappingRules
from reconciler.model.state import Desired
from reconciler.model.store import Store

PRODUCT = "product"
COLLECTION = "collection"

Asked = Entry | CategoryEntry | ListedEntry


@dataclass(frozen=True, slots=True)
class StoreView:
    """What git asks of one store: its entries, and the way to their resources."""

    store: Store
    entries: Mapping[Address, Asked]
    members: Mapping[str, Sequence[tuple[str, Whereabouts]]]
    """Category → the products of this store that are in it, each with what puts it there."""
    categories: Mapping[str, frozenset[str]]
    """Product → the categories that it is in: the members, turned round."""
    mapper: Mapper
    inputs: Mapping[str, str]
    """File → SHA-256 of the bytes that were parsed: the catalog, the store's mapping with its layers, its own file."""
    catalog: Catalog
    kinds: frozenset[str] = field(default_factory=frozenset)
    """The kinds that git speaks of in this store; the others need not be read."""
    formerly: Mapping[Address, Address] = field(default_factory=dict)
    """The address that something of this store had before → the one that it has now."""
    targets: frozenset[Address] = frozenset()
    """What values point at by address: their ids are noted as they are read."""
    mapped: Mapped = field(default_factory=Mapped)
    """Groups that were mapped already, of these entries by this mapper."""

    def roots(self) -> Iterator[Address]:
        """Yield every root that the catalog asks for."""
        yield from self.entries

    def addresses(self, root_kind: str) -> Sequence[Address]:
        """Return the roots of a kind that git asks for, in the order of the catalog; standing ones first."""
        needed = {None, *(address.kind for address in self.entries)}
        kind = KINDS[root_kind]
        standing = [address for address in kind.standing if kind.stands_for.get(address) in needed]
        return [*standing, *(address for address in self.entries if address.kind == root_kind)]

    def asks_for(self, root: Address) -> bool:
        """Return whether git asks for a root: one that stands for others only where it asks for some of them."""
        return root in self.entries or (root in KINDS[root.kind].standing and root in self.addresses(root.kind))

    def roots_read(self) -> list[Kind]:
        """Return the kinds of roots that a plan reads: what git never takes away, only where it asks for some."""
        kinds = (kind for kind in KINDS.roots() if kind.removable or self.addresses(kind.name))
        return [kind for kind in kinds if CODECS[kind.name].since <= self.store.document.api_version]

    @property
    def size(self) -> int:
        """How many roots git asks for."""
        return sum(len(self.addresses(kind.name)) for kind in KINDS.roots())

    def files(self, root: Address) -> Iterator[str]:
        """Yield the files that a root is made of: its own, its images, the tables that give its stock."""
        entry = self.entries[root]
        yield entry.file
        match entry:
            case Entry(gist=gist):
                yield from (file_at(picture) for picture in gist.pictures if picture is not None)
                rows = (self.catalog.stock.get(sku, ()) for sku in gist.skus if sku)
                yield from (row.place.file for of_sku in rows for row in of_sku)
            case CategoryEntry(category=category):
                yield from (where.file for _, where in self.members.get(root.key, ()))
                yield from [file] if category.image and (file := file_of(category.image)) else []
            case ListedEntry():
                pass

    def group(self, root: Address) -> Desired:
        """Return what git asks for below a root. Raises InvalidInput when the mapping cannot say."""
        standing = KINDS[root.kind].standing
        if root in standing:
            return Desired({root: standing[root]})
        match self.entries[root]:
            case Entry() as entry:
                remapped = partial(self.mapper.group, entry)
                return self.mapped.take(root, remapped) or remapped()
            case CategoryEntry() as entry:
                desired = self.mapper.collection(entry, self.members.get(root.key, ()))
                return replace(desired, refuses=partial(self._refuses, entry))
            case ListedEntry() as entry:
                return self.mapper.listed(entry)

    def categories_of(self, root: Address) -> frozenset[str]:
        """Return the keys of the categories that git puts a product into."""
        return self.categories.get(root.key, frozenset()) if root.kind == PRODUCT else frozenset()

    def _refuses(self, entry: CategoryEntry, address: Address) -> bool:
        """Whether git says that a product is not in a category: one of them gives the whole list, and not the other."""
        named = KINDS.named_root(address)
        sold = self.entries.get(named) if named is not None else None
        if not isinstance(sold, Entry) or entry.category.conditions is not None:
            return False
        return entry.category.products is not None or sold.gist.categories is not None


def store_view(store: Store, catalog: Catalog, rules: MappingRules) -> StoreView:
    """Return what git asks of a store. Raises InvalidInput for a mapping that is not right."""
    products = selected(catalog, store)
    entries: dict[Address, Asked] = {
        address: listed for address, listed in catalog.listed.items() if reaches(listed, store)
    }
    entries |= {Address(PRODUCT, key): catalog.entries[key] for key in products}
    entries |= {Address(COLLECTION, key): entry for key, entry in catalog.categories.items() if reaches(entry, store)}
    inputs = {**catalog.inputs, **rules.inputs, **store.inputs}
    mapper = Mapper(rules, store, KINDS, catalog)
    members = _members(catalog, products)
    formerly = {old: now for old, now in catalog.formerly().items() if now in entries}
    return StoreView(store, entries, members, _turned_round(members), mapper, inputs, catalog, formerly=formerly)


def _turned_round(members: Mapping[str, Sequence[tuple[str, Whereabouts]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for category, products in members.items():
        for product, _ in products:
            found.setdefault(product, set()).add(category)
    return {product: frozenset(categories) for product, categories in found.items()}


def with_catalog(view: StoreView, catalog: Catalog, rules: MappingRules) -> StoreView:
    """Return the view of a store on a catalog that is nearly the same. Raises InvalidInput."""
    entries = {address: _now(address, catalog) for address in view.entries}
    if catalog.entries.keys() != view.catalog.entries.keys() or any(
        _selects(entries[address]) != _selects(entry) for address, entry in view.entries.items()
    ):
        return store_view(view.store, catalog, rules)
    kept: dict[Address, Asked] = {address: entry for address, entry in entries.items() if entry is not None}
    mapper = Mapper(rules, view.store, KINDS, catalog)
    return replace(view, entries=kept, mapper=mapper, catalog=catalog, mapped=Mapped())


def _now(address: Address, catalog: Catalog) -> Asked | None:
    if address.kind == PRODUCT:
        return catalog.entries.get(address.key)
    return catalog.categories.get(address.key) if address.kind == COLLECTION else catalog.listed.get(address)


def _selects(entry: Asked | None) -> object:
    """Return what of an entry decides which stores have it, and which categories it is in."""
    match entry:
        case Entry(gist=gist):
            return gist.published, gist.channels, gist.categories
        case CategoryEntry(category=category):
            return category.published, category.channels, category.products, category.conditions
        case ListedEntry():
            return entry.channels
        case None:
            return None


def _members(catalog: Catalog, products: Sequence[str]) -> dict[str, list[tuple[str, Whereabouts]]]:
    """Return category → its products that reach the store: those that it lists itself first, in its order."""
    there, found = frozenset(products), dict[str, dict[str, Whereabouts]]()
    for key, entry in catalog.categories.items():
        for position, product in enumerate(entry.category.products or ()):
            if product in there:
                found.setdefault(key, {})[product] = Whereabouts(entry.file, ("products", position), entry.locate)
    for product in products:
        sold = catalog.entries[product]
        for position, key in enumerate(sold.gist.categories or ()):
            found.setdefault(key, {}).setdefault(product, Whereabouts(sold.file, ("categories", position), sold.locate))
    return {key: list(members.items()) for key, members in found.items()}
