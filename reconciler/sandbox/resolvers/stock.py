"""What products and variants say of their stock. Shopify: Product.totalInventory, ProductVariant.inventoryQuantity.

A product's total lags behind its variants' quantities, which do not. What can be sold online is what is available at
locations that fulfil online orders. (the schema's description; how it counts is inferred)
"""

from reconciler.sandbox.inventory.stock_reads import available, variant_levels
from reconciler.sandbox.resolvers.inventory_levels import location_of
from reconciler.sandbox.resolvers.products import variants
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import Product, Variant
from reconciler.sandbox.storage.mates import child
from reconciler.sandbox.storage.stock_totals import shown_totals


def _online(variant: Variant, context: Context, _args: Args) -> int:
    total = 0
    for level in variant_levels(variant, context):
        place = location_of(level, context, {}) if level.is_active else None
        total += level.available if place and place.fulfills_online_orders else 0
    return total


def _total(product: Product, context: Context, _args: Args) -> int:
    return child(product, "total", lambda ids: shown_totals(context.database, ids, context.shop.clock())) or 0


def _has_sold_out(product: Product, context: Context, _args: Args) -> bool:
    return any(one.tracked and available(one, context) <= 0 for one in variants(product, context))


FIELDS: Fields = {
    "Product": {"hasOutOfStockVariants": _has_sold_out, "totalInventory": _total},
    "ProductVariant": {
        "inventoryQuantity": lambda variant, context, _args: available(variant, context),
        "sellableOnlineQuantity": _online,
    },
}
