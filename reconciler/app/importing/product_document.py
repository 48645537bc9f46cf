"""A product of a store as a file says it: the way back from what hangs on it to its document, by the default mapping.

What is empty in the store is left out, and so is not ours, unless everything is asked for: a rule of the store's own
may make something of a field that is left out, and an explicit null says that nothing is wanted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from reconciler.app.importing.holdings import Holding, Holdings
from reconciler.app.importing.metafield_document import Definitions, metafields_of
from reconciler.app.importing.picture_document import Album, Shown
from reconciler.loading.exported import is_without_options, taxonomy_code, variant_names
from reconciler.model.address import Address
from reconciler.model.catalog import VALUE_SEPARATOR
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.state import Found
from reconciler.model.store import Store

_TEXTS: Final[Mapping[str, str]] = {
    "description": "description_html",
    "brand": "vendor",
    "type": "product_type",
}
_OF_VARIANTS: Final[Mapping[str, str]] = {
    "price": "price",
    "compare_at_price": "compare_at_price",
    "cost": "cost",
    "barcode": "barcode",
    "weight": "weight",
    "taxable": "taxable",
    "tracked": "tracked",
    "requires_shipping": "requires_shipping",
}
_MONEY: Final = frozenset({"price", "compare_at_price", "cost"})
_URL: Final = "url"


class Blanks(Enum):
    """What is written where a store holds nothing."""

    LEFT_OUT = "left out"
    NULL = "null"
    """An explicit null: rules make nothing of it either."""


@dataclass(frozen=True)
class Desk:
    """What documents are made with: the store, what it holds, and where the rest is kept."""

    store: Store
    holdings: Holdings
    definitions: Definitions
    album: Album
    lost: Counter[str]
    addresses: Mapping[str, Address]
    """Id → address of what values name: products, variants, collections."""
    categories: Mapping[str, Sequence[str]]
    """Key of a product → the categories that its file names."""
    currency: str
    """The currency that prices are written with; "": none, because all stores have the same."""
    channels: tuple[str, ...]
    """The channels that files name; none: they need not, because every store has the same."""
    stock_in_tables: bool

    def amount(self, value: Decimal) -> object:
        """Return an amount as a file says it."""
        return {self.currency: value} if self.currency else value

    def given(self, blanks: Blanks, fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        """Yield the fields that a file is to say."""
        for name, value in fields.items():
            if value not in (None, "", (), [], {}):
                yield name, value
            elif blanks is Blanks.NULL:
                yield name, None


def product_document(holding: Holding, desk: Desk, blanks: Blanks) -> dict[str, object]:
    """Return the document of a product."""
    fields = holding.group.root.resource.managed()
    document: dict[str, object] = {"key": holding.key, "name": fields.get("title")}
    if fields["handle"] != holding.key:
        document["handle"] = fields["handle"]
    texts = {name: fields.get(field) for name, field in _TEXTS.items()}
    document |= desk.given(blanks, {**texts, "tags": fields.get("tags")})
    if desk.channels:
        document["channels"] = desk.channels
    seo = {name: fields.get(f"seo_{name}") for name in ("title", "description")}
    document |= desk.given(blanks, {"seo": dict(desk.given(blanks, seo))})
    if holding.key in desk.categories:
        document["categories"] = desk.categories[holding.key]
    sources = dict(_images(holding, desk, blanks))
    if sources:
        document["images"] = list(sources.values())
    if waiting := len(holding.children("image")) - len(sources):
        desk.lost["pictures that are not ready"] += waiting
        document["ownership"] = {"image": "merge"}  # nor are they taken off
    document |= desk.given(Blanks.LEFT_OUT, {"metafields": _metafields("product", holding, None, desk)})
    document |= desk.given(Blanks.LEFT_OUT, {"publish_at": _scheduled(holding, desk)})
    taxonomy = _taxonomy(fields.get("category"), desk)
    document |= desk.given(blanks, {"taxonomy": taxonomy, "status": str(fields.get("status", "")).lower()})
    if fields.get("template_suffix"):
        desk.lost["template_suffix"] += 1
    names = variant_names_of(holding, desk.holdings.shared_skus)
    variants = [_variant(each, names[each.id], holding, desk, blanks, sources) for each in holding.children("variant")]
    options = {name: list(values) for name, values in fields.get("options") or ()}
    if options and options != _brought_up(variants):
        document["options"] = options
    return {**document, "variants": variants}


@dataclass(frozen=True, slots=True)
class VariantName:
    """What a variant is called: in its document, and in addresses."""

    fields: Mapping[str, object]
    """Its SKU, and a key where the SKU does not tell it from others."""
    known: str


def variant_names_of(holding: Holding, shared: frozenset[str]) -> Mapping[str, VariantName]:
    """Return id → name of a product's variants; no two have one name. ``shared``: SKUs that several variants have."""
    found: dict[str, VariantName] = {}
    taken: set[str] = set()
    for variant in holding.children("variant"):
        said = variant.resource.managed()
        values = dict(said.get("option_values") or ())
        fields = variant_names(said.get("sku") or "", values, shared)
        own = str(fields.get("key") or fields.get("sku") or VALUE_SEPARATOR.join(values.values()) or "default")
        known, number = own, 2
        while known in taken:  # one has as its SKU what another one's option is called
            known, number = f"{own}-{number}", number + 1
        taken.add(known)
        found[variant.id] = VariantName(fields if known == own else {**fields, "key": known}, known)
    return found


def _variant(  # noqa: PLR0917  private; one row of a product and all that it is made of
    variant: Found,
    name: VariantName,
    holding: Holding,
    desk: Desk,
    blanks: Blanks,
    sources: Mapping[str, Mapping[str, object]],
) -> dict[str, object]:
    fields = variant.resource.managed()
    document = dict(name.fields)
    options = dict(fields.get("option_values") or ())
    if options and not is_without_options(options, options.values()):
        document["options"] = options
    said: dict[str, object] = {name: fields.get(field) for name, field in _OF_VARIANTS.items()}
    said |= {name: desk.amount(said[name]) for name in _MONEY if isinstance(said[name], Decimal)}  # type: ignore[arg-type]
    document |= desk.given(blanks, said)
    document["sell_when_out_of_stock"] = fields.get("inventory_policy") == "CONTINUE"
    for each in holding.children("variant_image", variant.id):
        if (source := sources.get(each.handles["media"])) is not None:
            document["image"] = source.get("file") or source.get("url")
    stock = dict(stock_of(variant, holding, desk))
    if stock and not (desk.stock_in_tables and document.get("sku") and "key" not in document):
        document["stock"] = stock
    return document | dict(desk.given(Blanks.LEFT_OUT, {"metafields": _metafields("variant", holding, variant, desk)}))


def stock_of(variant: Found, holding: Holding, desk: Desk) -> Iterator[tuple[str, int]]:
    """Yield the quantities of a variant by git's name of the location, sorted; what cannot be said is counted."""
    named = {own: name for name, own in desk.holdings.directory.places.get("location", {}).items()}
    counts = variant.resource.managed().get("tracked") is True
    levels = {
        str(level.mark): level.resource.managed()["available"]
        for level in holding.children("stock", variant.id)
        if not level.dormant
    }
    for location, quantity in sorted(levels.items(), key=lambda level: named.get(level[0], "")):
        if location in named and counts:
            yield named[location], quantity
        elif location not in named and counts:
            desk.lost[f"stock at {desk.holdings.directory.name('location', location)}"] += 1
        elif quantity:
            desk.lost["stock of variants that are not tracked"] += 1


def _metafields(owner: str, holding: Holding, member: Found | None, desk: Desk) -> dict[str, object]:
    found = holding.children(METAFIELDS_ON[owner], member.id if member is not None else None)
    return metafields_of(owner, found, desk.definitions, desk.addresses, desk.lost)


def _images(holding: Holding, desk: Desk, blanks: Blanks) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield id → picture, in the order of the product."""
    ready = [each for each in holding.children("image") if _URL in each.handles and not each.pending]
    shown = [Shown(each.handles[_URL], each.mark, each.resource.managed().get("alt")) for each in ready]
    documents = desk.album.pictures(holding.key.replace("/", "-"), shown)
    for each, document in zip(ready, documents, strict=True):
        yield each.id, document if "alt" in document or blanks is Blanks.LEFT_OUT else {**document, "alt": None}


def _scheduled(holding: Holding, desk: Desk) -> object:
    """Return the day on which the product appears somewhere; None where it is out already, or nowhere."""
    places = set(desk.holdings.directory.places.get("publication", {}).values())
    said = (each.resource.managed() for each in holding.children("publication") if each.mark in places)
    return next((each["publish_at"].isoformat() for each in said if each.get("scheduled")), None)


def _taxonomy(category: str | None, desk: Desk) -> str | None:
    if category and taxonomy_code(category) is None:
        desk.lost["category"] += 1
        return None
    return category or None


def _brought_up(variants: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the options as variants bring them up: what a file need not say."""
    seen: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in (variant.get("options") or {}).items():
            seen.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in seen.items()}
