import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from reconciler.sandbox.language.cost import Pricing
from reconciler.sandbox.language.schema import the_schema
from reconciler.sandbox.shops.throttle import Bucket

REQUESTED = [
    ("{ shop { name } }", 1),
    ("{ shop { plan { shopifyPlus } } }", 2),
    ("{ productsCount { count } }", 10),
    ("{ __schema { queryType { name } } }", 2),
    ('{ product(id: "gid://shopify/Product/1") { id title seo { title } } }', 2),
    ('{ nodes(ids: ["gid://shopify/Product/1", "gid://shopify/Product/2"]) { id } }', 1),
    (
        """{ node(id: "gid://shopify/Product/1") { id ... on Product { seo { title } }
        ... on Shop { plan { shopifyPlus } resourceLimits { locationLimit } } } }""",
        3,
    ),
    ('{ inventoryItem(id: "gid://shopify/InventoryItem/1") { measurement { weight { unit } } } }', 1),
    (
        """{ node(id: "gid://shopify/Product/1") { ... on HasMetafields { ... on HasMetafields {
        metafield(namespace: "spec", key: "care") { definition { type { name } } } } } ... on Node { id } } }""",
        4,
    ),
    *[
        (f"{{ products(first: {size}) {{ nodes {{ id }} }} }}", points)
        for size, points in ((0, 2), (1, 3), (3, 4), (5, 5), (10, 6), (50, 9), (100, 11), (250, 13))
    ],
    ("{ products(first: 250) { nodes { id } pageInfo { hasNextPage } } }", 13),
    ("{ products(first: 5) { nodes { id } edges { node { id } } } }", 8),
    ("{ products(first: 5) { nodes { id variants(first: 5) { nodes { id } } } } }", 20),
    ("{ products(first: 5) { nodes { priceRangeV2 { minVariantPrice { amount } } } } }", 8),
    ("mutation { productUpdate(product: {}) { product { id title } userErrors { field } } }", 10),
    ("mutation { productUpdate(product: {}) { product { id seo { title } } userErrors { field } } }", 11),
    (
        "mutation { a: tagsAdd(id: $i, tags: []) { node { id } } b: tagsAdd(id: $i, tags: []) { node { id } } }",
        20,
    ),
    ('{ collection(id: "gid://shopify/Collection/1") { ruleSet { rules { column } } productsCount { count } } }', 2),
    (
        '{ product(id: "gid://shopify/Product/1") @skip(if: true) { seo { title } } shop { name @include(if: true) } }',
        1,
    ),
    ("mutation { productUpdate(product: {}) @include(if: false) { product { id } } }", 1),
    (
        """{ catalogs(first: 1) { nodes { ...F } } }
        fragment F on Catalog { id ... on MarketCatalog { markets(first: 2) { nodes { id } } } }""",
        6,
    ),
    ("query { ...F } fragment F on QueryRoot { products(first: 5) { nodes { id } } }", 5),
]


def _pricing(document, **variables):
    operation, *others = parse(document).definitions
    fragments = {one.name.value: one for one in others if isinstance(one, FragmentDefinitionNode)}
    assert isinstance(operation, OperationDefinitionNode)
    return Pricing(the_schema(), fragments, variables), operation


@pytest.mark.parametrize(("document", "points"), REQUESTED)
def test_a_request_costs_what_its_shape_costs(document, points):
    pricing, operation = _pricing(document)
    assert points == pricing.requested(operation)


@pytest.mark.parametrize(("rows", "points"), [(54, 5), (85, 6), (250, 13), (0, 13)])
def test_the_actual_cost_follows_the_rows_that_came_back(rows, points):
    pricing, operation = _pricing("{ products(first: 250) { nodes { id } } }")
    answer = {"products": {"nodes": [{"id": "x"}] * rows}}
    assert points == pricing.actual(operation, answer)


def test_the_variants_of_a_product_set_count():
    document = "mutation($i: ProductSetInput!) { productSet(input: $i) { product { id } } }"
    pricing, operation = _pricing(document, i={"variants": [{"metafields": [{}]}] * 100, "metafields": [{}] * 5})
    assert 10 + 20 + 42 == pricing.requested(operation)


def test_every_answer_tells_its_cost(shared):
    cost = shared.answer("{ products(first: 250) { nodes { id } } }")["extensions"]["cost"]
    assert (13, {"maximumAvailable": 40_000, "restoreRate": 2_000}) == (
        cost["requestedQueryCost"],
        {key: cost["throttleStatus"][key] for key in ("maximumAvailable", "restoreRate")},
    )


def test_a_query_over_1000_points_is_refused_whatever_the_plan(shared):
    inner = "variants(first: 250) { nodes { metafields(first: 250) { nodes { id } } } }"
    answer = shared.answer(f"{{ products(first: 250) {{ nodes {{ {inner} }} }} }}")
    assert "data" not in answer
    error = answer["errors"][0]
    assert ("MAX_COST_EXCEEDED", 1000) == (error["extensions"]["code"], error["extensions"]["maxCost"])
    assert error["message"].startswith(
        f"Query cost is {error['extensions']['cost']}, which exceeds the single query max"
    )


def test_an_empty_bucket_throttles_and_executes_nothing(server):
    shop = server.shop("throttled", plan="standard")
    document = "mutation { " + " ".join(
        f'm{n}: productCreate(product: {{title: "T"}}) {{ product {{ id }} }}' for n in range(100)
    )
    made, answer = 0, shop.answer(document + " }")
    while "errors" not in answer:
        made, answer = made + 100, shop.answer(document + " }")
    expected = {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}
    assert [{"message": "Throttled", "extensions": expected}] == answer["errors"]
    assert "data" not in answer
    cost = answer["extensions"]["cost"]
    assert (1000, None, 2000) == (
        cost["requestedQueryCost"],
        cost["actualQueryCost"],
        cost["throttleStatus"]["maximumAvailable"],
    )
    assert made == shop.run("{ productsCount { count } }")["productsCount"]["count"]


def test_a_bucket_refills_linearly_and_never_overflows():
    now = [0.0]
    bucket = Bucket(100, lambda: now[0])
    assert bucket.take(2_000)
    assert not bucket.take(1)
    now[0] = 0.5
    assert 50 == bucket.status()["currentlyAvailable"]
    assert bucket.take(50)
    bucket.give_back(20)
    assert 20 == bucket.status()["currentlyAvailable"]
    now[0] = 60.0
    assert 2_000 == bucket.status()["currentlyAvailable"]


@pytest.mark.parametrize(
    ("document", "variables", "points"),
    [
        ("productCreate(product: $a) { userErrors { field } }", {"a": {"metafields": [{}, {}]}}, 11),
        ("productUpdate(product: $a) { userErrors { field } }", {"a": {"metafields": [{}]}}, 10),
        ("productVariantsBulkCreate(productId: 1, variants: $a) { userErrors { field } }", {"a": [{}] * 3}, 11),
        ("productVariantsBulkUpdate(productId: 1, variants: $a) { userErrors { field } }", {"a": [{}] * 2}, 10),
        (
            "productVariantsBulkUpdate(productId: 1, variants: $a) { userErrors { field } }",
            {"a": [{"metafields": [{}]}]},
            11,
        ),
    ],
)
def test_an_input_costs_by_the_variants_and_metafields_in_it(document, variables, points):
    pricing, operation = _pricing("mutation { " + document + " }", **variables)
    assert points == pricing.requested(operation)
