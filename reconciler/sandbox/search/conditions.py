"""Searching: a parsed query as an SQL condition, and the warnings about what it could not mean.

A field that is not known is left out of the condition, which then matches more: exactly the trap of the real API. When
the index lags behind the writes (see storage/snapshots.py), a row has to match both as it was and as it is: one that
stops to match leaves at once, one that begins to appears late. (recorded for tags on 2026-04)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from reconciler.sandbox.search.fields import NOTHING, Asked, Condition, Field, of_product, warn
from reconciler.sandbox.search.fields import amount_field as _amount
from reconciler.sandbox.search.fields import enum_field as _enum
from reconciler.sandbox.search.fields import flag_field as _flag
from reconciler.sandbox.search.fields import number_field as _number
from reconciler.sandbox.search.fields import some_variant as _some_variant
from reconciler.sandbox.search.fields import tag as _tag
from reconciler.sandbox.search.fields import tag_not as _tag_not
from reconciler.sandbox.search.fields import text_field as _text
from reconciler.sandbox.search.fields import time_field as _time
from reconciler.sandbox.search.fields import words_field as _words
from reconciler.sandbox.search.metafields import metafield_condition
from reconciler.sandbox.search.syntax import All, AnyOf, Not, Query, Term, parse_query
from reconciler.sandbox.shops.context import Context


@dataclass(frozen=True, slots=True)
class Search:
    """What can be searched for in one kind of row; ``words`` is the SQL text that bare words are looked up in."""

    fields: Mapping[str, Field]
    words: str
    table: str = ""  # where the rows are; without it, the index of this kind never lags
    owner_type: str = ""  # of the metafields that can be searched for
    contents: str = ""  # the JSON column whose keys can be searched for as ``fields.KEY``


def search(context: Context, kind: Search, text: str | None) -> tuple[str, list[Any]]:
    """Return the SQL condition of a search text and its parameters; warnings go into ``extensions.search``."""
    if not text or not text.strip():
        return "1", []
    query = parse_query(text)
    asked = Asked(context)
    condition = _condition(kind, query, asked)
    if asked.warnings:
        entry = {"path": list(context.path), "query": text, "parsed": _parsed(query), "warnings": asked.warnings}
        context.search.append(entry)
    return _lagging(context, kind, condition) if condition else ("1", [])


def _lagging(context: Context, kind: Search, condition: Condition) -> Condition:
    if context.past is None or not kind.table:
        return condition
    sql, values = condition
    found = context.past.rows(f"SELECT {kind.table}.id FROM {kind.table} WHERE {sql}", values)  # noqa: S608 ours
    known = f"{kind.table}.id IN (SELECT value FROM json_each(?))"  # noqa: S608 ours
    return f"({sql}) AND {known}", [*values, orjson.dumps([row[0] for row in found]).decode()]


def _condition(kind: Search, query: Query, asked: Asked) -> Condition | None:
    match query:
        case Term():
            return _term(kind, query, asked)
        case Not(part):
            inner = _condition(kind, part, asked)
            return (f"NOT coalesce({inner[0]}, 0)", inner[1]) if inner else None
        case All(parts):
            return _joined(kind, parts, " AND ", asked)
        case AnyOf(parts):
            return _joined(kind, parts, " OR ", asked)


def _joined(kind: Search, parts: tuple[Query, ...], word: str, asked: Asked) -> Condition | None:
    known = [one for part in parts if (one := _condition(kind, part, asked))]
    if not known:
        return None
    return "(" + word.join(sql for sql, _ in known) + ")", [value for _, values in known for value in values]


def _term(kind: Search, term: Term, asked: Asked) -> Condition | None:
    if term.field is None:
        return f"has_words({kind.words}, ?)", [term.value]
    if kind.owner_type and term.field.startswith("metafields."):
        return metafield_condition((kind.owner_type, kind.table), term, asked)
    known = kind.fields.get(term.field.lower()) or _content(kind, term.field)
    if known is None:
        warn(asked, term.field, "Invalid search field for this query.", "invalid_field")
        return None
    if term.value == "" and not term.is_quoted:
        return None
    return known(term, asked)


def _content(kind: Search, name: str) -> Field | None:
    """Return the condition on a key that is inside a row's JSON: ``fields.colour``."""
    prefix, _, key = name.partition(".")
    if not kind.contents or prefix != "fields" or not re.fullmatch(r"[\w-]+", key):
        return None
    return _text(f"json_extract({kind.contents}, '$.\"{key}\"')")


def _collection_type(term: Term, asked: Asked) -> Condition:
    smart = (
        "EXISTS (SELECT 1 FROM collection_sources s WHERE s.collection_id = collections.id AND (s.kind <> 'conditions' "
        "OR EXISTS (SELECT 1 FROM collection_conditions c WHERE c.source_id = s.id AND c.side = 'inclusion')))"
    )
    kinds: dict[str, Condition] = {"smart": (smart, []), "custom": (f"NOT {smart}", [])}
    if term.value.lower() not in kinds:
        warn(asked, str(term.field), f"Input `{term.value}` is not an accepted value.", "invalid_value")
    return kinds.get(term.value.lower(), NOTHING)


def _stocked_at(term: Term, asked: Asked) -> Condition:
    sql, values = _number("l.location_id", "Location")(term, asked)
    at = f"l.item_id = variants.item_id AND l.is_active AND {sql}"
    return f"EXISTS (SELECT 1 FROM inventory_levels l WHERE {at})", values  # noqa: S608 our names


def _parsed(query: Query) -> dict[str, Any]:
    match query:
        case Term():
            key = {"<": "range_lt", "<=": "range_lte", ">": "range_gt", ">=": "range_gte"}.get(query.sign, "match_all")
            return {"field": query.field or "default", key: query.value}
        case Not(part):
            return {"not": _parsed(part)}
        case All(parts):
            return {"and": [_parsed(part) for part in parts]}
        case AnyOf(parts):
            return {"or": [_parsed(part) for part in parts]}


_PRODUCT_WORDS = (
    "(products.title || ' ' || products.vendor || ' ' || products.product_type || ' ' || products.handle || ' ' || "
    "products.tags || ' ' || coalesce((SELECT group_concat(coalesce(v.sku, '') || ' ' || coalesce(v.barcode, '') || ' '"
    " || v.title, ' ') FROM variants v WHERE v.product_id = products.id), ''))"
)
VARIANT_WORDS = "(variants.title || ' ' || coalesce(variants.sku, '') || ' ' || coalesce(variants.barcode, ''))"
VARIANT_STOCK = (
    "(SELECT coalesce(sum(l.available), 0) FROM inventory_levels l WHERE l.item_id = variants.item_id AND l.is_active)"
)
PRODUCT_STOCK = (
    "(SELECT coalesce(sum(l.available), 0) FROM inventory_levels l JOIN variants v ON v.item_id = l.item_id "
    "WHERE v.product_id = products.id AND v.tracked AND l.is_active)"
)

_NOT_DEFAULT = "v.title <> 'Default Title'"
_PRODUCT_STATUSES = ("ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED")


def _a_variant(condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM variants v WHERE v.product_id = products.id AND {condition})"  # noqa: S608 ours


def _option(place: int) -> Field:
    value = f"json_extract(variants.value_ids, '$[{place}]')"
    return _text(f"(SELECT o.name FROM option_values o WHERE o.id = {value})")  # noqa: S608 ours


PRODUCT_SEARCH = Search(
    {
        "id": _number("products.id", "Product"),
        "handle": _text("products.handle", splits=True),
        "title": _words("products.title"),
        "vendor": _text("products.vendor", splits=True),
        "product_type": _text("products.product_type", splits=True),
        "status": _enum("products.status", _PRODUCT_STATUSES),
        "tag": _tag,
        "tag_not": _tag_not,
        "category_id": _text("substr(products.category, 33)", splits=True),
        "created_at": _time("products.created_at"),
        "updated_at": _time("products.updated_at"),
        "gift_card": _flag("products.gift_card"),
        "sku": _some_variant(_text("v.sku")),
        "barcode": _some_variant(_text("v.barcode")),
        "price": _some_variant(_amount("v.price")),
        "variant_id": _some_variant(_number("v.id", "ProductVariant")),
        "variant_title": _some_variant(_words("v.title")),
        "inventory_total": _amount(PRODUCT_STOCK),
        "is_price_reduced": _flag(_a_variant("CAST(v.compare_at_price AS REAL) > CAST(v.price AS REAL)")),
        "has_variant_with_components": _flag(_a_variant("v.requires_components")),
        "has_only_composites": _flag(f"NOT {_a_variant('NOT v.requires_components')}"),
        "bundles": _flag(_a_variant("v.requires_components")),
        "has_only_default_variant": _flag(f"NOT {_a_variant(_NOT_DEFAULT)}"),
        "tracks_inventory": _flag("EXISTS (SELECT 1 FROM variants v WHERE v.product_id = products.id AND v.tracked)"),
    },
    _PRODUCT_WORDS,
    "products",
    "PRODUCT",
)
VARIANT_SEARCH = Search(
    {
        "id": _number("variants.id", "ProductVariant"),
        "product_id": _number("variants.product_id", "Product"),
        "product_ids": _number("variants.product_id", "Product"),
        "sku": _text("variants.sku"),
        "barcode": _text("variants.barcode"),
        "title": _words("variants.title"),
        "taxable": _flag("variants.taxable"),
        "inventory_quantity": _amount(VARIANT_STOCK),
        "location_id": _stocked_at,
        "option1": _option(0),
        "option2": _option(1),
        "option3": _option(2),
        "requires_components": _flag("variants.requires_components"),
        "exclude_composite": _flag("NOT variants.requires_components"),
        "exclude_variants_with_components": _flag("NOT variants.requires_components"),
        "managed": _flag("variants.tracked"),
        "managed_by": _text("CASE WHEN variants.tracked THEN 'shopify' ELSE '' END"),
        "vendor": of_product(_text("products.vendor", splits=True)),
        "product_type": of_product(_text("products.product_type", splits=True)),
        "product_status": of_product(_enum("products.status", _PRODUCT_STATUSES)),
        "gift_card": of_product(_flag("products.gift_card")),
        "tag": of_product(_tag),
        "tag_not": of_product(_tag_not),
        "updated_at": _time("variants.updated_at"),
    },
    VARIANT_WORDS,
    "variants",
    "PRODUCTVARIANT",
)
DEFINITION_SEARCH = Search(
    {
        "id": _number("metafield_definitions.id", "MetafieldDefinition"),
        "key": _text("metafield_definitions.key", splits=True),
        "namespace": _text("metafield_definitions.namespace", splits=True),
        "owner_type": _text("metafield_definitions.owner_type", splits=True),
        "type": _text("metafield_definitions.type", splits=True),
    },
    "(metafield_definitions.name || ' ' || metafield_definitions.namespace || ' ' || metafield_definitions.key)",
)
_BULK_CREATED = "strftime('%Y-%m-%dT%H:%M:%SZ', bulk_operations.created_at)"
_BULK_STATUSES = ("CANCELED", "CANCELING", "COMPLETED", "CREATED", "FAILED", "RUNNING")
BULK_OPERATION_SEARCH = Search(
    {
        "id": _number("bulk_operations.id", "BulkOperation"),
        "status": _enum("bulk_operations.status", _BULK_STATUSES),
        "operation_type": _enum("bulk_operations.type", ("MUTATION", "QUERY")),
        "created_at": _time(_BULK_CREATED),
    },
    "bulk_operations.query",
)
REDIRECT_SEARCH = Search(
    {
        "id": _number("url_redirects.id", "UrlRedirect"),
        "path": _text("url_redirects.path"),
        "target": _text("url_redirects.target"),
        "created_at": _time("url_redirects.created_at"),
    },
    "(url_redirects.path || ' ' || url_redirects.target)",
)
COLLECTION_SEARCH = Search(
    {
        "id": _number("collections.id", "Collection"),
        "handle": _text("collections.handle", splits=True),
        "title": _words("collections.title"),
        "collection_type": _collection_type,
        "updated_at": _time("collections.updated_at"),
    },
    "(collections.title || ' ' || collections.handle)",
    "collections",
)
"""Without ``product_id``: which collections have a product is worked out when it is asked."""
