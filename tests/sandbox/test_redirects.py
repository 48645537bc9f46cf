import pytest

from tests.sandbox.store import PRODUCT_CREATE, PRODUCT_SET, PRODUCT_UPDATE

LIST = """query L($query: String, $first: Int = 10, $after: String) {
  urlRedirects(query: $query, first: $first, after: $after, sortKey: PATH) {
    nodes { path target } pageInfo { hasNextPage endCursor } } }"""
CREATE = """mutation C($given: UrlRedirectInput!) { urlRedirectCreate(urlRedirect: $given) {
  urlRedirect { id path target } userErrors { code field message } } }"""
UPDATE = """mutation U($id: ID!, $given: UrlRedirectInput!) { urlRedirectUpdate(id: $id, urlRedirect: $given) {
  urlRedirect { id path target } userErrors { code field message } } }"""
DELETE = """mutation D($id: ID!) { urlRedirectDelete(id: $id) {
  deletedUrlRedirectId userErrors { code field message } } }"""


def redirects(store, query=None):
    return {row["path"]: row["target"] for row in store.run(LIST, query=query)["urlRedirects"]["nodes"]}


def a_product(store, **fields):
    return store.mutate(PRODUCT_CREATE, given={"title": "Shirt", **fields})["product"]


def renamed(store, product, handle, **fields):
    given = {"id": product["id"], "handle": handle, "redirectNewHandle": True, **fields}
    return store.mutate(PRODUCT_UPDATE, given=given)["product"]


def test_a_new_handle_redirects_the_old_address_if_asked(store):
    renamed(store, a_product(store), "Linen Shirt")
    assert {"/products/shirt": "/products/linen-shirt"} == redirects(store)


def test_a_product_set_redirects_the_old_address_if_asked(store):
    store.mutate(PRODUCT_SET, given={"id": a_product(store)["id"], "handle": "linen", "redirectNewHandle": True})
    assert {"/products/shirt": "/products/linen"} == redirects(store)


@pytest.mark.parametrize("wished", [False, None])
def test_a_new_handle_leaves_no_redirect_unasked(store, wished):
    renamed(store, a_product(store), "linen", redirectNewHandle=wished)
    assert {} == redirects(store)


def test_a_handle_that_stays_leaves_no_redirect(store):
    renamed(store, a_product(store), " SHIRT ", title="Linen")
    assert {} == redirects(store)


def test_a_handle_that_is_refused_leaves_no_redirect(store):
    a_product(store, handle="taken")
    product = a_product(store)
    given = {"id": product["id"], "handle": "taken", "redirectNewHandle": True}
    store.refusal(PRODUCT_UPDATE, given=given)
    assert {} == redirects(store)


def test_a_handle_taken_back_closes_no_circle(store):
    product = a_product(store)
    renamed(store, product, "linen")
    renamed(store, product, "shirt")
    assert {"/products/linen": "/products/shirt"} == redirects(store)


def test_a_handle_left_twice_leads_to_the_newest(store):
    renamed(store, a_product(store), "first")
    renamed(store, a_product(store), "second")
    assert {"/products/shirt": "/products/second"} == redirects(store)


def test_a_new_handle_needs_no_scope_for_redirects(server):
    shop = server.shop("no-navigation", scopes=["write_products"])
    assert "linen" == renamed(shop, a_product(shop), "linen")["handle"]
    assert "ACCESS_DENIED" == shop.answer(LIST)["errors"][0]["extensions"]["code"]
    answer = shop.answer(CREATE, given={"path": "/a", "target": "/b"})
    assert "ACCESS_DENIED" == answer["errors"][0]["extensions"]["code"]


def test_a_redirect_is_made_changed_and_removed(store):
    made = store.mutate(CREATE, given={"path": "/old", "target": "/new"})["urlRedirect"]
    changed = store.mutate(UPDATE, id=made["id"], given={"target": "https://example.com/"})["urlRedirect"]
    read = store.run(
        "query R($id: ID!) { urlRedirect(id: $id) { id path target } node(id: $id) { id __typename } }", id=made["id"]
    )
    gone = store.mutate(DELETE, id=made["id"])
    assert {"id": made["id"], "path": "/old", "target": "https://example.com/"} == changed == read["urlRedirect"]
    assert {"id": made["id"], "__typename": "UrlRedirect"} == read["node"]
    assert (made["id"], {}) == (gone["deletedUrlRedirectId"], redirects(store))


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"target": "/b"}, "path", "Path can't be blank"),
        ({"path": "a", "target": "/b"}, "path", "Path must start with /"),
        ({"path": "/" + "a" * 1_024, "target": "/b"}, "path", "Path is too long (maximum is 1024 characters)"),
        ({"path": "/taken", "target": "/b"}, "path", "Path has already been taken"),
        ({"path": "/a"}, "target", "Target can't be blank"),
        ({"path": "/a", "target": "/" * 256}, "target", "Target is too long (maximum is 255 characters)"),
        ({"path": "/a", "target": "/a"}, "target", "Target can't be the same as the path"),
    ],
)
def test_a_redirect_that_cannot_be_is_refused(shared, given, field, message):
    shared.run(CREATE, given={"path": "/taken", "target": "/b"})
    refused = shared.refusal(CREATE, given=given)
    assert [{"code": "CREATE_FAILED", "field": ["urlRedirect", field], "message": message}] == refused["userErrors"]


def test_a_change_that_cannot_be_is_refused_and_leaves_the_redirect(store):
    made = store.mutate(CREATE, given={"path": "/a", "target": "/b"})["urlRedirect"]
    refused = store.refusal(UPDATE, id=made["id"], given={"path": "/b"})
    assert ("UPDATE_FAILED", {"/a": "/b"}) == (refused["userErrors"][0]["code"], redirects(store))


@pytest.mark.parametrize(("mutation", "more"), [(UPDATE, {"given": {"path": "/x"}}), (DELETE, {})])
def test_a_redirect_that_is_not_there_is_said_so(shared, mutation, more):
    refused = shared.refusal(mutation, id="gid://shopify/UrlRedirect/1", **more)
    expected = {"code": "DOES_NOT_EXIST", "field": ["id"], "message": "Redirect does not exist."}
    assert [expected] == refused["userErrors"]


def test_redirects_are_paged_counted_and_searched(store):
    for name in "cab":
        store.mutate(CREATE, given={"path": f"/{name}", "target": "/t" if name == "b" else "/u"})
    page = store.run(LIST, first=2)["urlRedirects"]
    rest = store.run(LIST, after=page["pageInfo"]["endCursor"])["urlRedirects"]
    counted = store.run('{ urlRedirectsCount(query: "path:/a OR target:/t") { count precision } }')
    assert [["/a", "/b"], ["/c"]] == [[row["path"] for row in part["nodes"]] for part in (page, rest)]
    assert {"count": 2, "precision": "EXACT"} == counted["urlRedirectsCount"]
    assert [{"/b"}, {"/a"}] == [set(redirects(store, text)) for text in ("target:'/t'", "path:/a")]
