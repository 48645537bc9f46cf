"""Searching: a parsed query as an SQL condition, and the warnings about what it could not mean.

A field that is not known is left out of the condition, which then matches more: exactly the trap of the real API. When
the index lags behind the writes (see storage/snapshots.py), a row has to match both as it was and as it is: one that
stops to match leaves at once, one that begins to appears late. (recorded for tags on 2026-04)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from reconciler.sandbox.search.syntax import All, AnyOf, Not, Query, Term, parse_query
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.wire.clock import moment
from reconciler.sandbox.wire.errors import bad_request
from reconciler.sandbox.wire.ids import parse_gid

Condition: TypeAlias = tuple[str, list[Any]]
_NOTHING: Condition = ("0", [])


@dataclass(slots=True)
class _Asked:
    warnings: list[dict[str, Any]] = field(default_factory=list)


Field: TypeAlias = Callable[[Term, _Asked], Condition]


@dataclass(frozen=True, slots=True)
class Search:
    """What can be searched for in one kind of row; ``words`` is the SQL text that bare words are looked up in."""

    fields: Mapping[str, Field]
    words: str
    table: str = ""  # where the rows are; without it, the index of this kind never lags


def search(context: Context, kind: Search, text: str | None) -> tuple[str, list[Any]]:
    """Return the SQL condition of a search text and its parameters; warnings go into ``extensions.search``."""
    if not text or not text.strip():
        return "1", []
    query = parse_query(text)
    asked = _Asked()
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


def _condition(kind: Search, query: Query, asked: _Asked) -> Condition | None:
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


def _joined(kind: Search, parts: tuple[Query, ...], word: str, asked: _Asked) -> Condition | None:
    known = [one for part in parts if (one := _condition(kind, part, asked))]
    if not known:
        return None
    return "(" + word.join(sql for sql, _ in known) + ")", [value for _, values in known for value in values]


def _term(kind: Search, term: Term, asked: _Asked) -> Condition | None:
    if term.field is None:
        return f"has_words({kind.words}, ?)", [term.value]
    known = kind.fields.get(term.field.lower())
    if known is None:
        _warn(asked, term.field, "Invalid search field for this query.", "invalid_field")
        return None
    if term.value == "" and not term.is_quoted:
        return None
    return known(term, asked)


def _warn(asked: _Asked, name: str, message: str, code: str) -> None:
    asked.warnings.append({"field": name, "message": message, "code": code})


def _number(column: str, kind: str) -> Field:
    def condition(term: Term, asked: _Asked) -> Condition:
        numbers = []
        for word in term.value.split(","):
            parsed = parse_gid(word.strip())
            text = parsed.tail if parsed and parsed.kind == kind else word.strip()
            if not text.isdigit():
                message = f"Expected field to be a positive integer or UUID, received `{word.strip()}`."
                asked.warnings.append({"field": term.field, "message": message})
                return _NOTHING
            numbers.append(int(text))
        if term.sign:
            return f"{column} {term.sign} ?", numbers[:1]
        return f"{column} IN ({', '.join('?' * len(numbers))})", list(numbers)

    return condition


def _text(column: str, *, splits: bool = False) -> Field:
    def condition(term: Term, _asked: _Asked) -> Condition:
        words = term.value.split(",") if splits and not term.is_quoted else [term.value]
        return _any_like(column, words, is_quoted=term.is_quoted)

    return condition


def _any_like(column: str, words: list[str], *, is_quoted: bool) -> Condition:
    found = [_like(column, word.strip(), is_quoted=is_quoted) for word in words if word.strip()]
    if not found:
        return f"coalesce({column}, '') = ''", []
    return "(" + " OR ".join(sql for sql, _ in found) + ")", [one for _, values in found for one in values]


def _like(column: str, word: str, *, is_quoted: bool) -> Condition:
    if word == "*" and not is_quoted:
        return f"coalesce({column}, '') <> ''", []
    folded = word.casefold()
    if folded.endswith("*") and not is_quoted:
        return f"substr(fold({column}), 1, {len(folded) - 1}) = ?", [folded[:-1]]
    return f"fold({column}) = ?", [folded]


def _words(column: str) -> Field:
    def condition(term: Term, _asked: _Asked) -> Condition:
        if term.value == "*" and not term.is_quoted:
            return f"{column} <> ''", []
        return f"has_words({column}, ?)", [term.value]

    return condition


def _enum(column: str, values: tuple[str, ...]) -> Field:
    def condition(term: Term, asked: _Asked) -> Condition:
        words = [word.strip().upper() for word in term.value.split(",")]
        wrong = [word for word in words if word not in values]
        if wrong:
            _warn(asked, str(term.field), f"Input `{term.value}` is not an accepted value.", "invalid_value")
            return _NOTHING
        return f"{column} IN ({', '.join('?' * len(words))})", list(words)

    return condition


def _time(column: str) -> Field:
    def condition(term: Term, asked: _Asked) -> Condition:
        parsed = moment(term.value)
        if parsed is None:
            raise bad_request(f"Invalid timestamp for query filter `{term.field}`.")
        if not term.is_quoted and ":" in term.value:
            # Unquoted, the real parser takes the minutes for one more field. (recorded on 2026-04)
            _warn(asked, term.value.split(":")[-2], "Invalid search field for this query.", "invalid_field")
        if not term.sign and len(term.value) == len("2026-01-01"):
            return f"substr({column}, 1, 10) = ?", [term.value]
        return f"{column} {term.sign or '='} ?", [parsed]

    return condition


def _amount(column: str) -> Field:
    def condition(term: Term, _asked: _Asked) -> Condition:
        try:
            return f"CAST({column} AS REAL) {term.sign or '='} ?", [float(term.value)]
        except ValueError:
            return _NOTHING

    return condition


def _flag(sql: str) -> Field:
    def condition(term: Term, _asked: _Asked) -> Condition:
        return (sql if term.value.lower() in {"true", "1"} else f"NOT {sql}"), []

    return condition


def _some_variant(inner: Field) -> Field:
    def condition(term: Term, asked: _Asked) -> Condition:
        sql, values = inner(term, asked)
        return f"EXISTS (SELECT 1 FROM variants v WHERE v.product_id = products.id AND {sql})", values  # noqa: S608 ours

    return condition


def _tag(term: Term, _asked: _Asked) -> Condition:
    words = term.value.split(",") if not term.is_quoted else [term.value]
    sql, values = _any_like("tag.value", words, is_quoted=term.is_quoted)
    return f"EXISTS (SELECT 1 FROM json_each(products.tags) tag WHERE {sql})", values  # noqa: S608 ours


def _tag_not(term: Term, asked: _Asked) -> Condition:
    sql, values = _tag(term, asked)
    return f"NOT {sql}", values


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
_VARIANT_WORDS = "(variants.title || ' ' || coalesce(variants.sku, '') || ' ' || coalesce(variants.barcode, ''))"

PRODUCT_SEARCH = Search(
    {
        "id": _number("products.id", "Product"),
        "handle": _text("products.handle", splits=True),
        "title": _words("products.title"),
        "vendor": _text("products.vendor", splits=True),
        "product_type": _text("products.product_type", splits=True),
        "status": _enum("products.status", ("ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED")),
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
        "tracks_inventory": _flag("EXISTS (SELECT 1 FROM variants v WHERE v.product_id = products.id AND v.tracked)"),
    },
    _PRODUCT_WORDS,
    "products",
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
        "updated_at": _time("variants.updated_at"),
    },
    _VARIANT_WORDS,
    "variants",
)
ITEM_SEARCH = Search(
    {
        "id": _number("variants.item_id", "InventoryItem"),
        "sku": _text("variants.sku"),
        "created_at": _time("variants.created_at"),
        "updated_at": _time("variants.item_updated_at"),
    },
    "coalesce(variants.sku, '')",
    "variants",
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

# For searches that stand in files of their own.
Asked = _Asked
enum_field, number_field, text_field, time_field = _enum, _number, _text, _time
