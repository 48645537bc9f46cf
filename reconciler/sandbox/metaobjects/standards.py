"""The metaobject definitions that come with standard metafield definitions for categories: ``shopify--material``, ….

Recorded on 2026-04: the type, the name and the display field. The other fields are those that entries are made with.
"""

from typing import Any

from reconciler.sandbox.metafields.standard import Standard
from reconciler.sandbox.metaobjects.definition_rules import new_definition
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.metaobjects import METAOBJECT_DEFINITIONS, MetaobjectDefinition, definition_of_type

_LABEL = {"key": "label", "name": "Label", "type": "single_line_text_field", "required": True}
_TAXONOMY = "product_taxonomy_value_reference"
_FIELDS: dict[str, tuple[dict[str, Any], ...]] = {
    "color-pattern": (
        {"key": "color", "name": "Color", "type": "color"},
        {"key": "image", "name": "Image", "type": "file_reference"},
        {"key": "color_taxonomy_reference", "name": "Base color", "type": f"list.{_TAXONOMY}"},
        {"key": "pattern_taxonomy_reference", "name": "Base pattern", "type": _TAXONOMY},
    ),
}
_ONE_ATTRIBUTE: tuple[dict[str, Any], ...] = (
    {"key": "taxonomy_reference", "name": "Taxonomy value", "type": _TAXONOMY},
)


def entry_definition(context: Context, standard: Standard) -> MetaobjectDefinition:
    """Return the definition of a standard's entries, made if the shop has none yet. Call inside a transaction."""
    name = f"{standard.namespace}--{standard.key}"
    found = definition_of_type(context.database, name)
    if found is not None:
        return found
    fields = [_LABEL, *_FIELDS.get(standard.key, _ONE_ATTRIBUTE)]
    wished = {"type": name, "name": standard.name, "displayNameKey": "label", "fieldDefinitions": fields}
    definition = new_definition(context, {**wished, "access": {"storefront": "PUBLIC_READ"}})
    METAOBJECT_DEFINITIONS.insert(context.database, [definition])
    return definition
