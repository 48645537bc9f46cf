"""The options that a product is created with. One variant is made, from the first value of each option."""

from typing import Any

from reconciler.sandbox.products.linked_options import expanded, link_option, link_value
from reconciler.sandbox.products.tree import DELIMITER, MAX_OPTIONS, new_option, new_value, new_variant
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Tree
from reconciler.sandbox.wire.errors import UserError, user_error


def first_options(context: Context, tree: Tree, rows: list[dict[str, Any]]) -> list[UserError]:
    """Give a new product its options and one variant; return what is wrong, in which case the tree is spoilt."""
    rows, errors = expanded(context, rows, ("productOptions",))
    errors = [{**one, "code": None} for one in errors] or _problems(rows)
    if errors:
        return errors
    ordered = sorted(enumerate(rows), key=lambda pair: (pair[1].get("position") or pair[0] + 1, pair[0]))
    chosen: list[int] = []
    for _, row in ordered:
        option = new_option(context, tree, row["name"].strip())
        link_option(option, row)
        values = []
        for value_row in row.get("values") or []:
            values.append(new_value(context, tree, option, value_row["name"].strip()))
            link_value(values[-1], value_row)
        values = values or [new_value(context, tree, option, "Default Title")]
        chosen.append(values[0].id)
    new_variant(context, tree, chosen)
    return []


def _problems(rows: list[dict[str, Any]]) -> list[UserError]:
    if len(rows) > MAX_OPTIONS:
        return [user_error(["options"], f"Can only specify a maximum of {MAX_OPTIONS} options")]
    errors: list[UserError] = []
    seen: set[str] = set()
    for row in rows:
        name = (row.get("name") or "").strip()
        if not name:
            errors.append(user_error(["options"], "Option name can't be blank"))
        elif DELIMITER in name:
            errors.append(user_error(["options"], f'Name cannot contain the character sequence "{DELIMITER}"'))
        elif name.casefold() in seen:
            errors.append(user_error(["options"], "Option name must be unique"))
        elif any(not (value.get("name") or "").strip() for value in row.get("values") or []):
            errors.append(user_error(["options"], "Option value name can't be blank"))
        seen.add(name.casefold())
    return errors
