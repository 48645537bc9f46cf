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
