"""A batch of variants to make or change: checked row by row, applied to the product's tree."""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.inventory.opening_stock import adjust_stock, open_stock, too_many_quantities
from reconciler.sandbox.metafields.owners import add_metafields
from reconciler.sandbox.products.bulk_media import write_media
from reconciler.sandbox.products.option_choice import choose
from reconciler.sandbox.products.tree import MAX_VARIANTS, new_variant, variant_by
from reconciler.sandbox.products.variant_input import apply_variant, variant_problems
from reconciler.sandbox.publications.listing import begin_unpublished
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Tree, Variant
from reconciler.sandbox.wire.errors import UserError, user_error

_Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """What was done to the tree, as (variant, row, index), and what was wrong."""

    written: list[tuple[Variant, _Row, int]] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)

    def write_media(self, context: Context, product_id: int, new: list[_Row]) -> list[UserError]:
        """Add the new media to the product and show the rows' media; return what is wrong with them."""
        return write_media(context, product_id, new, self.written)

    def write_metafields(self, context: Context) -> list[UserError]:
        """Store the metafields of the rows; return what is wrong with them."""
        errors: list[UserError] = []
        for variant, row, index in self.written:
            at = ("variants", index, "metafields")
            rows = row.get("metafields") or []
            errors += add_metafields(context, ("PRODUCTVARIANT", variant.id), rows, at)[1]
        return [{**error, "code": "INVALID_INPUT"} for error in errors]

    def open_stock(self, context: Context) -> list[UserError]:
        """Stock the rows' new variants where they say; return what is wrong."""
        errors: list[UserError] = []
        for variant, row, index in self.written:
            at = ("variants", index, "inventoryQuantities")
            errors += open_stock(context, variant.item_id, row.get("inventoryQuantities") or [], at)
        return errors

    def adjust_stock(self, context: Context) -> list[UserError]:
        """Change the stock of the rows' variants by what they say; return what is wrong."""
        errors: list[UserError] = []
        for variant, row, index in self.written:
            at = ("variants", index, "quantityAdjustments")
            errors += adjust_stock(context, variant.item_id, row.get("quantityAdjustments") or [], at)
        return errors


def created(context: Context, tree: Tree, rows: list[_Row], replaced: Variant | None) -> Batch:
    """Add the rows as variants; on errors the tree is spoilt. ``replaced`` goes away."""
    batch = Batch()
    if replaced is not None:
        tree.variants.remove(replaced)
        _drop_default_value(tree, replaced)
    if len(tree.variants) + len(rows) > MAX_VARIANTS:
        message = f"You can only have a maximum of {MAX_VARIANTS} variants per product"
        batch.errors.append(user_error(["variants"], message, "INVALID_INPUT"))
        return batch
    batch.errors += too_many_quantities(rows, "inventoryQuantities", ("variants",))
    taken = {tuple(variant.value_ids) for variant in tree.variants}
    for index, row in enumerate(rows):
        at = ("variants", index)
        if row.get("id") is not None:
            batch.errors.append(user_error([*at, "id"], "Only include id when updating variants", "NO_KEY_ON_CREATE"))
            continue
        problems = variant_problems(row, at)
        choice = choose(context, tree, row.get("optionValues") or [], at, may_add=True)
        problems += [_created_code(problem) for problem in choice.errors]
        key = tuple(choice.value_ids)
        if not choice.errors and key in taken:
            message = f"The variant '{choice.title(tree)}' already exists. Please change at least one option value."
            problems.append(user_error(at, message, "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE"))
        taken.add(key)
        batch.errors += problems
        if not problems:
            variant = new_variant(context, tree, list(choice.value_ids))
            begin_unpublished(context, ("PRODUCTVARIANT", variant.id), row)
            apply_variant(context, variant, row)
            batch.written.append((variant, row, index))
    if replaced is not None:
        _drop_values_of(tree, replaced)
    return batch


def updated(context: Context, tree: Tree, rows: list[_Row], *, is_partial: bool) -> Batch:
    """Change the rows' variants; on errors without ``is_partial`` the tree is spoilt."""
    batch = Batch(errors=too_many_quantities(rows, "quantityAdjustments", ("variants",)))
    owner = {tuple(variant.value_ids): variant.id for variant in tree.variants}
    for index, row in enumerate(rows):
        at = ("variants", index)
        if row.get("id") is None:
            message = "Product variant is missing ID attribute"
            batch.errors.append(user_error([*at, "id"], message, "PRODUCT_VARIANT_ID_MISSING"))
            continue
        variant = variant_by(tree, row["id"])
        if variant is None:
            message = "Product variant does not exist"
            batch.errors.append(user_error([*at, "id"], message, "PRODUCT_VARIANT_DOES_NOT_EXIST"))
            continue
        problems = _changed(context, tree, (variant, row), (at, owner))
        batch.errors += problems
        if not problems:
            batch.written.append((variant, row, index))
    batch.errors.sort(key=lambda error: int(error["field"][1]) if len(error["field"] or []) > 1 else 0)
    return batch


def _changed(
    context: Context,
    tree: Tree,
    pair: tuple[Variant, _Row],
    where: tuple[tuple[str | int, ...], dict[tuple[int, ...], int]],
) -> list[UserError]:
    (variant, row), (at, owner) = pair, where
    problems = variant_problems(row, at)
    if row.get("inventoryQuantities") is not None:
        message = (
            "Inventory quantities can only be provided during create. "
            "To update inventory for existing variants, use inventoryAdjustQuantities."
        )
        code = "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"
        problems.append(user_error([*at, "inventoryQuantities"], message, code))
    values = copy(tree.values)
    key = tuple(variant.value_ids)
    if row.get("optionValues") is not None:
        choice = choose(context, tree, row["optionValues"], at, may_add=True, present=variant.value_ids)
        problems += choice.errors
        key = tuple(choice.value_ids)
        if not choice.errors and owner.get(key, variant.id) != variant.id:
            message = f"The variant '{choice.title(tree)}' already exists. Please change at least one option value."
            problems.append(user_error(at, message, "VARIANT_ALREADY_EXISTS"))
    if problems:
        tree.values = values
        return problems
    owner.pop(tuple(variant.value_ids), None)
    owner[key] = variant.id
    variant.value_ids = list(key)
    apply_variant(context, variant, row)
    return []


def _created_code(problem: UserError) -> UserError:
    known = {
        "CANNOT_SET_NAME_FOR_LINKED_OPTION_VALUE",
        "NEED_TO_ADD_OPTION_VALUES",
        "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS",
    }
    code = problem["code"] if problem["code"] in known else "INVALID_INPUT"
    if problem["code"] == "OPTION_DOES_NOT_EXIST":
        code = "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS"
    return {**problem, "code": code}


def _drop_default_value(tree: Tree, replaced: Variant) -> None:
    """Forget "Default Title" when the variant that had it goes: it is not a value one could choose."""
    tree.values = [
        value for value in tree.values if not (value.id in replaced.value_ids and value.name == "Default Title")
    ]


def _drop_values_of(tree: Tree, replaced: Variant) -> None:
    """Forget the values that only the replaced variant had: recorded, the option is left with the new ones."""
    used = {number for variant in tree.variants for number in variant.value_ids}
    tree.values = [value for value in tree.values if value.id in used or value.id not in replaced.value_ids]
