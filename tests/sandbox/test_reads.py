import base64
from typing import Any

import orjson
import pytest

from tests.sandbox.store import DEFINITION_CREATE, METAFIELDS_SET, a_product, a_variant, ids

PAGE = """query P($first: Int, $last: Int, $after: String, $before: String, $query: String, $reverse: Boolean,
  $sort: ProductSortKeys) {
  products(first: $first, last: $last, after: $after, before: $before, query: $query, reverse: $reverse,
    sortKey: $sort) {
    nodes { handle } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.fixture(scope="module")
def catalog(server):
    """A shop with products a to e; tests only read it."""
    shop = server.shop("catalog-read")
    rows: list[tuple[str, str, dict[str, Any]]] = [
        ("e", "Echo Shirt", {"tags": ["Summer", "Linen"], "vendor": "ACME", "status": "DRAFT"}),
        ("d", "Delta Shirt", {"tags": ["summer sale"], "vendor": "ACME", "productType": "Tops"}),
        ("c", "Charlie: Hat", {"tags": ["Winter"], "vendor": "Other", "status": "ARCHIVED"}),
        ("b", "bravo hat", {"vendor": "Other"}),
        ("a", "Alpha Socks", {"vendor": "Third"}),
    ]
    for number, (handle, title, fields) in enumerate(rows):
        sku = f"SKU-{number}"
        shop.set_product(
            {
                **a_product("S", title=title, handle=handle, **fields),
                "variants": [a_variant("S", sku=sku, price=number)],
            }
        )
    return shop


def _handles(shop, **arguments):
    return [node["handle"] for node in shop.run(PAGE, **arguments)["products"]["nodes"]]


@pytest.mark.parametrize(
    ("arguments", "handles"),
    [
        ({}, "edcba"),
        ({"reverse": True}, "abcde"),
        ({"sort": "TITLE"}, "abcde"),
        ({"sort": "TITLE", "reverse": True}, "edcba"),
        ({"sort": "VENDOR"}, "edcba"),
        ({"sort": "CREATED_AT"}, "edcba"),
        ({"sort": "UPDATED_AT"}, "edcba"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_forward_and_backward_visit_every_row_once(catalog, arguments, handles, size):
    forward: list[str] = []
    backward: list[str] = []
    after = before = None
    while True:
        page = catalog.run(PAGE, first=size, after=after, **arguments)["products"]
        assert (after is not None) == page["pageInfo"]["hasPreviousPage"]
        forward += [node["handle"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    while True:
        page = catalog.run(PAGE, last=size, before=before, **arguments)["products"]
        assert (before is not None) == page["pageInfo"]["hasNextPage"]
        backward = [node["handle"] for node in page["nodes"]] + backward
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert [list(handles)] * 2 == [forward, backward]


def test_a_cursor_holds_the_id_and_the_sort_value(catalog):
    page = catalog.run(PAGE, first=1, sort="TITLE")["products"]
    content = orjson.loads(base64.b64decode(page["pageInfo"]["endCursor"]))
    assert {"last_id", "last_value"} == content.keys()
    assert "alpha socks" == content["last_value"]


def test_an_empty_page_has_no_cursors(catalog):
    expected = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert {"nodes": [], "edges": [], "pageInfo": expected} == catalog.run(PAGE, first=5, query="nope")["products"]
    assert [] == catalog.run(PAGE, first=0)["products"]["nodes"]


@pytest.mark.parametrize(
    ("query", "handles"),
    [
        ("handle:a", "a"),
        ("handle:a,b", "ba"),
        ("title:shirt", "ed"),
        ('title:"delta shirt"', "d"),
        ("title:del*", "d"),
        ("shirt", "ed"),
        ("sh*", "ed"),
        ("hat -bravo", "c"),
        ("-shirt", "cba"),
        ("NOT title:shirt", "cba"),
        ("sku:SKU-3", "b"),
        ("sku:sku-*", "edcba"),
        ("tag:summer", "e"),
        ("tag:'summer sale'", "d"),
        ("tag:summer*", "ed"),
        ("tag:*", "edc"),
        ("tag_not:summer", "dcba"),
        ("status:draft", "e"),
        ("status:DRAFT,archived", "ec"),
        ("vendor:acme title:echo", "e"),
        ("vendor:ACME OR vendor:third", "eda"),
        ("vendor:other OR vendor:ACME title:echo", "ecb"),
        ("(vendor:other OR vendor:ACME) AND title:hat", "cb"),
        ("-(vendor:other OR vendor:ACME)", "a"),
        ("product_type:tops", "d"),
        ("price:>=3", "ba"),
        ("title:Charlie\\:", "c"),
        ("created_at:>'2020-01-01T00:00:00Z'", "edcba"),
        ("created_at:<2020-01-01", ""),
        ("updated_at:<='2020-01-01T00:00:00Z'", ""),
        ("(", "edcba"),
        ("shirt OR", "ed"),
        ("tag:(value", ""),
        ("has_only_default_variant:true nope", ""),
    ],
)
def test_a_search_finds_what_its_words_mean(catalog, query, handles):
    assert list(handles) == _handles(catalog, first=10, query=query)
    count = catalog.run("query($q: String) { productsCount(query: $q) { count precision } }", q=query)
    assert {"count": len(handles), "precision": "EXACT"} == count["productsCount"]


def test_an_unknown_field_matches_everything_and_warns(catalog):
    answer = catalog.answer(PAGE, first=10, query="colour:red title:shirt")
    assert ["e", "d"] == [node["handle"] for node in answer["data"]["products"]["nodes"]]
    search = answer["extensions"]["search"]
    assert [{"field": "colour", "message": "Invalid search field for this query.", "code": "invalid_field"}] == search[
        0
    ]["warnings"]
    assert (["products"], "colour:red title:shirt") == (search[0]["path"], search[0]["query"])


def test_a_bad_value_of_a_known_field_matches_nothing_and_warns(catalog):
    answer = catalog.answer(PAGE, first=10, query="status:sold")
    assert [] == answer["data"]["products"]["nodes"]
    assert "invalid_value" == answer["extensions"]["search"][0]["warnings"][0]["code"]


def test_ids_can_be_searched_for_by_number_and_range(catalog):
    nodes = catalog.run("{ products(first: 5) { nodes { id legacyResourceId } } }")["products"]["nodes"]
    assert nodes[0]["id"].endswith(nodes[0]["legacyResourceId"])
    assert ["e"] == _handles(catalog, first=5, query=f"id:{nodes[0]['legacyResourceId']}")
    assert ["d", "c", "b", "a"] == _handles(catalog, first=5, query=f"id:>{nodes[0]['legacyResourceId']}")


def test_a_count_stops_at_its_limit(catalog):
    assert {"count": 3, "precision": "AT_LEAST"} == catalog.run("{ productsCount(limit: 3) { count precision } }")[
        "productsCount"
    ]


@pytest.mark.parametrize(
    ("kind", "root"), [("ProductSortKeys", "products"), ("ProductVariantSortKeys", "productVariants")]
)
def test_every_declared_sort_key_sorts(catalog, kind, root):
    enum = catalog.run("query($n: String!) { __type(name: $n) { enumValues { name } } }", n=kind)["__type"]
    place = catalog.run("{ location { legacyResourceId } }")["location"]["legacyResourceId"]
    for key in (value["name"] for value in enum["enumValues"]):
        where = f'query: "location_id:{place}", ' if key == "INVENTORY_LEVELS_AVAILABLE" else ""
        found = catalog.run(f"{{ {root}(first: 9, {where}sortKey: {key}) {{ nodes {{ id }} }} }}")[root]["nodes"]
        assert 5 == len(found)


def test_variants_are_listed_over_all_products(catalog):
    query = """{ productVariants(first: 10, query: "sku:SKU-1") { nodes { sku displayName product { handle }
      selectedOptions { name value optionValue { hasVariants } } } } productVariantsCount { count } }"""
    data = catalog.run(query)
    selected = [{"name": "Size", "value": "S", "optionValue": {"hasVariants": True}}]
    expected = {
        "sku": "SKU-1",
        "displayName": "Delta Shirt - S",
        "product": {"handle": "d"},
        "selectedOptions": selected,
    }
    assert [expected] == data["productVariants"]["nodes"]
    assert 5 == data["productVariantsCount"]["count"]


def test_tags_types_and_vendors_are_listed_once_each(catalog):
    query = "{ productTags(first: 9) { nodes } productTypes(first: 9) { nodes } productVendors(first: 9) { nodes } }"
    data = catalog.run(query)
    assert ["Linen", "Summer", "summer sale", "Winter"] == data["productTags"]["nodes"]
    assert ["Tops"] == data["productTypes"]["nodes"]
    assert ["ACME", "Other", "Third"] == data["productVendors"]["nodes"]


def test_nodes_keep_order_repeats_and_gaps(store):
    product = store.set_product(a_product("S"))
    variant = ids(product)[0]
    item = product["variants"]["nodes"][0]["inventoryItem"]["id"]
    option = product["options"][0]
    shop = store.run("{ shop { id } }")["shop"]["id"]
    asked = [item, "gid://shopify/Product/1", variant, product["id"], shop, variant, "gid://shopify/Unknown/1"]
    asked += [option["id"], option["optionValues"][0]["id"]]
    nodes = store.run("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=asked)["nodes"]
    kinds = ["InventoryItem", None, "ProductVariant", "Product", "Shop", "ProductVariant", None]
    kinds += ["ProductOption", "ProductOptionValue"]
    assert kinds == [node and node["__typename"] for node in nodes]
    assert [one if kind else None for one, kind in zip(asked, kinds, strict=True)] == [n and n["id"] for n in nodes]


@pytest.mark.parametrize("root", ["product", "productVariant", "inventoryItem", "node"])
@pytest.mark.parametrize("gid", ["gid://shopify/Product/1", "gid://shopify/ProductVariant/1", "gid://shopify/Nope/a"])
def test_what_is_not_there_reads_as_null(shared, root, gid):
    assert {root: None} == shared.run(f"query($id: ID!) {{ {root}(id: $id) {{ id }} }}", id=gid)


def test_products_and_variants_are_found_by_their_identifiers(store):
    name = {"namespace": "$app:reconciler", "key": "key"}
    for owner_type in ("PRODUCT", "PRODUCTVARIANT"):
        store.mutate(DEFINITION_CREATE, given={"name": "Key", "type": "id", "ownerType": owner_type, **name})
    product = store.set_product(a_product("S", handle="linen"))
    rows = [{"ownerId": owner, "value": "linen", **name} for owner in (product["id"], ids(product)[0])]
    store.mutate(METAFIELDS_SET, rows=rows)
    products = "query($i: ProductIdentifierInput!) { found: productByIdentifier(identifier: $i) { id } }"
    variants = "query($i: ProductVariantIdentifierInput!) { found: productVariantByIdentifier(identifier: $i) { id } }"
    mark = {"customId": {**name, "value": "linen"}}
    for query, identifier, found in [
        (products, {"id": product["id"]}, product["id"]),
        (products, {"handle": "linen"}, product["id"]),
        (products, mark, product["id"]),
        (products, {"customId": {**name, "value": "other"}}, None),
        (products, {"handle": "nope"}, None),
        (variants, {"id": ids(product)[0]}, ids(product)[0]),
        (variants, mark, ids(product)[0]),
    ]:
        assert found == (store.run(query, i=identifier)["found"] or {"id": None})["id"]


def test_price_ranges_span_the_variants(store):
    given = {**a_product("S", "M"), "variants": [a_variant("S", price="5"), a_variant("M", price="12.50")]}
    product = store.set_product(given)
    query = """query($id: ID!) { product(id: $id) { compareAtPriceRange { minVariantCompareAtPrice { amount } }
      priceRangeV2 { minVariantPrice { amount currencyCode } maxVariantPrice { amount } }
      priceRange { maxVariantPrice { amount } } } }"""
    found = store.run(query, id=product["id"])["product"]
    assert {"amount": "5.0", "currencyCode": "EUR"} == found["priceRangeV2"]["minVariantPrice"]
    assert ("12.5", "1250.0") == (
        found["priceRangeV2"]["maxVariantPrice"]["amount"],
        found["priceRange"]["maxVariantPrice"]["amount"],
    )
    assert None is found["compareAtPriceRange"]


def test_the_shop_and_its_app_say_what_they_are(server):
    shop = server.shop("about", currency="JPY", display_name="About Us", plan="plus", client_id="abc")
    query = """{ shop { name myshopifyDomain currencyCode plan { publicDisplayName shopifyPlus partnerDevelopment }
      resourceLimits { locationLimit maxProductOptions maxProductVariants redirectLimitReached } }
      currentAppInstallation { app { apiKey } accessScopes { handle description } }
      publicApiVersions { handle supported } }"""
    data = shop.run(query)
    assert ("About Us", "about.myshopify.com", "JPY") == tuple(
        data["shop"][key] for key in ("name", "myshopifyDomain", "currencyCode")
    )
    assert (200, 3, 2048, False) == tuple(data["shop"]["resourceLimits"].values())
    assert data["shop"]["plan"]["shopifyPlus"]
    assert "abc" == data["currentAppInstallation"]["app"]["apiKey"]
    scopes = data["currentAppInstallation"]["accessScopes"]
    told = {one["handle"]: one["description"] for one in scopes}
    assert ("Modify products, variants, and collections", "Write files", "Read inventory") == tuple(
        told[handle] for handle in ("write_products", "write_files", "read_inventory")
    )
    assert {"handle": "2026-10", "supported": True} in data["publicApiVersions"]


def test_the_app_and_its_installation_are_found_by_what_names_them(store):
    own = store.run("{ currentAppInstallation { id launchUrl uninstallUrl app { id apiKey handle title } } }")
    installation = own["currentAppInstallation"]
    app = installation["app"]
    query = """query($app: ID!, $id: ID!, $key: String!, $handle: String!) { own: app { id } app(id: $app) { id }
      appByKey(apiKey: $key) { id previouslyInstalled developerName } appByHandle(handle: $handle) { id }
      ours: appInstallation { id } appInstallation(id: $id) { id app { id } } }"""
    found = store.run(query, app=app["id"], id=installation["id"], key=app["apiKey"], handle=app["handle"])
    assert {app["id"]} == {found[name]["id"] for name in ("own", "app", "appByKey", "appByHandle")}
    assert {installation["id"]} == {found[name]["id"] for name in ("ours", "appInstallation")}
    assert (None, True) == (installation["uninstallUrl"], installation["launchUrl"].endswith(app["handle"]))
    strange = {"app": "gid://shopify/App/1", "id": "gid://shopify/AppInstallation/1", "key": "no", "handle": "no"}
    missed = store.run(query, **strange)
    assert [None] * 4 == [missed[name] for name in ("app", "appByKey", "appByHandle", "appInstallation")]
