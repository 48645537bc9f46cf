import pytest

from tests.sandbox.store import DEFINITION_CREATE, METAFIELDS_SET, a_product, ids

DELETE = """mutation D($rows: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $rows) {
  deletedMetafields { ownerId namespace key } userErrors { field message } } }"""


def _row(owner, value="v", **fields):
    return {
        "ownerId": owner["id"] if isinstance(owner, dict) else owner,
        "namespace": "custom",
        "key": "text",
        "type": "single_line_text_field",
        "value": value,
        **fields,
    }


VALUES = [
    ("boolean", " TRUE ", "true", True),
    ("boolean", "0", "false", "false"),
    ("number_integer", "5.00", "5", 5),
    ("number_decimal", "1.1234567899", "1.123456789", "1.123456789"),
    ("list.number_decimal", "[10.4]", '["10.4"]', ["10.4"]),
    ("list.number_integer", "[10]", "[10]", [10]),
    ("date_time", "2024-01-01T12:30:00", "2024-01-01T12:30:00+00:00", "2024-01-01T12:30:00+00:00"),
    ("date_time", "2024-01-01T12:30:00.5+02:00", "2024-01-01T12:30:00+02:00", "2024-01-01T12:30:00+02:00"),
    (
        "weight",
        '{"value":2,"unit":"kg"}',
        '{"value":2.0,"unit":"KILOGRAMS"}',
        {"value": 2, "unit": "KILOGRAMS"},
    ),
    (
        "list.dimension",
        '[{"value":25,"unit":"centimeters"}]',
        '[{"value":25.0,"unit":"CENTIMETERS"}]',
        [{"value": 25, "unit": "cm"}],
    ),
    (
        "rating",
        '{"value":"3.5","scale_min":"1.0","scale_max":"5.0"}',
        '{"scale_min":"1.0","scale_max":"5.0","value":"3.5"}',
        {"scale_min": "1.0", "scale_max": "5.0", "value": "3.5"},
    ),
    ("json", '{"a" : 1}', '{"a" : 1}', {"a": 1}),
    ("url", "https://example.com", "https://example.com", "https://example.com"),
    (
        "money",
        '{"amount":"5.99","currency_code":"EUR"}',
        '{"amount":"5.99","currency_code":"EUR"}',
        {"amount": "5.99", "currency_code": "EUR"},
    ),
]


@pytest.mark.parametrize(("kind", "sent", "stored", "as_json"), VALUES)
def test_a_value_is_stored_in_the_normal_form_of_its_type(store, kind, sent, stored, as_json):
    product = store.set_product({"title": "Shirt"})
    written = store.mutate(METAFIELDS_SET, rows=[_row(product, sent, type=kind)])["metafields"][0]
    assert (stored, as_json) == (written["value"], written["jsonValue"])


@pytest.mark.parametrize(
    ("change", "code", "field", "message"),
    [
        ({"type": "number_integer"}, "INVALID_VALUE", "value", "Value must be an integer."),
        ({"type": "boolean"}, "INVALID_VALUE", "value", "Value must be true or false."),
        ({"type": "color"}, "INVALID_VALUE", "value", "Value must be a hex color code."),
        ({"value": "a\nb"}, "INVALID_VALUE", "value", "Value must be a single line text string."),
        ({"value": " "}, "INVALID_VALUE", "value", "Value can't be blank."),
        (
            {"type": "product_reference", "value": "gid://shopify/Product/1"},
            "INVALID_VALUE",
            "value",
            "Value references non-existent resource gid://shopify/Product/1.",
        ),
        ({"type": None}, "BLANK", "type", "Type can't be blank"),
        ({"namespace": "ab"}, "TOO_SHORT", "namespace", "Namespace is too short (minimum is 3 characters)"),
        ({"key": "k" * 65}, "TOO_LONG", "key", "Key is too long (maximum is 64 characters)"),
        ({"namespace": "protected"}, None, "namespace", "Namespace protected is a reserved namespace"),
        (
            {"namespace": "app--1--other"},
            "APP_NOT_AUTHORIZED",
            "namespace",
            "Access to this namespace and key on Metafields for this resource type is not allowed.",
        ),
    ],
)
def test_what_cannot_be_stored_is_refused(store, change, code, field, message):
    product = store.set_product({"title": "Shirt"})
    refused = store.refusal(METAFIELDS_SET, rows=[_row(product, **change)])["userErrors"][0]
    assert (code, ["metafields", "0", field], message) == (refused["code"], refused["field"], refused["message"])


def test_a_bad_element_of_a_list_is_named(store):
    product = store.set_product({"title": "Shirt"})
    row = _row(product, '[1,"x"]', type="list.number_integer")
    assert 1 == store.refusal(METAFIELDS_SET, rows=[row])["userErrors"][0]["elementIndex"]


def test_one_bad_row_writes_nothing(store):
    product = store.set_product({"title": "Shirt"})
    rows = [_row(product), _row("gid://shopify/Product/1")]
    refused = store.refusal(METAFIELDS_SET, rows=rows)
    assert ("INVALID_VALUE", ["metafields", "1", "ownerId"], "Owner does not exist.") == tuple(
        refused["userErrors"][0][key] for key in ("code", "field", "message")
    )
    assert [] == store.product(product["id"])["metafields"]["nodes"]


def test_more_than_25_rows_are_refused(store):
    product = store.set_product({"title": "Shirt"})
    refused = store.refusal(METAFIELDS_SET, rows=[_row(product, key=f"key{n}") for n in range(26)])
    assert "LESS_THAN_OR_EQUAL_TO" == refused["userErrors"][0]["code"]


def test_the_last_of_duplicate_rows_wins(store):
    product = store.set_product({"title": "Shirt"})
    store.mutate(METAFIELDS_SET, rows=[_row(product, "one"), _row(product, "two")])
    assert ["two"] == [one["value"] for one in store.product(product["id"])["metafields"]["nodes"]]


def test_compare_digest_lets_only_the_expected_write_through(store):
    product = store.set_product({"title": "Shirt"})
    first = store.mutate(METAFIELDS_SET, rows=[_row(product, "one", compareDigest=None)])["metafields"][0]
    second = store.mutate(METAFIELDS_SET, rows=[_row(product, "two", compareDigest=first["compareDigest"])])
    assert "two" == second["metafields"][0]["value"]
    stale = store.refusal(METAFIELDS_SET, rows=[_row(product, "three", compareDigest=first["compareDigest"])])
    exists = store.refusal(METAFIELDS_SET, rows=[_row(product, "three", compareDigest=None)])
    missing = store.refusal(METAFIELDS_SET, rows=[_row(product, key="new", compareDigest="x")])
    same = store.mutate(METAFIELDS_SET, rows=[_row(product, "two", compareDigest="nonsense")])
    codes = [one["userErrors"][0]["code"] for one in (stale, exists, missing)]
    assert ["STALE_OBJECT", "STALE_OBJECT", "INVALID_COMPARE_DIGEST"] == codes
    assert second["metafields"][0] == same["metafields"][0]


@pytest.mark.parametrize(
    ("namespace", "ending"), [(None, ""), ("$app", ""), ("$app:reconciler", "--reconciler"), ("custom", None)]
)
def test_the_apps_namespace_reads_back_in_full(store, namespace, ending):
    product = store.set_product({"title": "Shirt"})
    row = {key: value for key, value in _row(product, namespace=namespace).items() if value is not None}
    written = store.mutate(METAFIELDS_SET, rows=[row])["metafields"][0]
    app = store.run("{ currentAppInstallation { app { id } } }")["currentAppInstallation"]["app"]["id"]
    expected = "custom" if ending is None else f"app--{app.rpartition('/')[2]}{ending}"
    assert expected == written["namespace"]
    query = 'query($id: ID!, $n: String) { product(id: $id) { metafield(namespace: $n, key: "text") { value } } }'
    assert "v" == store.run(query, id=product["id"], n=namespace)["product"]["metafield"]["value"]


def test_a_definition_gives_the_type_and_its_validations_hold(store):
    product = store.set_product({"title": "Shirt"})
    name = {"name": "Text", "namespace": "custom", "key": "text", "ownerType": "PRODUCT"}
    given = {**name, "type": "single_line_text_field", "validations": [{"name": "max", "value": "5"}]}
    store.mutate(DEFINITION_CREATE, given=given)
    row = _row(product, "short")
    del row["type"]
    assert "single_line_text_field" == store.mutate(METAFIELDS_SET, rows=[row])["metafields"][0]["type"]
    too_long = store.refusal(METAFIELDS_SET, rows=[{**row, "value": "too long"}])["userErrors"][0]
    assert ("INVALID_VALUE", "Value has a maximum length of 5.") == (too_long["code"], too_long["message"])
    wrong = store.refusal(METAFIELDS_SET, rows=[_row(product, "1", type="number_integer")])["userErrors"][0]
    assert "INVALID_TYPE" == wrong["code"]


def test_deleting_answers_row_by_row_and_never_fails_on_a_missing_one(store):
    product = store.set_product({"title": "Shirt"})
    store.mutate(METAFIELDS_SET, rows=[_row(product)])
    name = {"ownerId": product["id"], "namespace": "custom", "key": "text"}
    payload = store.mutate(DELETE, rows=[name, {**name, "key": "nope"}, {**name, "ownerId": "gid://shopify/Product/1"}])
    assert [name, None, None] == payload["deletedMetafields"]
    assert [] == store.product(product["id"])["metafields"]["nodes"]


def test_metafields_can_be_asked_for_by_keys_in_that_order(store):
    product = store.set_product({"title": "Shirt"})
    store.mutate(METAFIELDS_SET, rows=[_row(product, key=f"key{n}") for n in range(3)])
    query = """query($id: ID!) { product(id: $id) {
      metafields(first: 5, keys: ["custom.key2", "custom.key0"]) { nodes { key } } } }"""
    nodes = store.run(query, id=product["id"])["product"]["metafields"]["nodes"]
    assert ["key2", "key0"] == [node["key"] for node in nodes]


def test_variants_the_shop_and_the_app_own_metafields_too(store):
    product = store.set_product(a_product("S"))
    roots = store.run("{ shop { id } currentAppInstallation { id } }")
    owners = [ids(product)[0], roots["shop"]["id"], roots["currentAppInstallation"]["id"]]
    query = """mutation($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) {
      metafields { ownerType owner { metafield(namespace: "custom", key: "text") { value } } }
      userErrors { message } } }"""
    written = store.mutate(query, rows=[_row(owner) for owner in owners])["metafields"]
    assert ["PRODUCTVARIANT", "SHOP", "API_PERMISSION"] == [one["ownerType"] for one in written]
    assert {"v"} == {one["owner"]["metafield"]["value"] for one in written}


def test_a_deleted_variant_takes_its_metafields_along(store):
    product = store.set_product(a_product("S", "M"))
    store.mutate(METAFIELDS_SET, rows=[_row(ids(product)[0])])
    store.set_product(a_product("M"), id=product["id"])
    name = {"ownerId": ids(product)[0], "namespace": "custom", "key": "text"}
    assert [None] == store.mutate(DELETE, rows=[name])["deletedMetafields"]
