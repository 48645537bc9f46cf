"""productSet's variants: matched by id, else by their option values, else made; those not listed are removed."""

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.inventory.stocking import stock_new_items
from reconciler.sandbox.products.option_choice import Choice, choose
from reconciler.sandbox.products.tree import forget_variants, unstocked_variant, variant_by
from reconciler.sandbox.products.variant_input import apply_variant, variant_problems
from reconciler.sandbox.publications.listing import begin_unpublished
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Tree, Variant
from reconciler.sandbox.wire.errors import UserError, user_error

_AT = ("input", "variants")


@dataclass(frozen=True, slots=True)
class Written:
    """A variant with the row of the input that it was made from, and where that row stands."""

    variant: Variant
    row: dict[str, Any]
    at: tuple[str | int, ...]


def set_variants(context: Context, tree: Tree, rows: list[dict[str, Any]]) -> tuple[list[Written], list[UserError]]:
    """Make the rows all the variants of the tree; on errors the tree is spoilt."""
    choices, errors = _checked(context, tree, rows)
    if errors:
        return [], errors
    before = list(tree.variants)
    by_id = {row["id"]: variant_by(tree, row["id"]) for row in rows if row.get("id") is not None}
    claimed = {variant.id for variant in by_id.values() if variant}
    known = {value.id for value in tree.values}
    by_values = {
        tuple(sorted(one for one in variant.value_ids if one in known)): variant
        for variant in reversed(before)
        if variant.id not in claimed
    }
    written: list[Written] = []
    for index, (row, choice) in enumerate(zip(rows, choices, strict=True)):
        variant = by_id.get(row.get("id")) or by_values.get(tuple(sorted(choice.value_ids)))
        if variant is None:
            variant = unstocked_variant(context, tree, [])
            begin_unpublished(context, ("PRODUCTVARIANT", variant.id), row)
        variant.value_ids = list(choice.value_ids)
        apply_variant(context, variant, row)
        written.append(Written(variant, row, (*_AT, index)))
    stock_new_items(context, [one.item_id for one in tree.variants[len(before) :]])
    ordered = sorted(enumerate(written), key=lambda pair: (pair[1].row.get("position") or pair[0] + 1, pair[0]))
    tree.variants = [one.variant for _, one in ordered]
    kept = {variant.id for variant in tree.variants}
    forget_variants(context, [variant for variant in before if variant.id not in kept])
    return written, []


def _checked(context: Context, tree: Tree, rows: list[dict[str, Any]]) -> tuple[list[Choice], list[UserError]]:
    if not rows:
        return [], [user_error(_AT, "Variants can't be blank", "INVALID_INPUT")]
    choices: list[Choice] = []
    errors: list[UserError] = []
    seen: set[tuple[int, ...]] = set()
    for index, row in enumerate(rows):
        at = (*_AT, index)
        if row.get("id") is not None and variant_by(tree, row["id"]) is None:
            message = "Product variant does not exist"
            errors.append(user_error([*at, "id"], message, "PRODUCT_VARIANT_DOES_NOT_EXIST"))
        errors += [{**problem, "code": "INVALID_VARIANT"} for problem in variant_problems(row, at)]
        choice = choose(context, tree, row["optionValues"], at, may_add=False)
        choices.append(choice)
        errors += [_recoded(problem) for problem in choice.errors]
        if choice.errors:
            continue
        key = tuple(sorted(choice.value_ids))
        if key in seen:
            message = f"The variant '{choice.title(tree)}' already exists. Please change at least one option value."
            errors.append(user_error(at, message, "INVALID_VARIANT"))
        seen.add(key)
    return choices, errors


def _recoded(problem: UserError) -> UserError:
    known = {"OPTION_DOES_NOT_EXIST", "OPTION_VALUE_DOES_NOT_EXIST"}
    return problem if problem["code"] in known else {**problem, "code": "INVALID_VARIANT"}
