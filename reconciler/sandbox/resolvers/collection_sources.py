"""What a collection's products come from, as it is read. Shopify: CollectionSource and its parts, CollectionRuleSet.

No source here belongs to an app or can be shared: such ones are made by other mutations.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.collections.condition_input import METAFIELD_KINDS
from reconciler.sandbox.collections.membership import Members
from reconciler.sandbox.collections.rule_sets import COLUMNS, METAFIELD_COLUMNS, Rule, RuleSet, relations_of, rule_set
from reconciler.sandbox.collections.sources import SOURCE_KINDS
from reconciler.sandbox.resolvers.collections import parts, product_page
from reconciler.sandbox.resolvers.products import taxonomy_category
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import PRODUCTS, Product
from reconciler.sandbox.storage.collections import (
    COLLECTIONS,
    SELECTIONS,
    SOURCES,
    Collection,
    Condition,
    Selection,
    SourceParts,
    selecting,
)
from reconciler.sandbox.storage.mates import child, together
from reconciler.sandbox.storage.metafields import DEFINITIONS, Definition
from reconciler.sandbox.wire.ids import gid
from reconciler.sandbox.wire.money import money_v2

_SIDES = {"inclusion": "Inclusion", "exclusion": "Exclusion"}
_BY_ID: Order[Selection] = Order("id", lambda row: row.id)


class ConditionsSource:
    """A source of conditions and selections, and which sides of which sources have selections."""

    def __init__(self, found: SourceParts, selecting_sides: set[tuple[int, str]]) -> None:
        self.parts = found
        self.source = found.source
        self.selecting_sides = selecting_sides


class SubCollectionsSource(ConditionsSource):
    """A source of other collections."""


class Side:
    """What a source takes in, or what it leaves out."""

    def __init__(self, found: SourceParts, side: str) -> None:
        self.parts = found
        self.side = side
        self.conditions = found.on(side)


def _views(collection: Collection, context: Context, _args: Args) -> list[ConditionsSource]:
    sides = _selecting(collection, context)
    return [
        (SubCollectionsSource if one.source.kind == "subCollections" else ConditionsSource)(one, sides)
        for one in parts(collection, context)
    ]


def _selecting(collection: Collection, context: Context) -> set[tuple[int, str]]:
    return child(collection, "selecting", lambda ids: selecting(context.database, ids)) or set()


def _find(kind: str) -> Any:
    def find(context: Context, number: int) -> ConditionsSource | None:
        source = SOURCES.find(context.database, number)
        if source is None or SOURCE_KINDS[source.kind] != kind:
            return None
        collection = COLLECTIONS.find(context.database, source.collection_id)
        assert collection is not None  # noqa: S101 it has the source
        return next(view for view in _views(collection, context, {}) if view.source.id == number)

    return find


def _exclusion(view: ConditionsSource, _context: Context, _args: Args) -> Side | None:
    """Return what is left out; null if nothing is."""
    side = Side(view.parts, "exclusion")
    return side if side.conditions or (view.source.id, "exclusion") in view.selecting_sides else None


def _match_type(side: Side, _context: Context, _args: Args) -> str | None:
    source = side.parts.source
    if side.side == "inclusion":
        return source.inclusion_match
    kinds = {one.kind == "collection" for one in side.conditions}
    if kinds == {True}:
        return "ANY"
    return None if len(kinds) > 1 else source.exclusion_match


def _condition(side: Side, condition: Condition) -> dict[str, Any]:
    kind = condition.kind[0].upper() + condition.kind[1:]
    type_name = f"CollectionSource{_SIDES[side.side]}Condition{kind}"
    return {"__typename": type_name, "id": gid(type_name, condition.id), "condition": condition}


def _selections(side: Side, context: Context, args: Args) -> Page[Selection]:
    where = ("source_id = ? AND side = ?", [side.parts.source.id, side.side])
    page = row_page(context.database, SELECTIONS, where, _BY_ID, args)
    together(page.nodes)
    return page


def _selected(selection: Selection, context: Context, _args: Args) -> Product | None:
    def load(ids: list[int]) -> dict[int, Product]:
        rows = SELECTIONS.among(context.database, "id", ids)
        products = PRODUCTS.among(context.database, "id", [row.product_id for row in rows])
        together(products)
        by_id = {product.id: product for product in products}
        return {row.id: by_id[row.product_id] for row in rows}

    return child(selection, "product", load)


def _variant_ids(selection: Selection, _context: Context, _args: Args) -> list[str] | None:
    return [gid("ProductVariant", one) for one in selection.variant_ids] if selection.variant_ids else None


def _source_products(view: ConditionsSource, context: Context, args: Args) -> Page[Product]:
    where = Members(context.database).of_source(view.parts, frozenset({view.source.collection_id}))
    return product_page(context, view.source.collection_id, where, args, ("ID", False))


def _sub_collections(view: ConditionsSource, context: Context, _args: Args) -> list[Collection]:
    found = {row.id: row for row in COLLECTIONS.among(context.database, "id", view.source.sub_collection_ids)}
    together(list(found.values()))
    return [found[one] for one in view.source.sub_collection_ids if one in found]


def _rule_set(collection: Collection, context: Context, _args: Args) -> RuleSet | None:
    found = parts(collection, context)
    if _selecting(collection, context):
        return None
    ids = [one.definition_id for each in found for one in each.conditions if one.definition_id is not None]
    definitions = {row.id: row for row in DEFINITIONS.among(context.database, "id", ids)}
    return rule_set(found, definitions)


def _condition_object(rule: Rule, context: Context, _args: Args) -> dict[str, Any]:
    if rule.definition_id is not None:
        definition = DEFINITIONS.find(context.database, rule.definition_id)
        return {"__typename": "CollectionRuleMetafieldCondition", "metafieldDefinition": definition}
    if rule.column.startswith("PRODUCT_CATEGORY_ID"):
        return {"__typename": "CollectionRuleCategoryCondition", "value": taxonomy_category(rule.condition)}
    return {"__typename": "CollectionRuleTextCondition", "value": rule.condition}


def _rules_conditions(_root: Any, context: Context, _args: Args) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [
        {"ruleType": name, "allowedRelations": list(column.relations), "defaultRelation": column.default}
        for name, column in COLUMNS.items()
        if name != "PRODUCT_TAXONOMY_NODE_ID"
    ]
    for definition in DEFINITIONS.select(
        context.database, "WHERE owner_type IN ('PRODUCT', 'PRODUCTVARIANT') ORDER BY id"
    ):
        kinds = [kind for kind, types in METAFIELD_KINDS.items() if definition.type in types]
        if not kinds or not definition.capabilities.get("smartCollectionCondition"):
            continue
        rule_object = {"__typename": "CollectionRuleMetafieldCondition", "metafieldDefinition": definition}
        about = {"ruleType": METAFIELD_COLUMNS[definition.owner_type], "ruleObject": rule_object}
        listed.append({**about, "allowedRelations": list(relations_of(kinds[0])), "defaultRelation": "EQUALS"})
    return listed


def _values(view: dict[str, Any], context: Context, _args: Args) -> list[Any]:
    condition: Condition = view["condition"]
    if condition.kind == "collection":
        found = COLLECTIONS.among(context.database, "id", condition.operands)
        together(found)
        return found
    if condition.kind == "productCategory":
        return [
            {"category": taxonomy_category(one["id"]), "includeDescendants": one["descendants"]}
            for one in condition.operands
        ]
    return condition.operands


def _value(view: dict[str, Any], context: Context, _args: Args) -> Any:
    condition: Condition = view["condition"]
    if condition.relation in {"IS_SET", "IS_NOT_SET"} or not condition.operands:
        return None
    operand = condition.operands[0]
    return money_v2(operand, context.settings.currency) if condition.kind in _AMOUNTS else operand


def _definition(view: dict[str, Any], context: Context, _args: Args) -> Definition | None:
    return DEFINITIONS.find(context.database, view["condition"].definition_id)


_AMOUNTS = frozenset({"variantPrice", "variantCompareAtPrice"})
_WITH_VALUES = ("ProductTag", "ProductTitle", "ProductType", "ProductVendor", "ProductStatus", "VariantTitle")
_WITH_VALUE = ("VariantPrice", "VariantCompareAtPrice", "VariantInventory", "VariantWeight")
_CONDITION: dict[str, Any] = {
    "id": lambda view, _context, _args: view["id"],
    "relation": lambda view, _context, _args: view["condition"].relation,
}
_MATCH: dict[str, Any] = {"matchType": lambda view, _context, _args: view["condition"].match_type}
_DEFINITION: dict[str, Any] = {"definition": _definition}
_IN, _OUT = "CollectionSourceInclusionCondition", "CollectionSourceExclusionCondition"
_CONDITIONS: Fields = {
    **{_IN + name: {**_CONDITION, **_MATCH, "values": _values} for name in (*_WITH_VALUES, "ProductCategory")},
    **{_IN + name: {**_CONDITION, "value": _value} for name in _WITH_VALUE},
    **{
        f"{_IN}Metafield{name}": {**_CONDITION, **_DEFINITION, "value": _value}
        for name in ("Boolean", "Decimal", "Integer")
    },
    **{
        f"{_IN}Metafield{name}": {**_CONDITION, **_MATCH, **_DEFINITION, "values": _values}
        for name in ("String", "StringList")
    },
    f"{_IN}MetafieldMetaobject": {**_CONDITION, **_DEFINITION},
    f"{_IN}MetafieldMetaobjectList": {**_CONDITION, **_MATCH, **_DEFINITION},
    **{
        _OUT + name: {**_CONDITION, **_MATCH, "values": _values}
        for name in ("ProductTag", "ProductType", "ProductVendor", "ProductCategory")
    },
    f"{_OUT}Collection": {"id": _CONDITION["id"], **_MATCH, "values": _values},
}
_SOURCE: dict[str, Any] = {
    "id": lambda view, _context, _args: gid(SOURCE_KINDS[view.source.kind], view.source.id),
    "title": attrgetter("source.title"),
    "description": attrgetter("source.description"),
    "app": lambda _view, _context, _args: None,
}
_SIDE: dict[str, Any] = {
    "matchType": _match_type,
    "conditions": lambda side, _context, _args: [_condition(side, one) for one in side.conditions],
    "selections": _selections,
}

KINDS = {ConditionsSource: SOURCE_KINDS["conditions"], SubCollectionsSource: SOURCE_KINDS["subCollections"]}
NODES = {kind: _find(kind) for kind in SOURCE_KINDS.values()}
SCOPES = {"read_products": ("collectionRulesConditions",)}

FIELDS: Fields = {
    "QueryRoot": {"collectionRulesConditions": _rules_conditions},
    "Collection": {
        "sources": _views,
        "ruleSet": _rule_set,
    },
    "CollectionConditionsSource": {
        **_SOURCE,
        "targetType": attrgetter("source.target_type"),
        "shareable": lambda _view, _context, _args: False,
        "inclusion": lambda view, _context, _args: Side(view.parts, "inclusion"),
        "exclusion": _exclusion,
        "products": _source_products,
    },
    "CollectionSubCollectionsSource": {**_SOURCE, "collections": _sub_collections},
    "CollectionSourceInclusion": _SIDE,
    "CollectionSourceExclusion": _SIDE,
    "CollectionInclusionProductSelection": {"product": _selected, "variantIds": _variant_ids},
    "CollectionExclusionProductSelection": {"product": _selected},
    "CollectionRuleSet": {"appliedDisjunctively": attrgetter("is_any"), "rules": attrgetter("rules")},
    "CollectionRule": {
        "column": attrgetter("column"),
        "relation": attrgetter("relation"),
        "condition": attrgetter("condition"),
        "conditionObject": _condition_object,
    },
    **_CONDITIONS,
}
