"""Reading variants. Shopify: ProductVariant, productVariants, productVariantByIdentifier (there is no SKU look-up)."""

import re
from operator import attrgetter
from typing import Any

from reconciler.sandbox.inventory.stock_reads import variant_levels
from reconciler.sandbox.metafields.custom_ids import find_by_custom_id
from reconciler.sandbox.resolvers.inventory_items import InventoryItem
from reconciler.sandbox.resolvers.metafields import metafield_fields
from reconciler.sandbox.resolvers.products import (
    NEEDS_LOCATION,
    VARIANT_ORDERS,
    OptionView,
    ValueView,
    count,
    option_views,
    value_index,
    variant_order,
)
from reconciler.sandbox.search.conditions import VARIANT_SEARCH, search
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import OPTION_VALUES, OPTIONS, PRODUCTS, VARIANTS, Product, Variant, of_variants
from reconciler.sandbox.storage.mates import child, together
from reconciler.sandbox.wire.ids import gid, number_of

_LOCATION_TERM = re.compile(r"location_id:\D*(?P<number>\d{1,18})")


def find_variant(context: Context, text: str) -> Variant | None:
    """Return the variant with this global id, or None."""
    return VARIANTS.find(context.database, number_of(text, "ProductVariant"))


def product_of(variant: Variant, context: Context, _args: Args) -> Product | None:
    """Return the variant's product, read with those of its mates."""

    def load(ids: list[int]) -> dict[int, Product]:
        owners = of_variants(context.database, "product_id", ids)
        products = {row.id: row for row in PRODUCTS.among(context.database, "id", sorted(set(owners.values())))}
        together(list(products.values()))
        return {variant_id: products[product_id] for variant_id, product_id in owners.items()}

    return child(variant, "product", load)


def _selected(variant: Variant, context: Context, _args: Args) -> list[dict[str, Any]]:
    product = product_of(variant, context, {})
    if product is None:
        return []
    index = value_index(product, context)
    return [
        {"name": option.option.name, "value": value.name, "optionValue": value}
        for option, value in (index[value_id] for value_id in variant.value_ids)
    ]


def _variants(_root: Any, context: Context, args: Args) -> Page[Variant]:
    where = search(context, VARIANT_SEARCH, args.get("query"))
    if args.get("sortKey") == NEEDS_LOCATION:
        named = _LOCATION_TERM.search(args.get("query") or "")
        where = where if named else ("0", [])
        order = _by_stock_at(context, int(named["number"]) if named else 0)
    else:
        order = variant_order(context, args.get("sortKey"), "ID")
    page = row_page(context.database, VARIANTS, where, order, args)
    together(page.nodes)
    return page


def _by_stock_at(context: Context, location_id: int) -> Order[Variant]:
    def there(row: Variant) -> int:
        levels = variant_levels(row, context)
        return sum(level.available for level in levels if level.is_active and level.location_id == location_id)

    at = f"l.item_id = variants.item_id AND l.is_active AND l.location_id = {location_id}"
    return Order(f"(SELECT coalesce(sum(l.available), 0) FROM inventory_levels l WHERE {at})", there)  # noqa: S608


def _variants_count(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    condition, parameters = search(context, VARIANT_SEARCH, args.get("query"))
    found = context.database.row(f"SELECT count(*) FROM variants WHERE {condition}", parameters)  # noqa: S608 ours
    return count(int(found[0]) if found else 0, args.get("limit"))


def _by_identifier(_root: Any, context: Context, args: Args) -> Variant | None:
    identifier = args["identifier"]
    if "id" in identifier:
        return find_variant(context, identifier["id"])
    return VARIANTS.find(context.database, find_by_custom_id(context, "PRODUCTVARIANT", identifier["customId"]))


def _display_name(variant: Variant, context: Context, args: Args) -> str:
    product = product_of(variant, context, args)
    return f"{product.title if product else ''} - {variant.title}"


def _find_option(context: Context, number: int) -> OptionView | None:
    option = OPTIONS.find(context.database, number)
    product = PRODUCTS.find(context.database, option.product_id) if option else None
    views = option_views(product, context) if product else []
    return next((view for view in views if view.option.id == number), None)


def _find_value(context: Context, number: int) -> ValueView | None:
    value = OPTION_VALUES.find(context.database, number)
    product = PRODUCTS.find(context.database, value.product_id) if value else None
    return value_index(product, context)[number][1] if product else None


def _link(view: OptionView, _context: Context, _args: Args) -> dict[str, Any] | None:
    namespace, key = view.option.linked_namespace, view.option.linked_key
    return {"namespace": namespace, "key": key} if key is not None else None


KINDS = {Variant: "ProductVariant", OptionView: "ProductOption", ValueView: "ProductOptionValue"}
NODES = {
    "ProductVariant": lambda context, number: VARIANTS.find(context.database, number),
    "ProductOption": _find_option,
    "ProductOptionValue": _find_value,
}

SCOPES = {
    "read_products": (
        "productVariant",
        "productVariantByIdentifier",
        "productVariants",
        "productVariantsCount",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "productVariant": lambda _root, context, args: find_variant(context, args["id"]),
        "productVariantByIdentifier": _by_identifier,
        "productVariants": _variants,
        "productVariantsCount": _variants_count,
    },
    "ProductVariant": {
        **metafield_fields("PRODUCTVARIANT", lambda variant: int(variant.id)),
        "id": lambda variant, _context, _args: gid("ProductVariant", variant.id),
        "legacyResourceId": attrgetter("id"),
        "defaultCursor": lambda variant, _context, _args: VARIANT_ORDERS["ID"].cursor(variant.id, variant),
        "title": attrgetter("title"),
        "displayName": _display_name,
        "sku": attrgetter("sku"),
        "barcode": attrgetter("barcode"),
        "price": attrgetter("price"),
        "compareAtPrice": attrgetter("compare_at_price"),
        "position": attrgetter("position"),
        "inventoryPolicy": attrgetter("inventory_policy"),
        "taxable": attrgetter("taxable"),
        "taxCode": attrgetter("tax_code"),
        "requiresComponents": attrgetter("requires_components"),
        "showUnitPrice": attrgetter("show_unit_price"),
        "unitPriceMeasurement": attrgetter("unit_price_measurement"),
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "product": product_of,
        "selectedOptions": _selected,
        "inventoryItem": lambda variant, _context, _args: InventoryItem(variant),
    },
    "ProductOption": {
        "id": lambda view, _context, _args: gid("ProductOption", view.option.id),
        "name": attrgetter("option.name"),
        "position": attrgetter("option.position"),
        "linkedMetafield": _link,
        "optionValues": attrgetter("values"),
        "values": lambda view, _context, _args: [value.name for value in view.values if value.has_variants],
    },
    "ProductOptionValue": {
        "id": lambda value, _context, _args: gid("ProductOptionValue", value.id),
        "name": attrgetter("name"),
        "hasVariants": attrgetter("has_variants"),
        "linkedMetafieldValue": attrgetter("linked_value"),
    },
}
