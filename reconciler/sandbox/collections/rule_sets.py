"""The rules of the old collection model, as conditions and back. Shopify: CollectionRuleSet, deprecated since 2026-07.

Each rule is a condition with one value. A collection has rules if its one source says nothing that rules cannot say.
Which relations a column allows follows its condition's; the messages about a wrong rule are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from reconciler.sandbox.collections.condition_input import (
    Draft,
    Place,
    Wrong,
    checked_category,
    find_definition_by_id,
    metafield_kind,
)
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.collections import Condition, SourceParts
from reconciler.sandbox.storage.metafields import Definition

_SAME = ("EQUALS", "NOT_EQUALS", "GREATER_THAN", "LESS_THAN")
_TEXT = {
    **{one: one for one in ("EQUALS", "NOT_EQUALS", "STARTS_WITH", "ENDS_WITH", "CONTAINS")},
    "NOT_CONTAINS": "DOES_NOT_CONTAIN",
}
_NUMBER = {one: one for one in _SAME}
_EQUAL = {"EQUALS": "EQUALS"}
_SET = {"IS_SET": "IS_SET", "IS_NOT_SET": "IS_NOT_SET"}
_OF_METAFIELDS = {
    "metafieldBoolean": _EQUAL,
    "metafieldString": _EQUAL,
    "metafieldMetaobject": _EQUAL,
    "metafieldStringList": {"EQUALS": "INCLUDES"},
    "metafieldMetaobjectList": {"EQUALS": "INCLUDES"},
    "metafieldInteger": {one: one for one in _SAME if one != "NOT_EQUALS"},
    "metafieldDecimal": {one: one for one in _SAME if one != "NOT_EQUALS"},
}
_NUMBERS = frozenset(
    {
        "variantPrice",
        "variantCompareAtPrice",
        "variantWeight",
        "variantInventory",
        "metafieldInteger",
        "metafieldDecimal",
    }
)
_WEIGHT_UNIT = "KILOGRAMS"  # of a shop
METAFIELD_COLUMNS = {"PRODUCT": "PRODUCT_METAFIELD_DEFINITION", "PRODUCTVARIANT": "VARIANT_METAFIELD_DEFINITION"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of rules: the condition it stands for, and its relations in the words of both."""

    kind: str
    relations: Mapping[str, str]
    default: str = "EQUALS"


COLUMNS: Mapping[str, Column] = {
    "TITLE": Column("productTitle", _TEXT),
    "TYPE": Column("productType", _TEXT),
    "VENDOR": Column("productVendor", _TEXT),
    "VARIANT_TITLE": Column("variantTitle", _TEXT),
    "TAG": Column("productTag", {"EQUALS": "TAGGED_WITH", "NOT_EQUALS": "NOT_TAGGED_WITH"}),
    "VARIANT_PRICE": Column("variantPrice", _NUMBER),
    "VARIANT_COMPARE_AT_PRICE": Column("variantCompareAtPrice", {**_NUMBER, **_SET}),
    "VARIANT_WEIGHT": Column("variantWeight", _NUMBER),
    "VARIANT_INVENTORY": Column("variantInventory", {one: one for one in _SAME if one != "NOT_EQUALS"}),
    "IS_PRICE_REDUCED": Column("variantCompareAtPrice", _SET, "IS_SET"),
    "PRODUCT_CATEGORY_ID": Column("productCategory", _EQUAL),
    "PRODUCT_CATEGORY_ID_WITH_DESCENDANTS": Column("productCategory", _EQUAL),
    "PRODUCT_TAXONOMY_NODE_ID": Column("productCategory", _EQUAL),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is shown; ``object`` is what its condition points to."""

    column: str
    relation: str
    condition: str
    definition_id: int | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a collection."""

    is_any: bool
    rules: list[Rule]


def relations_of(definition_kind: str) -> Mapping[str, str]:
    """Return the relations that rules about a kind of metafield allow."""
    return _OF_METAFIELDS[definition_kind]


def drafts(context: Context, rules: Sequence[Mapping[str, Any]], at: Place) -> list[Draft]:
    """Return the rules of an input as conditions. Raises Wrong."""
    return [_draft(context, rule, (*at, index)) for index, rule in enumerate(rules)]


def rule_set(parts: Sequence[SourceParts], definitions: Mapping[int, Definition]) -> RuleSet | None:
    """Return a collection's sources as rules; None if it has no rules, or says more than rules can."""
    if len(parts) != 1 or parts[0].source.kind != "conditions" or parts[0].source.target_type != "PRODUCTS":
        return None
    conditions = parts[0].on("inclusion")
    if not conditions or parts[0].on("exclusion"):
        return None
    match_type = parts[0].source.inclusion_match or "ALL"
    if len(conditions) == 1 and len(conditions[0].operands) > 1:
        match_type = conditions[0].match_type or match_type
    if any(len(one.operands) > 1 and one.match_type != match_type for one in conditions):
        return None
    found = [_rules(one, definitions) for one in conditions]
    return RuleSet(match_type == "ANY", [rule for rules in found for rule in rules]) if all(found) else None


def _draft(context: Context, rule: Mapping[str, Any], at: Place) -> Draft:
    column, relation, text = rule["column"], rule["relation"], rule["condition"]
    if column in METAFIELD_COLUMNS.values():
        definition = find_definition_by_id(context, rule.get("conditionObjectId"))
        if definition is not None and METAFIELD_COLUMNS.get(definition.owner_type) != column:
            definition = None
        kind = metafield_kind(context, definition, (*at, "conditionObjectId"))
        relations: Mapping[str, str] = _OF_METAFIELDS[kind]
        definition_id = definition.id if definition else None
    else:
        kind, relations, definition_id = COLUMNS[column].kind, COLUMNS[column].relations, None
    if relation not in relations:
        raise Wrong((*at, "relation"), f"Relation {relation} can't be used with column {column}")
    operand = _operand(column, kind, text, (*at, "condition"))
    return Draft(kind, "ANY", relations[relation], [operand], definition_id)


def _operand(column: str, kind: str, text: str, at: Place) -> Any:
    if kind == "productCategory":
        return {"id": checked_category(text, at), "descendants": column.endswith("_WITH_DESCENDANTS")}
    if column == "IS_PRICE_REDUCED":
        return text
    if not text.strip():
        raise Wrong(at, "Condition can't be blank")
    if kind == "metafieldBoolean":
        return text.strip().lower() == "true"
    return _number(kind, text, at) if kind in _NUMBERS else text


def _number(kind: str, text: str, at: Place) -> Any:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as problem:
        raise Wrong(at, "Condition is not a number") from problem
    if not number.is_finite():
        raise Wrong(at, "Condition is not a number")
    if kind in {"variantInventory", "metafieldInteger"}:
        return int(number)
    return {"value": float(number), "unit": _WEIGHT_UNIT} if kind == "variantWeight" else text.strip()


def _rules(condition: Condition, definitions: Mapping[int, Definition]) -> list[Rule]:
    column = _column(condition, definitions)
    if column is None:
        return []
    kind = condition.kind
    relations = _OF_METAFIELDS[kind] if kind in _OF_METAFIELDS else COLUMNS[column].relations
    relation = next((old for old, new in relations.items() if new == condition.relation), None)
    if relation is None:
        return []
    return [Rule(column, relation, _shown(one), condition.definition_id) for one in condition.operands or [""]]


def _column(condition: Condition, definitions: Mapping[int, Definition]) -> str | None:
    if condition.definition_id is not None:
        definition = definitions.get(condition.definition_id)
        return METAFIELD_COLUMNS.get(definition.owner_type) if definition else None
    if condition.kind == "productCategory":
        is_deep = any(one["descendants"] for one in condition.operands)
        return "PRODUCT_CATEGORY_ID_WITH_DESCENDANTS" if is_deep else "PRODUCT_CATEGORY_ID"
    if condition.relation in _SET:
        return "IS_PRICE_REDUCED"
    return next((name for name, column in COLUMNS.items() if column.kind == condition.kind), None)


def _shown(operand: Any) -> str:
    if isinstance(operand, dict):
        number = operand["id"] if "id" in operand else operand["value"]
        return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)
    if isinstance(operand, bool):
        return "true" if operand else "false"
    return str(operand)
