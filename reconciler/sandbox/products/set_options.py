"""productSet's options: the product's options become the listed ones, keeping ids where ids or names agree."""

from typing import Any

from reconciler.sandbox.products.linked_options import expanded, link_option, link_value, linked_value
from reconciler.sandbox.products.tree import (
    DELIMITER,
    MAX_NAME,
    MAX_OPTIONS,
    new_option,
    new_value,
    option_by,
    value_by,
)
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Option, OptionValue, Tree
from reconciler.sandbox.wire.errors import UserError, user_error

_AT = ("input", "productOptions")
_LINK_CODES = frozenset(
    {"DUPLICATE_LINKED_OPTION", "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION", "LINKED_METAFIELD_DEFINITION_NOT_FOUND"}
)


def set_options(context: Context, tree: Tree, rows: list[dict[str, Any]]) -> list[UserError]:
    """Make the rows all the options of the tree; return what is wrong, in which case the tree is spoilt."""
    rows, errors = expanded(context, rows, _AT)
    errors = [_recoded(one) for one in errors] or _problems(tree, rows)
    if errors:
        return errors
    ordered = sorted(enumerate(rows), key=lambda pair: (pair[1].get("position") or pair[0] + 1, pair[0]))
    options: list[Option] = []
    values: list[OptionValue] = []
    for _, row in ordered:
        option = option_by(tree, row.get("id"), row.get("name")) or new_option(context, tree, row["name"].strip())
        if row.get("name"):
            option.name = row["name"].strip()
        link_option(option, row)
        options.append(option)
        for value_row in row["values"]:
            value = linked_value(tree, option, value_row)
            value = value or value_by(tree, option, value_row.get("id"), value_row.get("name"))
            value = value or new_value(context, tree, option, value_row["name"].strip())
            if value_row.get("name"):
                value.name = value_row["name"].strip()
            link_value(value, value_row)
            values.append(value)
    tree.options, tree.values = options, values
    return []


def _recoded(problem: UserError) -> UserError:
    return problem if problem["code"] in _LINK_CODES else {**problem, "code": "INVALID_INPUT"}


def _problems(tree: Tree, rows: list[dict[str, Any]]) -> list[UserError]:
    if len(rows) > MAX_OPTIONS:
        message = f"Can only specify a maximum of {MAX_OPTIONS} options"
        return [user_error(_AT, message, "OPTIONS_OVER_LIMIT")]
    errors: list[UserError] = []
    names: set[str] = set()
    for index, row in enumerate(rows):
        at = (*_AT, index)
        errors += _option_problems(tree, row, at)
        name = (row.get("name") or row.get("id") or "").strip().casefold()
        if name in names:
            errors.append(user_error(at, "Option name must be unique", "DUPLICATED_OPTION_NAME"))
        names.add(name)
    return errors


def _option_problems(tree: Tree, row: dict[str, Any], at: tuple[str | int, ...]) -> list[UserError]:
    option = option_by(tree, row.get("id"), row.get("name"))
    if row.get("id") is not None and option is None:
        return [user_error([*at, "id"], "Option does not exist", "OPTION_DOES_NOT_EXIST")]
    name = row.get("name") or (option.name if option else "")
    if not name.strip():
        return [user_error([*at, "name"], "Option name can't be blank", "INVALID_INPUT")]
    if DELIMITER in name:
        message = f"The name contains unsupported sequence '{DELIMITER}'"
        return [user_error([*at, "name"], message, "INVALID_INPUT")]
    if len(name) > MAX_NAME:
        return [user_error([*at, "name"], "Option name is too long", "INVALID_INPUT")]
    if not row.get("values"):
        return [user_error([*at, "values"], "Option values must be specified", "OPTION_VALUES_MISSING")]
    return _value_problems(tree, option, row["values"], (*at, "values"))


def _value_problems(
    tree: Tree, option: Option | None, rows: list[dict[str, Any]], at: tuple[str | int, ...]
) -> list[UserError]:
    errors: list[UserError] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        here = (*at, index)
        known = value_by(tree, option, row.get("id"), row.get("name")) if option else None
        name = (row.get("name") or (known.name if known else "")).strip()
        if row.get("id") is not None and known is None:
            errors.append(user_error([*here, "id"], "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST"))
        elif not name:
            errors.append(user_error([*here, "name"], "Option value name can't be blank", "INVALID_INPUT"))
        elif len(name) > MAX_NAME:
            errors.append(user_error([*here, "name"], "Option value name is too long", "INVALID_INPUT"))
        elif name.casefold() in seen:
            message = f"Duplicated option value '{name}'"
            errors.append(user_error(here, message, "DUPLICATED_OPTION_VALUE"))
        seen.add(name.casefold())
    return errors
