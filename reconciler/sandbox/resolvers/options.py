"""Options. Shopify: productOptionsCreate, productOptionUpdate, productOptionsDelete, productOptionsReorder."""

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.products.linked_options import write_links
from reconciler.sandbox.products.option_create import add_options
from reconciler.sandbox.products.option_delete import remove_options, reorder_options
from reconciler.sandbox.products.option_update import change_option
from reconciler.sandbox.products.tree import settle, settle_options
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Tree, load_tree, save_tree
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import number_of


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = _tree(context, args)
    fills = args.get("variantStrategy") == "CREATE"
    return _saved(context, tree, add_options(context, tree, args["options"], fills=fills), settle_options)


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = _tree(context, args)
    before = [variant.id for variant in tree.variants]
    errors = change_option(context, tree, args)
    are_the_same = before == [variant.id for variant in tree.variants]
    return _saved(context, tree, errors, settle_options if are_the_same else settle)


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = _tree(context, args)
    errors = remove_options(context, tree, args["options"], args.get("strategy") or "DEFAULT")
    if errors:
        raise Refused(*errors, unchanged=tree.product.id, payload={"deletedOptionsIds": []})
    return {**_saved(context, tree, []), "deletedOptionsIds": args["options"]}


def _reorder(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = _tree(context, args)
    return _saved(context, tree, reorder_options(tree, args["options"]))


def _tree(context: Context, args: Args) -> Tree:
    tree = load_tree(context.database, number_of(args["productId"], "Product"))
    if tree is None:
        raise Refused(user_error(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST"))
    return tree


def _saved(
    context: Context, tree: Tree, errors: list[UserError], settled: Callable[[Tree], None] = settle
) -> dict[str, Any]:
    if errors:
        raise Refused(*errors, unchanged=tree.product.id)
    settled(tree)
    save_tree(context.database, tree, context.now)
    write_links(context, tree)
    return {"product": PRODUCTS.find(context.database, tree.product.id), "userErrors": []}


SCOPES = {
    "write_products": (
        "productOptionsCreate",
        "productOptionUpdate",
        "productOptionsDelete",
        "productOptionsReorder",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "productOptionsCreate": _create,
        "productOptionUpdate": _update,
        "productOptionsDelete": _delete,
        "productOptionsReorder": _reorder,
    }
}
