"""What can be translated: the kinds of resources, their keys, and the texts that are there now.

A key whose text is empty is left out, but for title, handle and product_type. (recorded on 2026-04)
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.storage.catalog import OPTION_VALUES, OPTIONS, PRODUCTS
from reconciler.sandbox.storage.collections import COLLECTIONS
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.metafields import METAFIELDS
from reconciler.sandbox.storage.metaobjects import METAOBJECT_DEFINITIONS, METAOBJECTS
from reconciler.sandbox.storage.table import Table

_LINE, _LINES = "SINGLE_LINE_TEXT_FIELD", "MULTI_LINE_TEXT_FIELD"
_VALUE_TYPES = {
    "file_reference": "FILE_REFERENCE",
    "json": "JSON",
    "link": "LINK",
    "list.file_reference": "LIST_FILE_REFERENCE",
    "list.link": "LIST_LINK",
    "list.single_line_text_field": "LIST_SINGLE_LINE_TEXT_FIELD",
    "list.url": "LIST_URL",
    "multi_line_text_field": _LINES,
    "rich_text_field": "RICH_TEXT_FIELD",
    "single_line_text_field": _LINE,
    "url": "URL",
}


@dataclass(frozen=True, slots=True)
class Content:
    """A text that can be translated."""

    key: str
    value: str
    type: str

    @property
    def digest(self) -> str:
        """What a translation must quote, so that it is known which text it translates."""
        return hashlib.sha256(self.value.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource that can be translated."""

    resource_type: str
    table: Table[Any]
    keys: frozenset[str] | None  # None: those that the resource has
    contents: Callable[[Database, Any], Iterator[Content]]
    condition: str = "1"


def _described(_database: Database, row: Any) -> Iterator[Content]:
    yield Content("title", row.title, _LINE)
    if row.description_html:
        yield Content("body_html", row.description_html, "HTML")
    yield Content("handle", row.handle, "URI")
    if hasattr(row, "product_type"):
        yield Content("product_type", row.product_type, _LINE)
    for key, text in (("meta_title", row.seo_title), ("meta_description", row.seo_description)):
        if text:
            yield Content(key, text, _LINES)


def _name(_database: Database, row: Any) -> Iterator[Content]:
    yield Content("name", row.name, _LINE)


def _value(_database: Database, row: Any) -> Iterator[Content]:
    if row.type in _VALUE_TYPES:
        yield Content("value", row.value, _VALUE_TYPES[row.type])


def _entry(database: Database, row: Any) -> Iterator[Content]:
    definition = METAOBJECT_DEFINITIONS.find(database, row.definition_id)
    if definition is None or not definition.capabilities["translatable"]["enabled"]:
        return
    for field in definition.fields:
        if field["type"] in _VALUE_TYPES and field["key"] in row.contents:
            yield Content(field["key"], row.contents[field["key"]], _VALUE_TYPES[field["type"]])


_TEXTS = frozenset({"title", "body_html", "handle", "meta_title", "meta_description"})
_TRANSLATABLE = "type IN (" + ", ".join(f"'{name}'" for name in _VALUE_TYPES) + ")"

_OF_TRANSLATABLE = (
    "definition_id IN (SELECT id FROM metaobject_definitions "
    "WHERE json_extract(capabilities, '$.translatable.enabled'))"
)

KINDS: dict[str, Kind] = {
    "Collection": Kind("COLLECTION", COLLECTIONS, _TEXTS, _described),
    "Product": Kind("PRODUCT", PRODUCTS, _TEXTS | {"product_type"}, _described),
    "ProductOption": Kind("PRODUCT_OPTION", OPTIONS, frozenset({"name"}), _name),
    "ProductOptionValue": Kind("PRODUCT_OPTION_VALUE", OPTION_VALUES, frozenset({"name"}), _name),
    "Metafield": Kind("METAFIELD", METAFIELDS, frozenset({"value"}), _value, _TRANSLATABLE),
    "Metaobject": Kind("METAOBJECT", METAOBJECTS, None, _entry, _OF_TRANSLATABLE),
}
"""By the type of the global id."""
