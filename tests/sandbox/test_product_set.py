import re

import orjson
import pytest

from tests.sandbox.store import (
    DEFINITION_CREATE,
    PRODUCT_SET,
    a_product,
    a_variant,
    ids,
    titles,
)

MARK = {"namespace": "$app:reconciler", "key": "key"}
ID_DEFINITION = {"name": "Key", "ownerType": "PRODUCT", "type": "id", **MARK}


def test_a_product_without_options_has_the_one_default_variant(store):
    product = store.set_product({"title": "Plain"})
    assert ["Title"] == [option["name"] for option in product["options"]]
    assert ["Default Title"] == titles(product)
    assert product["hasOnlyDefaultVariant"]


def test_a_new_variant_has_the_documented_defaults(store):
    variant = store.set_product({"title": "Plain"})["variants"]["nodes"][0]
    item = variant["inventoryItem"]
    assert ("0.00", None, True, "DENY") == tuple(
        variant[key] for key in ("price", "compareAtPrice", "taxable", "inventoryPolicy")
    )
    assert (False, True, None) == (item["tracked"], item["requiresShipping"], item["unitCost"])
    assert {"unit": "KILOGRAMS", "value": 0.0} == item["measurement"]["weight"]


def test_a_list_left_out_is_unchanged(store):
    first = store.set_product(a_product("S", "M", tags=["a"]))
    second = store.set_product({"title": "New"}, id=first["id"])
    assert ids(first) == ids(second)
    assert ["a"] == second["tags"]
    assert "New" == second["title"]


def test_sending_the_same_input_again_keeps_every_id(store):
    first = store.set_product(a_product("S", "M"))
    second = store.set_product(a_product("S", "M"), id=first["id"])
    assert first == second


def test_variants_are_matched_by_their_option_values(store):
    first = store.set_product(a_product("S", "M"))
    second = store.set_product(a_product("M", "L"), id=first["id"])
    assert ids(first)[1] == ids(second)[0]
    assert ["M", "L"] == titles(second)


def test_a_variant_matched_by_id_may_change_its_option_value(store):
    first = store.set_product(a_product("S", "M"))
    given = a_product("S", "XL")
    given["variants"] = [a_variant("S"), a_variant("XL", id=ids(first)[1])]
    assert ids(first) == ids(store.set_product(given, id=first["id"]))


def test_an_option_value_matched_by_id_is_renamed_with_its_variants(store):
    first = store.set_product(a_product("S", "M"))
    option = first["options"][0]
    given = {
        "productOptions": [
            {
                "id": option["id"],
                "name": "Cut",
                "values": [
                    {"id": option["optionValues"][0]["id"], "name": "Small"},
                    {"id": option["optionValues"][1]["id"]},
                ],
            }
        ],
        "variants": [
            {"optionValues": [{"optionName": "Cut", "name": "Small"}]},
            {"optionValues": [{"optionName": "Cut", "name": "M"}]},
        ],
    }
    second = store.set_product(given, id=first["id"])
    assert (ids(first), ["Small", "M"]) == (ids(second), titles(second))
    assert "Cut" == second["options"][0]["name"]


def test_a_variant_left_out_of_the_list_is_deleted(store):
    first = store.set_product(a_product("S", "M"))
    store.set_product(a_product("M"), id=first["id"])
    gone = store.run("query($id: ID!) { productVariant(id: $id) { id } }", id=ids(first)[0])
    assert {"productVariant": None} == gone


def test_an_unused_option_value_stays_without_variants(store):
    given = a_product("S")
    given["productOptions"][0]["values"].append({"name": "XL"})
    option = store.set_product(given)["options"][0]
    assert ["S"] == option["values"]
    assert [("S", True), ("XL", False)] == [(one["name"], one["hasVariants"]) for one in option["optionValues"]]


def test_positions_come_from_the_order_or_the_position_fields(store):
    given = a_product("S", "M", "L")
    given["variants"] = [a_variant("S", position=3), a_variant("M", position=1), a_variant("L", position=2)]
    product = store.set_product(given)
    assert ["M", "L", "S"] == titles(product)
    assert [1, 2, 3] == [variant["position"] for variant in product["variants"]["nodes"]]


def test_fields_of_variant_and_inventory_item_are_stored_in_the_shops_form(store):
    variant = a_variant(
        "S",
        sku="LS-S",
        barcode="123",
        price="49.5",
        compareAtPrice=60,
        inventoryPolicy="CONTINUE",
        taxable=False,
        inventoryItem={
            "tracked": True,
            "cost": "12.00",
            "harmonizedSystemCode": "6109.10",
            "measurement": {"weight": {"unit": "GRAMS", "value": 180}},
        },
    )
    stored = store.set_product({**a_product("S"), "variants": [variant]})["variants"]["nodes"][0]
    assert ("LS-S", "123", "49.50", "60.00", "CONTINUE", False) == tuple(
        stored[key] for key in ("sku", "barcode", "price", "compareAtPrice", "inventoryPolicy", "taxable")
    )
    assert {"amount": "12.0", "currencyCode": "EUR"} == stored["inventoryItem"]["unitCost"]
    assert "610910" == stored["inventoryItem"]["harmonizedSystemCode"]
    assert {"unit": "GRAMS", "value": 180.0} == stored["inventoryItem"]["measurement"]["weight"]


def test_null_clears_and_an_absent_key_does_not(store):
    first = store.set_product({**a_product("S"), "variants": [a_variant("S", price="9", compareAtPrice="12")]})
    kept = store.set_product({**a_product("S"), "variants": [a_variant("S")]}, id=first["id"])
    cleared = store.set_product({**a_product("S"), "variants": [a_variant("S", compareAtPrice=None)]}, id=first["id"])
    assert "12.00" == kept["variants"]["nodes"][0]["compareAtPrice"]
    assert None is cleared["variants"]["nodes"][0]["compareAtPrice"]
    assert "9.00" == cleared["variants"]["nodes"][0]["price"]


@pytest.mark.parametrize(("currency", "price"), [("EUR", "10.50"), ("JPY", "11"), ("KWD", "10.500")])
def test_money_has_the_decimals_of_the_shops_currency(server, currency, price):
    shop = server.shop(f"money-{currency.lower()}", currency=currency)
    product = shop.set_product({**a_product("S"), "variants": [a_variant("S", price="10.5")]})
    assert price == product["variants"]["nodes"][0]["price"]


def test_handle_identifies_for_an_upsert(store):
    first = store.set_product(a_product("S", handle="linen"), handle="linen")
    second = store.set_product(a_product("S", handle="linen", title="Other"), handle="linen")
    assert (first["id"], "Other") == (second["id"], second["title"])


def test_a_custom_id_identifies_for_an_upsert_and_is_written(store):
    store.mutate(DEFINITION_CREATE, given=ID_DEFINITION)
    first = store.set_product(a_product("S"), customId={**MARK, "value": "linen"})
    second = store.set_product(a_product("S", title="Other"), customId={**MARK, "value": "linen"})
    assert first["id"] == second["id"]
    assert [("key", "id", "linen")] == [(one["key"], one["type"], one["value"]) for one in first["metafields"]["nodes"]]


def test_a_custom_id_needs_a_definition_of_type_id(store):
    answer = store.answer(PRODUCT_SET, given=a_product("S"), identifier={"customId": {**MARK, "value": "linen"}})
    assert {"productSet": None} == answer["data"]
    assert ("NOT_FOUND", "Metafield definition of type 'id' is required when using custom ids.") == (
        answer["errors"][0]["extensions"]["code"],
        answer["errors"][0]["message"],
    )


def test_two_products_cannot_have_the_same_custom_id(store):
    store.mutate(DEFINITION_CREATE, given=ID_DEFINITION)
    row = {**MARK, "value": "linen"}
    store.set_product({"title": "A", "metafields": [row]})
    refused = store.refusal(PRODUCT_SET, given={"title": "B", "metafields": [row]})
    assert "DUPLICATED_METAFIELD_VALUE" == refused["userErrors"][0]["code"]
    assert {"productsCount": {"count": 1}} == store.run("{ productsCount { count } }")


def test_a_present_metafield_list_is_the_whole_list(store):
    def row(key):
        return {"namespace": "custom", "key": key, "type": "single_line_text_field", "value": key}

    first = store.set_product({"title": "A", "metafields": [row("one"), row("two")]})
    second = store.set_product({"metafields": [row("two")]}, id=first["id"])
    third = store.set_product({"title": "B"}, id=first["id"])
    assert ["two"] == [one["key"] for one in second["metafields"]["nodes"]]
    assert second["metafields"] == third["metafields"]


@pytest.mark.parametrize(
    ("given", "identifier", "error"),
    [
        (
            {"productOptions": [{"name": "Size", "values": [{"name": "S"}]}]},
            None,
            ("VARIANTS_INPUT_MISSING", ["input", "variants"]),
        ),
        ({"variants": [a_variant("S")]}, None, ("PRODUCT_OPTIONS_INPUT_MISSING", ["input", "productOptions"])),
        ({"id": "gid://shopify/Product/1"}, None, ("PRODUCT_DOES_NOT_EXIST", ["input", "id"])),
        (
            {"id": "gid://shopify/Product/1"},
            {"id": "gid://shopify/Product/1"},
            ("ID_NOT_ALLOWED", ["input"]),
        ),
        ({}, {"id": "gid://shopify/Product/1"}, ("PRODUCT_DOES_NOT_EXIST", ["identifier", "id"])),
        ({}, {"handle": "x"}, ("MISSING_FIELD_REQUIRED", ["input", "handle"])),
        ({"handle": "y"}, {"handle": "x"}, ("INPUT_MISMATCH", ["input", "handle"])),
        ({"handle": "Taken!"}, None, ("HANDLE_NOT_UNIQUE", ["input", "handle"])),
        ({"title": "x" * 256, "handle": "ok"}, None, ("INVALID_PRODUCT", ["input", "title"])),
        (
            a_product("S", productOptions=[{"name": "Size / Cut", "values": [{"name": "S"}]}]),
            None,
            ("INVALID_INPUT", ["input", "productOptions", "0", "name"]),
        ),
        (
            a_product("S", productOptions=[{"name": "Size", "values": []}]),
            None,
            ("OPTION_VALUES_MISSING", ["input", "productOptions", "0", "values"]),
        ),
        (
            a_product("S", productOptions=[{"name": str(n), "values": [{"name": "S"}]} for n in range(4)]),
            None,
            ("OPTIONS_OVER_LIMIT", ["input", "productOptions"]),
        ),
        (a_product("S", "S"), None, ("DUPLICATED_OPTION_VALUE", ["input", "productOptions", "0", "values", "1"])),
        (
            {**a_product("S"), "variants": [a_variant("S"), a_variant("S")]},
            None,
            ("INVALID_VARIANT", ["input", "variants", "1"]),
        ),
        (
            {**a_product("S"), "variants": [a_variant("XXL")]},
            None,
            ("OPTION_VALUE_DOES_NOT_EXIST", ["input", "variants", "0", "optionValues", "0", "name"]),
        ),
        (
            {**a_product("S"), "variants": [a_variant("S", id="gid://shopify/ProductVariant/1")]},
            None,
            ("PRODUCT_VARIANT_DOES_NOT_EXIST", ["input", "variants", "0", "id"]),
        ),
        (
            {**a_product("S"), "variants": [a_variant("S", inventoryItem={"cost": -1})]},
            None,
            ("INVALID_VARIANT", ["input", "variants", "0", "inventoryItem", "cost"]),
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_code_and_path(store, given, identifier, error):
    store.set_product({"title": "Taken", "handle": "taken"})
    refused = store.refusal(PRODUCT_SET, given={"title": "T", **given}, identifier=identifier)["userErrors"][0]
    assert error == (refused["code"], refused["field"])


def test_a_refused_product_set_changes_nothing(store):
    before = store.set_product(a_product("S", "M"))
    given = {**a_product("S", "L", title="Changed"), "variants": [a_variant("S"), a_variant("L", price="-1")]}
    refused = store.refusal(PRODUCT_SET, given=given, identifier={"id": before["id"]})
    assert before == refused["product"] == store.product(before["id"])


def test_a_taken_handle_shows_the_text_that_was_sent(store):
    store.set_product({"title": "Taken", "handle": "taken"})
    refused = store.refusal(PRODUCT_SET, given={"title": "T", "handle": " Taken! "})
    assert "Handle ' Taken! ' already in use. Please provide a new handle." == refused["userErrors"][0]["message"]


def test_ids_that_a_refused_product_took_are_taken_by_others_without_a_clash(store):
    sizes = [str(one) for one in range(40)]
    bad = [{"namespace": "custom", "key": "weight", "type": "number_integer", "value": "heavy"}]
    store.refusal(PRODUCT_SET, given=a_product(*sizes, metafields=bad), identifier=None)
    made = [store.set_product(a_product(*sizes, title=f"P{one}")) for one in range(3)]
    numbers = re.findall(r"gid://shopify/\w+/(\d+)", orjson.dumps(made).decode())
    assert 3 * (1 + 1 + 40 + 40 + 40) == len(numbers) == len(set(numbers))
