"""A product once more. Shopify: productDuplicate, at once or as an operation. Its user errors have no code.

Asked for on its own, nothing is checked before the operation runs: it is the operation that reports an unknown product.
(recorded on 2025-01)
"""

from typing import Any

from reconciler.sandbox.collections.members import follow
from reconciler.sandbox.products.duplicate import Wish, duplicate, wish
from reconciler.sandbox.resolvers.job_names import new_job
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS
from reconciler.sandbox.storage.operations import OPERATIONS, Operation

_KIND = "ProductDuplicateOperation"


def duplicated(context: Context, wanted: Wish) -> int:
    """Make the duplicate, in the collections that the original was put into, and return its id. Raises Refused."""
    made = duplicate(context, wanted)
    if wanted.product_id is not None:
        follow(context, made, wanted.product_id)
    return made


def _duplicate(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    wanted = wish(args)
    if args.get("synchronous") is False and not context.is_bulk:
        row_id, asked_at_s = context.database.new_id(), context.shop.clock()
        operation = Operation(row_id, _KIND, "CREATED", wanted.product_id, None, [], dict(args), asked_at_s)
        OPERATIONS.insert(context.database, [operation])
        return {"productDuplicateOperation": operation, "userErrors": []}
    product = PRODUCTS.find(context.database, duplicated(context, wanted))
    return {"newProduct": product, "imageJob": new_job(context) if wanted.with_images else None, "userErrors": []}


SCOPES = {"write_products": ("productDuplicate",)}

FIELDS: Fields = {"Mutation": {"productDuplicate": _duplicate}}
