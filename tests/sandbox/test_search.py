import pytest

from tests.sandbox.store import DEFINITION_CREATE

OPTIONS = [
    {"name": "Size", "values": [{"name": "Small"}, {"name": "Large"}]},
    {"name": "Colour", "values": [{"name": "Red"}]},
]


def a_row(size, **fields):
    values = [{"optionName": "Size", "name": size}, {"optionName": "Colour", "name": "Red"}]
    return {"optionValues": values, "price": "20", **fields}


@pytest.fixture(scope="module")
def catalog(shared):
    for key, kind, filterable in (
        ("fabric", "single_line_text_field", True),
        ("weight", "number_integer", True),
        ("notes", "single_line_text_field", False),
        ("colours", "list.single_line_text_field", True),
    ):
        capabilities = {"adminFilterable": {"enabled": filterable}}
        name = {"namespace": "custom", "key": key, "name": key, "type": kind, "ownerType": "PRODUCT"}
        shared.mutate(DEFINITION_CREATE, given={**name, "capabilities": capabilities})
    rows = [a_row("Small", sku="C-S"), a_row("Large", sku="C-L", compareAtPrice="30", inventoryItem={"tracked": True})]
    metafields = [
        {"namespace": "custom", "key": "fabric", "value": "Boiled Wool"},
        {"namespace": "custom", "key": "weight", "value": "900"},
        {"namespace": "custom", "key": "colours", "value": '["red","blue"]'},
    ]
    coat = {"title": "Coat", "vendor": "Acme", "productType": "Outer", "tags": ["winter"], "status": "ACTIVE"}
    shared.set_product({**coat, "productOptions": OPTIONS, "variants": rows, "metafields": metafields})
    light = [{"namespace": "custom", "key": "weight", "value": "80"}]
    shared.set_product({"title": "Belt", "vendor": "Other", "status": "DRAFT", "metafields": light})
    return shared


def products(store, text):
    query = "query S($text: String!) { products(first: 9, query: $text) { nodes { title } } }"
    return sorted(node["title"] for node in store.run(query, text=text)["products"]["nodes"])


def variants(store, text):
    query = "query S($text: String!) { productVariants(first: 9, query: $text) { nodes { title } } }"
    return sorted(node["title"] for node in store.run(query, text=text)["productVariants"]["nodes"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("has_only_default_variant:true", ["Belt"]),
        ("has_only_default_variant:false", ["Coat"]),
        ("is_price_reduced:true", ["Coat"]),
        ("has_variant_with_components:true", []),
        ("created_at:<now", ["Belt", "Coat"]),
        ("created_at:>now", []),
        ("created_at:>2020", ["Belt", "Coat"]),
        ("created_at:<='2020-05'", []),
        ("created_at:1999", []),
        ('metafields.custom.fabric:"Boiled Wool"', ["Coat"]),
        ("metafields.custom.fabric:boiled*", ["Coat"]),
        ("metafields.custom.fabric:*", ["Coat"]),
        ("-metafields.custom.fabric:*", ["Belt"]),
        ("metafields.custom.weight:>100", ["Coat"]),
        ("metafields.custom.weight:<=100", ["Belt"]),
        ("metafields.custom.colours:blue", ["Coat"]),
        ("metafields.custom.colours:blu", []),
        ("status:active OR vendor:Other", ["Belt", "Coat"]),
    ],
)
def test_products_are_found_by(catalog, text, found):
    assert found == products(catalog, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("option1:small", ["Small / Red"]),
        ("option2:Red", ["Large / Red", "Small / Red"]),
        ("option3:Red", []),
        ("vendor:acme", ["Large / Red", "Small / Red"]),
        ("product_type:Outer option1:large", ["Large / Red"]),
        ("product_status:DRAFT,ARCHIVED", ["Default Title"]),
        ("tag:winter", ["Large / Red", "Small / Red"]),
        ("tag_not:winter", ["Default Title"]),
        ("gift_card:true", []),
        ("requires_components:true", []),
        ("exclude_composite:true managed:true", ["Large / Red"]),
        ("managed_by:shopify", ["Large / Red"]),
    ],
)
def test_variants_are_found_by(catalog, text, found):
    assert found == variants(catalog, text)


@pytest.mark.parametrize("key", ["notes", "unknown"])
def test_a_metafield_that_is_not_filterable_is_an_error_since_2026_10(catalog, key):
    body = {"query": f'{{ products(first: 9, query: "metafields.custom.{key}:x") {{ nodes {{ title }} }} }}'}
    assert "BAD_REQUEST" == catalog.post(body).json()["errors"][0]["extensions"]["code"]
    before = catalog.post(body, version="2026-07").json()
    assert 2 == len(before["data"]["products"]["nodes"])
    assert "invalid_field" == before["extensions"]["search"][0]["warnings"][0]["code"]
