import pytest

from tests.sandbox.store import METAFIELDS_SET, PRODUCT_CREATE, PRODUCT_SET

ENABLE = """mutation E($key: String!) { standardMetafieldDefinitionEnable(ownerType: PRODUCT, namespace: "shopify",
  key: $key) { createdDefinition { id } userErrors { message } } }"""
ENTRY = """mutation C($type: String!, $label: String!) { metaobjectCreate(metaobject: {type: $type, fields: [
  {key: "label", value: $label}]}) { metaobject { id } userErrors { message } } }"""
_OPTIONS = """options { id name linkedMetafield { namespace key } optionValues { id name linkedMetafieldValue } }
  metafields(first: 5) { nodes { namespace key type jsonValue } } variants(first: 9) { nodes { title } }"""
READ = "query P($id: ID!) { product(id: $id) {" + _OPTIONS + "} }"
ADD = (
    "mutation A($id: ID!, $options: [OptionCreateInput!]!) { productOptionsCreate(productId: $id, options: $options) {"
    " product {" + _OPTIONS + "} userErrors { code field message } } }"
)
CHANGE = (
    "mutation U($id: ID!, $option: ID!, $add: [OptionValueCreateInput!]) { productOptionUpdate(productId: $id,"
    " option: {id: $option}, optionValuesToAdd: $add) { product {" + _OPTIONS + "} userErrors { code field } } }"
)
VARIANTS = (
    "mutation V($id: ID!, $values: [VariantOptionValueInput!]!) { productVariantsBulkCreate(productId: $id, variants:"
    " [{optionValues: $values}]) { product {" + _OPTIONS + "} userErrors { code field } } }"
)
MATERIAL = {"namespace": "shopify", "key": "material"}


@pytest.fixture
def linen(store):
    store.mutate(ENABLE, key="material")
    return an_entry(store, "Linen")


def an_entry(store, label, kind="shopify--material"):
    return store.mutate(ENTRY, type=kind, label=label)["metaobject"]["id"]


def a_product(store):
    return store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]["id"]


def linked(*values, **row):
    return {"linkedMetafield": {**MATERIAL, "values": list(values)}, **row}


def refused(store, *options):
    payload = store.refusal(ADD, id=a_product(store), options=list(options))
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def test_a_linked_option_is_named_after_the_definition_and_its_values_after_the_entries(store, linen):
    wool = an_entry(store, "Wool")
    product = store.mutate(ADD, id=a_product(store), options=[linked(linen, wool)])["product"]
    option = product["options"][0]
    assert ("Material", MATERIAL) == (option["name"], option["linkedMetafield"])
    assert [("Linen", linen), ("Wool", wool)] == [
        (value["name"], value["linkedMetafieldValue"]) for value in option["optionValues"]
    ]
    assert [{"title": "Linen"}] == product["variants"]["nodes"]


def test_the_metafield_of_the_product_lists_the_values(store, linen):
    product = store.mutate(ADD, id=a_product(store), options=[linked(linen)])["product"]
    expected = {**MATERIAL, "type": "list.metaobject_reference", "jsonValue": [linen]}
    assert [expected] == product["metafields"]["nodes"]


def test_an_option_that_is_not_linked_says_so(store):
    product = store.mutate(ADD, id=a_product(store), options=[{"name": "Size", "values": [{"name": "S"}]}])["product"]
    assert (None, None) == (
        product["options"][0]["linkedMetafield"],
        product["options"][0]["optionValues"][0]["linkedMetafieldValue"],
    )


def test_the_name_may_be_another_and_the_values_may_be_given_one_by_one(store, linen):
    row = {"name": "Cloth", "linkedMetafield": MATERIAL, "values": [{"linkedMetafieldValue": linen}]}
    option = store.mutate(ADD, id=a_product(store), options=[row])["product"]["options"][0]
    assert ("Cloth", "Linen") == (option["name"], option["optionValues"][0]["name"])


def test_links_that_cannot_be_are_refused(store, linen):
    color = an_entry_of_another_type(store)
    at = ["options", "0", "linkedMetafield"]
    unknown = {"linkedMetafield": {"namespace": "shopify", "key": "no", "values": [linen]}}
    both = linked(linen, values=[{"name": "Silk"}])
    assert [("LINKED_METAFIELD_DEFINITION_NOT_FOUND", at)] == refused(store, unknown)
    assert [("CANNOT_COMBINE_LINKED_METAFIELD_AND_OPTION_VALUES", at)] == refused(store, both)
    assert [("MISSING_METAFIELD_VALUES_FOR_LINKED_OPTION", at)] == refused(store, linked())
    for stranger in (color, "gid://shopify/Metaobject/1", "Linen"):
        errors = refused(store, linked(linen, stranger))
        assert [("INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION", [*at, "values"])] == errors
    assert [("DUPLICATE_LINKED_OPTION", ["options", "1"])] == refused(store, linked(linen), linked(linen, name="Again"))
    unlinked = {"name": "Size", "values": [{"linkedMetafieldValue": linen}]}
    assert [("LINKED_METAFIELD_VALUE_WITHOUT_LINKED_OPTION", ["options", "0"])] == refused(store, unlinked)


def an_entry_of_another_type(store):
    store.mutate(ENABLE, key="color-pattern")
    return an_entry(store, "Blue", "shopify--color-pattern")


def test_a_metafield_is_linked_once_on_a_product(store, linen):
    product_id = a_product(store)
    store.mutate(ADD, id=product_id, options=[linked(linen)])
    again = store.refusal(ADD, id=product_id, options=[linked(linen, name="Again")])["userErrors"][0]
    assert ("OPTION_LINKED_METAFIELD_ALREADY_TAKEN", ["options", "0"]) == (again["code"], again["field"])


def test_values_are_added_to_a_linked_option_by_their_entries_only(store, linen):
    product_id, wool = a_product(store), an_entry(store, "Wool")
    option = store.mutate(ADD, id=product_id, options=[linked(linen)])["product"]["options"][0]
    by_name = store.refusal(CHANGE, id=product_id, option=option["id"], add=[{"name": "Silk"}])["userErrors"][0]
    assert "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION" == by_name["code"]
    added = [{"linkedMetafieldValue": wool}]
    product = store.mutate(CHANGE, id=product_id, option=option["id"], add=added)["product"]
    assert ["Linen", "Wool"] == [value["name"] for value in product["options"][0]["optionValues"]]
    assert [linen, wool] == product["metafields"]["nodes"][0]["jsonValue"]


def test_a_new_variant_names_its_value_by_the_entry(store, linen):
    product_id, wool = a_product(store), an_entry(store, "Wool")
    store.mutate(ADD, id=product_id, options=[linked(linen)])
    by_name = [{"optionName": "Material", "name": "Silk"}]
    assert (
        "CANNOT_SET_NAME_FOR_LINKED_OPTION_VALUE"
        == (store.refusal(VARIANTS, id=product_id, values=by_name)["userErrors"][0]["code"])
    )
    by_entry = [{"optionName": "Material", "linkedMetafieldValue": wool}]
    product = store.mutate(VARIANTS, id=product_id, values=by_entry)["product"]
    assert {"title": "Wool"} in product["variants"]["nodes"]
    assert wool in product["metafields"]["nodes"][0]["jsonValue"]


def test_a_product_is_created_and_set_with_linked_options(store, linen):
    made = store.mutate(PRODUCT_CREATE, given={"title": "Shirt", "productOptions": [linked(linen)]})["product"]
    assert MATERIAL == store.run(READ, id=made["id"])["product"]["options"][0]["linkedMetafield"]
    rows = [{"optionValues": [{"optionName": "Material", "linkedMetafieldValue": linen}]}]
    given = {"title": "Set", "productOptions": [linked(linen)], "variants": rows}
    first = store.set_product(given)
    again = store.set_product(given, id=first["id"])
    assert first["options"] == again["options"]
    product = store.run(READ, id=first["id"])["product"]
    assert ([{"title": "Linen"}], [linen]) == (
        product["variants"]["nodes"],
        product["metafields"]["nodes"][0]["jsonValue"],
    )


def test_a_set_refuses_a_link_under_its_own_codes(store, linen):
    rows = [{"optionValues": [{"optionName": "Material", "linkedMetafieldValue": linen}]}]
    given = {"title": "Set", "productOptions": [linked()], "variants": rows}
    error = store.refusal(PRODUCT_SET, given=given)["userErrors"][0]
    assert ("INVALID_INPUT", ["input", "productOptions", "0", "linkedMetafield"]) == (error["code"], error["field"])


def test_a_metafield_that_was_there_before_may_be_linked(store, linen):
    product_id = a_product(store)
    row = {"ownerId": product_id, **MATERIAL, "value": f'["{linen}"]'}
    store.mutate(METAFIELDS_SET, rows=[row])
    product = store.mutate(ADD, id=product_id, options=[linked(linen)])["product"]
    assert [[linen]] == [one["jsonValue"] for one in product["metafields"]["nodes"]]


def test_entries_that_options_offer_keep_the_field_that_names_them(store):
    query = """mutation M($given: MetaobjectDefinitionCreateInput!) { metaobjectDefinitionCreate(definition: $given) {
      metaobjectDefinition { id } userErrors { message } } }"""
    fields = [{"key": key, "name": key, "type": "single_line_text_field"} for key in ("label", "alt")]
    given = {"type": "cloth", "displayNameKey": "label", "fieldDefinitions": fields}
    definition = store.mutate(query, given=given)["metaobjectDefinition"]["id"]
    query = """mutation D($given: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $given) {
      userErrors { message } } }"""
    place = {"namespace": "custom", "key": "cloth"}
    rules = [{"name": "metaobject_definition_id", "value": definition}]
    given = {**place, "ownerType": "PRODUCT", "name": "Cloth", "type": "list.metaobject_reference"}
    store.mutate(query, given={**given, "validations": rules})
    entry = an_entry(store, "Linen", "cloth")
    rename = """mutation R($id: ID!, $given: MetaobjectDefinitionUpdateInput!) {
      metaobjectDefinitionUpdate(id: $id, definition: $given) { metaobjectDefinition { displayNameKey }
        userErrors { code field } } }"""
    store.mutate(rename, id=definition, given={"displayNameKey": "alt"})
    store.mutate(rename, id=definition, given={"displayNameKey": "label"})
    store.mutate(ADD, id=a_product(store), options=[{"linkedMetafield": {**place, "values": [entry]}}])
    problem = {"code": "IMMUTABLE", "field": ["definition", "displayNameKey"]}
    payload = store.refusal(rename, id=definition, given={"displayNameKey": "alt"})
    assert {"metaobjectDefinition": None, "userErrors": [problem]} == payload
    store.mutate(rename, id=definition, given={"displayNameKey": "label", "name": "Fabric"})
