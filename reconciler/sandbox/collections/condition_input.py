"""Conditions as an input gives them: read, checked, and turned into what is stored.

What makes a condition wrong is documented in part; no message is recorded, they follow the wording of others.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.collections import COLLECTIONS, Condition
from reconciler.sandbox.storage.metafields import DEFINITIONS, Definition
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import gid, number_of, parse_gid

Place = tuple[str | int, ...]
METAFIELD_KINDS: Mapping[str, tuple[str, ...]] = {
    "metafieldBoolean": ("boolean",),
    "metafieldDecimal": ("number_decimal", "rating"),
    "metafieldInteger": ("number_integer",),
    "metafieldMetaobject": ("metaobject_reference",),
    "metafieldMetaobjectList": ("list.metaobject_reference",),
    "metafieldString": ("single_line_text_field",),
    "metafieldStringList": ("list.single_line_text_field",),
}
_CATEGORY = re.compile(r"[a-z]{2}(-\d+)*")
_WITHOUT_VALUE = frozenset({"IS_SET", "IS_NOT_SET"})


class Wrong(Refused):
    """What an input says about a collection's sources cannot be."""

    def __init__(self, field: Place, message: str) -> None:
        super().__init__(user_error(field, message))


@dataclass(frozen=True, slots=True)
class Draft:
    """A condition that has no id yet."""

    kind: str
    match_type: str | None
    relation: str | None
    operands: list[Any]
    definition_id: int | None = None

    def row(self, row_id: int, source_id: int, side: str) -> Condition:
        """Return the draft as a row of a source."""
        return Condition(
            row_id, source_id, side, self.kind, self.match_type, self.relation, self.operands, self.definition_id
        )


def drafted(context: Context, given: Mapping[str, Any], at: Place) -> Draft:
    """Return the one condition of an input. Raises Wrong."""
    kind, body = next(iter(given.items()))
    return _draft(context, (kind, body), None, (*at, kind))


def redrafted(context: Context, condition: Condition, given: Mapping[str, Any], at: Place) -> Draft:
    """Return a stored condition with what an input says about it changed. Raises Wrong."""
    kind, body = next(iter(given.items()))
    if kind != condition.kind:
        raise Wrong((*at, kind), f"The condition is of type {condition.kind}")
    return _draft(context, (kind, body), condition, (*at, kind))


def metafield_kind(context: Context, definition: Definition | None, at: Place) -> str:
    """Return the kind of condition that a metafield definition allows. Raises Wrong."""
    if definition is None or definition.owner_type not in {"PRODUCT", "PRODUCTVARIANT"}:
        raise Wrong(at, "Metafield definition does not exist")
    if not definition.capabilities.get("smartCollectionCondition"):
        raise Wrong(at, "Metafield definition can't be used as a collection condition")
    kinds = [kind for kind, types in METAFIELD_KINDS.items() if definition.type in types]
    if not kinds:
        raise Wrong(at, "Metafield definition can't be used as a collection condition")
    return kinds[0]


def find_definition_by_id(context: Context, text: str | None) -> Definition | None:
    """Return the metafield definition with this global id, or None."""
    return DEFINITIONS.find(context.database, number_of(text, "MetafieldDefinition"))


def checked_category(text: str, at: Place) -> str:
    """Return the global id of a category that may exist. Raises Wrong."""
    parsed = parse_gid(text)
    if parsed is None or parsed.kind != "TaxonomyCategory" or not _CATEGORY.fullmatch(parsed.tail):
        raise Wrong(at, "Product category does not exist")
    return gid("TaxonomyCategory", parsed.tail)


def _draft(context: Context, one: tuple[str, Mapping[str, Any]], before: Condition | None, at: Place) -> Draft:
    kind, body = one
    relation = body.get("relation") or (before.relation if before else None)
    match_type = body.get("matchType") or (before.match_type if before else None)
    definition_id = before.definition_id if before else None
    if kind in METAFIELD_KINDS:
        definition_id = _definition_id(context, kind, body, definition_id, at)
    name = "values" if "values" in body else "value"
    if body.get(name) is not None:
        operands = _operands(context, kind, body[name], (*at, name))
    else:
        operands = before.operands if before and relation not in _WITHOUT_VALUE else []
    _check_presence(relation, body.get("value"), operands, (*at, name))
    return Draft(kind, "ANY" if kind == "collection" else match_type, relation, operands, definition_id)


def _check_presence(relation: str | None, value: Any, operands: list[Any], at: Place) -> None:
    if relation in _WITHOUT_VALUE and value is not None:
        raise Wrong(at, f"Value must be absent for relation {relation}")
    if relation not in _WITHOUT_VALUE and not operands:
        raise Wrong(at, f"{str(at[-1]).capitalize()} can't be blank")


def _definition_id(context: Context, kind: str, body: Mapping[str, Any], before: int | None, at: Place) -> int:
    place = (*at, "definitionId")
    text = body.get("definitionId") or gid("MetafieldDefinition", before or 0)
    definition = find_definition_by_id(context, text)
    if metafield_kind(context, definition, place) != kind:
        raise Wrong(place, "Metafield definition is of another type")
    return number_of(text, "MetafieldDefinition") or 0


def _operands(context: Context, kind: str, given: Any, at: Place) -> list[Any]:
    read = _READERS[kind]
    values = given if isinstance(given, list) else [given]
    return [read(context, value, (*at, index) if isinstance(given, list) else at) for index, value in enumerate(values)]


def _text(_context: Context, value: str, at: Place) -> str:
    if not value.strip():
        raise Wrong(at, "Value can't be blank")
    return value.strip()


def _as_given(_context: Context, value: Any, _at: Place) -> Any:
    return value


def _category(_context: Context, value: Mapping[str, Any], at: Place) -> dict[str, Any]:
    checked = checked_category(value["categoryId"], (*at, "categoryId"))
    return {"id": checked, "descendants": bool(value.get("includeDescendants"))}


def _money(context: Context, value: Mapping[str, Any], at: Place) -> str:
    if value["currencyCode"] != context.settings.currency:
        raise Wrong((*at, "currencyCode"), f"Currency must be {context.settings.currency}, the currency of the shop")
    return str(value["amount"])


def _weight(_context: Context, value: Mapping[str, Any], _at: Place) -> dict[str, Any]:
    return {"value": value["value"], "unit": value["unit"]}


def _decimal(_context: Context, value: Decimal, _at: Place) -> str:
    return str(value)


def _metaobject(context: Context, value: str, at: Place) -> str:
    parsed = parse_gid(value)
    if parsed is None or parsed.kind != "Metaobject" or context.resource(value) is None:
        raise Wrong(at, "Metaobject does not exist")
    return value


def _collection(context: Context, value: str, at: Place) -> int:
    found = COLLECTIONS.find(context.database, number_of(value, "Collection"))
    if found is None:
        raise Wrong(at, "Collection does not exist")
    return found.id


_READERS: Mapping[str, Callable[[Context, Any, Place], Any]] = {
    **dict.fromkeys(("productTag", "productTitle", "productType", "productVendor", "variantTitle"), _text),
    **dict.fromkeys(("metafieldString", "metafieldStringList"), _text),
    **dict.fromkeys(("metafieldBoolean", "metafieldInteger", "variantInventory", "productStatus"), _as_given),
    **dict.fromkeys(("metafieldMetaobject", "metafieldMetaobjectList"), _metaobject),
    **dict.fromkeys(("variantPrice", "variantCompareAtPrice"), _money),
    "metafieldDecimal": _decimal,
    "productCategory": _category,
    "variantWeight": _weight,
    "collection": _collection,
}
