"""Options that take their values from a metafield of the product, a list of metaobjects. Shopify: LinkedMetafield.

A row of an input that links an option is rewritten into one that names everything: the option after the definition
unless it has a name, each value after its metaobject. Names are taken when the link is made. That the product's
metafield lists what the option offers is inferred; the sentences are what the schema says of their codes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from reconciler.sandbox.metafields.namespaces import canonical
from reconciler.sandbox.metafields.rules import Wish, put
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import Option, OptionValue, Tree
from reconciler.sandbox.storage.metafields import Definition, find_definition
from reconciler.sandbox.storage.metaobjects import METAOBJECTS, Metaobject
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of

TYPE = "list.metaobject_reference"
_OF = "metaobject_definition_id"
_Row = dict[str, Any]
_At = tuple[str | int, ...]
_Link = tuple[str, str]


def expanded(
    context: Context, rows: Sequence[_Row], at: _At, taken: frozenset[_Link] = frozenset()
) -> tuple[list[_Row], list[UserError]]:
    """Return the rows with their links spelled out, and what is wrong with them; ``taken`` is linked already."""
    seen: set[_Link] = set()
    spelled: list[_Row] = []
    errors: list[UserError] = []
    for index, row in enumerate(rows):
        outcome = _spelled(context, row, (*at, index)) if row.get("linkedMetafield") else _plain(row, (*at, index))
        link = outcome.get("link")
        if link in seen:
            outcome = _wrong(
                (*at, index), "DUPLICATE_LINKED_OPTION", "Cannot link multiple options to the same metafield."
            )
        elif link in taken:
            message = "An option linked to the provided metafield already exists."
            outcome = _wrong((*at, index), "OPTION_LINKED_METAFIELD_ALREADY_TAKEN", message)
        seen |= {link} if link else set()
        (errors if "code" in outcome else spelled).append(outcome)
    return spelled, errors


def links(tree: Tree) -> frozenset[_Link]:
    """Return the metafields that the product's options are linked to."""
    return frozenset((one.linked_namespace or "", one.linked_key) for one in tree.options if one.linked_key)


def link_option(option: Option, row: Mapping[str, Any]) -> None:
    """Note on the option what its spelled out row links it to."""
    option.linked_namespace, option.linked_key = row.get("link") or (option.linked_namespace, option.linked_key)


def link_value(value: OptionValue, row: Mapping[str, Any]) -> None:
    """Note on the value what its spelled out row takes it from."""
    value.linked_value = row.get("linkedMetafieldValue") or value.linked_value


def linked_value(tree: Tree, option: Option, row: Mapping[str, Any]) -> OptionValue | None:
    """Return the option's value that is taken from what the row names, or None."""
    text = row.get("linkedMetafieldValue")
    return next((one for one in tree.values_of(option) if text is not None and one.linked_value == text), None)


def linked_name(context: Context, option: Option, text: str) -> str | None:
    """Return what a metaobject would be called as a value of a linked option; None if it cannot be one."""
    namespace, key = option.linked_namespace or "", option.linked_key or ""
    definition = find_definition(context.database, "PRODUCT", namespace, key)
    entry = _entry(context, definition, text) if definition else None
    return entry.display_name if entry else None


def write_links(context: Context, tree: Tree) -> None:
    """Make the product's metafields list what its linked options offer."""
    for option in tree.options:
        if option.linked_namespace is None or option.linked_key is None:
            continue
        values = [one.linked_value for one in tree.values_of(option) if one.linked_value]
        owner = ("PRODUCT", tree.product.id)
        text = orjson.dumps(values).decode()
        put(context, Wish(owner, option.linked_namespace, option.linked_key, TYPE, text, ()), TYPE, text)


def _plain(row: _Row, at: _At) -> _Row:
    if any(one.get("linkedMetafieldValue") is not None for one in row.get("values") or []):
        message = "Cannot specify 'linkedMetafieldValue' for an option that is not linked to a metafield."
        return _wrong(at, "LINKED_METAFIELD_VALUE_WITHOUT_LINKED_OPTION", message)
    return row


def _spelled(context: Context, row: _Row, at: _At) -> _Row:
    given = row["linkedMetafield"]
    at = (*at, "linkedMetafield")
    link = (canonical(given["namespace"], context.settings.app_id), given["key"])
    definition = find_definition(context.database, "PRODUCT", *link)
    if definition is None or definition.type != TYPE:
        message = "No valid metafield definition found for linked option."
        return _wrong(at, "LINKED_METAFIELD_DEFINITION_NOT_FOUND", message)
    named = row.get("values") or []
    if (given.get("values") and named) or any(one.get("name") is not None for one in named):
        message = "Cannot combine linked metafield and option values."
        return _wrong(at, "CANNOT_COMBINE_LINKED_METAFIELD_AND_OPTION_VALUES", message)
    texts = given.get("values") or [one.get("linkedMetafieldValue") or "" for one in named]
    if not texts:
        message = "Missing metafield values for linked option."
        return _wrong(at, "MISSING_METAFIELD_VALUES_FOR_LINKED_OPTION", message)
    entries = [_entry(context, definition, text) for text in texts]
    values = [
        {"name": one.display_name, "linkedMetafieldValue": gid("Metaobject", one.id)}
        for one in entries
        if one is not None
    ]
    if len(values) < len(texts):
        message = "Invalid metafield value for linked option."
        return _wrong((*at, "values"), "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION", message)
    return {**row, "name": row.get("name") or definition.name, "values": values, "link": link}


def _entry(context: Context, definition: Definition, text: str) -> Metaobject | None:
    entry = METAOBJECTS.find(context.database, number_of(text, "Metaobject"))
    wanted = next((rule["value"] for rule in definition.validations if rule["name"] == _OF), None)
    is_fit = entry is not None and wanted in {None, gid("MetaobjectDefinition", entry.definition_id)}
    return entry if is_fit else None


def _wrong(at: _At, code: str, message: str) -> UserError:
    return user_error(at, message, code)
