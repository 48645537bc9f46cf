"""Adding options to a product. Existing variants take the first value of each; CREATE fills the whole matrix.

The variants that fill it all get one position, that behind the last there was. (recorded on 2025-01)
"""

from dataclasses import replace
from itertools import product as combinations
from typing import Any

from reconciler.sandbox.products.linked_options import expanded, link_option, link_value, links
from reconciler.sandbox.products.option_names import option_name_problem, value_name_problems
from reconciler.sandbox.products.tree import (
    MAX_OPTIONS,
    MAX_VARIANTS,
    is_default,
    new_option,
    new_value,
    option_by,
)
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Option, Tree, Variant
from reconciler.sandbox.wire.errors import UserError, user_error

_Row = dict[str, Any]


def add_options(context: Context, tree: Tree, rows: list[_Row], *, fills: bool) -> list[UserError]:
    """Add the options to the tree; return what is wrong, in which case the tree is spoilt.

    ``fills`` makes a variant for each combination; the existing ones come first and lend the others their fields.
    """
    was_default = is_default(tree)
    rows, errors = expanded(context, rows, ("options",), links(tree))
    errors = errors or _problems(tree, rows, present=0 if was_default else len(tree.options))
    if errors:
        return errors
    if was_default:
        tree.options, tree.values = [], []
        for variant in tree.variants:
            variant.value_ids = []
    added: list[tuple[Option, list[int]]] = []
    for row in rows:
        option = new_option(context, tree, row["name"].strip())
        link_option(option, row)
        ids = []
        for value_row in row["values"]:
            value = new_value(context, tree, option, value_row["name"].strip())
            link_value(value, value_row)
            ids.append(value.id)
        added.append((option, ids))
        _place(tree, option, row.get("position"))
    existing = list(tree.variants)
    bases = [list(variant.value_ids) for variant in existing]
    for variant in existing:
        variant.value_ids = [*variant.value_ids, *(ids[0] for _, ids in added)]
    return _fill(context, tree, list(zip(existing, bases, strict=True)), [ids for _, ids in added]) if fills else []


def place_option(tree: Tree, option: Option, position: int | None) -> None:
    """Move an option to a position; one beyond the end is the end."""
    _place(tree, option, position)


def copy_variant(context: Context, tree: Tree, base: Variant, value_ids: list[int]) -> Variant:
    """Add a variant that is sold like another one; its codes and cost are its own and start empty."""
    ids = context.database.new_ids(2)
    own: dict[str, Any] = {"sku": None, "barcode": None, "mates": None}
    own |= {"created_at": context.now, "updated_at": context.now, "item_updated_at": context.now}
    variant = replace(base, id=ids[0], item_id=ids[1], value_ids=value_ids, **own)
    tree.variants.append(variant)
    return variant


def _place(tree: Tree, option: Option, position: int | None) -> None:
    if position is None:
        return
    tree.options.remove(option)
    tree.options.insert(max(0, position - 1), option)


def _fill(
    context: Context, tree: Tree, bases: list[tuple[Variant, list[int]]], values: list[list[int]]
) -> list[UserError]:
    wanted = list(combinations(*values))[1:]
    if len(bases) * (len(wanted) + 1) > MAX_VARIANTS:
        message = f"The number of variants created would exceed the limit of {MAX_VARIANTS}"
        return [user_error(["options"], message, "TOO_MANY_VARIANTS_CREATED")]
    behind = max(variant.position for variant in tree.variants) + 1
    for base, kept in bases:
        for combination in wanted:
            copy_variant(context, tree, base, [*kept, *combination]).position = behind
    return []


def _problems(tree: Tree, rows: list[_Row], *, present: int) -> list[UserError]:
    if present + len(rows) > MAX_OPTIONS:
        message = f"Can only specify a maximum of {MAX_OPTIONS} options"
        return [user_error(["options"], message, "OPTIONS_OVER_LIMIT")]
    errors: list[UserError] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        errors += _row_problems(tree, row, index, present=present)
        name = (row.get("name") or "").strip().casefold()
        if name and name in seen:
            errors.append(user_error(["options", index], "Duplicated option name.", "DUPLICATED_OPTION_NAME"))
        seen.add(name)
    return errors


def _row_problems(tree: Tree, row: _Row, index: int, *, present: int) -> list[UserError]:
    at = ("options", index)
    name = (row.get("name") or "").strip()
    if not name:
        return [user_error([*at, "name"], "Each option must have a name specified.", "OPTION_NAME_MISSING")]
    problem = option_name_problem(name, (*at, "name"))
    if problem:
        return [problem]
    if present and option_by(tree, None, name):
        return [user_error(at, f"Option '{name}' already exists.", "OPTION_ALREADY_EXISTS")]
    if row.get("position") is not None and row["position"] < 1:
        return [user_error([*at, "position"], "Position must be 1 or greater.", "POSITION_OUT_OF_BOUNDS")]
    if not row.get("values"):
        code = "NEW_OPTION_WITHOUT_VALUE_FOR_EXISTING_VARIANTS" if present else "OPTION_VALUES_MISSING"
        return [user_error([*at, "values"], f"Option '{name}' must specify at least one option value.", code)]
    return list(value_name_problems([value.get("name") or "" for value in row["values"]], (*at, "values")))
