"""Removing options, and changing their order.

Without an option two variants may become the same. DEFAULT refuses options with several values in use,
NON_DESTRUCTIVE refuses what would cost a variant, POSITION keeps the first of those that became the same.
"""

from typing import Any

from reconciler.sandbox.products.tree import forget_variants, make_default, option_by, value_by
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Option, OptionValue, Tree, Variant
from reconciler.sandbox.wire.errors import UserError, invalid_arguments, user_error

_Row = dict[str, Any]


def remove_options(context: Context, tree: Tree, texts: list[str], strategy: str) -> list[UserError]:
    """Remove the options from the tree; return what is wrong, in which case the tree is spoilt."""
    found = [option_by(tree, text, None) for text in texts]
    errors = [
        user_error(["options", index], "Option does not exist", "OPTION_DOES_NOT_EXIST")
        for index, option in enumerate(found)
        if option is None
    ]
    if errors:
        return errors
    doomed = [option for option in found if option]
    if strategy == "DEFAULT":
        used = tree.used_value_ids()
        errors = [
            user_error(
                ["options", index],
                f"Option '{option.name}' cannot be deleted because it has multiple values.",
                "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES",
            )
            for index, option in enumerate(doomed)
            if sum(value.id in used for value in tree.values_of(option)) > 1
        ]
        if errors:
            return errors
    return _without(context, tree, {option.id for option in doomed}, strategy)


def reorder_options(tree: Tree, rows: list[_Row]) -> list[UserError]:
    """Put options and their values into the order of the rows, and the variants after them."""
    for row in rows:
        if (row.get("id") is None) == (row.get("name") is None):
            raise invalid_arguments("OptionReorderInput requires exactly one of id, name")
    errors = _order_problems(tree, rows)
    if errors:
        return errors
    ordered: list[Option] = []
    values: list[OptionValue] = []
    for row in rows:
        option = option_by(tree, row.get("id"), row.get("name"))
        if option is None:
            continue
        ordered.append(option)
        named = [value_by(tree, option, one.get("id"), one.get("name")) for one in row.get("values") or []]
        first = [value for value in named if value]
        values += first + [value for value in tree.values_of(option) if value not in first]
    tree.options, tree.values = ordered, values
    rank = {value.id: place for place, value in enumerate(values)}
    tree.variants.sort(key=lambda variant: sorted(rank[one] for one in variant.value_ids))
    return []


def _without(context: Context, tree: Tree, doomed: set[int], strategy: str) -> list[UserError]:
    tree.options = [option for option in tree.options if option.id not in doomed]
    tree.values = [value for value in tree.values if value.option_id not in doomed]
    left = {value.id for value in tree.values}
    kept: dict[tuple[int, ...], Variant] = {}
    going: list[Variant] = []
    for variant in tree.variants:
        variant.value_ids = [one for one in variant.value_ids if one in left]
        if tuple(variant.value_ids) in kept:
            going.append(variant)
        else:
            kept[tuple(variant.value_ids)] = variant
    if going and strategy != "POSITION":
        message = "Cannot delete the option without deleting variants."
        return [user_error(["options"], message, "CANNOT_USE_NON_DESTRUCTIVE_STRATEGY")]
    forget_variants(context, going)
    tree.variants = list(kept.values())
    if not tree.options:
        make_default(context, tree)
    return []


def _order_problems(tree: Tree, rows: list[_Row]) -> list[UserError]:
    by_id = [row.get("id") is not None for row in rows]
    if any(by_id) and not all(by_id):
        message = "Mixing id and name keys is not allowed."
        return [user_error(["options"], message, "MIXING_ID_AND_NAME_KEYS_IS_NOT_ALLOWED")]
    errors: list[UserError] = []
    seen: set[int] = set()
    for index, row in enumerate(rows):
        option = option_by(tree, row.get("id"), row.get("name"))
        if option is None:
            code = "OPTION_ID_DOES_NOT_EXIST" if all(by_id) else "OPTION_NAME_DOES_NOT_EXIST"
            what = "id" if all(by_id) else "name"
            errors.append(user_error(["options", index, what], f"Option {what} does not exist.", code))
        elif option.id in seen:
            errors.append(user_error(["options", index], "Duplicated option name.", "DUPLICATED_OPTION_NAME"))
        else:
            seen.add(option.id)
            errors += _value_problems(tree, option, row, index)
    missing = [option.name for option in tree.options if option.id not in seen]
    if missing and not errors:
        message = f"Missing option name(s): {', '.join(missing)}."
        errors.append(user_error(["options"], message, "MISSING_OPTION_NAME"))
    return errors


def _value_problems(tree: Tree, option: Option, row: _Row, index: int) -> list[UserError]:
    if row.get("values") is None:
        return []
    errors: list[UserError] = []
    seen: set[int] = set()
    for place, one in enumerate(row["values"]):
        at = ("options", index, "values", place)
        value = value_by(tree, option, one.get("id"), one.get("name"))
        if one.get("id") is None and one.get("name") is None:
            errors.append(user_error(at, "Either id or name must be specified.", "NO_KEY_ON_REORDER"))
        elif value is None:
            code = "OPTION_VALUE_ID_DOES_NOT_EXIST" if one.get("id") is not None else "OPTION_VALUE_DOES_NOT_EXIST"
            errors.append(user_error(at, "Option value does not exist.", code))
        elif value.id in seen:
            errors.append(user_error(at, f"Duplicated option value '{value.name}'.", "DUPLICATED_OPTION_VALUE"))
        else:
            seen.add(value.id)
    missing = [value.name for value in tree.values_of(option) if value.id not in seen]
    if missing and not errors:
        message = f"Missing option value(s): {', '.join(missing)}."
        errors.append(user_error(["options", index, "values"], message, "MISSING_OPTION_VALUE"))
    return errors
