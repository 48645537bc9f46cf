"""Store files: what a store holds as the files of a catalog, in a stable order, and what of it no file can say."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeVar

from pydantic import BaseModel

from reconciler.app.importing.category_document import categories_of_products, category_document
from reconciler.app.importing.export import file_stem
from reconciler.app.importing.holdings import COLLECTION, PRODUCT, Holding, Holdings
from reconciler.app.importing.metafield_document import DEFINITION, Definitions
from reconciler.app.importing.picture_document import Album
from reconciler.app.importing.product_document import Blanks, Desk, product_document, stock_of, variant_names_of
from reconciler.loading.catalog import COLLECTIONS, FOLDER, PRODUCTS, STOCK
from reconciler.loading.exported import checked
from reconciler.loading.validation import Refused, validated
from reconciler.loading.writer import category_text, listing_text, products_text, table_text
from reconciler.model.address import Address
from reconciler.model.catalog import Product
from reconciler.model.category import Category
from reconciler.model.errors import Diagnostic
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.origin import FieldPath, Place
from reconciler.model.store import Store

Model = TypeVar("Model", bound=BaseModel)
_REDIRECT: Final = "redirect"


class StockIn(Enum):
    """Where quantities are written."""

    PRODUCT = "product"
    TABLE = "table"
    """A table for each store; variants without a SKU of their own still have theirs in the product's file."""


@dataclass(frozen=True, slots=True)
class Selling:
    """The store that is imported, and what its neighbours in the repository make files say."""

    store: Store
    stores: Sequence[Store]

    @property
    def currency(self) -> str:
        """The currency that prices name; "" where all stores have the same."""
        return self.store.currency if len({each.currency for each in self.stores}) > 1 else ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that files name; none where all stores have the same."""
        channel = self.store.document.channel
        return (channel,) if {each.document.channel for each in self.stores} != {channel} else ()


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """What a store became."""

    files: Mapping[str, bytes]
    keys: Mapping[str, str]
    """Key of a product → its file."""
    holdings: Holdings
    """What was read, without what is left out."""
    ids: Mapping[Address, str]
    """Of all that values may name."""
    lost: Counter[str]
    left_out: tuple[str, ...]
    """Why some products and collections became no file."""
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Here:
    """The place of all values of something in a store: it has a name, and no lines."""

    name: str

    def value(self, path: FieldPath) -> Place:
        del path
        return Place(self.name)

    def key(self, path: FieldPath) -> Place:
        del path
        return Place(self.name)

    def written(self, path: FieldPath) -> None:
        del path


def store_files(
    holdings: Holdings, selling: Selling, album: Album, stock: StockIn, nulls: Collection[Address] = ()
) -> StoreFiles:
    """Return the files of a store. ``nulls``: roots of which everything is said, with null where there is nothing.

    What our own reader would refuse is left out, with everything that names it.
    """
    left_out: dict[Address, str] = {}
    while True:
        kept = {at: holding for at, holding in holdings.roots.items() if at not in left_out}
        desk = _desk(replace(holdings, roots=kept), selling, album, stock)
        writing = _Writing(desk, frozenset(nulls))
        refused = writing.write()
        if not refused:
            return writing.done(tuple(left_out.values()))
        left_out |= refused


def _desk(holdings: Holdings, selling: Selling, album: Album, stock: StockIn) -> Desk:
    definitions = Definitions({str(each.mark): each for each in holdings.listed.get(DEFINITION, ())})
    for owner, kind in METAFIELDS_ON.items():
        for holding in holdings.roots.values():
            definitions.meet(owner, (each for each in holding.group.children if each.kind == kind))
    return Desk(
        store=selling.store,
        holdings=holdings,
        definitions=definitions,
        album=album,
        lost=Counter(),
        addresses={**holdings.addresses, **dict(_variants(holdings))},
        categories=categories_of_products(holdings),
        currency=selling.currency,
        channels=selling.channels,
        stock_in_tables=stock is StockIn.TABLE,
    )


def _variants(holdings: Holdings) -> Iterator[tuple[str, Address]]:
    for holding in holdings.of(PRODUCT):
        for own, name in variant_names_of(holding, holdings.shared_skus).items():
            yield own, Address("variant", f"{holding.key}/{name.known}")


class _Writing:
    """The files of one store in the making."""

    def __init__(self, desk: Desk, nulls: frozenset[Address]) -> None:
        self._desk = desk
        self._nulls = nulls
        self._files: dict[str, bytes] = {}
        self._keys: dict[str, str] = {}
        self._rows: list[tuple[str, str, int]] = []
        self._variants = 0

    def write(self) -> Mapping[Address, str]:
        """Write everything, and return why some of it cannot be written."""
        refused: dict[Address, str] = {}
        for address, holding in sorted(self._desk.holdings.roots.items(), key=lambda item: item[0].key):
            problem = self._product(holding) if address.kind == PRODUCT else self._category(holding)
            if problem is not None:
                refused[address] = f"{address} is left out: {problem}"
        self._list("metafields", self._desk.definitions.documents())
        self._list("redirects", dict(self._redirects()))
        if self._rows:
            self._files[f"{STOCK}/{self._desk.store.name}.csv"] = table_text(self._rows).encode()
        return refused

    def done(self, left_out: tuple[str, ...]) -> StoreFiles:
        """Return what was written."""
        desk = self._desk
        counts = Counter(address.kind for address in desk.holdings.roots)
        return StoreFiles(
            files=self._files,
            keys=self._keys,
            holdings=desk.holdings,
            ids={address: own for own, address in desk.addresses.items()},
            lost=desk.lost,
            left_out=left_out,
            counts={
                "products": counts[PRODUCT],
                "variants": self._variants,
                "collections": counts[COLLECTION],
                "metafield definitions": len(desk.definitions.documents()),
                "redirects": len(dict(self._redirects())),
            },
        )

    def _blanks(self, holding: Holding) -> Blanks:
        return Blanks.NULL if holding.address in self._nulls else Blanks.LEFT_OUT

    def _product(self, holding: Holding) -> str | None:
        document = product_document(holding, self._desk, self._blanks(holding))
        problems: list[Diagnostic] = []
        product = checked(document, _Here(str(holding.address)), problems)
        if product is None or problems:
            return problems[0].summary
        file = f"{PRODUCTS}/{file_stem(holding.key)}.yaml"
        self._files[file] = products_text([product]).encode()
        self._keys[holding.key] = file
        self._variants += len(product.variants)
        self._rows += self._stock(holding, product)
        return None

    def _stock(self, holding: Holding, product: Product) -> Iterator[tuple[str, str, int]]:
        """Yield the rows of a product's variants whose file does not say their stock itself."""
        for each, variant in zip(holding.children("variant"), product.variants, strict=True):
            if self._desk.stock_in_tables and variant.sku and variant.stock is None:
                quiet = replace(self._desk, lost=Counter())  # they were counted with the product
                yield from ((variant.sku, name, quantity) for name, quantity in stock_of(each, holding, quiet))

    def _category(self, holding: Holding) -> str | None:
        document = category_document(holding, self._desk, self._blanks(holding))
        try:
            category = validated(Category, document, _Here(str(holding.address)))
        except Refused as refused:
            return refused.diagnostics[0].summary
        self._files[f"{COLLECTIONS}/{file_stem(holding.key)}.yaml"] = category_text(category).encode()
        return None

    def _list(self, name: str, entries: Mapping[str, Mapping[str, object]]) -> None:
        channels = {"channels": list(self._desk.channels)} if self._desk.channels else {}
        if entries:
            listed = {key: {**fields, **channels} for key, fields in entries.items()}
            self._files[f"{FOLDER}/{name}.yaml"] = listing_text(listed).encode()

    def _redirects(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        for each in sorted(self._desk.holdings.listed.get(_REDIRECT, ()), key=lambda each: str(each.mark)):
            try:
                each.resource.keyed(str(each.mark))
            except ValueError:
                continue
            yield str(each.mark), {"target": each.resource.managed().get("target")}
