import pytest

from tests.sandbox.store import DEFINITION_CREATE, METAFIELDS_SET

ENABLE = """mutation E($owner: MetafieldOwnerType!, $id: ID, $namespace: String, $key: String, $pin: Boolean = false,
    $capabilities: MetafieldCapabilityCreateInput) {
  standardMetafieldDefinitionEnable(ownerType: $owner, id: $id, namespace: $namespace, key: $key, pin: $pin,
      capabilities: $capabilities) {
    createdDefinition { id namespace key name type { name } pinnedPosition access { storefront }
      standardTemplate { id key } validations { name value } }
    userErrors { code field message } } }"""
UPDATE = """mutation U($given: MetafieldDefinitionUpdateInput!) { metafieldDefinitionUpdate(definition: $given) {
  updatedDefinition { id validationStatus constraints { key values(first: 9) { nodes { value } } } }
  validationJob { id done } userErrors { code field message } } }"""
PIN = """mutation P($id: ID!) { metafieldDefinitionPin(definitionId: $id) {
  pinnedDefinition { id } userErrors { code message } } }"""
LIST = """query L($status: MetafieldDefinitionConstraintStatus,
    $subtype: MetafieldDefinitionConstraintSubtypeIdentifier) {
  metafieldDefinitions(first: 9, ownerType: PRODUCT, constraintStatus: $status, constraintSubtype: $subtype) {
    nodes { key } } }"""
NAME = {"ownerType": "PRODUCT", "namespace": "custom", "key": "text"}
TEMPLATE = "gid://shopify/StandardMetafieldDefinitionTemplate/"


def a_definition(store, key="text", **fields):
    given = {"name": "Text", "type": "single_line_text_field", **NAME, "key": key, **fields}
    return store.mutate(DEFINITION_CREATE, given=given)["createdDefinition"]["id"]


def keys(store, **chosen):
    return [row["key"] for row in store.run(LIST, **chosen)["metafieldDefinitions"]["nodes"]]


def test_a_standard_is_enabled_by_its_id_or_its_name_and_only_once(store):
    made = store.mutate(ENABLE, owner="PRODUCT", id=TEMPLATE + "1", pin=True)["createdDefinition"]
    again = store.mutate(ENABLE, owner="PRODUCT", namespace="descriptors", key="subtitle")["createdDefinition"]
    assert made == again
    assert ("subtitle", 1, "PUBLIC_READ") == (made["key"], made["pinnedPosition"], made["access"]["storefront"])
    assert [{"name": "max", "value": "70"}] == made["validations"]
    assert {"id": TEMPLATE + "1", "key": "subtitle"} == made["standardTemplate"]


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({}, None, "TEMPLATE_NOT_FOUND"),
        ({"id": TEMPLATE + "999"}, ["id"], "TEMPLATE_NOT_FOUND"),
        ({"id": TEMPLATE + "19"}, ["id"], "TEMPLATE_NOT_FOUND"),
        ({"namespace": "no", "key": "no"}, None, "TEMPLATE_NOT_FOUND"),
        ({"id": TEMPLATE + "2", "capabilities": {"uniqueValues": {"enabled": True}}}, None, "INVALID_CAPABILITY"),
        ({"id": TEMPLATE + "10002", "capabilities": {"uniqueValues": {"enabled": True}}}, None, "INVALID_CAPABILITY"),
        ({"id": TEMPLATE + "10002", "pin": True}, None, "UNSUPPORTED_PINNING"),
        ({"id": TEMPLATE + "10002"}, ["id"], "TEMPLATE_NOT_FOUND"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(shared, asked, field, code):
    refused = shared.refusal(ENABLE, owner="PRODUCT", **asked)["userErrors"]
    assert [(field, code)] == [(one["field"], one["code"]) for one in refused]


def test_a_standard_keeps_its_name(store):
    store.mutate(ENABLE, owner="PRODUCT", id=TEMPLATE + "1")
    given = {"ownerType": "PRODUCT", "namespace": "descriptors", "key": "subtitle", "name": "Mine"}
    assert ["definition", "name"] == store.refusal(UPDATE, given=given)["userErrors"][0]["field"]


def test_templates_that_are_in_use_can_be_left_out(store):
    store.mutate(ENABLE, owner="PRODUCT", id=TEMPLATE + "1")
    query = "query T($free: Boolean) { standardMetafieldDefinitionTemplates(first: 2, excludeActivated: $free) {"
    query += " nodes { key } } }"
    both = [store.run(query, free=one)["standardMetafieldDefinitionTemplates"]["nodes"] for one in (False, True)]
    assert [["subtitle", "care_guide"], ["care_guide", "isbn"]] == [[row["key"] for row in rows] for rows in both]


def test_a_definition_for_a_category_is_not_pinned(store):
    category = {"key": "category", "values": ["gid://shopify/TaxonomyCategory/ap-2"]}
    made = a_definition(store, constraints=category)
    assert "UNSUPPORTED_PINNING" == store.refusal(PIN, id=made)["userErrors"][0]["code"]
    given = {"name": "T", "type": "url", **NAME, "key": "other", "constraints": category, "pin": True}
    assert "UNSUPPORTED_PINNING" == store.refusal(DEFINITION_CREATE, given=given)["userErrors"][0]["code"]


def test_definitions_are_chosen_by_their_category(store):
    a_definition(store, "for_cats", constraints={"key": "category", "values": ["ap-2"]})
    a_definition(store, "for_all")
    assert ["for_cats", "for_all"] == keys(store, subtype={"key": "category", "value": "ap-2"})
    assert ["for_all"] == keys(store, subtype={"key": "category", "value": "ap-3"})
    assert ["for_cats"] == keys(store, status="CONSTRAINED_ONLY")


def test_categories_are_added_and_taken_away(store):
    a_definition(store, constraints={"key": "category", "values": ["ap-2"]})
    changes = {"key": "category", "values": [{"create": "ap-3"}, {"delete": "ap-2"}]}
    changed = store.mutate(UPDATE, given={**NAME, "constraintsUpdates": changes})["updatedDefinition"]
    assert {"key": "category", "values": {"nodes": [{"value": "ap-3"}]}} == changed["constraints"]


def test_only_products_are_restricted_to_a_category(shared):
    given = {"name": "T", "type": "url", **NAME, "ownerType": "SHOP", "constraints": {"key": "category", "values": []}}
    assert "INVALID_CONSTRAINTS" == shared.refusal(DEFINITION_CREATE, given=given)["userErrors"][0]["code"]


def test_new_validations_start_a_job_only_where_there_are_values(store):
    a_definition(store)
    rules = [{"name": "max", "value": "3"}]
    idle = store.mutate(UPDATE, given={**NAME, "validations": [{"name": "max", "value": "9"}]})
    owner = store.set_product({"title": "Shirt"})["id"]
    row = {"ownerId": owner, "namespace": "custom", "key": "text", "value": "longer"}
    store.mutate(METAFIELDS_SET, rows=[row])
    busy = store.mutate(UPDATE, given={**NAME, "validations": rules})
    counted = """query C($name: MetafieldDefinitionIdentifierInput!) { metafieldDefinition(identifier: $name) {
      validationStatus valid: metafieldsCount(validationStatus: VALID) all: metafieldsCount } }"""
    after = store.run(counted, name=NAME)["metafieldDefinition"]
    assert (None, False) == (idle["validationJob"], busy["validationJob"]["done"])
    assert ("ALL_VALID", "SOME_INVALID") == (busy["updatedDefinition"]["validationStatus"], after["validationStatus"])
    assert (0, 1) == (after["valid"], after["all"])


def test_too_many_rows_answer_with_no_list(shared):
    owner = shared.set_product({"title": "Many"})["id"]
    rows = [
        {"ownerId": owner, "namespace": "custom", "key": f"k{n:02}", "type": "url", "value": "x"} for n in range(26)
    ]
    refused = shared.refusal(METAFIELDS_SET, rows=rows)
    assert (None, "LESS_THAN_OR_EQUAL_TO") == (refused["metafields"], refused["userErrors"][0]["code"])


def test_ratings_of_a_list_are_rewritten_as_single_ones_are(shared):
    owner = shared.set_product({"title": "Rated"})["id"]
    value = '[{"value":"3.5","scale_min":"1.0","scale_max":"5.0"}]'
    row = {"ownerId": owner, "namespace": "custom", "key": "stars", "type": "list.rating", "value": value}
    stored = shared.mutate(METAFIELDS_SET, rows=[row])["metafields"][0]["value"]
    assert '[{"scale_min":"1.0","scale_max":"5.0","value":"3.5"}]' == stored


def test_a_standard_for_categories_brings_the_definition_of_its_entries(store):
    made = store.mutate(ENABLE, owner="PRODUCT", id=TEMPLATE + "10004")["createdDefinition"]
    assert ("shopify", "material", "list.metaobject_reference") == (
        made["namespace"],
        made["key"],
        made["type"]["name"],
    )
    query = """query($id: ID!) { byType: metaobjectDefinitionByType(type: "shopify--material") { id name }
      metaobjectDefinition(id: $id) { type displayNameKey fieldDefinitions { key type { name } } } }"""
    rule = made["validations"][0]
    found = store.run(query, id=rule["value"])
    assert ("metaobject_definition_id", rule["value"], "Material") == (rule["name"], *found["byType"].values())
    label, taxonomy = found["metaobjectDefinition"]["fieldDefinitions"]
    assert ("label", "label", "product_taxonomy_value_reference") == (
        found["metaobjectDefinition"]["displayNameKey"],
        label["key"],
        taxonomy["type"]["name"],
    )


def test_a_standard_for_categories_is_not_pinned_and_then_leaves_nothing(store):
    refused = store.refusal(ENABLE, owner="PRODUCT", id=TEMPLATE + "10004", pin=True)["userErrors"]
    assert [(None, "UNSUPPORTED_PINNING")] == [(one["field"], one["code"]) for one in refused]
    assert {"metaobjectDefinitionByType": None} == store.run(
        '{ metaobjectDefinitionByType(type: "shopify--material") { id } }'
    )


def test_templates_are_told_apart_by_whether_they_are_for_categories(shared):
    query = """query($status: MetafieldDefinitionConstraintStatus) {
      standardMetafieldDefinitionTemplates(first: 250, constraintStatus: $status) { nodes { key } } }"""
    every, bound, free = (
        {row["key"] for row in shared.run(query, status=status)["standardMetafieldDefinitionTemplates"]["nodes"]}
        for status in (None, "CONSTRAINED_ONLY", "UNCONSTRAINED_ONLY")
    )
    assert ({"material"} <= bound, {"subtitle"} <= free, every) == (True, True, bound | free)
    assert not bound & free


def test_a_value_of_the_taxonomy_is_taken_for_one_by_its_looks(store):
    store.mutate(ENABLE, owner="PRODUCT", id=TEMPLATE + "10004")
    create = """mutation C($value: String!) { metaobjectCreate(metaobject: {type: "shopify--material", fields: [
      {key: "label", value: "Linen"}, {key: "taxonomy_reference", value: $value}]}) {
      metaobject { displayName } userErrors { code } } }"""
    assert "Linen" == store.mutate(create, value="gid://shopify/TaxonomyValue/67")["metaobject"]["displayName"]
    refused = store.refusal(create, value="gid://shopify/TaxonomyValue/linen")["userErrors"]
    assert ["INVALID_VALUE"] == [one["code"] for one in refused]
