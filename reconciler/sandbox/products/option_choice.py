"""Which option values a variant's input names: by option id or name, and value id or name."""

from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.products.linked_options import link_value, linked_name, linked_value
from reconciler.sandbox.products.tree import DELIMITER, MAX_NAME, new_value, option_by, value_by
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Option, Tree
from reconciler.sandbox.wire.errors import UserError, user_error


@dataclass(slots=True)
class Choice:
    """The ids of the chosen values in the order of the options, or what is wrong with the input."""

    value_ids: list[int] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)

    def title(self, tree: Tree) -> str:
        """Return the title of a variant with these values."""
        names = {value.id: value.name for value in tree.values}
        return DELIMITER.join(names[one] for one in self.value_ids)


def choose(
    context: Context,
    tree: Tree,
    rows: list[dict[str, Any]],
    at: tuple[str | int, ...],
    *,
    may_add: bool,
    present: list[int] | None = None,
) -> Choice:
    """Return the values that the rows name, over those that the variant has at ``present``.

    With ``may_add`` a value that the option lacks is made, as the bulk mutations do.
    """
    choice = Choice()
    chosen = {value.option_id: value.id for value in tree.values if value.id in set(present or [])}
    for index, row in enumerate(rows):
        here = (*at, "optionValues", index)
        option = option_by(tree, row.get("optionId"), row.get("optionName"))
        if option is None:
            choice.errors.append(_no_option(row, here))
            continue
        outcome = _value(context, tree, (option, row), here, may_add=may_add)
        if isinstance(outcome, int):
            chosen[option.id] = outcome
        else:
            choice.errors.append(outcome)
    if not choice.errors:
        choice.errors += _missing(tree, chosen, at)
    choice.value_ids = [chosen[option.id] for option in tree.options if option.id in chosen]
    return choice


def _missing(tree: Tree, chosen: dict[int, int], at: tuple[str | int, ...]) -> list[UserError]:
    names = [option.name for option in tree.options if option.id not in chosen]
    message = f"You need to add option values for {', '.join(names)}"
    return [user_error(at, message, "NEED_TO_ADD_OPTION_VALUES")] if names else []


def _no_option(row: dict[str, Any], here: tuple[str | int, ...]) -> UserError:
    if row.get("optionId") is None and row.get("optionName") is None:
        return user_error(here, "Must specify one of optionId or optionName", "MUST_SPECIFY_ONE_OF_PAIR")
    name = "optionId" if row.get("optionId") is not None else "optionName"
    return user_error([*here, name], "Option does not exist", "OPTION_DOES_NOT_EXIST")


def _value(
    context: Context,
    tree: Tree,
    wanted: tuple[Option, dict[str, Any]],
    here: tuple[str | int, ...],
    *,
    may_add: bool,
) -> int | UserError:
    option, row = wanted
    if row.get("linkedMetafieldValue") is not None:
        return _linked(context, tree, wanted, here, may_add=may_add)
    if row.get("id") is not None and row.get("name") is not None:
        return user_error(here, "Cannot specify both id and name", "CANNOT_SPECIFY_BOTH")
    name = (row.get("name") or "").strip()
    if row.get("id") is None and not name:
        return user_error(here, "Must specify one of id or name", "MUST_SPECIFY_ONE_OF_PAIR")
    if len(name) > MAX_NAME:
        return user_error([*here, "name"], "Option value name is too long", "OPTION_VALUE_NAME_TOO_LONG")
    found = value_by(tree, option, row.get("id"), name or None)
    if found is not None:
        return found.id
    if row.get("id") is not None or not may_add:
        key = "id" if row.get("id") is not None else "name"
        return user_error([*here, key], "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST")
    return _unnamable(here) if option.linked_key is not None else new_value(context, tree, option, name).id


def _unnamable(here: tuple[str | int, ...]) -> UserError:
    message = "Cannot set name for an option value linked to a metafield."
    return user_error([*here, "name"], message, "CANNOT_SET_NAME_FOR_LINKED_OPTION_VALUE")


def _linked(
    context: Context,
    tree: Tree,
    wanted: tuple[Option, dict[str, Any]],
    here: tuple[str | int, ...],
    *,
    may_add: bool,
) -> int | UserError:
    option, row = wanted
    text = row["linkedMetafieldValue"]
    if row.get("name") is not None:
        return _unnamable(here)
    found = linked_value(tree, option, row)
    if found is not None:
        return found.id
    name = linked_name(context, option, text) if may_add else None
    if name is None:
        at = [*here, "linkedMetafieldValue"]
        return user_error(at, "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST")
    value = new_value(context, tree, option, name)
    link_value(value, row)
    return value.id
