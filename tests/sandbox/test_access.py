import pytest

from tests.sandbox.store import METAFIELDS_SET, PRODUCT_CREATE


@pytest.fixture(scope="module")
def reader(server):
    """A shop whose tokens may read products and nothing else."""
    return server.shop("reader", scopes=["read_products"])


@pytest.mark.parametrize(
    ("query", "variables", "field", "scope"),
    [
        (PRODUCT_CREATE, {"given": {"title": "x"}}, "productCreate", "write_products"),
        ("{ inventoryItems(first: 1) { nodes { id } } }", {}, "inventoryItems", "read_inventory"),
    ],
)
def test_a_field_beyond_the_scopes_is_denied(reader, query, variables, field, scope):
    error = reader.answer(query, **variables)["errors"][0]
    required = f"`{scope}` access scope."
    assert f"Access denied for {field} field. Required access: {required}" == error["message"]
    expected = {
        "code": "ACCESS_DENIED",
        "documentation": "https://shopify.dev/api/usage/access-scopes",
        "requiredAccess": required,
    }
    assert (expected, [field]) == (error["extensions"], error["path"])


def test_siblings_of_a_denied_field_still_answer(reader):
    answer = reader.answer('{ shop { name } inventoryItem(id: "gid://shopify/InventoryItem/1") { id } }')
    assert {"shop": {"name": "reader"}, "inventoryItem": None} == answer["data"]
    assert ["inventoryItem"] == answer["errors"][0]["path"]


def test_a_write_scope_includes_reading(server):
    shop = server.shop("writer", scopes=["write_products"])
    assert {"products": {"nodes": []}} == shop.run("{ products(first: 1) { nodes { id } } }")


def test_metafields_of_products_need_the_product_scope(server):
    shop = server.shop("stock-only", scopes=["write_inventory", "write_products"])
    product = shop.set_product({"title": "Shirt"})
    server.put("stock-only", scopes=["write_inventory"])
    row = {"ownerId": product["id"], "namespace": "custom", "key": "text", "type": "json", "value": "1"}
    assert "ACCESS_DENIED" == shop.answer(METAFIELDS_SET, rows=[row])["errors"][0]["extensions"]["code"]


def test_granted_scopes_are_listed(reader):
    listed = reader.run("{ currentAppInstallation { accessScopes { handle } } }")["currentAppInstallation"]
    assert [{"handle": "read_products"}] == listed["accessScopes"]


def test_reading_that_comes_with_writing_is_listed_behind_what_was_granted(server):
    shop = server.shop("implied", scopes=["write_products", "read_orders", "write_discounts", "read_products"])
    listed = shop.run("{ currentAppInstallation { accessScopes { handle description } } }")
    assert [
        ("write_products", "Modify products, variants, and collections"),
        ("read_orders", "Read orders, transactions, and fulfillments"),
        ("write_discounts", "Modify discounts"),
        ("read_products", "Read products, variants, and collections"),
        ("read_discounts", "Read discounts"),
    ] == [tuple(one.values()) for one in listed["currentAppInstallation"]["accessScopes"]]


def test_nobody_pays_for_the_app(reader):
    query = """{ currentAppInstallation { activeSubscriptions { lineItems { plan { pricingDetails { __typename } } } }
      allSubscriptions(first: 5) { nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } }
      oneTimePurchases(first: 5) { nodes { price { amount } } } } }"""
    page = {"nodes": [], "edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    expected = {"activeSubscriptions": [], "allSubscriptions": page, "oneTimePurchases": {"nodes": []}}
    assert expected == reader.run(query)["currentAppInstallation"]


def test_an_app_may_ask_for_more_than_it_was_granted(server):
    shop = server.shop("asks", scopes=["read_products"], requested_scopes=["write_products"])
    query = "{ currentAppInstallation { accessScopes { handle } app { requestedAccessScopes { handle } } } }"
    found = shop.run(query)["currentAppInstallation"]
    assert ["read_products"] == [one["handle"] for one in found["accessScopes"]]
    asked = [one["handle"] for one in found["app"]["requestedAccessScopes"]]
    assert ["write_products", "read_products"] == asked
    server.put("asks", requested_scopes=["read_files"])
    asked = shop.run(query)["currentAppInstallation"]["app"]["requestedAccessScopes"]
    assert [{"handle": "read_files"}] == asked
