import pytest

from tests.sandbox.store import DEFINITION_CREATE, METAFIELDS_SET

UPDATE = """mutation U($given: MetafieldDefinitionUpdateInput!) { metafieldDefinitionUpdate(definition: $given) {
  updatedDefinition { id name description type { name } pinnedPosition } userErrors { code field message } } }"""
DELETE = """mutation D($id: ID, $name: MetafieldDefinitionIdentifierInput, $all: Boolean) {
  metafieldDefinitionDelete(id: $id, identifier: $name, deleteAllAssociatedMetafields: $all) {
    deletedDefinitionId deletedDefinition { ownerType namespace key } userErrors { code field message } } }"""
FIND = """query F($name: MetafieldDefinitionIdentifierInput!) { metafieldDefinition(identifier: $name) {
  id metafieldsCount metafields(first: 5) { nodes { value } } } }"""
NAME = {"ownerType": "PRODUCT", "namespace": "custom", "key": "text"}


def _given(**fields):
    return {"name": "Text", "type": "single_line_text_field", **NAME, **fields}


def test_a_new_definition_reads_back_with_its_defaults(store):
    made = store.mutate(DEFINITION_CREATE, given=_given())["createdDefinition"]
    assert {"name": "single_line_text_field", "category": "TEXT"} == made["type"]
    assert {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE"} == made["access"]
    assert {"enabled": False, "eligible": True} == made["capabilities"]["uniqueValues"]
    assert (None, []) == (made["pinnedPosition"], made["validations"])
    assert made["id"] == store.run(FIND, name=NAME)["metafieldDefinition"]["id"]


def test_an_id_definition_is_unique_and_stays_so(store):
    made = store.mutate(DEFINITION_CREATE, given=_given(type="id"))["createdDefinition"]
    assert made["capabilities"]["uniqueValues"]["enabled"]
    change = {**NAME, "capabilities": {"uniqueValues": {"enabled": False}}}
    assert "CAPABILITY_CANNOT_BE_DISABLED" == store.refusal(UPDATE, given=change)["userErrors"][0]["code"]


def test_unique_values_are_enforced_between_owners(store):
    store.mutate(DEFINITION_CREATE, given=_given(capabilities={"uniqueValues": {"enabled": True}}))
    owners = [store.set_product({"title": "Shirt"})["id"] for _ in range(2)]
    rows = [{"ownerId": owner, "namespace": "custom", "key": "text", "value": "same"} for owner in owners]
    store.mutate(METAFIELDS_SET, rows=rows[:1])
    assert "TAKEN" == store.refusal(METAFIELDS_SET, rows=rows[1:])["userErrors"][0]["code"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"namespace": "ab"}, "TOO_SHORT", ["definition", "namespace"]),
        ({"key": "k"}, "TOO_SHORT", ["definition", "key"]),
        ({"key": "k" * 65}, "TOO_LONG", ["definition", "key"]),
        ({"key": "a b"}, "INVALID_CHARACTER", ["definition", "key"]),
        ({"name": "x" * 256}, "TOO_LONG", ["definition", "name"]),
        ({"name": " "}, "BLANK", ["definition", "name"]),
        ({"type": "nope"}, "INCLUSION", ["definition", "type"]),
        (
            {"access": {"admin": "MERCHANT_READ"}},
            "ADMIN_ACCESS_INPUT_NOT_ALLOWED",
            ["definition", "access", "admin"],
        ),
        (
            {"type": "json", "capabilities": {"uniqueValues": {"enabled": True}}},
            "INVALID_CAPABILITY",
            ["definition"],
        ),
    ],
)
def test_a_bad_definition_is_refused(store, change, code, field):
    refused = store.refusal(DEFINITION_CREATE, given=_given(**change))
    assert None is refused["createdDefinition"]
    assert (code, field) == (refused["userErrors"][0]["code"], refused["userErrors"][0]["field"])


def test_the_same_identity_is_taken(store):
    store.mutate(DEFINITION_CREATE, given=_given())
    refused = store.refusal(DEFINITION_CREATE, given=_given(name="Other"))["userErrors"][0]
    assert ("TAKEN", ["definition", "key"]) == (refused["code"], refused["field"])
    store.mutate(DEFINITION_CREATE, given=_given(ownerType="PRODUCTVARIANT"))


def test_identity_and_type_of_a_definition_never_change(store):
    store.mutate(DEFINITION_CREATE, given=_given())
    updated = store.mutate(UPDATE, given={**NAME, "name": "New", "description": "D"})["updatedDefinition"]
    assert ("New", "D", "single_line_text_field") == (updated["name"], updated["description"], updated["type"]["name"])
    refused = store.refusal(UPDATE, given={**NAME, "key": "other", "name": "New"})["userErrors"][0]
    assert ("NOT_FOUND", "Definition not found.") == (refused["code"], refused["message"])


def test_new_validations_leave_stored_values_and_show_in_the_status(store):
    store.mutate(DEFINITION_CREATE, given=_given())
    product = store.set_product({"title": "Shirt"})
    store.mutate(
        METAFIELDS_SET, rows=[{"ownerId": product["id"], "namespace": "custom", "key": "text", "value": "long"}]
    )
    query = (
        "query F($n: MetafieldDefinitionIdentifierInput!) { metafieldDefinition(identifier: $n) { validationStatus } }"
    )
    before = store.run(query, n=NAME)["metafieldDefinition"]["validationStatus"]
    store.mutate(UPDATE, given={**NAME, "validations": [{"name": "max", "value": "2"}]})
    after = store.run(query, n=NAME)["metafieldDefinition"]["validationStatus"]
    assert ("ALL_VALID", "SOME_INVALID") == (before, after)
    assert ["long"] == [one["value"] for one in store.product(product["id"])["metafields"]["nodes"]]


def test_pins_are_numbered_and_close_their_gaps(store):
    made = [
        store.mutate(DEFINITION_CREATE, given=_given(key=f"key{n}", pin=True))["createdDefinition"] for n in range(3)
    ]
    assert [1, 2, 3] == [one["pinnedPosition"] for one in made]
    store.mutate(UPDATE, given={**NAME, "key": "key0", "pin": False})
    query = """{ metafieldDefinitions(first: 5, ownerType: PRODUCT, pinnedStatus: PINNED, sortKey: PINNED_POSITION) {
      nodes { key pinnedPosition } } }"""
    nodes = store.run(query)["metafieldDefinitions"]["nodes"]
    assert [("key2", 2), ("key1", 1)] == [(node["key"], node["pinnedPosition"]) for node in nodes]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "id"}, "ID_TYPE_DELETION_ERROR"),
        ({"type": "product_reference"}, "REFERENCE_TYPE_DELETION_ERROR"),
        ({"namespace": "$app"}, "RESERVED_NAMESPACE_ORPHANED_METAFIELDS"),
    ],
)
def test_some_definitions_go_only_with_their_values(store, change, code):
    made = store.mutate(DEFINITION_CREATE, given=_given(**change))["createdDefinition"]
    assert code == store.refusal(DELETE, id=made["id"])["userErrors"][0]["code"]
    assert made["id"] == store.mutate(DELETE, id=made["id"], all=True)["deletedDefinitionId"]


@pytest.mark.parametrize(("with_values", "left"), [(False, ["v"]), (True, [])])
def test_deleting_a_definition_keeps_its_values_unless_told_otherwise(store, with_values, left):
    store.mutate(DEFINITION_CREATE, given=_given())
    product = store.set_product({"title": "Shirt"})
    row = {"ownerId": product["id"], "namespace": "custom", "key": "text", "value": "v"}
    store.mutate(METAFIELDS_SET, rows=[row])
    found = store.run(FIND, name=NAME)["metafieldDefinition"]
    assert (1, [{"value": "v"}]) == (found["metafieldsCount"], found["metafields"]["nodes"])
    assert NAME == store.mutate(DELETE, name=NAME, all=with_values)["deletedDefinition"]
    assert left == [one["value"] for one in store.product(product["id"])["metafields"]["nodes"]]
    assert None is store.run(FIND, name=NAME)["metafieldDefinition"]
