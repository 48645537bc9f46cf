"""Removing a product with everything that belongs to it."""

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import delete_tree, load_tree
from reconciler.sandbox.storage.collections import forget_product
from reconciler.sandbox.storage.media import forget_product_media, forget_variant_media
from reconciler.sandbox.storage.metafields import delete_metafields
from reconciler.sandbox.storage.operations import OPERATIONS


def remove_product(context: Context, product_id: int) -> bool:
    """Remove the product; False if there was none."""
    tree = load_tree(context.database, product_id)
    if tree is None:
        return False
    delete_metafields(context.database, "PRODUCTVARIANT", [variant.id for variant in tree.variants])
    delete_metafields(context.database, "PRODUCT", [product_id])
    forget_product(context.database, product_id)
    forget_variant_media(context.database, [variant.id for variant in tree.variants])
    forget_product_media(context.database, product_id)
    delete_tree(context.database, product_id)
    return True


def pending_deletion(context: Context, product_id: int) -> bool:
    """Say whether the product is to be removed by an operation that has not run yet."""
    clause = "WHERE kind = 'ProductDeleteOperation' AND status <> 'COMPLETE' AND product_id = ? LIMIT 1"
    return bool(OPERATIONS.select(context.database, clause, (product_id,)))
