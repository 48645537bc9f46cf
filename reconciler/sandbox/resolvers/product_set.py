"""productSet: a product made to be exactly what the input says. Shopify: productSet, ProductSetOperation.

A list that is left out stays as it is; a list that is present is the whole list. The mutation is atomic.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.collections.members import belong
from reconciler.sandbox.inventory.ledger import lag_totals
from reconciler.sandbox.inventory.opening_stock import open_stock, restate_stock, too_many_quantities
from reconciler.sandbox.metafields.custom_ids import custom_name, find_by_custom_id
from reconciler.sandbox.metafields.namespaces import canonical
from reconciler.sandbox.metafields.owners import add_metafields, replace_metafields
from reconciler.sandbox.products.handles import explicit_handle
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
from reconciler.sandbox.products.set_files import set_files, set_variant_files
from reconciler.sandbox.products.set_options import set_options
from reconciler.sandbox.products.set_variants import Written, set_variants
from reconciler.sandbox.products.tree import make_default, new_product, settle
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Tree, load_tree, save_tree
from reconciler.sandbox.storage.operations import OPERATIONS, Operation
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import number_of


@dataclass(frozen=True, slots=True)
class _Target:
    """The product to write: an existing one, or one to make under a handle or custom id."""

    product_id: int | None


def _product_set(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given, identifier = args["input"], args.get("identifier")
    check_category(given)
    if identifier and "customId" in identifier:
        custom_name(context, "PRODUCT", identifier["customId"])
    if args.get("synchronous") is False and not context.is_bulk:
        return {"productSetOperation": _queued(context, args), "userErrors": []}
    return {"product": PRODUCTS.find(context.database, write(context, given, identifier)), "userErrors": []}


def write(context: Context, given: dict[str, Any], identifier: dict[str, Any] | None) -> int:
    """Carry out a productSet and return the product's id. Raises Refused."""
    target = _target(context, given, identifier)
    _check_fields(context, given, target)
    tree = _tree(context, given, target)
    apply_product(context, tree.product, given)
    if target.product_id is None and given.get("giftCard") is not None:
        tree.product.gift_card = given["giftCard"]
    old = {variant.item_id for variant in tree.variants}
    written = _set_lists(context, tree, given, target)
    settle(tree)
    save_tree(context.database, tree, context.now)
    errors = set_files(context, tree.product.id, given["files"]) if given.get("files") is not None else []
    errors += set_variant_files(context, tree.product.id, written) if not errors else []
    errors += _set_stock(context, written, old) if not errors else []
    errors += _set_metafields(context, tree, given, (identifier, written))
    if errors:
        raise Refused(*errors, unchanged=target.product_id)
    write_links(context, tree)
    if given.get("collections") is not None:
        belong(context, tree.product.id, given["collections"])
    return tree.product.id


def _target(context: Context, given: dict[str, Any], identifier: dict[str, Any] | None) -> _Target:
    if identifier is not None and given.get("id") is not None:
        raise Refused(user_error(["input"], "The id field is not allowed if identifier is provided.", "ID_NOT_ALLOWED"))
    if identifier is None:
        return _Target(_existing(context, given["id"], ["input", "id"]) if given.get("id") is not None else None)
    if "id" in identifier:
        return _Target(_existing(context, identifier["id"], ["identifier", "id"]))
    if "handle" in identifier:
        return _Target(_by_handle(context, given, identifier["handle"]))
    _check_custom_id(context, given, identifier["customId"])
    return _Target(find_by_custom_id(context, "PRODUCT", identifier["customId"]))


def _existing(context: Context, text: str, field: list[str]) -> int:
    found = PRODUCTS.find(context.database, number_of(text, "Product"))
    if found is None:
        raise Refused(user_error(field, "Product does not exist", "PRODUCT_DOES_NOT_EXIST"))
    return found.id


def _by_handle(context: Context, given: dict[str, Any], handle: str) -> int | None:
    if given.get("handle") is None:
        message = "The handle field is required in input when identifier has a handle."
        raise Refused(user_error(["input", "handle"], message, "MISSING_FIELD_REQUIRED"))
    if given["handle"] != handle:
        message = "The handle in input must match the handle of the identifier."
        raise Refused(user_error(["input", "handle"], message, "INPUT_MISMATCH"))
    found = context.database.row("SELECT id FROM products WHERE handle = ?", (explicit_handle(handle),))
    return int(found[0]) if found else None


def _check_custom_id(context: Context, given: dict[str, Any], custom_id: dict[str, Any]) -> None:
    if given.get("metafields") is None:
        return
    _, namespace, key = custom_name(context, "PRODUCT", custom_id)
    app_id = context.settings.app_id
    for row in given["metafields"]:
        if (canonical(row.get("namespace"), app_id), row.get("key")) == (namespace, key):
            if row.get("value") == custom_id["value"]:
                return
            break
    message = "The metafield of the identifier must be in input with the same value."
    raise Refused(user_error(["input", "metafields"], message, "METAFIELD_MISMATCH"))


def _check_fields(context: Context, given: dict[str, Any], target: _Target) -> None:
    found = list(length_problems(given))
    errors = [_recoded(problem) for problem in found]
    too_long_title = any(problem["field"] == ["title"] for problem in found)
    if too_long_title and not any(problem["field"] == ["handle"] for problem in found) and "handle" not in given:
        # The handle made from the title is too long as well, and says so. (recorded on 2026-04)
        errors.insert(1, user_error(["input"], "Handle is too long (maximum is 255 characters)", "INVALID_PRODUCT"))
    is_new = target.product_id is None
    if is_new and "title" not in given:
        errors.append(user_error(["input", "title"], "Title can't be blank", "MISSING_FIELD_REQUIRED"))
    else:
        blank = title_problem(given, is_new=is_new)
        errors += [user_error(["input", "title"], "Title can't be blank", "INVALID_PRODUCT")] if blank else []
    wrong_tag = tag_problem(given)
    errors += [user_error(["input"], wrong_tag["message"], "INVALID_PRODUCT")] if wrong_tag else []
    taken = handle_problem(context, given, target.product_id)
    errors += [taken] if taken else []
    if "giftCard" in given and target.product_id is not None:
        product = PRODUCTS.find(context.database, target.product_id)
        if product and given["giftCard"] is not None and product.gift_card != given["giftCard"]:
            message = "Gift card attribute cannot be changed after creation."
            errors.append(user_error(["input", "giftCard"], message, "GIFT_CARD_ATTRIBUTE_CANNOT_BE_CHANGED"))
    if errors:
        raise Refused(*errors, unchanged=target.product_id)


def _recoded(problem: UserError) -> UserError:
    if problem["field"] == ["title"]:
        message = problem["message"].removeprefix("Title ")
        return user_error(["input", "title"], message, "INVALID_PRODUCT")
    return user_error(["input"], problem["message"], "INVALID_PRODUCT")


def _tree(context: Context, given: dict[str, Any], target: _Target) -> Tree:
    tree = load_tree(context.database, target.product_id)
    title = (given.get("title") or "").strip()
    if tree is None:
        return Tree(new_product(context, title, wanted_handle(context, given, None, title)))
    rename(context, tree.product, given, title or tree.product.title)
    return tree


def _set_lists(context: Context, tree: Tree, given: dict[str, Any], target: _Target) -> list[Written]:
    options, variants = given.get("productOptions"), given.get("variants")
    if options is not None and variants is None:
        message = "Variants input is required when updating product options"
        raise Refused(user_error(["input", "variants"], message, "VARIANTS_INPUT_MISSING"), unchanged=target.product_id)
    if variants is not None and options is None:
        message = "Product options input is required when updating variants"
        error = user_error(["input", "productOptions"], message, "PRODUCT_OPTIONS_INPUT_MISSING")
        raise Refused(error, unchanged=target.product_id)
    if not options and not variants:
        if options is not None and tree.options:
            tree.options.clear()
            settle(tree)
        if not tree.options:
            make_default(context, tree)
        return []
    errors = set_options(context, tree, options or [])
    if errors:
        raise Refused(*errors, unchanged=target.product_id)
    written, errors = set_variants(context, tree, variants or [])
    if errors:
        raise Refused(*errors, unchanged=target.product_id)
    return written


def _set_stock(context: Context, written: list[Written], old: set[int]) -> list[UserError]:
    stocked = [one for one in written if one.row.get("inventoryQuantities")]
    errors = too_many_quantities([one.row for one in stocked], "inventoryQuantities", ("input", "variants"))
    if errors or not stocked:
        return errors
    if old:
        # A product that was there shows its old total for a while. (recorded on 2025-01)
        lag_totals(context.shop, [stocked[0].variant.product_id])
    for one in stocked:
        write_stock = restate_stock if one.variant.item_id in old else open_stock
        at = (*one.at, "inventoryQuantities")
        errors += write_stock(context, one.variant.item_id, one.row["inventoryQuantities"], at)
    return [{**error, "code": "INVALID_VARIANT"} for error in errors]


def _set_metafields(
    context: Context, tree: Tree, given: dict[str, Any], rest: tuple[dict[str, Any] | None, list[Written]]
) -> list[UserError]:
    identifier, written = rest
    errors: list[UserError] = []
    rows = given.get("metafields")
    if rows is None and identifier and "customId" in identifier:
        errors += _mark(context, tree, identifier["customId"])
    if rows is not None:
        errors += replace_metafields(context, ("PRODUCT", tree.product.id), rows, ("input", "metafields"))
    for one in written:
        if one.row.get("metafields") is not None:
            owner = ("PRODUCTVARIANT", one.variant.id)
            errors += replace_metafields(context, owner, one.row["metafields"], (*one.at, "metafields"))
    return [_metafield_error(error) for error in errors]


def _mark(context: Context, tree: Tree, custom_id: dict[str, Any]) -> list[UserError]:
    row = {"namespace": custom_id.get("namespace"), "key": custom_id["key"], "value": custom_id["value"]}
    return add_metafields(context, ("PRODUCT", tree.product.id), [row], ("identifier", "customId"))[1]


def _metafield_error(error: UserError) -> UserError:
    code = {"TAKEN": "DUPLICATED_METAFIELD_VALUE", "CAPABILITY_VIOLATION": "CAPABILITY_VIOLATION"}
    return {**error, "code": code.get(str(error["code"]), "INVALID_METAFIELD")}


def _queued(context: Context, args: Args) -> Operation:
    request = {"input": args["input"], "identifier": args.get("identifier")}
    row_id = context.database.new_id()
    operation = Operation(
        row_id, "ProductSetOperation", "CREATED", None, None, [], _plain(request), context.shop.clock()
    )
    OPERATIONS.insert(context.database, [operation])
    return operation


def _plain(value: Any) -> Any:
    """Return an input with decimals as text, so that it can be kept until it runs; money is parsed again then."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


SCOPES = {
    "write_products": ("productSet",),
}

FIELDS: Fields = {"Mutation": {"productSet": _product_set}}
