"""Tags added to and taken from what is there. Shopify: tagsAdd, tagsRemove. Only products are taggable here."""

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.products.tags import MAX_TAG_LENGTH, normal_tags, without
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, load_tree, save_tree
from reconciler.sandbox.wire.errors import Refused, invalid_id, user_error
from reconciler.sandbox.wire.ids import parse_gid

_TAGGABLE = frozenset({"Article", "Customer", "DraftOrder", "Order", "Product"})


def _changed(change: Callable[[list[str], list[str]], list[str]]) -> Any:
    def resolve(_root: Any, context: Context, args: Args) -> dict[str, Any]:
        parsed = parse_gid(args["id"])
        if parsed is None or parsed.kind not in _TAGGABLE:
            raise invalid_id(args["id"])
        tree = load_tree(context.database, parsed.number) if parsed.kind == "Product" else None
        if tree is None:
            raise Refused(user_error(["id"], f"{parsed.kind} does not exist"))
        context.require("write_products", "tagsAdd")
        if any(len(tag) > MAX_TAG_LENGTH for tag in normal_tags(args["tags"])):
            raise Refused(user_error(["tags"], "Product tags is invalid"))
        tree.product.tags = change(tree.product.tags, args["tags"])
        save_tree(context.database, tree, context.now)
        return {"node": PRODUCTS.find(context.database, tree.product.id), "userErrors": []}

    return resolve


FIELDS: Fields = {
    "Mutation": {
        "tagsAdd": _changed(lambda old, new: normal_tags([*old, *new])),
        "tagsRemove": _changed(without),
    }
}
