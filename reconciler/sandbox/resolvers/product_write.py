"""Products one at a time. Shopify: productCreate, productUpdate, productDelete, productChangeStatus.

Their user errors are of the plain type without a code, but for productChangeStatus.
"""

from typing import Any

from reconciler.sandbox.collections.members import join, leave
from reconciler.sandbox.media.product_lists import add_media, media_problems
from reconciler.sandbox.metafields.custom_ids import find_by_custom_id
from reconciler.sandbox.metafields.owners import add_metafields
from reconciler.sandbox.products.first_options import first_options
from reconciler.sandbox.products.linked_options import write_links
from reconciler.sandbox.products.product_input import (
    apply_product,
    check_category,
    handle_problem,
    length_problems,
    rename,
    tag_problem,
    title_problem,
    wanted_handle,
)
from reconciler.sandbox.products.removal import pending_deletion, remove_product
from reconciler.sandbox.products.tree import make_default, new_product, settle
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Tree, load_tree, save_tree
from reconciler.sandbox.storage.operations import OPERATIONS, Operation
from reconciler.sandbox.wire.errors import Refused, UserError, invalid_arguments, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_MISSING = "Product does not exist"


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = _one_input(args, "productCreate")
    if given.get("id") is not None:
        raise Refused(user_error(["input"], "id cannot be specified during creation"))
    check_category(given)
    _refuse(_problems(context, given, None), None)
    _refuse(media_problems(context, None, args.get("media") or []), None)
    title = given["title"].strip()
    tree = Tree(new_product(context, title, wanted_handle(context, given, None, title)))
    tree.product.gift_card = bool(given.get("giftCard"))
    apply_product(context, tree.product, given)
    options = given.get("productOptions")
    if options:
        _refuse(first_options(context, tree, options), None)
    else:
        make_default(context, tree)
    settle(tree)
    save_tree(context.database, tree, context.now)
    write_links(context, tree)
    _add_metafields(context, tree.product.id, given, None)
    join(context, tree.product.id, given.get("collectionsToJoin") or [])
    add_media(context, tree.product.id, args.get("media") or [])
    return {"product": PRODUCTS.find(context.database, tree.product.id), "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = _one_input(args, "productUpdate")
    product_id = _addressed(context, given, args.get("identifier"))
    tree = load_tree(context.database, product_id)
    if tree is None:
        raise Refused(user_error(["id"], _MISSING))
    check_category(given)
    _refuse(_problems(context, given, product_id), product_id)
    _refuse(media_problems(context, product_id, args.get("media") or []), product_id)
    title = (given.get("title") or tree.product.title).strip()
    rename(context, tree.product, given, title)
    apply_product(context, tree.product, given)
    save_tree(context.database, tree, context.now)
    _add_metafields(context, tree.product.id, given, product_id)
    leave(context, tree.product.id, given.get("collectionsToLeave") or [])
    join(context, tree.product.id, given.get("collectionsToJoin") or [])
    add_media(context, tree.product.id, args.get("media") or [])
    return {"product": PRODUCTS.find(context.database, product_id), "userErrors": []}


def _change_status(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    tree = load_tree(context.database, number_of(args["productId"], "Product"))
    if tree is None:
        raise Refused(user_error(["productId"], _MISSING, "PRODUCT_NOT_FOUND"))
    tree.product.status = args["status"]
    save_tree(context.database, tree, context.now)
    return {"product": PRODUCTS.find(context.database, tree.product.id), "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    text = args["input"]["id"]
    product = PRODUCTS.find(context.database, number_of(text, "Product"))
    if product is None:
        raise Refused(user_error(["id"], _MISSING))
    if pending_deletion(context, product.id):
        message = "Another operation already in progress. Please wait until current one is finished."
        raise Refused(user_error(None, message))
    if args.get("synchronous") is False and not context.is_bulk:
        request = {"product_id": product.id}
        row_id = context.database.new_id()
        operation = Operation(
            row_id, "ProductDeleteOperation", "CREATED", product.id, None, [], request, context.shop.clock()
        )
        OPERATIONS.insert(context.database, [operation])
        return {"productDeleteOperation": operation, "userErrors": []}
    remove_product(context, product.id)
    return {"deletedProductId": gid("Product", product.id), "userErrors": []}


def _one_input(args: Args, place: str) -> dict[str, Any]:
    given = [args[name] for name in ("input", "product") if args.get(name) is not None]
    if len(given) != 1:
        raise invalid_arguments(f"{place} must include exactly one of the following arguments: input, product.")
    chosen: dict[str, Any] = given[0]
    return chosen


def _addressed(context: Context, given: dict[str, Any], identifier: dict[str, Any] | None) -> int | None:
    if identifier is None:
        return number_of(given.get("id"), "Product")
    if "id" in identifier:
        return number_of(identifier["id"], "Product")
    if "handle" in identifier:
        found = context.database.row("SELECT id FROM products WHERE handle = ?", (identifier["handle"],))
        return int(found[0]) if found else None
    return find_by_custom_id(context, "PRODUCT", identifier["customId"])


def _problems(context: Context, given: dict[str, Any], product_id: int | None) -> list[UserError]:
    blank = title_problem(given, is_new=product_id is None)
    if blank:
        return [blank]
    found = list(length_problems(given))
    found += [one for one in (tag_problem(given), handle_problem(context, given, product_id)) if one]
    return found


def _add_metafields(context: Context, product_id: int, given: dict[str, Any], unchanged: int | None) -> None:
    rows = given.get("metafields") or []
    _refuse(add_metafields(context, ("PRODUCT", product_id), rows, ("metafields",))[1], unchanged)


def _refuse(errors: list[UserError], unchanged: int | None) -> None:
    if errors:
        raise Refused(*errors, unchanged=unchanged)


SCOPES = {
    "write_products": (
        "productCreate",
        "productUpdate",
        "productDelete",
        "productChangeStatus",
    ),
}

FIELDS: Fields = {
    "Mutation": {
        "productCreate": _create,
        "productUpdate": _update,
        "productDelete": _delete,
        "productChangeStatus": _change_status,
    }
}
