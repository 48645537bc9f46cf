"""Changing one option: its name and place, values added, renamed, removed. MANAGE takes the variants along."""

from typing import Any

from reconciler.sandbox.products.linked_options import link_value, linked_name
from reconciler.sandbox.products.option_create import copy_variant, place_option
from reconciler.sandbox.products.option_names import option_name_problem, value_name_problems
from reconciler.sandbox.products.tree import MAX_VARIANTS, forget_variants, new_value, option_by, same_name, value_by
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Option, Tree, Variant
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import gid

_Row = dict[str, Any]


def change_option(context: Context, tree: Tree, args: dict[str, Any]) -> list[UserError]:
    """Carry out a productOptionUpdate on the tree; return what is wrong, in which case the tree is spoilt."""
    given = args["option"]
    option = option_by(tree, given["id"], None)
    if option is None:
        return [user_error(["option"], "Option does not exist", "OPTION_DOES_NOT_EXIST")]
    add, update = _named(context, option, args), args.get("optionValuesToUpdate") or []
    delete = args.get("optionValuesToDelete") or []
    manages = args.get("variantStrategy") == "MANAGE"
    errors = [*_option_problems(tree, option, given), *_value_problems(tree, option, (add, update, delete))]
    if not manages:
        errors += _in_use(tree, option, delete)
    if errors:
        return errors
    if given.get("name"):
        option.name = given["name"].strip()
    place_option(tree, option, given.get("position"))
    for row in update:
        value = value_by(tree, option, row["id"], None)
        if value and row.get("name"):
            value.name = row["name"].strip()
    base = _bases(tree, option)
    added = []
    for row in add:
        value = new_value(context, tree, option, row["name"].strip())
        link_value(value, row)
        added.append(value.id)
    _remove_values(context, tree, delete)
    return _manage(context, tree, base, added) if manages else []


def _named(context: Context, option: Option, args: dict[str, Any]) -> list[_Row]:
    """Return the values to add, those of a linked option with the names of what they are taken from."""
    rows: list[_Row] = args.get("optionValuesToAdd") or []
    if option.linked_key is None:
        return rows
    return [{**row, "name": linked_name(context, option, row.get("linkedMetafieldValue") or "")} for row in rows]


def _option_problems(tree: Tree, option: Option, given: _Row) -> list[UserError]:
    errors: list[UserError] = []
    name = given.get("name")
    if name is not None:
        problem = option_name_problem(name, ("option", "name"))
        if not name.strip():
            problem = user_error(["option", "name"], "Option name can't be blank", "INVALID_NAME")
        other = option_by(tree, None, name)
        if problem is None and other is not None and other.id != option.id:
            message = f"Option '{name.strip()}' already exists."
            problem = user_error(["option", "name"], message, "OPTION_ALREADY_EXISTS")
        errors += [problem] if problem else []
    if given.get("position") is not None and given["position"] < 1:
        errors.append(user_error(["option", "position"], "The position provided is not valid.", "INVALID_POSITION"))
    return errors


def _value_problems(tree: Tree, option: Option, lists: tuple[list[_Row], list[_Row], list[str]]) -> list[UserError]:
    add, update, delete = lists
    if option.linked_key is not None and not all(row["name"] for row in add):
        message = "Invalid metafield value for linked option."
        return [user_error(["optionValuesToAdd"], message, "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION")]
    errors = list(value_name_problems([row.get("name") or "" for row in add], ("optionValuesToAdd",)))
    missing = "Option value does not exist"
    for index, row in enumerate(update):
        if value_by(tree, option, row["id"], None) is None:
            errors.append(user_error(["optionValuesToUpdate", index, "id"], missing, "OPTION_VALUE_DOES_NOT_EXIST"))
        if row["id"] in delete:
            message = "An option value cannot be updated and deleted at the same time."
            errors.append(user_error(["optionValuesToUpdate", index], message, "OPTION_VALUE_CONFLICTING_OPERATION"))
    errors += [
        user_error(["optionValuesToDelete", index], missing, "OPTION_VALUE_DOES_NOT_EXIST")
        for index, text in enumerate(delete)
        if value_by(tree, option, text, None) is None
    ]
    errors += _clashes(tree, option, lists)
    left = [one for one in tree.values_of(option) if gid("ProductOptionValue", one.id) not in delete]
    if delete and not left and not add:
        message = "Cannot delete all option values in an option."
        code = "CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION"
        errors.append(user_error(["optionValuesToDelete"], message, code))
    return errors


def _clashes(tree: Tree, option: Option, lists: tuple[list[_Row], list[_Row], list[str]]) -> list[UserError]:
    add, update, delete = lists
    renamed = {row["id"]: row["name"] for row in update if row.get("name")}
    final = {
        text: renamed.get(text, value.name)
        for value in tree.values_of(option)
        if (text := gid("ProductOptionValue", value.id)) not in delete
    }
    errors = []
    for place, rows in (("optionValuesToAdd", add), ("optionValuesToUpdate", update)):
        for index, row in enumerate(rows):
            name = row.get("name") or ""
            others = [one for text, one in final.items() if text != row.get("id")]
            if name and any(same_name(name, one) for one in others):
                message = f"Option value '{name.strip()}' already exists."
                errors.append(user_error([place, index, "name"], message, "OPTION_VALUE_ALREADY_EXISTS"))
    return errors


def _in_use(tree: Tree, option: Option, delete: list[str]) -> list[UserError]:
    used = tree.used_value_ids()
    return [
        user_error(["optionValuesToDelete", index], "Option value has variants.", "OPTION_VALUE_HAS_VARIANTS")
        for index, text in enumerate(delete)
        if (value := value_by(tree, option, text, None)) and value.id in used
    ]


def _bases(tree: Tree, option: Option) -> list[tuple[Variant, list[int]]]:
    """Return one variant for each combination of the other options' values, with those values."""
    own = {value.id for value in tree.values_of(option)}
    found: dict[tuple[int, ...], Variant] = {}
    for variant in tree.variants:
        found.setdefault(tuple(one for one in variant.value_ids if one not in own), variant)
    return [(variant, list(key)) for key, variant in found.items()]


def _remove_values(context: Context, tree: Tree, delete: list[str]) -> None:
    doomed = {value.id for value in tree.values if gid("ProductOptionValue", value.id) in delete}
    tree.values = [value for value in tree.values if value.id not in doomed]
    going = [variant for variant in tree.variants if doomed & set(variant.value_ids)]
    forget_variants(context, going)
    tree.variants = [variant for variant in tree.variants if not doomed & set(variant.value_ids)]


def _manage(context: Context, tree: Tree, bases: list[tuple[Variant, list[int]]], added: list[int]) -> list[UserError]:
    if len(tree.variants) + len(bases) * len(added) > MAX_VARIANTS:
        message = f"The number of variants created would exceed the limit of {MAX_VARIANTS}"
        return [user_error(["optionValuesToAdd"], message, "TOO_MANY_VARIANTS_CREATED")]
    for value_id in added:
        for base, kept in bases:
            copy_variant(context, tree, base, [*kept, value_id])
    if not tree.variants:
        message = "Cannot leave options without variants."
        return [user_error(["optionValuesToDelete"], message, "CANNOT_LEAVE_OPTIONS_WITHOUT_VARIANTS")]
    return []
