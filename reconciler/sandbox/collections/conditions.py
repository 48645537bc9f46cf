"""What a product must be to match a condition, as SQL over ``products`` and a variant ``v`` of it.

Text is compared without regard to case. Several conditions on variants must hold for one and the same variant.
(schema 2026-10: a product is in "if any variant satisfies the conditions")
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from reconciler.sandbox.storage.collections import Condition
from reconciler.sandbox.storage.metafields import Definition

Sql: TypeAlias = tuple[str, list[Any]]
NOTHING: Sql = ("0", [])

# What stock conditions compare: what can be sold of a variant, over all places where it is stocked.
_STOCK = "(SELECT coalesce(sum(l.available), 0) FROM inventory_levels l WHERE l.item_id = v.item_id AND l.is_active)"
_GRAMS = {"GRAMS": 1.0, "KILOGRAMS": 1_000.0, "OUNCES": 28.349523125, "POUNDS": 453.59237}
_SIGNS = {"EQUALS": "=", "NOT_EQUALS": "<>", "GREATER_THAN": ">", "LESS_THAN": "<"}
_TEXTS = {
    "productTitle": "products.title",
    "productType": "products.product_type",
    "productVendor": "products.vendor",
    "variantTitle": "v.title",
}
_OF_VARIANTS = frozenset({"variantTitle", "variantPrice", "variantCompareAtPrice", "variantInventory", "variantWeight"})


@dataclass(frozen=True, slots=True)
class Piece:
    """The SQL of one condition, and whether it is about a variant."""

    sql: str
    values: list[Any]
    is_of_variant: bool


def all_of(parts: Sequence[Sql]) -> Sql:
    """Return the condition that holds where all parts do."""
    return _joined(parts, " AND ")


def any_of(parts: Sequence[Sql]) -> Sql:
    """Return the condition that holds where one part does at least; of no parts, nowhere."""
    return _joined(parts, " OR ") if parts else NOTHING


def matching(pieces: Sequence[Piece], match_type: str | None) -> Sql:
    """Return the condition on a product that matches all, or any, of the pieces."""
    join = any_of if match_type == "ANY" else all_of
    parts = [(one.sql, one.values) for one in pieces if not one.is_of_variant]
    of_variant = [(one.sql, one.values) for one in pieces if one.is_of_variant]
    if of_variant:
        sql, values = join(of_variant)
        found = f"EXISTS (SELECT 1 FROM variants v WHERE v.product_id = products.id AND {sql})"  # noqa: S608 ours
        parts.append((found, values))
    return join(parts)


def piece(condition: Condition, definition: Definition | None) -> Piece:
    """Return the SQL of a condition; one whose metafield definition is gone matches nothing."""
    if condition.kind.startswith("metafield"):
        return _metafield(condition, definition)
    sql, values = _READERS[condition.kind](condition)
    return Piece(sql, values, condition.kind in _OF_VARIANTS)


def _joined(parts: Sequence[Sql], word: str) -> Sql:
    if len(parts) == 1:
        return parts[0]
    return "(" + word.join(sql for sql, _ in parts) + ")", [value for _, values in parts for value in values]


def _over(condition: Condition, one: Callable[[Any], Sql]) -> Sql:
    parts = [one(operand) for operand in condition.operands]
    return any_of(parts) if condition.match_type == "ANY" or not parts else all_of(parts)


def _folded(column: str, needle: str) -> str:
    # SQLite's own ``lower`` is many times faster; it differs from ours only where the needle is not ASCII.
    return f"lower({column})" if needle.isascii() else f"fold({column})"


def _text(condition: Condition) -> Sql:
    column = _TEXTS[condition.kind]

    def one(operand: str) -> Sql:
        needle = operand.casefold()
        text = _folded(column, needle)
        sql = {
            "EQUALS": f"{text} = ?",
            "NOT_EQUALS": f"{text} <> ?",
            "CONTAINS": f"instr({text}, ?) > 0",
            "DOES_NOT_CONTAIN": f"instr({text}, ?) = 0",
            "STARTS_WITH": f"substr({text}, 1, {len(needle)}) = ?",
            "ENDS_WITH": f"substr({text}, -{max(1, len(needle))}) = ?",
        }
        return sql[str(condition.relation)], [needle]

    return _over(condition, one)


def _tag(condition: Condition) -> Sql:
    def one(operand: str) -> Sql:
        # Tags hold no comma, so that one between two commas of the stored list is a whole tag.
        needle = f",{orjson.dumps(operand.casefold()).decode()},"
        text = _folded("products.tags", needle)
        sign = "= 0" if condition.relation == "NOT_TAGGED_WITH" else "> 0"
        return f"instr(',' || substr({text}, 2, length({text}) - 2) || ',', ?) {sign}", [needle]

    return _over(condition, one)


def _status(condition: Condition) -> Sql:
    sign = _SIGNS[str(condition.relation)]
    return _over(condition, lambda operand: (f"products.status {sign} ?", [operand]))


def _category(condition: Condition) -> Sql:
    negated = condition.relation == "NOT_EQUALS"

    def one(operand: Mapping[str, Any]) -> Sql:
        sql, values = "products.category = ?", [operand["id"]]
        if operand["descendants"]:
            below = operand["id"] + "-"
            sql = f"(products.category = ? OR substr(products.category, 1, {len(below)}) = ?)"
            values = [operand["id"], below]
        return (f"NOT coalesce({sql}, 0)" if negated else sql), values

    return _over(condition, one)


def _price(column: str) -> Callable[[Condition], Sql]:
    def read(condition: Condition) -> Sql:
        if condition.relation in {"IS_SET", "IS_NOT_SET"}:
            return f"{column} IS {'NOT ' if condition.relation == 'IS_SET' else ''}NULL", []
        sign = _SIGNS[str(condition.relation)]
        return _over(condition, lambda operand: (f"CAST({column} AS REAL) {sign} ?", [float(operand)]))

    return read


def _stock(condition: Condition) -> Sql:
    sign = _SIGNS[str(condition.relation)]
    return _over(condition, lambda operand: (f"{_STOCK} {sign} ?", [operand]))


def _weight(condition: Condition) -> Sql:
    factors = " ".join(f"WHEN '{unit}' THEN {grams}" for unit, grams in _GRAMS.items())
    grams = f"round(v.weight_value * CASE v.weight_unit {factors} END, 3)"
    sign = _SIGNS[str(condition.relation)]
    return _over(
        condition, lambda operand: (f"{grams} {sign} ?", [round(operand["value"] * _GRAMS[operand["unit"]], 3)])
    )


def _metafield(condition: Condition, definition: Definition | None) -> Piece:
    if definition is None:
        return Piece(*NOTHING, is_of_variant=False)
    is_of_variant = definition.owner_type == "PRODUCTVARIANT"
    sql, values = _over(condition, lambda operand: _metafield_test(condition, definition, operand))
    found = (
        "EXISTS (SELECT 1 FROM metafields m WHERE m.owner_type = ? AND m.namespace = ? AND m.key = ? "  # noqa: S608 ours
        f"AND m.owner_id = {'v' if is_of_variant else 'products'}.id AND {sql})"
    )
    return Piece(found, [definition.owner_type, definition.namespace, definition.key, *values], is_of_variant)


def _metafield_test(condition: Condition, definition: Definition, operand: Any) -> Sql:
    if condition.kind in {"metafieldInteger", "metafieldDecimal"}:
        number = "json_extract(m.value, '$.value')" if definition.type == "rating" else "m.value"
        return f"CAST({number} AS REAL) {_SIGNS[str(condition.relation)]} ?", [float(operand)]
    if condition.kind == "metafieldBoolean":
        return "m.value = ?", ["true" if operand else "false"]
    column = "one.value" if condition.relation == "INCLUDES" else "m.value"
    needle = operand.casefold()
    test = f"{_folded(column, needle)} = ?"
    if condition.relation == "INCLUDES":
        test = f"EXISTS (SELECT 1 FROM json_each(m.value) one WHERE {test})"  # noqa: S608 ours
    return test, [needle]


_READERS: Mapping[str, Callable[[Condition], Sql]] = {
    **dict.fromkeys(_TEXTS, _text),
    "productTag": _tag,
    "productStatus": _status,
    "productCategory": _category,
    "variantPrice": _price("v.price"),
    "variantCompareAtPrice": _price("v.compare_at_price"),
    "variantInventory": _stock,
    "variantWeight": _weight,
}
