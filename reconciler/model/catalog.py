"""Catalog: what the files say we sell, store-neutral, with a way back to the line of every value.

A field left out of a file is not in ``model_fields_set``: it is not ours. An explicit ``null`` is there, as None.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictBool, StrictStr, WithJsonSchema

from reconciler.model.address import Address
from reconciler.model.category import CategoryEntry
from reconciler.model.document import AttributeValue, Document, Key, Markdown, Moved, Seo, Text
from reconciler.model.gist import Gist, Given
from reconciler.model.metafields import Metafields
from reconciler.model.money import Amount
from reconciler.model.origin import FieldPath, Place
from reconciler.model.ownership import Ownership
from reconciler.model.picture import Picture
from reconciler.model.resource import Resource
from reconciler.model.stocktaking import Stock, Stocks

_CURRENCY = re.compile(r"[A-Z]{3}")


def _prices(value: object) -> object:
    return value if isinstance(value, Mapping) or value is None else {"": value}


def _currencies(prices: Mapping[str, object]) -> Mapping[str, object]:
    odd = [currency for currency in prices if currency and not _CURRENCY.fullmatch(currency)]
    if odd:
        message = f"{odd[0]!r} is not a currency code, such as EUR"
        raise ValueError(message)
    return prices


def _weight(text: str) -> str:
    # Shopify's weights are floats: one that none spells would come back as another, and be written again for ever.
    number = text.partition(" ")[0]
    if Decimal(repr(float(number))) != Decimal(number):
        message = f"{text!r} has more digits than a store keeps; write at most 15"
        raise ValueError(message)
    return text


_AMOUNT_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}
Prices = Annotated[
    dict[str, Amount],
    BeforeValidator(_prices),
    AfterValidator(_currencies),
    WithJsonSchema(
        {
            "anyOf": [
                *_AMOUNT_SCHEMA["anyOf"],
                {
                    "type": "object",
                    "patternProperties": {"^[A-Z]{3}$": _AMOUNT_SCHEMA},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ],
            "examples": [{"EUR": 49.00, "USD": 55.00}],
        }
    ),
]
"""Amounts by currency code; the code "" means the currency of whichever store reads it."""


class Variant(Document):
    """One thing that can be bought: a SKU with its option values and prices."""

    key: Annotated[StrictStr, Field(min_length=1, max_length=255)] | None = None
    """Identity within the product; left out, the SKU serves, and without one the option values."""
    sku: Annotated[Text, Field(max_length=255)] | None = None
    """What people and warehouses know it by; text, so quote one that looks like a number."""
    options: dict[str, Text] = Field(default_factory=dict)
    """Option name → value, one for each option of the product."""
    price: Prices
    """One amount for every store, or one per currency: ``{EUR: 49.00, USD: 55.00}``."""
    compare_at_price: Prices | None = None
    """The price before a reduction, above ``price``; null ends the reduction."""
    cost: Prices | None = None
    """What it costs us; limits compare prices with it. Shoppers never see it."""
    barcode: Annotated[Text, Field(max_length=255)] | None = None
    """The number under its bars: an EAN, a UPC, an ISBN. Text, so quote it."""
    weight: Annotated[Text, Field(pattern=r"^[0-9]+(\.[0-9]+)? (g|kg|oz|lb)$"), AfterValidator(_weight)] | None = None
    """A number and g, kg, oz or lb: ``250 g``."""
    taxable: StrictBool | None = None
    """Whether tax is charged on it."""
    tracked: StrictBool | None = None
    """Whether the store counts its stock."""
    requires_shipping: StrictBool | None = None
    """Whether it is sent to somebody; false for a voucher or a download."""
    sell_when_out_of_stock: StrictBool | None = None
    """Whether it can be bought when nothing is left."""
    image: Annotated[StrictStr, Field(min_length=1)] | None = None
    """Which of the product's images shows it: its file or address, as under ``images``."""
    stock: Stocks | None = None
    """Location → quantity; tables under ``catalog/stock/`` say the same for many."""
    metafields: Metafields = Field(default_factory=dict)
    """Values of our own, by ``NAMESPACE.KEY``, of the types that ``catalog/metafields.yaml`` defines."""
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)
    """Anything else, for mappings to use."""


class Product(Document):
    """One product, with its options and variants."""

    key: Key
    """Identity for life; everything else, the handle too, may change."""
    moved: Moved = ()
    """The key that it had before, or several: what stores know by it stays what it is, and gets the new key."""
    name: Annotated[Text, Field(min_length=1, max_length=255)]
    """What shoppers read above it."""
    handle: Annotated[Text, Field(min_length=1, max_length=255)] | None = None
    """The last part of the product's web address; left out, the key serves."""
    description: Text | Markdown | None = None
    """HTML, or ``{markdown: ...}``."""
    brand: Annotated[Text, Field(max_length=255)] | None = None
    """Who makes it; the default mapping makes it the vendor."""
    type: Annotated[Text, Field(max_length=255)] | None = None
    """What kind of thing it is, in your own words."""
    tags: tuple[Text, ...] | None = None
    """Words that it is found and grouped by."""
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)
    """Anything else, for mappings to use."""
    channels: tuple[Text, ...] | None = None
    """The publishing channels that sell it; left out, every channel does."""
    published: StrictBool = True
    """false takes the product out of every store."""
    seo: Seo | None = None
    """What search engines show; left out, the store makes it of name and description."""
    categories: tuple[Key, ...] | None = None
    """The categories that it is in, by their keys."""
    images: Annotated[tuple[Picture, ...], Field(max_length=250)] | None = None
    """Its pictures, the first one first; left out, they are not ours."""
    metafields: Metafields = Field(default_factory=dict)
    """Values of our own, by ``NAMESPACE.KEY``, of the types that ``catalog/metafields.yaml`` defines."""
    publish_at: AwareDatetime | None = None
    """When it is to appear where it is published, with a time zone: ``2026-12-01T08:00:00Z``."""
    ownership: dict[str, Ownership] = Field(default_factory=dict)
    """Who decides a field, by ``kind.field``: ``product.title: observe``. Closer than store and mapping."""
    taxonomy: Annotated[Text, Field(pattern=r"^[a-z]{2}(-[0-9]+)*$")] | None = None
    """A code of Shopify's product taxonomy: ``aa-1-13-8``."""
    status: Literal["active", "draft", "archived", "unlisted"] | None = None
    """Who can see it: active everybody, unlisted who has its address, draft and archived nobody."""
    options: dict[str, tuple[Text, ...]] | None = None
    """Option name → values, in the order in which a shopper sees them; left out, the variants give it."""
    variants: Annotated[tuple[Variant, ...], Field(min_length=1, max_length=2048)]
    """What can be bought: one for each combination of option values."""


VALUE_SEPARATOR = " / "
"""Between the option values of a variant, in the title that stores give it and in a key made of them."""


def options_of(product: Product) -> Mapping[str, tuple[str, ...]]:
    """Return option name → values: as declared, or in the order in which the variants bring them up."""
    if product.options is not None:
        return product.options
    seen: dict[str, dict[str, None]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            seen.setdefault(name, {})[value] = None
    return {name: tuple(values) for name, values in seen.items()}


def variant_key(variant: Variant, option_names: Iterable[str]) -> str:
    """Return what a variant is called within its product: its key, else its SKU, else its option values."""
    if variant.key or variant.sku:
        return variant.key or variant.sku or ""
    values = [variant.options[name] for name in option_names if name in variant.options]
    return VALUE_SEPARATOR.join(values) or "default"


def gist_of(product: Product) -> Gist:
    """Return what the rest of a catalog has to know of a product."""
    counts = ((at, location, stock) for at, each in enumerate(product.variants) for location, stock in _given(each))
    return Gist(
        product.key,
        product.moved,
        product.handle,
        product.published,
        product.channels,
        product.categories,
        tuple(image.file for image in product.images or ()),
        tuple(variant.sku for variant in product.variants),
        tuple(bool(variant.key) for variant in product.variants),
        tuple(Given(at, location, stock.reference if stock else None) for at, location, stock in counts),
    )


def _given(variant: Variant) -> Iterable[tuple[str, Stock | None]]:
    return (variant.stock or {}).items()


@dataclass(frozen=True, slots=True)
class Entry:
    """One product with its file, and the place of any value in it."""

    gist: Gist
    file: str
    locate: Callable[[FieldPath], Place]
    """The place of the value at a path, or of its nearest ancestor in the file."""
    above: FieldPath
    """The way to it in its file."""
    read: Callable[[], Product]
    """What the file says of it, as it was when the catalog was loaded; most are never asked for."""

    @classmethod
    def of(cls, product: Product, file: str, locate: Callable[[FieldPath], Place], above: FieldPath = ()) -> "Entry":
        """Return the entry of a product that is at hand."""
        return cls(gist_of(product), file, locate, above, lambda: product)

    @property
    def product(self) -> Product:
        """What the file says of it, got from where it lies: who needs it twice keeps it meanwhile.

        Raises InvalidInput where it has to be read, and cannot be.
        """
        return self.read()

    @property
    def document(self) -> Document:
        """What the file says of it."""
        return self.product


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One resource that a file lists as a store is to have it."""

    address: Address
    resource: Resource
    channels: tuple[str, ...] | None
    """The publishing channels whose stores have it; None: all."""
    file: str
    locate: Callable[[FieldPath], Place]
    above: FieldPath = ()
    """The way to it in its file."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """One row of a table: a quantity of a SKU at a location; None takes the item out of it."""

    sku: str
    location: str
    stock: Stock | None
    place: Place


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every product of the repository by key, in the order of files, and what is sold with them."""

    entries: Mapping[str, Entry]
    inputs: Mapping[str, str]
    """File → SHA-256 of its bytes: what the plan's input digest is made of."""
    categories: Mapping[str, CategoryEntry] = field(default_factory=dict)
    listed: Mapping[Address, ListedEntry] = field(default_factory=dict)
    stock: Mapping[str, tuple[StockRow, ...]] = field(default_factory=dict)
    """SKU → its rows of the tables."""
    files: Mapping[str, str] = field(default_factory=dict)
    """File that an image names → SHA-256 of its bytes."""

    def formerly(self) -> Mapping[Address, Address]:
        """Return the address that something had before → the one that it has now."""
        products = ((Address("product", key), entry.gist.moved) for key, entry in self.entries.items())
        categories = ((Address("collection", key), entry.category.moved) for key, entry in self.categories.items())
        return {Address(now.kind, key): now for now, moved in (*products, *categories) for key in moved}
