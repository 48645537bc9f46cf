import pytest

from tests.sandbox.store import a_product

CATALOG = """query C($id: ID!) { product(id: $id) {
  combinedListingRole sellingPlanGroups(first: 1) { nodes { id } } sellingPlanGroupsCount { count }
  variants(first: 1) { nodes { sellingPlanGroups(first: 1) { nodes { id } } sellingPlanGroupsCount { count } } } } }"""


def test_a_product_is_sold_by_no_plan(store):
    product = store.run(CATALOG, id=store.set_product(a_product("S"))["id"])["product"]
    none = {"sellingPlanGroups": {"nodes": []}, "sellingPlanGroupsCount": {"count": 0}}
    assert {"combinedListingRole": None, **none, "variants": {"nodes": [none]}} == product


def test_a_shop_has_no_policies_and_plain_money(store):
    shop = (
        "{ shop { shopPolicies { id } features { sellsSubscriptions } currencyFormats { moneyWithCurrencyFormat } } }"
    )
    expected = {
        "shopPolicies": [],
        "features": {"sellsSubscriptions": False},
        "currencyFormats": {"moneyWithCurrencyFormat": "{{amount}} EUR"},
    }
    assert expected == store.run(shop)["shop"]


@pytest.mark.parametrize("kind", ["Order", "Customer", "InventoryTransfer", "PaymentTerms"])
def test_what_a_shop_never_holds_may_be_named_and_is_not_found(shared, kind):
    query = "query N($id: ID!) { node(id: $id) { id ... on " + kind + " { __typename } } }"
    assert None is shared.run(query, id=f"gid://shopify/{kind}/1")["node"]
