"""Each kind of condition, held against the same few products."""

import pytest

from tests.sandbox.collection_documents import CREATE, collection, source, tagged, titles
from tests.sandbox.store import DEFINITION_CREATE

_OPTIONS = [{"name": "Size", "values": [{"name": "Small"}, {"name": "Large"}]}]


def a_variant(size, price, weight, **fields):
    measured = {"measurement": {"weight": {"value": weight, "unit": "GRAMS"}}}
    return {"optionValues": [{"optionName": "Size", "name": size}], "price": price, "inventoryItem": measured, **fields}


def a_metafield(key, kind, value):
    return {"namespace": "facts", "key": key, "type": kind, "value": value}


_KINDS = {
    "count": "number_integer",
    "ratio": "number_decimal",
    "soft": "boolean",
    "stuff": "single_line_text_field",
    "parts": "list.single_line_text_field",
}
_SHIRT = {
    "title": "Linen Shirt", "vendor": "Acme", "productType": "Tops", "status": "ACTIVE", "tags": ["Été", "sale"],
    "category": "gid://shopify/TaxonomyCategory/aa-1-13-7", "productOptions": _OPTIONS,
    "variants": [a_variant("Small", "10", 200, compareAtPrice="15"), a_variant("Large", "20", 300)],
    "metafields": [a_metafield("count", "number_integer", "3"), a_metafield("ratio", "number_decimal", "1.5"),
                   a_metafield("soft", "boolean", "true"), a_metafield("stuff", "single_line_text_field", "Linen"),
                   a_metafield("parts", "list.single_line_text_field", '["Cuff", "Hem"]')],
}  # fmt: skip
_MUG = {
    "title": "Blue Mug", "vendor": 'Clay "&" Co', "productType": "Kitchen", "status": "DRAFT",
    "tags": ["gift", "Sale-x"],
    "category": "gid://shopify/TaxonomyCategory/hg-11", "productOptions": _OPTIONS,
    "variants": [a_variant("Small", "30", 1000), a_variant("Large", "40", 2000)],
    "metafields": [a_metafield("count", "number_integer", "30"), a_metafield("soft", "boolean", "false"),
                   a_metafield("parts", "list.single_line_text_field", '["Handle"]')],
}  # fmt: skip
_PLAIN = {"title": "Plain", "vendor": "Acme", "tags": ['the "odd" one', "sale"], "metafields": []}
SHIRT, MUG, PLAIN = "Linen Shirt", "Blue Mug", "Plain"


@pytest.fixture(scope="module")
def stocked(shared):
    definitions = {}
    for key, kind in _KINDS.items():
        capability = {"smartCollectionCondition": {"enabled": True}}
        named = {"ownerType": "PRODUCT", "namespace": "facts", "key": key, "name": key, "type": kind}
        made = shared.mutate(DEFINITION_CREATE, given={**named, "capabilities": capability})
        definitions[key] = made["createdDefinition"]["id"]
    for product in (_SHIRT, _MUG, _PLAIN):
        shared.set_product(product)
    return shared, definitions


def text(kind, relation, *values, match_type="ANY"):
    return {kind: {"matchType": match_type, "relation": relation, "values": list(values)}}


def one(kind, relation, value=None):
    return {kind: {"relation": relation} if value is None else {"relation": relation, "value": value}}


def euros(amount):
    return {"amount": amount, "currencyCode": "EUR"}


def category(*codes, deep, relation="EQUALS"):
    values = [{"categoryId": f"gid://shopify/TaxonomyCategory/{code}", "includeDescendants": deep} for code in codes]
    match_type = "ALL" if relation == "NOT_EQUALS" else "ANY"
    return {"productCategory": {"matchType": match_type, "relation": relation, "values": values}}


_CASES = {
    "a tag": (tagged("SALE"), [SHIRT, PLAIN]),
    "a tag beyond ASCII": (tagged("été"), [SHIRT]),
    "a tag with quotes": (tagged('the "odd" one'), [PLAIN]),
    "part of a tag": (tagged("odd"), []),
    "all tags": (tagged("sale", "été", match_type="ALL"), [SHIRT]),
    "any tag": (tagged("gift", "été"), [MUG, SHIRT]),
    "no tag": (text("productTag", "NOT_TAGGED_WITH", "sale"), [MUG]),
    "a title": (text("productTitle", "EQUALS", "plain"), [PLAIN]),
    "another title": (text("productTitle", "NOT_EQUALS", "plain"), [MUG, SHIRT]),
    "words of a title": (text("productTitle", "CONTAINS", "EN SH"), [SHIRT]),
    "no words of a title": (text("productTitle", "DOES_NOT_CONTAIN", "blue"), [SHIRT, PLAIN]),
    "the start of a title": (text("productTitle", "STARTS_WITH", "blue", "pl"), [MUG, PLAIN]),
    "the end of a title": (text("productTitle", "ENDS_WITH", "MUG"), [MUG]),
    "a type": (text("productType", "EQUALS", "tops"), [SHIRT]),
    "a vendor": (text("productVendor", "CONTAINS", "&"), [MUG]),
    "a status": (text("productStatus", "EQUALS", "DRAFT"), [MUG]),
    "another status": (text("productStatus", "NOT_EQUALS", "DRAFT"), [SHIRT, PLAIN]),
    "a variant's title": (text("variantTitle", "EQUALS", "large"), [MUG, SHIRT]),
    "a price": (one("variantPrice", "LESS_THAN", euros("10.01")), [SHIRT, PLAIN]),
    "the very price": (one("variantPrice", "EQUALS", euros("40.0")), [MUG]),
    "a higher price": (one("variantPrice", "GREATER_THAN", euros("20")), [MUG]),
    "a price before": (one("variantCompareAtPrice", "IS_SET"), [SHIRT]),
    "no price before": (one("variantCompareAtPrice", "IS_NOT_SET"), [MUG, SHIRT, PLAIN]),
    "a price before of so much": (one("variantCompareAtPrice", "GREATER_THAN", euros("14")), [SHIRT]),
    "a weight": (one("variantWeight", "EQUALS", {"value": 0.3, "unit": "KILOGRAMS"}), [SHIRT]),
    "a greater weight": (one("variantWeight", "GREATER_THAN", {"value": 900, "unit": "GRAMS"}), [MUG]),
    "stock": (one("variantInventory", "GREATER_THAN", 0), []),
    "no stock": (one("variantInventory", "EQUALS", 0), [MUG, SHIRT, PLAIN]),
    "a category": (category("hg-11", deep=False), [MUG]),
    "a category above": (category("aa-1", deep=False), []),
    "a category with those below": (category("aa-1", deep=True), [SHIRT]),
    "none of two categories": (category("hg-11", "aa-1", deep=True, relation="NOT_EQUALS"), [PLAIN]),
    "a category that only starts alike": (category("hg-1", deep=True), []),
}


@pytest.mark.parametrize("name", _CASES)
def test_a_condition_finds_its_products(stocked, name):
    condition, expected = _CASES[name]
    made = collection(stocked[0], name, sortOrder="ALPHA_ASC", sources=source(inclusion={"conditions": [condition]}))
    assert expected == titles(made)


@pytest.mark.parametrize(
    ("key", "kind", "body", "expected"),
    [
        ("count", "metafieldInteger", {"relation": "GREATER_THAN", "value": 3}, [MUG]),
        ("count", "metafieldInteger", {"relation": "EQUALS", "value": 3}, [SHIRT]),
        ("ratio", "metafieldDecimal", {"relation": "LESS_THAN", "value": "1.51"}, [SHIRT]),
        ("soft", "metafieldBoolean", {"relation": "EQUALS", "value": False}, [MUG]),
        ("stuff", "metafieldString", {"relation": "EQUALS", "matchType": "ANY", "values": ["wool", "linen"]}, [SHIRT]),
        ("parts", "metafieldStringList", {"relation": "INCLUDES", "matchType": "ANY", "values": ["hem", "handle"]},
         [MUG, SHIRT]),
        ("parts", "metafieldStringList", {"relation": "INCLUDES", "matchType": "ALL", "values": ["hem", "cuff"]},
         [SHIRT]),
    ],
)  # fmt: skip
def test_a_condition_about_a_metafield_finds_its_products(stocked, key, kind, body, expected):
    store, definitions = stocked
    condition = {kind: {"definitionId": definitions[key], **body}}
    made = collection(store, kind, sortOrder="ALPHA_ASC", sources=source(inclusion={"conditions": [condition]}))
    assert expected == titles(made)


@pytest.mark.parametrize(
    ("match_type", "expected"),
    [("ALL", []), ("ANY", [MUG, SHIRT, PLAIN])],
)
def test_conditions_on_variants_hold_for_one_variant(stocked, match_type, expected):
    conditions = [text("variantTitle", "EQUALS", "Small"), one("variantPrice", "EQUALS", euros("20"))]
    conditions += [one("variantWeight", "LESS_THAN", {"value": 1, "unit": "GRAMS"})] * (match_type == "ANY")
    sources = source(inclusion={"matchType": match_type, "conditions": conditions})
    assert expected == titles(collection(stocked[0], match_type, sortOrder="ALPHA_ASC", sources=sources))


@pytest.mark.parametrize(
    ("condition", "field", "message"),
    [
        (tagged(), ["productTag", "values"], "Values can't be blank"),
        (tagged(" "), ["productTag", "values", "0"], "Value can't be blank"),
        (one("variantPrice", "EQUALS", {"amount": "1", "currencyCode": "USD"}),
         ["variantPrice", "value", "currencyCode"], "Currency must be EUR, the currency of the shop"),
        (one("variantCompareAtPrice", "IS_SET", euros("1")), ["variantCompareAtPrice", "value"],
         "Value must be absent for relation IS_SET"),
        (one("variantCompareAtPrice", "EQUALS"), ["variantCompareAtPrice", "value"], "Value can't be blank"),
        (category("nonsense", deep=True), ["productCategory", "values", "0", "categoryId"],
         "Product category does not exist"),
        ({"metafieldBoolean": {"definitionId": "gid://shopify/MetafieldDefinition/1", "relation": "EQUALS",
                               "value": True}}, ["metafieldBoolean", "definitionId"],
         "Metafield definition does not exist"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_is_refused(stocked, condition, field, message):
    given = {"title": "Refused", "sources": source(inclusion={"conditions": [condition]})}
    refused = stocked[0].refusal(CREATE, given=given)
    path = ["sources", "0", "source", "inclusion", "conditions", "0", *field]
    assert [{"field": path, "message": message}] == refused["userErrors"]


def test_a_metafield_condition_needs_a_definition_meant_for_it(store):
    given = {"ownerType": "PRODUCT", "namespace": "facts", "key": "plain", "name": "Plain", "type": "boolean"}
    definition = store.mutate(DEFINITION_CREATE, given=given)["createdDefinition"]["id"]
    condition = {"metafieldBoolean": {"definitionId": definition, "relation": "EQUALS", "value": True}}
    refused = store.refusal(CREATE, given={"title": "A", "sources": source(inclusion={"conditions": [condition]})})
    assert "Metafield definition can't be used as a collection condition" == refused["userErrors"][0]["message"]
