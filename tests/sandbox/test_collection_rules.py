import pytest

from tests.sandbox.collection_documents import (
    LEGACY_CREATE,
    LEGACY_UPDATE,
    collection,
    legacy,
    product,
    read,
    source,
    tagged,
    titles,
)
from tests.sandbox.store import DEFINITION_CREATE


def rule(column, relation, condition):
    return {"column": column, "relation": relation, "condition": condition}


def rules(*given, is_any=False):
    return {"appliedDisjunctively": is_any, "rules": list(given)}


@pytest.mark.parametrize(
    "given",
    [
        rule("TITLE", "NOT_CONTAINS", "Hat"),
        rule("TYPE", "STARTS_WITH", "Top"),
        rule("VENDOR", "EQUALS", "Acme"),
        rule("VARIANT_TITLE", "ENDS_WITH", "Large"),
        rule("TAG", "EQUALS", "sale"),
        rule("TAG", "NOT_EQUALS", "sale"),
        rule("VARIANT_PRICE", "LESS_THAN", "10"),
        rule("VARIANT_COMPARE_AT_PRICE", "GREATER_THAN", "10.50"),
        rule("IS_PRICE_REDUCED", "IS_SET", ""),
        rule("VARIANT_WEIGHT", "GREATER_THAN", "2"),
        rule("VARIANT_INVENTORY", "EQUALS", "0"),
        rule("PRODUCT_CATEGORY_ID", "EQUALS", "gid://shopify/TaxonomyCategory/aa-1"),
        rule("PRODUCT_CATEGORY_ID_WITH_DESCENDANTS", "EQUALS", "gid://shopify/TaxonomyCategory/aa-1"),
    ],
    ids=lambda given: f"{given['column']} {given['relation']}",
)
def test_a_rule_is_read_back_as_it_was_given(shared, given):
    assert rules(given, is_any=True) == legacy(shared, "Rules", ruleSet=rules(given, is_any=True))["ruleSet"]


def test_a_rule_is_a_condition_of_the_one_source(store):
    made = legacy(store, ruleSet=rules(rule("TAG", "EQUALS", "sale"), rule("TYPE", "EQUALS", "Tops")))
    (found,) = made["sources"]
    kinds = [
        one["__typename"].removeprefix("CollectionSourceInclusionCondition") for one in found["inclusion"]["conditions"]
    ]
    assert ("ALL", ["ProductTag", "ProductType"]) == (found["inclusion"]["matchType"], kinds)
    assert {"tagRelation": "TAGGED_WITH", "values": ["sale"]}.items() <= found["inclusion"]["conditions"][0].items()


@pytest.mark.parametrize(("is_any", "expected"), [(False, ["Both"]), (True, ["Both", "Tagged", "Typed"])])
def test_rules_are_met_all_or_any(store, is_any, expected):
    product(store, "Both", tags=["sale"], productType="Tops")
    product(store, "Tagged", tags=["sale"])
    product(store, "Typed", productType="tops")
    product(store, "Neither")
    given = rules(rule("TAG", "EQUALS", "sale"), rule("TYPE", "EQUALS", "Tops"), is_any=is_any)
    assert expected == titles(legacy(store, sortOrder="ALPHA_ASC", ruleSet=given))


def test_a_rule_about_a_metafield_names_its_definition(store):
    given = {"ownerType": "PRODUCT", "namespace": "facts", "key": "size", "name": "Size", "type": "number_integer",
             "capabilities": {"smartCollectionCondition": {"enabled": True}}}  # fmt: skip
    definition = store.mutate(DEFINITION_CREATE, given=given)["createdDefinition"]["id"]
    product(store, "Big", metafields=[{"namespace": "facts", "key": "size", "type": "number_integer", "value": "9"}])
    asked = {**rule("PRODUCT_METAFIELD_DEFINITION", "GREATER_THAN", "8"), "conditionObjectId": definition}
    made = legacy(store, ruleSet=rules(asked))
    assert (["Big"], [rule("PRODUCT_METAFIELD_DEFINITION", "GREATER_THAN", "8")]) == (
        titles(made),
        made["ruleSet"]["rules"],
    )
    query = """query R($id: ID!) { collection(id: $id) { ruleSet { rules { conditionObject {
      ... on CollectionRuleMetafieldCondition { metafieldDefinition { key } } } } } } }"""
    (shown,) = store.run(query, id=made["id"])["collection"]["ruleSet"]["rules"]
    assert {"metafieldDefinition": {"key": "size"}} == shown["conditionObject"]


def test_an_empty_list_of_rules_makes_a_custom_collection(store):
    made = legacy(store, ruleSet=rules(), products=[product(store, "Shirt")])
    assert (None, ["Shirt"]) == (made["ruleSet"], titles(made))


def test_new_rules_take_the_place_of_the_old_ones(store):
    product(store, "New Shirt")
    made = legacy(store, ruleSet=rules(rule("TITLE", "CONTAINS", "Old")))
    answer = store.mutate(LEGACY_UPDATE, given={"id": made["id"], "ruleSet": rules(rule("TITLE", "CONTAINS", "New"))})
    assert [rule("TITLE", "CONTAINS", "New")] == answer["collection"]["ruleSet"]["rules"]
    assert (False, ["New Shirt"]) == (answer["job"]["done"], titles(read(store, made)))


@pytest.mark.parametrize(
    ("is_smart", "rule_set", "field", "message"),
    [
        (False, rules(rule("TAG", "EQUALS", "a")), ["id"], "Cannot update rule set of a custom collection"),
        (True, rules(), ["ruleSet", "rules"], "Rules cannot be an empty set"),
        (True, rules(rule("TAG", "GREATER_THAN", "a")), ["ruleSet", "rules", "0", "relation"],
         "Relation GREATER_THAN can't be used with column TAG"),
        (True, rules(rule("VARIANT_PRICE", "EQUALS", "dear")), ["ruleSet", "rules", "0", "condition"],
         "Condition is not a number"),
        (True, rules(rule("TITLE", "EQUALS", "")), ["ruleSet", "rules", "0", "condition"], "Condition can't be blank"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused(store, is_smart, rule_set, field, message):
    before = {"ruleSet": rules(rule("TAG", "EQUALS", "b"))} if is_smart else {}
    made = legacy(store, **before)
    refused = store.refusal(LEGACY_UPDATE, given={"id": made["id"], "title": "Changed", "ruleSet": rule_set})
    assert [{"field": field, "message": message}] == refused["userErrors"]
    assert refused["collection"] is None
    assert made == read(store, made)


def test_a_collection_that_says_more_than_rules_can_has_none(store):
    shirt = [{"productId": product(store, "Shirt")}]
    status = {"productStatus": {"matchType": "ANY", "relation": "EQUALS", "values": ["ACTIVE"]}}
    plain = {"conditions": [tagged("a")]}
    for sources in (
        source(inclusion={**plain, "selections": shirt}),
        source(inclusion=plain, exclusion={"conditions": [tagged("b")]}),
        source(inclusion=plain) + source(inclusion=plain),
        source(inclusion={"conditions": [tagged("a"), status]}),
        source(inclusion={"conditions": [tagged("a", "b"), tagged("c")]}),
    ):
        assert collection(store, sources=sources)["ruleSet"] is None


def test_conditions_that_rules_can_say_are_shown_as_rules(store):
    made = collection(store, sources=source(inclusion={"conditions": [tagged("a", "b")]}))
    assert rules(rule("TAG", "EQUALS", "a"), rule("TAG", "EQUALS", "b"), is_any=True) == made["ruleSet"]


def test_the_columns_of_rules_are_listed(store):
    query = "{ collectionRulesConditions { ruleType defaultRelation allowedRelations } }"
    listed = {row["ruleType"]: row for row in store.run(query)["collectionRulesConditions"]}
    assert ["EQUALS", "NOT_EQUALS"] == listed["TAG"]["allowedRelations"]
    assert "IS_SET" == listed["IS_PRICE_REDUCED"]["defaultRelation"]


def test_a_rule_about_an_unknown_definition_is_refused(store):
    given = {
        **rule("PRODUCT_METAFIELD_DEFINITION", "EQUALS", "1"),
        "conditionObjectId": "gid://shopify/MetafieldDefinition/1",
    }
    refused = store.refusal(LEGACY_CREATE, given={"title": "A", "ruleSet": rules(given)})
    assert ["ruleSet", "rules", "0", "conditionObjectId"] == refused["userErrors"][0]["field"]
