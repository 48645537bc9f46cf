import pytest

from tests.sandbox.stock import SET, a_key, an_item, item, places, put_stock, sale, set_rows, stocked


@pytest.fixture(scope="module")
def shop(server):
    return server.shop("sales", locations=["Main", "Annex"])


def test_a_customer_takes_pieces_away(shop):
    shirt = an_item(shop, sku="LS-S")
    put_stock(shop, shirt, places(shop)["Main"], 5)
    answer = sale(shop, sku="LS-S", quantity=2)
    assert (200, (3, 3)) == (answer.status_code, (answer.json()["available"], answer.json()["onHand"]))
    assert {"Main": {"available": 3, "on_hand": 3}} == stocked(item(shop, shirt["id"]))


def test_a_sale_between_reading_and_writing_makes_the_write_stale(shop):
    shirt = an_item(shop)
    main = places(shop)["Main"]
    put_stock(shop, shirt, main, 5)
    sale(shop, inventoryItemId=shirt["id"], location="Main", quantity=1)
    payload = shop.refusal(SET, given=set_rows(shirt, main, 9, changeFromQuantity=5), key=a_key())
    assert ["CHANGE_FROM_QUANTITY_STALE"] == [error["code"] for error in payload["userErrors"]]
    assert {"Main": {"available": 4, "on_hand": 4}} == stocked(item(shop, shirt["id"]))


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({"sku": "LS-NONE", "quantity": 1}, 422, "no inventory item is 'LS-NONE'"),
        ({"sku": "LS-X", "quantity": 1, "location": "Attic"}, 422, "no active location is 'Attic'"),
        ({"sku": "LS-X", "quantity": 1, "location": "Annex"}, 422, "is not stocked at Annex"),
        ({"sku": "LS-X", "quantity": 0}, 400, "1 or more"),
        ({"sku": "LS-X", "inventoryItemId": "gid://shopify/InventoryItem/1", "quantity": 1}, 400, "expected"),
        ({"quantity": 1}, 400, "expected"),
        ({"sku": "LS-X", "quantity": 1, "colour": "red"}, 400, "expected"),
    ],
)
def test_a_sale_that_cannot_be_is_refused_and_says_why(shop, asked, status, says):
    an_item(shop, sku="LS-X")
    answer = sale(shop, **asked)
    assert status == answer.status_code
    assert says in answer.json()["error"]


def test_nothing_is_sold_in_a_shop_that_is_not_there(server, shop):
    gone = type(shop)(shop.server_url, {**shop.shop, "name": "nowhere"})
    assert 404 == sale(gone, sku="LS-S", quantity=1).status_code
