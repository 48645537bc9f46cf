from tests.sandbox.store import PRODUCT_CREATE

GROUPS = "sellingPlanGroups(first: 5) { nodes { id } pageInfo { hasNextPage } } sellingPlanGroupsCount { count }"


def test_a_product_is_sold_by_no_plan_and_in_no_combined_listing(store):
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    query = f"""query($id: ID!) {{ product(id: $id) {{ combinedListingRole {GROUPS}
      variants(first: 1) {{ nodes {{ {GROUPS} }} }} }} }}"""
    none = {
        "sellingPlanGroups": {"nodes": [], "pageInfo": {"hasNextPage": False}},
        "sellingPlanGroupsCount": {"count": 0},
    }
    expected = {"combinedListingRole": None, **none, "variants": {"nodes": [none]}}
    assert expected == store.run(query, id=product["id"])["product"]


def test_orders_customers_and_pages_are_asked_for_and_not_found(store):
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { name } ... on Customer { id } ... on Page { id }
      ... on HasMetafields { metafields(first: 1) { nodes { key } } } } shop { shopPolicies { body type } } }"""
    ids = [f"gid://shopify/{kind}/1" for kind in ("Order", "Customer", "Page", "Article", "Company")]
    assert {"nodes": [None] * 5, "shop": {"shopPolicies": []}} == store.run(query, ids=ids)
