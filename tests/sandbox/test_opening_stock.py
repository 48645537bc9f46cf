import pytest

from tests.sandbox.collection_documents import collection, source, titles
from tests.sandbox.stock import ACTIVATE, a_key, an_item, item, places, put_stock, stocked
from tests.sandbox.store import PRODUCT_SET, a_product, a_variant

TOTAL = "query T($id: ID!) { product(id: $id) { totalInventory hasOutOfStockVariants } }"
BULK = """mutation B($id: ID!, $rows: [ProductVariantsBulkInput!]!) { %s(productId: $id, variants: $rows) {
  productVariants { id inventoryQuantity inventoryItem { id } } userErrors { code field message } } }"""
BULK_CREATE, BULK_UPDATE = (BULK % f"productVariantsBulk{what}" for what in ("Create", "Update"))


@pytest.fixture(scope="module")
def shop(server):
    return server.shop("opening", locations=["Main", "Annex"])


@pytest.fixture(scope="module")
def known(shop):
    return places(shop)


def rows(*amounts):
    return [{"locationId": place, "name": "available", "quantity": amount} for place, amount in amounts]


def a_shirt(known, **fields):
    stock = fields.pop("stock", rows((known["Annex"], 4)))
    variant = a_variant("S", inventoryItem={"tracked": True}, inventoryQuantities=stock)
    return {**a_product("S"), "variants": [variant], **fields}


def the_item(product):
    return product["variants"]["nodes"][0]["inventoryItem"]["id"]


def test_a_new_variant_is_kept_where_its_quantities_say_and_nowhere_else(shop, known):
    product = shop.set_product(a_shirt(known))
    assert {"Annex": {"available": 4, "on_hand": 4}} == stocked(item(shop, the_item(product)))


def test_the_total_is_right_at_once_for_a_new_product_and_lags_for_an_old_one(shop, known):
    product = shop.set_product(a_shirt(known))
    assert {"totalInventory": 4, "hasOutOfStockVariants": False} == shop.run(TOTAL, id=product["id"])["product"]
    shop.set_product(a_shirt(known, stock=rows((known["Annex"], 0))), id=product["id"])
    assert {"totalInventory": 4, "hasOutOfStockVariants": True} == shop.run(TOTAL, id=product["id"])["product"]
    assert {"Annex": {}} == stocked(item(shop, the_item(product)))


def test_what_is_not_tracked_does_not_count(shop, known):
    given = a_shirt(known)
    given["variants"][0]["inventoryItem"]["tracked"] = False
    product = shop.set_product(given)
    assert {"totalInventory": 0, "hasOutOfStockVariants": False} == shop.run(TOTAL, id=product["id"])["product"]
    assert 4 == item(shop, the_item(product))["variant"]["inventoryQuantity"]


def test_quantities_left_out_stay(shop, known):
    product = shop.set_product(a_shirt(known))
    plain = a_product("S", title="Renamed")
    shop.set_product(plain, id=product["id"])
    assert {"Annex": {"available": 4, "on_hand": 4}} == stocked(item(shop, the_item(product)))


def test_an_old_variant_gets_quantities_only_where_it_is_stocked(shop, known):
    product = shop.set_product(a_shirt(known))
    given = a_shirt(known, stock=rows((known["Main"], 1)))
    error = shop.refusal(PRODUCT_SET, given=given, identifier={"id": product["id"]})["userErrors"][0]
    assert ["input", "variants", "0", "inventoryQuantities", "0", "locationId"] == error["field"]
    assert {"Annex": {"available": 4, "on_hand": 4}} == stocked(item(shop, the_item(product)))


@pytest.mark.parametrize(
    ("row", "part"),
    [({"locationId": "gid://shopify/Location/1"}, "locationId"), ({"name": "damaged"}, "name")],
)
def test_opening_stock_that_makes_no_sense_is_refused_and_no_product_made(shop, known, row, part):
    stock = [{**rows((known["Annex"], 4))[0], **row}]
    payload = shop.refusal(PRODUCT_SET, given=a_shirt(known, handle="refused", stock=stock), identifier=None)
    error = payload["userErrors"][0]
    assert (["input", "variants", "0", "inventoryQuantities", "0", part], "INVALID_VARIANT") == (
        error["field"],
        error["code"],
    )
    assert None is shop.run('{ productByIdentifier(identifier: {handle: "refused"}) { id } }')["productByIdentifier"]


def test_more_than_250_quantities_of_a_variant_are_refused(shop, known):
    given = a_shirt(known, stock=rows(*[(known["Annex"], 1)] * 251))
    error = shop.answer(PRODUCT_SET, given=given, identifier=None)["errors"][0]
    assert ("MAX_INPUT_SIZE_EXCEEDED", ["productSet", "input", "variants", "inventoryQuantities"]) == (
        error["extensions"]["code"],
        error["path"],
    )


def test_variants_made_in_bulk_may_bring_stock(shop, known):
    product = shop.set_product(a_product("S"))
    row = {
        "optionValues": [{"optionName": "Size", "name": "M"}],
        "inventoryQuantities": [{"locationId": known["Annex"], "availableQuantity": 6}],
    }
    made = shop.mutate(BULK_CREATE, id=product["id"], rows=[row])["productVariants"][0]
    assert {"Annex": {"available": 6, "on_hand": 6}} == stocked(item(shop, made["inventoryItem"]["id"]))


def test_variants_changed_in_bulk_may_not_state_stock_but_adjust_it(shop, known):
    shirt = an_item(shop)
    put_stock(shop, shirt, known["Main"], 5)
    found = item(shop, shirt["id"])["variant"]["product"]["id"]
    variant = shop.product(found)["variants"]["nodes"][0]["id"]
    stated = {"id": variant, "inventoryQuantities": [{"locationId": known["Main"], "availableQuantity": 6}]}
    payload = shop.refusal(BULK_UPDATE, id=found, rows=[stated])
    assert "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE" == payload["userErrors"][0]["code"]
    change = {"locationId": known["Main"], "adjustment": -2, "changeFromQuantity": 5}
    shop.mutate(BULK_UPDATE, id=found, rows=[{"id": variant, "quantityAdjustments": [change]}])
    assert {"Main": {"available": 3, "on_hand": 3}} == stocked(item(shop, shirt["id"]))
    shop.refusal(BULK_UPDATE, id=found, rows=[{"id": variant, "quantityAdjustments": [change]}])
    assert {"Main": {"available": 3, "on_hand": 3}} == stocked(item(shop, shirt["id"]))


def test_an_adjustment_of_null_takes_a_variant_out_of_a_location(shop, known):
    shirt = an_item(shop)
    shop.mutate(ACTIVATE, item=shirt["id"], place=known["Annex"], key=a_key())
    found = item(shop, shirt["id"])["variant"]["product"]["id"]
    variant = shop.product(found)["variants"]["nodes"][0]["id"]
    out = {"locationId": known["Main"], "adjustment": None, "changeFromQuantity": None}
    shop.mutate(BULK_UPDATE, id=found, rows=[{"id": variant, "quantityAdjustments": [out]}])
    assert {"Annex": {}} == stocked(item(shop, shirt["id"]))


def test_products_are_found_and_sorted_by_their_stock(server):
    shop = server.shop("found-by-stock", locations=["Main", "Annex"])
    known = places(shop)
    for title, amount in (("Five", 5), ("Two", 2), ("Nine", 9)):
        shop.set_product(a_shirt(known, title=title, stock=rows((known["Annex"], amount))))
    query = """{ products(first: 2, query: "inventory_total:>=3", sortKey: INVENTORY_TOTAL, reverse: true) {
      nodes { title totalInventory } pageInfo { hasNextPage endCursor } } }"""
    found = shop.run(query)["products"]
    assert [("Nine", 9), ("Five", 5)] == [(one["title"], one["totalInventory"]) for one in found["nodes"]]
    assert False is found["pageInfo"]["hasNextPage"]


def test_a_condition_on_stock_counts_every_place_where_a_variant_is_stocked(shop, known):
    stock = rows((known["Main"], 2), (known["Annex"], 4))
    shop.set_product(a_shirt(known, title="Six of it", handle="six", stock=stock))
    for bound, expected in ((5, ["Six of it"]), (6, [])):
        above = {"variantInventory": {"relation": "GREATER_THAN", "value": bound}}
        named = {"productTitle": {"matchType": "ANY", "relation": "EQUALS", "values": ["Six of it"]}}
        inclusion = {"matchType": "ALL", "conditions": [above, named]}
        assert expected == titles(collection(shop, f"above {bound}", sources=source(inclusion=inclusion)))
