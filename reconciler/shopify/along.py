"""Along: what goes with an object that is deleted, and that no kind of ours reads. Reads only.

Shopify: metafields of any namespace, media that are no images, Translation, PriceListPrice, customs fields of
InventoryItem, unit prices, bundles, and the collections of other people. ``updatedAt`` would be one field instead, but
it does not move with each of these and does move with a sale. Translations for one market alone, selling plans, HS
codes for single countries and what other apps keep elsewhere are not looked at. (shopify.dev, 2026-10)
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from reconciler.model.change import TakenAlong
from reconciler.model.store import Store
from reconciler.shopify.asking import Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.collection_sources import SINCE, SOURCES_SELECTION, is_by_hand
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.identity import MARK_NAMESPACE, MARK_SELECTION, as_files_say, mark_in
from reconciler.shopify.preflight import ShopFacts, missing_scopes
from reconciler.shopify.queries import IDS_AT_ONCE
from reconciler.shopify.remains import InCollection, collections_of, in_collection

COST_POINTS: Final = 93
"""What the document asks for, whatever it finds; for forecasts."""
TYPES: Final = frozenset({"Product", "ProductVariant", "Collection"})
"""The GraphQL types of what takes something along."""
_GID: Final = re.compile(r"gid://shopify/(?P<type>\w+)/\d+")
_LOCALE_SCOPES: Final = ("read_locales", "read_translations")
_RESOURCES_AT_ONCE: Final = 250
_PRODUCTS_AT_ONCE: Final = 50
_LONGEST_VALUE: Final = 60

_METAFIELDS: Final = "metafields(first: 100) { pageInfo { hasNextPage } nodes { namespace key value } }"
_PRODUCT: Final = "media(first: 250) { nodes { id mediaContentType alt } } options { id optionValues { id } }"
_VARIANT: Final = (
    "product { id } requiresComponents "
    "unitPriceMeasurement { quantityValue quantityUnit referenceValue referenceUnit } "
    "inventoryItem { harmonizedSystemCode countryCodeOfOrigin provinceCodeOfOrigin }"
)
TRANSLATIONS: Final = """\
query TranslationsAlong($ids: [ID!]!, $locale: String!) {
  translatableResourcesByIds(first: 250, resourceIds: $ids) {
    nodes { resourceId translations(locale: $locale) { key value } }
  }
}"""
FIXED_PRICES: Final = """\
query PricesAlong($list: ID!, $of: String!, $after: String) {
  priceList(id: $list) {
    prices(first: 250, after: $after, originType: FIXED, query: $of) {
      pageInfo { hasNextPage endCursor }
      nodes { price { amount currencyCode } variant { id } }
    }
  }
}"""


Part = Literal["sources", "rule sets", "prices", "locales"]
"""What not every version of the API, or every token, lets us ask. One of the first two: how collections are filled."""
_OF_PLACES: Final[Mapping[str, str]] = {
    "sources": f"{SOURCES_SELECTION} {MARK_SELECTION}",
    # No marks there: such a version reads no collections as a kind, so that no rollback would bring a product back
    # even into one of ours. It leaves out collections that rule sets cannot say. (shopify.dev changelog, 2026-06)
    "rule sets": "ruleSet { appliedDisjunctively }",
}
_OF_THE_SHOP: Final[Mapping[str, str]] = {
    "prices": "priceLists(first: 250) { nodes { id name fixedPricesCount } }",
    "locales": "shopLocales { locale primary }",
}


@cache
def document(*parts: Part) -> str:
    """Return the query for objects of TYPES, with these parts."""
    shop = " ".join(_OF_THE_SHOP[part] for part in parts if part in _OF_THE_SHOP)
    filled = " ".join(_OF_PLACES[part] for part in parts if part in _OF_PLACES)
    places = f"collections(first: 50) {{ pageInfo {{ hasNextPage }} nodes {{ id title {filled} }} }}"
    return (
        "query TakenAlong($ids: [ID!]!) { nodes(ids: $ids) { id "
        f"... on Product {{ {_METAFIELDS} {_PRODUCT} {places} }} "
        f"... on Collection {{ {_METAFIELDS} }} "
        f"... on ProductVariant {{ {_METAFIELDS} {_VARIANT} }} }} "
        f"currentAppInstallation {{ app {{ id }} }} {shop} }}"
    )


WITH_SOURCES: Final = document("prices", "sources", "locales")
"""What is asked where the version has sources."""
DOCUMENTS: Final = (document("prices", "rule sets", "locales"), TRANSLATIONS, FIXED_PRICES)
"""What is asked in any version."""


@dataclass(frozen=True, slots=True)
class LookedAlong:
    """What was seen beside objects."""

    along: Mapping[str, tuple[TakenAlong, ...]]
    """The id of an object that is there → what goes with it."""
    collections: Mapping[str, tuple[InCollection, ...]]
    """The id of a product → all collections that it is in, ours among them; as far as one request showed them."""

    def places(self, client: Client, product_id: str) -> Iterable[InCollection]:
        """Return the collections that a product is in; it is asked for them only where they were not seen."""
        seen = self.collections.get(product_id)
        return collections_of(client, product_id) if seen is None else seen


@dataclass
class _Found:
    """What was met of each object, and the objects whose texts and prices are its."""

    along: dict[str, set[TakenAlong]] = field(default_factory=dict)
    collections: dict[str, tuple[InCollection, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """The id of what can be translated → the object that it goes with."""
    products: dict[str, None] = field(default_factory=dict)
    """The products of the variants."""


def looked_along(client: Client, store: Store, facts: ShopFacts, ids: Iterable[str]) -> LookedAlong:
    """Return what goes with each of these objects that is there, and where it is; ids of other types are passed over.

    Raises StoreRefused. One request for up to 100 objects; one more per further language, and per price list that has
    fixed prices.
    """
    asked = [each for each in dict.fromkeys(ids) if _type(each) in TYPES]
    lacking = missing_scopes(facts, _LOCALE_SCOPES)
    parts: list[Part] = ["prices", "sources" if store.document.api_version >= SINCE else "rule sets"]
    if not lacking:
        parts.append("locales")
    found: dict[str, tuple[TakenAlong, ...]] = {}
    collections: dict[str, tuple[InCollection, ...]] = {}
    for few in in_batches(asked, IDS_AT_ONCE):
        here = _looked_at(client, parts, few)
        for each in here.texts.values() if lacking else ():
            here.along[each].add(TakenAlong("unseen", "translations", f"the app lacks {', '.join(lacking)}"))
        found |= {each: tuple(sorted(along)) for each, along in here.along.items()}
        collections |= here.collections
    return LookedAlong(found, collections)


def unseen(ids: Iterable[str], reason: str) -> LookedAlong:
    """Return that nobody knows what goes with these objects, for what ``looked_along`` would look at."""
    along = {each: (TakenAlong("unseen", "what goes along", reason),) for each in ids if _type(each) in TYPES}
    return LookedAlong(along, {})


def _looked_at(client: Client, parts: Sequence[Part], ids: Sequence[str]) -> _Found:
    data = _answered(client, parts, ids)
    found = _Found()
    app = str(data["currentAppInstallation"]["app"]["id"]).rpartition("/")[2]
    for node in data["nodes"]:
        if node is not None:
            found.along[node["id"]] = set(_own(node, app))
            found.collections |= _all_collections(node)
            found.texts |= _translatable(node)
            found.products |= {node["product"]["id"]: None} if "product" in node else {}
    for locale in data.get("shopLocales", ()):
        if not locale["primary"]:
            _translations(client, locale["locale"], found)
    if "priceLists" not in data:
        for each in (each for each in found.along if _type(each) == "ProductVariant"):
            found.along[each].add(TakenAlong("unseen", "fixed prices", "the app may not read price lists"))
        return found
    for price_list in data["priceLists"]["nodes"]:
        if price_list["fixedPricesCount"]:
            _fixed_prices(client, price_list, found)
    return found


def _answered(client: Client, parts: Sequence[Part], ids: Sequence[str]) -> Mapping[str, Any]:
    """Return the answer, without price lists where they are refused: which scope they need is written nowhere."""
    try:
        return client.query(document(*parts), {"ids": list(ids)}).data
    except AccessDenied:
        return client.query(document(*(part for part in parts if part != "prices")), {"ids": list(ids)}).data


def _type(given: str) -> str:
    """Return the GraphQL type of an id; "" for what names a thing that has no id of its own to the API."""
    found = _GID.fullmatch(given)
    return found["type"] if found else ""


def _own(node: Mapping[str, Any], app: str) -> Iterator[TakenAlong]:
    """Yield what stands in the node itself."""
    for each in node["metafields"]["nodes"]:
        name = as_files_say(f"{each['namespace']}.{each['key']}", app)
        if not name.startswith(f"{MARK_NAMESPACE}."):
            yield TakenAlong("metafield", name, _cut(each["value"]))
    for connection in ("metafields", "collections"):
        if connection in node and node[connection]["pageInfo"]["hasNextPage"]:
            yield TakenAlong("unseen", f"more {connection}", "there are too many to look at")
    for each in node.get("media", {"nodes": ()})["nodes"]:
        if each["mediaContentType"] != "IMAGE":
            name = f"{each['mediaContentType'].lower()} {each['id'].rpartition('/')[2]}"
            yield TakenAlong("media", name, _cut(each["alt"] or ""))
    for each in node.get("collections", {"nodes": ()})["nodes"]:
        if _is_of_people(each):
            yield TakenAlong("collection", each["id"].rpartition("/")[2], _cut(each["title"]))
    if "inventoryItem" in node:
        yield from _of_variant(node)


def _all_collections(node: Mapping[str, Any]) -> Mapping[str, tuple[InCollection, ...]]:
    """Return the collections of a product, if the node shows them all, and how they are filled."""
    shown = node.get("collections")
    if shown is None or shown["pageInfo"]["hasNextPage"] or not all("sources" in each for each in shown["nodes"]):
        return {}
    return {node["id"]: tuple(in_collection(each) for each in shown["nodes"])}


def _is_of_people(collection: Mapping[str, Any]) -> bool:
    """Return whether people put products there one by one, and no change of ours puts them back."""
    if "sources" in collection:
        return mark_in(collection) is None and is_by_hand(collection["sources"])
    return collection["ruleSet"] is None


def _of_variant(node: Mapping[str, Any]) -> Iterator[TakenAlong]:
    item, unit = node["inventoryItem"], node["unitPriceMeasurement"]
    for name in ("harmonizedSystemCode", "countryCodeOfOrigin", "provinceCodeOfOrigin"):
        if item[name]:
            yield TakenAlong("customs", name, item[name])
    if unit and unit["quantityValue"]:
        said = f"{unit['quantityValue']} {unit['quantityUnit']} per {unit['referenceValue']} {unit['referenceUnit']}"
        yield TakenAlong("field", "unitPriceMeasurement", said)
    if node["requiresComponents"]:
        yield TakenAlong("field", "requiresComponents", "it is a bundle")


def _translatable(node: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the ids of what has texts of its own: a variant has none, its options belong to the product."""
    owner = node["id"]
    if _type(owner) == "ProductVariant":
        return {}
    options = node.get("options", ())
    values = (value["id"] for option in options for value in option["optionValues"])
    return dict.fromkeys([owner, *(option["id"] for option in options), *values], owner)


def _translations(client: Client, locale: str, found: _Found) -> None:
    for few in in_batches(list(found.texts), _RESOURCES_AT_ONCE):
        data = client.query(TRANSLATIONS, {"ids": list(few), "locale": locale}).data
        for node in data["translatableResourcesByIds"]["nodes"]:
            owner = found.texts[node["resourceId"]]
            of = "" if node["resourceId"] == owner else f" of {node['resourceId'].removeprefix('gid://shopify/')}"
            for each in node["translations"]:
                taken = TakenAlong("translation", f"{locale} {each['key']}{of}", _cut(each["value"] or ""))
                found.along[owner].add(taken)


def _fixed_prices(client: Client, price_list: Mapping[str, Any], found: _Found) -> None:
    for few in in_batches(list(found.products), _PRODUCTS_AT_ONCE):
        for node in _prices_in(client, price_list["id"], few):
            variant, price = node["variant"]["id"], node["price"]
            if variant in found.along:
                said = f"{price['amount']} {price['currencyCode']}"
                found.along[variant].add(TakenAlong("fixed price", f"in {price_list['name']}", said))


def _prices_in(client: Client, price_list: str, products: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    of = " OR ".join(f"product_id:{product.rpartition('/')[2]}" for product in products)
    after: str | None = None
    while True:
        found: Any = client.query(FIXED_PRICES, {"list": price_list, "of": of, "after": after}).data["priceList"]
        if found is None:
            return
        yield from found["prices"]["nodes"]
        if not found["prices"]["pageInfo"]["hasNextPage"]:
            return
        after = found["prices"]["pageInfo"]["endCursor"]


def _cut(value: str) -> str:
    """Return a value as a reviewer reads it, of one length at most, and yet another one for another value."""
    if len(value) <= _LONGEST_VALUE:
        return value
    return f"{value[:_LONGEST_VALUE]}… (SHA-256 {hashlib.sha256(value.encode()).hexdigest()[:12]})"
