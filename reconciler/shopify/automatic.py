"""Automatic collections as a store has them: Shopify: Collection.sources; before 2026-07, Collection.ruleSet.

The codec of a collection reads what git can say. Here everything that decides about products is read: conditions that
no file can say, what is kept out, sources of others. A condition of a type that the API gained later is answered as
one that is not modelled; nothing is guessed about it. Selections are not read: only whether there are any.
(shopify.dev, 2026-10)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.automatic import Automatic, Comparison, Condition, Match, Opaque, Source
from reconciler.model.json import JsonObject
from reconciler.shopify.asking import Client
from reconciler.shopify.collection_sources import TYPE as OF_CONDITIONS
from reconciler.shopify.collection_sources import own_source
from reconciler.shopify.conditions import CATEGORY, FIELDS, SPELLINGS, TYPE, read_condition
from reconciler.shopify.identity import mark_in, says_some_app

_OUT: Final = "CollectionSourceExclusionCondition"
_OUT_OF: Final = {f"{_OUT}ProductTag": "tag", f"{_OUT}ProductType": "type", f"{_OUT}ProductVendor": "vendor"}
_DEFINITION: Final = "definition { ownerType namespace key }"
_METAFIELDS: Final = {
    f"{TYPE}MetafieldBoolean": "value",
    f"{TYPE}MetafieldInteger": "value",
    f"{TYPE}MetafieldDecimal": "value",
    f"{TYPE}MetafieldString": "values",
    f"{TYPE}MetafieldStringList": "values",
}
_STATUS: Final = f"{TYPE}ProductStatus"
_RELATIONS: Final = {
    "EQUALS": "is",
    "NOT_EQUALS": "is_not",
    "CONTAINS": "contains",
    "NOT_CONTAINS": "does_not_contain",
    "DOES_NOT_CONTAIN": "does_not_contain",
    "STARTS_WITH": "starts_with",
    "ENDS_WITH": "ends_with",
    "GREATER_THAN": "above",
    "LESS_THAN": "below",
    "INCLUDES": "includes",
    "TAGGED_WITH": "is",
    "IS_SET": "is_set",
    "IS_NOT_SET": "is_not_set",
}
_OWNERS: Final = {"PRODUCT": "metafield", "PRODUCTVARIANT": "variant_metafield"}


def _fragments() -> Iterator[str]:
    """Yield what is asked of conditions that no file can say; each field goes by an alias of its own."""
    yield f"... on {_STATUS} {{ matchType statusRelation: relation statusValues: values }}"
    for type_name, values in _METAFIELDS.items():
        name = type_name.removeprefix(TYPE)
        match = "matchType " if values == "values" else ""
        yield f"... on {type_name} {{ {match}{_DEFINITION} {name}Relation: relation {name}Values: {values} }}"


def _fragments_out() -> Iterator[str]:
    for type_name in _OUT_OF:
        name = type_name.removeprefix(_OUT)
        yield f"... on {type_name} {{ matchType {name}Relation: relation values }}"


_SOME: Final = "selections(first: 1) { nodes { __typename } }"
SELECTION_BESIDE: Final = (
    f"sources {{ ... on {OF_CONDITIONS} {{ "
    f"inclusion {{ conditions {{ {' '.join(_fragments())} }} {_SOME} }} "
    f"exclusion {{ matchType conditions {{ __typename {' '.join(_fragments_out())} }} {_SOME} }} }} }}"
)
"""What is asked of a collection's sources beside what its codec reads of them."""


def automatic_collection(node: JsonObject, formerly: Mapping[Address, Address]) -> Automatic:
    """Return a collection of a page. ``formerly``: the address that something had before → the one that it has now."""
    collection: Any = node
    mark = mark_in(collection)
    marked = Address("collection", mark) if mark is not None else None
    own = own_source(collection["sources"])
    return Automatic(
        title=collection["title"],
        handle=collection["handle"],
        id=collection["id"],
        address=formerly.get(marked, marked) if marked is not None else None,
        sources=tuple(_source(each, is_ours=each is own) for each in collection["sources"]),
    )


def _source(node: Mapping[str, Any], *, is_ours: bool) -> Source | Opaque:
    if node["__typename"] != OF_CONDITIONS:
        return Opaque("it has what other collections have")
    inclusion, exclusion = node["inclusion"], node["exclusion"]
    sayable = [read_condition(each) is not None for each in inclusion["conditions"]]
    conditions = [_condition(each) for each in inclusion["conditions"]]
    return Source(
        conditions=tuple(each for each, said in zip(conditions, sayable, strict=True) if said),
        kept=tuple(each for each, said in zip(conditions, sayable, strict=True) if not said),
        match=_match(inclusion["matchType"]),
        has_selected=bool(inclusion["selections"]["nodes"]),
        out=tuple(_condition_out(each) for each in exclusion["conditions"]) if exclusion else (),
        out_match=_match(exclusion["matchType"]) if exclusion else "all",
        has_deselected=bool(exclusion and exclusion["selections"]["nodes"]),
        is_ours=is_ours,
    )


def _match(text: str | None) -> Match:
    return "any" if text == "ANY" else "all"


def _condition(node: Mapping[str, Any]) -> Condition:
    """Return a condition in our words."""
    type_name = node["__typename"]
    field = FIELDS.get(type_name)
    if field is not None:
        return _of_git(field, node)
    if type_name == _STATUS:
        return _compared("status", node["statusRelation"], node["statusValues"], _match(node["matchType"]))
    if type_name in _METAFIELDS:
        name = type_name.removeprefix(TYPE)
        held = node[f"{name}Values"]
        values = held if isinstance(held, list) else [held]
        return _of_metafield(
            node["definition"], node[f"{name}Relation"], values, _match(node.get("matchType") or "ANY")
        )
    return Opaque(f"it has a condition of a kind that is not known here: {type_name.removeprefix(TYPE)}")


def _of_git(field: str, node: Mapping[str, Any]) -> Condition:
    spelling = SPELLINGS[field]
    held, relation = node[f"{spelling.name}Values"], node[f"{spelling.name}Relation"]
    match = _match(node["matchType"]) if spelling.many else "any"
    if field == "category":
        deep = {bool(value["includeDescendants"]) for value in held}
        codes = [value["category"]["id"].removeprefix(CATEGORY) for value in held]
        if len(deep) > 1:
            return Opaque("it has a condition on categories of both sorts")
        return _compared(field, relation, codes, match, deep=True in deep)
    given = held if spelling.many else [held] if held is not None else []
    return _compared(field, relation, [spelling.read(value) for value in given], match)


def _condition_out(node: Mapping[str, Any]) -> Condition:
    type_name = node["__typename"]
    subject = _OUT_OF.get(type_name)
    if subject is None:
        return Opaque("it keeps out what other collections or categories have")
    relation = node[f"{type_name.removeprefix(_OUT)}Relation"]
    return _compared(subject, relation, node["values"], _match(node["matchType"]))


def _of_metafield(definition: Mapping[str, Any], relation: str, values: Sequence[object], match: Match) -> Condition:
    kind = _OWNERS.get(definition["ownerType"])
    name = f"{definition['namespace']}.{definition['key']}"
    if kind is None or says_some_app(name):
        return Opaque("it has a condition on a metafield of an app")
    return _compared(f"{kind}:{name}", relation, values, match)


def _compared(
    subject: str, relation: str, values: Sequence[object], match: Match, *, deep: bool = True
) -> Comparison | Opaque:
    ours = _RELATIONS.get(relation)
    if ours is None or None in values:
        return Opaque(f"it has a condition on {subject} that is not known here: {relation}")
    return Comparison(subject, ours, tuple(_text(value) for value in values), match, deep)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_RULE_SETS: Final = """\
query RuleSets($after: String) {
  collections(first: 250, after: $after, query: "collection_type:smart") {
    pageInfo { hasNextPage endCursor }
    nodes {
      id title handle
      ruleSet {
        appliedDisjunctively
        rules {
          column relation condition
          conditionObject {
            ... on CollectionRuleMetafieldCondition { metafieldDefinition { ownerType namespace key type { name } } }
          }
        }
      }
    }
  }
}"""
_COLUMNS: Final = {
    "TAG": "tag",
    "TITLE": "title",
    "TYPE": "type",
    "VENDOR": "vendor",
    "VARIANT_TITLE": "variant_title",
    "VARIANT_PRICE": "price",
    "VARIANT_COMPARE_AT_PRICE": "compare_at_price",
    "IS_PRICE_REDUCED": "compare_at_price",
    "VARIANT_INVENTORY": "inventory",
    "PRODUCT_CATEGORY_ID": "category",
    "PRODUCT_CATEGORY_ID_WITH_DESCENDANTS": "category",
}
_OF_METAFIELDS: Final = frozenset({"PRODUCT_METAFIELD_DEFINITION", "VARIANT_METAFIELD_DEFINITION"})


def rule_sets(client: Client) -> Iterator[Automatic]:
    """Yield the automatic collections of a store whose API version has no sources yet: 250 a call.

    Such a version does not show collections that use sources. (shopify.dev changelog, new collection model, 2026-07)
    """
    after: str | None = None
    while True:
        page = client.query(_RULE_SETS, {"after": after}).data["collections"]
        yield from (_of_rules(node) for node in page["nodes"] if node["ruleSet"] is not None)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return


def _of_rules(node: Mapping[str, Any]) -> Automatic:
    rules = node["ruleSet"]
    conditions = tuple(_rule(each) for each in rules["rules"])
    match: Match = "any" if rules["appliedDisjunctively"] else "all"
    source = Source(conditions, match, one_variant=False)
    return Automatic(node["title"], node["handle"], node["id"], sources=(source,))


def _rule(node: Mapping[str, Any]) -> Condition:
    column, relation, value = node["column"], node["relation"], node["condition"]
    if column in _OF_METAFIELDS:
        definition = (node["conditionObject"] or {}).get("metafieldDefinition")
        if definition is None:
            return Opaque("it has a condition on a metafield that is not defined any more")
        of_list = definition["type"]["name"].startswith("list.")
        return _of_metafield(definition, "INCLUDES" if of_list else relation, [value], "any")
    subject = _COLUMNS.get(column)
    if subject is None:  # a weight has no unit there
        return Opaque(f"it has a condition of a kind that cannot be worked out here: {column}")
    if relation in {"IS_SET", "IS_NOT_SET"}:
        return _compared(subject, relation, (), "any")
    deep = column == "PRODUCT_CATEGORY_ID_WITH_DESCENDANTS"
    return _compared(subject, relation, [value.removeprefix(CATEGORY)], "any", deep=deep)


DOCUMENTS: Final = (_RULE_SETS,)
"""What is asked beside the pages of collections."""
