"""Many variants of one product at once. Shopify: productVariantsBulkCreate, …Update, …Delete, …Reorder.

A batch is all or nothing, but for productVariantsBulkUpdate(allowPartialUpdates: true).
"""

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.products.bulk_media import check_media_names
from reconciler.sandbox.products.bulk_variants import Batch, created, updated
from reconciler.sandbox.products.linked_options import write_links
from reconciler.sandbox.products.tree import forget_variants, is_default, reread, settle, settle_options, variant_by
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Tree, Variant, load_tree, save_tree
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import number_of

_MISSING = "Product does not exist"


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    check_media_names(args["variants"])
    tree = _tree(context, args["productId"])
    standalone = _replaced(tree, args.get("strategy") or "DEFAULT") if args["variants"] else None
    batch = created(context, tree, args["variants"], standalone)
    if batch.errors:
        raise Refused(*batch.errors, payload={"productVariants": []})
    if standalone:
        forget_variants(context, [standalone])
    settle(tree)
    return _saved(context, tree, (batch, args), ([variant for variant, _, _ in batch.written], batch.open_stock))


def _replaced(tree: Tree, strategy: str) -> Variant | None:
    """Return the lone variant that the new ones replace, or None."""
    if len(tree.variants) != 1 or strategy == "PRESERVE_STANDALONE_VARIANT":
        return None
    if strategy == "REMOVE_STANDALONE_VARIANT" or is_default(tree) or tree.variants[0].title == "Default Title":
        return tree.variants[0]
    return None


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    check_media_names(args["variants"])
    tree = _tree(context, args["productId"])
    before = {variant.id for variant in tree.variants}
    is_partial = bool(args.get("allowPartialUpdates"))
    batch = updated(context, tree, args["variants"], is_partial=is_partial)
    named = [variant for row in args["variants"] if (variant := variant_by(tree, row.get("id") or ""))]
    if batch.errors and not is_partial:
        shown = reread(context, named) if all(variant.id in before for variant in named) else []
        raise Refused(*batch.errors, unchanged=tree.product.id, payload={"productVariants": shown})
    settle_options(tree)
    return _saved(context, tree, (batch, args), (named, batch.adjust_stock))


def _saved(
    context: Context,
    tree: Tree,
    asked: tuple[Batch, Args],
    rest: tuple[list[Variant], Callable[[Context], list[UserError]]],
) -> dict[str, Any]:
    (batch, args), (shown, write_stock) = asked, rest
    save_tree(context.database, tree, context.now)
    write_links(context, tree)
    media = batch.write_media(context, tree.product.id, args.get("media") or [])
    problems = [*media, *batch.write_metafields(context), *write_stock(context)]
    if problems:
        raise Refused(*problems, unchanged=tree.product.id, payload={"productVariants": []})
    return {
        "product": PRODUCTS.find(context.database, tree.product.id),
        "productVariants": reread(context, shown),
        "userErrors": batch.errors,
    }


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = _tree(context, args["productId"])
    errors: list[UserError] = []
    doomed: set[int] = set()
    for index, text in enumerate(args["variantsIds"]):
        variant = variant_by(tree, text)
        if variant is None:
            message = "At least one variant does not belong to the product"
            code = "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"
            errors.append(user_error(["variantsIds", index], message, code))
        else:
            doomed.add(variant.id)
    if errors:
        raise Refused(*errors, unchanged=None)
    going = [variant for variant in tree.variants if variant.id in doomed]
    if doomed and len(going) == len(tree.variants):
        raise Refused(user_error(["variantsIds"], "Cannot delete the last variant", "CANNOT_DELETE_LAST_VARIANT"))
    tree.variants = [variant for variant in tree.variants if variant.id not in doomed]
    settle(tree)
    save_tree(context.database, tree, context.now)
    forget_variants(context, going)
    return {"product": PRODUCTS.find(context.database, tree.product.id), "userErrors": []}


def _reorder(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = _tree(context, args["productId"])
    rows = args["positions"]
    errors = _position_problems(tree, rows)
    if errors:
        raise Refused(*errors)
    wanted = {number_of(row["id"], "ProductVariant"): row["position"] for row in rows}
    moved = [variant for variant in tree.variants if variant.id in wanted]
    tree.variants = [variant for variant in tree.variants if variant.id not in wanted]
    for variant in sorted(moved, key=lambda one: wanted[one.id]):
        tree.variants.insert(wanted[variant.id] - 1, variant)
    settle(tree)
    save_tree(context.database, tree, context.now)
    return {"product": PRODUCTS.find(context.database, tree.product.id), "userErrors": []}


def _position_problems(tree: Tree, rows: list[dict[str, Any]]) -> list[UserError]:
    errors = [
        user_error(["positions", index, "position"], "Position can not be zero or negative number", "INVALID_POSITION")
        for index, row in enumerate(rows)
        if row["position"] < 1
    ]
    ids = [row["id"] for row in rows]
    if len(set(ids)) < len(ids):
        errors.append(user_error(["positions"], "Product variant IDs must be unique", "DUPLICATED_VARIANT_ID"))
    errors += [
        user_error(["positions", index, "id"], "Product variant does not exist", "MISSING_VARIANT")
        for index, row in enumerate(rows)
        if variant_by(tree, row["id"]) is None
    ]
    return errors


def _tree(context: Context, text: str) -> Tree:
    tree = load_tree(context.database, number_of(text, "Product"))
    if tree is None:
        raise Refused(user_error(["productId"], _MISSING, "PRODUCT_DOES_NOT_EXIST"))
    return tree


SCOPES = {
    "write_products": (
        "productVariantsBulkCreate",
        "productVariantsBulkUpdate",
        "productVariantsBulkDelete",
        "productVariantsBulkReorder",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "productVariantsBulkCreate": _create,
        "productVariantsBulkUpdate": _update,
        "productVariantsBulkDelete": _delete,
        "productVariantsBulkReorder": _reorder,
    }
}
