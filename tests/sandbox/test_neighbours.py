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


def test_products_are_sorted_by_when_they_came_to_the_online_store(store):
    ids = [store.set_product(a_product("S", title=title))["id"] for title in ("A", "B", "C")]
    where = next(
        row["id"]
        for row in store.run("{ publications(first: 9) { nodes { id name } } }")["publications"]["nodes"]
        if row["name"] == "Online Store"
    )
    publish = """mutation P($id: ID!, $at: [PublicationInput!]!) { publishablePublish(id: $id, input: $at) {
      userErrors { message } } }"""
    for gid, date in ((ids[0], "2020-02-01T00:00:00Z"), (ids[1], "2020-01-01T00:00:00Z")):
        store.mutate(publish, id=gid, at=[{"publicationId": where, "publishDate": date}])
    query = "{ products(first: 9, sortKey: PUBLISHED_AT) { nodes { title } } }"
    assert ["C", "B", "A"] == [row["title"] for row in store.run(query)["products"]["nodes"]]


def test_introspection_lists_fields_by_name(shared):
    fields = shared.run('{ __type(name: "MetafieldDefinition") { fields { name } } }')["__type"]["fields"]
    names = [field["name"] for field in fields]
    assert sorted(names) == names
    assert {"access", "constraints"} <= set(names)
