"""A collection of a store as a file says it, and who says which products are in it.

A collection that is sorted by hand lists its products in their order; of others the products name the category. What
conditions bring in nobody lists, and what was put in by hand beside conditions no file can say.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from reconciler.app.importing.holdings import COLLECTION, Holding, Holdings
from reconciler.app.importing.metafield_document import metafields_of
from reconciler.app.importing.picture_document import Shown
from reconciler.app.importing.product_document import Blanks, Desk
from reconciler.shopify.collection_sources import UNSAID

_SORTING: Final[Mapping[str, str]] = {
    "MANUAL": "manual",
    "BEST_SELLING": "best-selling",
    "MOST_RELEVANT": "most-relevant",
    "ALPHA_ASC": "title",
    "ALPHA_DESC": "title-descending",
    "PRICE_ASC": "price",
    "PRICE_DESC": "price-descending",
    "CREATED_DESC": "newest",
    "CREATED": "oldest",
}
_AMOUNTS: Final = frozenset({"price", "compare_at_price"})


def category_document(holding: Holding, desk: Desk, blanks: Blanks) -> dict[str, object]:
    """Return the document of a category."""
    fields = holding.group.root.resource.managed()
    document: dict[str, object] = {"key": holding.key, "name": fields.get("title")}
    if fields["handle"] != holding.key:
        document["handle"] = fields["handle"]
    document |= desk.given(blanks, {"description": fields.get("description_html"), "image": _image(holding, desk)})
    document["sort"] = _SORTING[fields["sort_order"]]
    if _lists_its_products(holding):
        document |= desk.given(Blanks.LEFT_OUT, {"products": _members(holding, desk.holdings)})
    document |= desk.given(Blanks.LEFT_OUT, {"conditions": _conditions(holding)})
    seo = {name: fields.get(f"seo_{name}") for name in ("title", "description")}
    document |= desk.given(blanks, {"seo": dict(desk.given(blanks, seo))})
    found = holding.children("collection_metafield")
    metafields = metafields_of("collection", found, desk.definitions, desk.addresses, desk.lost)
    document |= desk.given(Blanks.LEFT_OUT, {"metafields": metafields})
    if desk.channels:
        document["channels"] = desk.channels
    _count_what_is_lost(holding, desk)
    return document


def categories_of_products(holdings: Holdings) -> Mapping[str, Sequence[str]]:
    """Return key of a product → the categories that its own file is to name, in the order of the collections."""
    found: dict[str, list[str]] = {}
    for holding in holdings.of(COLLECTION):
        if not _lists_its_products(holding) and not _has_conditions(holding):
            for product in _members(holding, holdings):
                found.setdefault(product, []).append(holding.key)
    return {product: sorted(categories) for product, categories in found.items()}


def _lists_its_products(holding: Holding) -> bool:
    return holding.group.root.resource.managed()["sort_order"] == "MANUAL" and not _has_conditions(holding)


def _has_conditions(holding: Holding) -> bool:
    return holding.group.root.resource.managed().get("conditions") is not None


def _members(holding: Holding, holdings: Holdings) -> list[str]:
    """Return the keys of the products that were put in, in the order in which a shopper sees them."""
    chosen = {each.id for each in holding.children("membership")}
    keys = {own: address.key for own, address in holdings.addresses.items() if own in chosen}
    by_mark = {each.mark: each.id for each in holding.children("membership")}
    order: Sequence[str] = next(
        (each.resource.managed().get("products") or () for each in holding.children("product_order")), ()
    )
    ordered = [by_mark.get(name, name) for name in order]
    return [keys[own] for own in dict.fromkeys([*ordered, *sorted(keys)]) if own in keys]


def _image(holding: Holding, desk: Desk) -> object:
    for each in holding.children("collection_image"):
        fields = each.resource.managed()
        shown = Shown(each.handles["url"], fields.get("image") or None, fields.get("alt"))
        return desk.album.pictures(f"collections/{holding.key}", [shown])[0]
    return None


def _conditions(holding: Holding) -> object:
    conditions = holding.group.root.resource.managed().get("conditions")
    if conditions is None:
        return None
    rules = [
        {
            "field": rule.field,
            **({"relation": rule.relation} if rule.relation != "is" else {}),
            **({"values": [_value(rule.field, value) for value in rule.values]} if rule.values else {}),
        }
        for rule in conditions.rules
    ]
    return {**({"match": "any"} if conditions.match == "any" else {}), "rules": rules}


def _value(field: str, value: str) -> object:
    """Return a value as a file says it: an amount without its currency, which is the store's."""
    return Decimal(value.partition(" ")[0]) if field in _AMOUNTS else value


def _count_what_is_lost(holding: Holding, desk: Desk) -> None:
    fields = holding.group.root.resource.managed()
    if fields.get("template_suffix"):
        desk.lost["collections.template_suffix"] += 1
    if unsaid := holding.group.root.handles.get(UNSAID):
        desk.lost["collections.conditions of other kinds"] += int(unsaid)
    if _has_conditions(holding) and (by_hand := len(holding.children("membership"))):
        desk.lost["collections.products that were put in beside conditions"] += by_hand
    unknown = [each for each in holding.children("membership") if each.id not in desk.holdings.addresses]
    if unknown and not _has_conditions(holding):
        desk.lost["collections.products that are left out"] += len(unknown)
