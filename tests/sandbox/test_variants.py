from typing import Any

import pytest

from tests.sandbox.store import PRODUCT_CREATE, a_product, ids, titles

_VARIANT = "id title sku price compareAtPrice barcode position inventoryItem { sku tracked unitCost { amount } }"
UPDATE = (
    "mutation U($id: ID!, $rows: [ProductVariantsBulkInput!]!, $partial: Boolean) {"
    " productVariantsBulkUpdate(productId: $id, variants: $rows, allowPartialUpdates: $partial) {"
    " product { id } productVariants {" + _VARIANT + "} userErrors { code field message } } }"
)
CREATE = (
    "mutation C($id: ID!, $rows: [ProductVariantsBulkInput!]!, $strategy: ProductVariantsBulkCreateStrategy) {"
    " productVariantsBulkCreate(productId: $id, variants: $rows, strategy: $strategy) {"
    " product { id } productVariants {" + _VARIANT + "} userErrors { code field message } } }"
)
DELETE = """mutation D($id: ID!, $ids: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $ids) {
  product { id } userErrors { code field message } } }"""
REORDER = """mutation R($id: ID!, $rows: [ProductVariantPositionInput!]!) {
  productVariantsBulkReorder(productId: $id, positions: $rows) { product { id } userErrors { code field message } } }"""
MISSING = "gid://shopify/ProductVariant/1"


def test_an_update_changes_only_the_keys_it_has(store):
    product = store.set_product(a_product("S", "M"))
    row = {"id": ids(product)[0], "price": "55", "inventoryItem": {"sku": "LS-S", "cost": 3}}
    updated = store.mutate(UPDATE, id=product["id"], rows=[row])["productVariants"]
    assert [("55.00", "LS-S", "3.0")] == [
        (one["price"], one["sku"], one["inventoryItem"]["unitCost"]["amount"]) for one in updated
    ]
    assert "49.00" == store.product(product["id"])["variants"]["nodes"][1]["price"]


def test_all_variants_of_one_product_can_be_read_at_once(store):
    names = [str(number) for number in range(20)]
    product = store.set_product(
        {
            "title": "Large",
            "productOptions": [{"name": key, "values": [{"name": name} for name in names]} for key in "AB"],
            "variants": [
                {"optionValues": [{"optionName": "A", "name": one}, {"optionName": "B", "name": two}]}
                for one in names
                for two in names
            ],
        }
    )
    one = "query($id: ID!) { product(id: $id) { variants(first: 2048) { nodes { id } } } }"
    assert 400 == len(store.run(one, id=product["id"])["product"]["variants"]["nodes"])
    store.set_product({"title": "Other"})
    many = store.answer("{ products(first: 2) { nodes { variants(first: 251) { nodes { id } } } } }")
    assert "BAD_REQUEST" == many["errors"][0]["extensions"]["code"]


def test_an_empty_update_is_a_success(store):
    product = store.set_product(a_product("S"))
    assert [] == store.mutate(UPDATE, id=product["id"], rows=[])["productVariants"]


def test_one_bad_row_refuses_the_whole_batch(store):
    product = store.set_product(a_product("S", "M"))
    rows = [{"id": ids(product)[0], "price": "55"}, {"id": ids(product)[1], "price": "-1"}]
    refused = store.refusal(UPDATE, id=product["id"], rows=rows)
    assert ["49.00", "49.00"] == [one["price"] for one in refused["productVariants"]]
    assert product == store.product(product["id"])


def test_partial_updates_save_the_good_rows_beside_the_errors(store):
    product = store.set_product(a_product("S", "M"))
    rows = [{"id": ids(product)[0], "price": "-1"}, {"id": ids(product)[1], "price": "55"}]
    payload = store.refusal(UPDATE, id=product["id"], rows=rows, partial=True)
    assert ["49.00", "55.00"] == [one["price"] for one in payload["productVariants"]]
    assert [["variants", "0", "price"]] == [error["field"] for error in payload["userErrors"]]
    stored = store.product(product["id"])["variants"]["nodes"]
    assert ["49.00", "55.00"] == [one["price"] for one in stored]


def test_compare_at_price_is_reported_before_price(store):
    product = store.set_product(a_product("S"))
    rows = [{"id": ids(product)[0], "price": "-1", "compareAtPrice": "-1"}]
    refused = store.refusal(UPDATE, id=product["id"], rows=rows)
    assert ["compareAtPrice", "price"] == [error["field"][-1] for error in refused["userErrors"]]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({"price": "-1"}, "GREATER_THAN_OR_EQUAL_TO", ["variants", "0", "price"]),
        ({"price": "1000000000000000000"}, "INVALID_INPUT", ["variants", "0", "price"]),
        ({"price": None}, "INVALID", ["variants", "0", "price"]),
        ({"barcode": "x" * 256}, "INVALID_INPUT", ["variants", "0", "barcode"]),
        ({"inventoryItem": {"sku": "x" * 256}}, "INVALID_INPUT", ["variants", "0"]),
        (
            {"inventoryItem": {"measurement": {"weight": {"unit": "GRAMS", "value": -1}}}},
            "INVALID_INPUT",
            ["variants", "0"],
        ),
        ({"inventoryItem": {"cost": -1}}, "INVALID_INPUT", ["variants", "0", "inventoryItem", "cost"]),
        ({"optionValues": []}, "NEED_TO_ADD_OPTION_VALUES", ["variants", "0"]),
        ({"id": MISSING}, "NO_KEY_ON_CREATE", ["variants", "0", "id"]),
        (
            {"optionValues": [{"optionName": "Size", "name": "S"}]},
            "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE",
            ["variants", "0"],
        ),
    ],
)
def test_a_bad_new_variant_is_refused_with_its_code_and_path(store, row, code, field):
    product = store.set_product(a_product("S"))
    given = {"optionValues": [{"optionName": "Size", "name": "M"}], **row}
    refused = store.refusal(CREATE, id=product["id"], rows=[given])
    assert (code, field) == (refused["userErrors"][0]["code"], refused["userErrors"][0]["field"])
    assert (None, []) == (refused["product"], refused["productVariants"])
    assert ["S"] == titles(store.product(product["id"]))


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({"id": MISSING}, "PRODUCT_VARIANT_DOES_NOT_EXIST", ["variants", "0", "id"]),
        ({"price": "1"}, "PRODUCT_VARIANT_ID_MISSING", ["variants", "0", "id"]),
    ],
)
def test_a_row_without_a_variant_of_the_product_is_refused(store, row, code, field):
    product = store.set_product(a_product("S"))
    refused = store.refusal(UPDATE, id=product["id"], rows=[row])
    assert (code, field) == (refused["userErrors"][0]["code"], refused["userErrors"][0]["field"])


@pytest.mark.parametrize("mutation", [UPDATE, CREATE])
def test_a_product_that_is_not_there_is_refused_at_product_id(shared, mutation):
    refused = shared.refusal(mutation, id="gid://shopify/Product/1", rows=[])["userErrors"][0]
    assert ("PRODUCT_DOES_NOT_EXIST", ["productId"]) == (refused["code"], refused["field"])


def test_an_update_cannot_take_the_options_of_another_variant(store):
    product = store.set_product(a_product("S", "M"))
    row = {"id": ids(product)[0], "optionValues": [{"optionName": "Size", "name": "M"}]}
    assert "VARIANT_ALREADY_EXISTS" == store.refusal(UPDATE, id=product["id"], rows=[row])["userErrors"][0]["code"]


def test_a_value_that_the_option_lacks_is_made(store):
    product = store.set_product(a_product("S"))
    row = {"optionValues": [{"optionName": "Size", "name": "XL"}]}
    store.mutate(CREATE, id=product["id"], rows=[row])
    after = store.product(product["id"])
    assert (["S", "XL"], ["S", "XL"]) == (titles(after), after["options"][0]["values"])


@pytest.mark.parametrize(
    ("strategy", "standalone", "left"),
    [
        (None, "Default Title", ["Red"]),
        ("DEFAULT", "Default Title", ["Red"]),
        ("PRESERVE_STANDALONE_VARIANT", "Default Title", ["Default Title", "Red"]),
        ("REMOVE_STANDALONE_VARIANT", "Default Title", ["Red"]),
        ("DEFAULT", "Blue", ["Blue", "Red"]),
        ("REMOVE_STANDALONE_VARIANT", "Blue", ["Red"]),
    ],
)
def test_the_strategy_says_what_becomes_of_a_lone_variant(store, strategy, standalone, left):
    given: dict[str, Any] = {"title": "Shirt"}
    if standalone != "Default Title":
        given["productOptions"] = [{"name": "Title", "values": [{"name": standalone}]}]
    product = store.mutate(PRODUCT_CREATE, given=given)["product"]
    row = {"optionValues": [{"optionName": "Title", "name": "Red"}]}
    store.mutate(CREATE, id=product["id"], rows=[row], strategy=strategy)
    after = store.product(product["id"])
    assert (left, left) == (titles(after), after["options"][0]["values"])


def test_deleting_variants_closes_the_gaps_in_the_positions(store):
    product = store.set_product(a_product("S", "M", "L"))
    store.mutate(DELETE, id=product["id"], ids=[ids(product)[1]])
    after = store.product(product["id"])
    assert [("S", 1), ("L", 2)] == [(one["title"], one["position"]) for one in after["variants"]["nodes"]]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (lambda all_ids: all_ids, "CANNOT_DELETE_LAST_VARIANT"),
        (lambda all_ids: [all_ids[0], MISSING], "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"),
    ],
)
def test_a_refused_deletion_deletes_nothing(store, chosen, code):
    product = store.set_product(a_product("S", "M"))
    refused = store.refusal(DELETE, id=product["id"], ids=chosen(ids(product)))
    assert code == refused["userErrors"][0]["code"]
    assert product == store.product(product["id"])


def test_reordering_numbers_all_variants_from_one(store):
    product = store.set_product(a_product("S", "M", "L"))
    store.mutate(REORDER, id=product["id"], rows=[{"id": ids(product)[2], "position": 1}])
    after = store.product(product["id"])
    assert [("L", 1), ("S", 2), ("M", 3)] == [(one["title"], one["position"]) for one in after["variants"]["nodes"]]


@pytest.mark.parametrize(
    ("rows", "code", "field"),
    [
        (lambda one: [{"id": one, "position": 0}], "INVALID_POSITION", ["positions", "0", "position"]),
        (
            lambda one: [{"id": one, "position": 1}, {"id": one, "position": 2}],
            "DUPLICATED_VARIANT_ID",
            ["positions"],
        ),
        (lambda _one: [{"id": MISSING, "position": 1}], "MISSING_VARIANT", ["positions", "0", "id"]),
    ],
)
def test_a_bad_order_is_refused(store, rows, code, field):
    product = store.set_product(a_product("S", "M"))
    refused = store.refusal(REORDER, id=product["id"], rows=rows(ids(product)[0]))["userErrors"][0]
    assert (code, field) == (refused["code"], refused["field"])


def test_an_inventory_item_can_be_changed_and_read_on_its_own(store):
    product = store.set_product(a_product("S"))
    item = product["variants"]["nodes"][0]["inventoryItem"]["id"]
    mutation = """mutation I($id: ID!, $input: InventoryItemInput!) { inventoryItemUpdate(id: $id, input: $input) {
      inventoryItem { id sku tracked variant { id } } userErrors { field message } } }"""
    payload = store.mutate(mutation, id=item, input={"sku": "LS-S", "tracked": True})
    assert {"id": item, "sku": "LS-S", "tracked": True, "variant": {"id": ids(product)[0]}} == payload["inventoryItem"]
    assert store.product(product["id"])["tracksInventory"]
    found = store.run('{ inventoryItems(first: 5, query: "sku:ls-s") { nodes { id duplicateSkuCount } } }')
    assert [{"id": item, "duplicateSkuCount": 0}] == found["inventoryItems"]["nodes"]
