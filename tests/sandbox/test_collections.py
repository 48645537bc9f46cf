import pytest

from tests.sandbox.collection_documents import (
    COLLECTION,
    CREATE,
    DELETE,
    LEGACY_CREATE,
    LEGACY_UPDATE,
    UPDATE,
    collection,
    legacy,
    product,
    read,
    source,
    tagged,
    titles,
)
from tests.sandbox.store import DEFINITION_CREATE, METAFIELDS_SET

LIST = """query L($query: String, $sortKey: CollectionSortKeys, $reverse: Boolean, $first: Int = 10, $after: String) {
  collections(query: $query, sortKey: $sortKey, reverse: $reverse, first: $first, after: $after) {
    nodes { title } pageInfo { hasNextPage endCursor } }
  collectionsCount(query: $query) { count precision } }"""


def found(store, query, **args):
    return [row["title"] for row in store.run(LIST, query=query, **args)["collections"]["nodes"]]


def test_a_new_collection_has_what_nobody_said(store):
    made = legacy(store, "Summer Sale")
    expected = {
        "handle": "summer-sale",
        "sortOrder": "BEST_SELLING",
        "description": "",
        "descriptionHtml": "",
        "templateSuffix": None,
        "seo": {"title": None, "description": None},
        "image": None,
        "ruleSet": None,
        "productsCount": {"count": 0, "precision": "EXACT"},
    }
    assert expected == {name: made[name] for name in expected}
    assert made["id"].endswith("/" + made["legacyResourceId"])


def test_every_field_of_an_input_is_kept(store):
    made = collection(
        store,
        "Summer",
        handle="Hot Days",
        descriptionHtml="<p>Warm &amp; dry</p>",
        sortOrder="PRICE_DESC",
        templateSuffix="wide",
        seo={"title": "Sun", "description": "Sand"},
        image={"src": "https://example.com/a/beach.jpg", "altText": "A beach"},
    )
    expected = ("hot-days", "Warm & dry", "PRICE_DESC", "wide", {"title": "Sun", "description": "Sand"})
    assert expected == tuple(made[name] for name in ("handle", "description", "sortOrder", "templateSuffix", "seo"))
    assert made["image"]["altText"] == "A beach"
    assert "/beach.jpg?v=" in made["image"]["url"]
    assert "example.com" not in made["image"]["url"]


def test_an_update_changes_what_it_names_and_nothing_else(store):
    made = collection(store, "Summer", descriptionHtml="<p>Sun</p>", templateSuffix="wide")
    changed = store.mutate(UPDATE, given={"id": made["id"], "title": "Winter", "templateSuffix": ""})
    assert ("Winter", "summer", "<p>Sun</p>", None) == tuple(
        changed["collection"][name] for name in ("title", "handle", "descriptionHtml", "templateSuffix")
    )
    assert changed["job"] is None


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (None, None),
        ({"altText": "New"}, "New"),
    ],
)
def test_an_image_is_removed_or_described(store, image, expected):
    made = collection(store, image={"src": "https://example.com/b.png", "altText": "Old"})
    changed = store.mutate(UPDATE, given={"id": made["id"], "image": image})["collection"]
    assert expected == (changed["image"] and changed["image"]["altText"])


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"title": ""}, ["title"], "Title can't be blank"),
        ({"title": "x" * 256}, ["title"], "Title is too long (maximum is 255 characters)"),
        ({"title": "A", "handle": "x" * 256}, ["handle"], "Handle is too long (maximum is 255 characters)"),
        ({"title": "A", "id": "gid://shopify/Collection/1"}, ["id"], "id cannot be specified on collection creation"),
        ({"title": "A", "handle": "Taken"}, ["handle"], "Handle has already been taken"),
        ({"title": "A", "products": ["gid://shopify/Product/1"]}, ["products", "0"], "Product does not exist"),
        ({"title": "A", "ruleSet": {"appliedDisjunctively": False}}, ["ruleSet", "rules"],
         "Rules cannot be an empty set"),
        ({"title": "A", "image": {"src": "file:///a.png"}}, ["image", "src"], "Image URL is not valid"),
    ],
)  # fmt: skip
def test_a_collection_that_cannot_be_is_refused(store, given, field, message):
    legacy(store, "Taken")
    refused = store.refusal(LEGACY_CREATE, given=given)
    assert [{"field": field, "message": message}] == refused["userErrors"]
    assert refused["collection"] is None
    assert ["Taken"] == found(store, None)


def test_a_generated_handle_counts_up(store):
    made = [legacy(store, title)["handle"] for title in ("Shirt", "Shirt", "Shirt 41", "Shirt 41", "%%%", "%%%")]
    assert ["shirt", "shirt-1", "shirt-41", "shirt-42", "collection", "collection-1"] == made


def test_a_new_handle_redirects_the_old_address_if_asked(store):
    made = collection(store, "Old")
    store.mutate(UPDATE, given={"id": made["id"], "handle": "new", "redirectNewHandle": True})
    listed = store.run("{ urlRedirects(first: 5) { nodes { path target } } }")["urlRedirects"]["nodes"]
    assert [{"path": "/collections/old", "target": "/collections/new"}] == listed


def test_an_update_without_an_id_is_a_bad_request(store):
    answer = store.answer(LEGACY_UPDATE, given={"title": "A"})
    assert ("BAD_REQUEST", "id must be specified on collectionUpdate") == (
        answer["errors"][0]["extensions"]["code"],
        answer["errors"][0]["message"],
    )


def test_an_update_of_nothing_is_refused(store):
    refused = store.refusal(UPDATE, given={"id": "gid://shopify/Collection/1", "title": "A"})
    assert [{"field": None, "message": "Collection does not exist"}] == refused["userErrors"]


def test_the_new_argument_counts_where_both_are_given(store):
    query = """mutation { collectionCreate(collection: {title: "New"}, input: {title: "Old"}) {
      collection { title } userErrors { message } } }"""
    assert store.mutate(query)["collection"] == {"title": "New"}


def test_neither_argument_is_refused(store):
    answer = store.answer("mutation { collectionCreate { userErrors { message } } }")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"


def test_deleting_a_collection_keeps_its_products(store):
    shirt = product(store, "Shirt")
    made = legacy(store, products=[shirt])
    assert made["id"] == store.mutate(DELETE, id=made["id"])["deletedCollectionId"]
    assert store.run(COLLECTION, id=made["id"])["collection"] is None
    assert store.product(shirt)["title"] == "Shirt"
    refused = store.refusal(DELETE, id=made["id"])
    assert ([{"field": ["id"], "message": "Collection does not exist"}], {"name": "Demo"}) == (
        refused["userErrors"],
        refused["shop"],
    )


def test_a_collection_is_found_by_every_identifier(store):
    store.mutate(
        DEFINITION_CREATE,
        given={"ownerType": "COLLECTION", "namespace": "ids", "key": "code", "name": "Code", "type": "id"},
    )
    made = collection(store, "Found", metafields=[{"namespace": "ids", "key": "code", "type": "id", "value": "c-1"}])
    query = """query F($id: ID!) {
      a: collectionByIdentifier(identifier: {id: $id}) { id }
      b: collectionByIdentifier(identifier: {handle: "found"}) { id }
      c: collectionByIdentifier(identifier: {customId: {namespace: "ids", key: "code", value: "c-1"}}) { id }
      d: collectionByHandle(handle: "found") { id }
      e: node(id: $id) { ... on Collection { id } } }"""
    assert {key: {"id": made["id"]} for key in "abcde"} == store.run(query, id=made["id"])
    missing = (
        'query { a: collectionByHandle(handle: "x") { id } b: collection(id: "gid://shopify/Collection/9") { id } }'
    )
    assert {"a": None, "b": None} == store.run(missing)


def test_metafields_of_a_collection_are_set_and_read(store):
    made = collection(store)
    row = {
        "ownerId": made["id"],
        "namespace": "$app",
        "key": "colour",
        "type": "single_line_text_field",
        "value": "red",
    }
    store.mutate(METAFIELDS_SET, rows=[row])
    query = """query M($id: ID!) { collection(id: $id) {
      metafield(namespace: "$app", key: "colour") { value ownerType owner { ... on Collection { title } } }
      metafields(first: 5) { nodes { key } } } }"""
    metafield = {"value": "red", "ownerType": "COLLECTION", "owner": {"title": "Collection"}}
    expected = {"metafield": metafield, "metafields": {"nodes": [{"key": "colour"}]}}
    assert expected == store.run(query, id=made["id"])["collection"]


@pytest.fixture(scope="module")
def several(shared):
    shirt = product(shared, "Shirt", tags=["sale"])
    legacy(shared, "Zulu Manual", products=[shirt])
    legacy(shared, "alpha Rules", ruleSet={"appliedDisjunctively": False, "rules": [
        {"column": "TAG", "relation": "EQUALS", "condition": "sale"}]})  # fmt: skip
    collection(shared, "Middle Empty")
    return shared, shirt


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (None, ["Zulu Manual", "alpha Rules", "Middle Empty"]),
        ("title:alpha*", ["alpha Rules"]),
        ("handle:middle-empty,zulu-manual", ["Zulu Manual", "Middle Empty"]),
        ("collection_type:smart", ["alpha Rules"]),
        ("collection_type:custom", ["Zulu Manual", "Middle Empty"]),
        ("collection_type:odd", []),
        ("product_id:{product}", ["Zulu Manual", "alpha Rules"]),
        ("-product_id:{product}", ["Middle Empty"]),
        ("product_id:1", []),
        ("updated_at:>2020-01-01", ["Zulu Manual", "alpha Rules", "Middle Empty"]),
        ("manual OR rules", ["Zulu Manual", "alpha Rules"]),
    ],
)
def test_collections_are_searched(several, query, expected):
    store, shirt = several
    asked = query and query.replace("{product}", shirt.rpartition("/")[2])
    assert expected == found(store, asked)
    assert {"count": len(expected), "precision": "EXACT"} == store.run(LIST, query=asked)["collectionsCount"]


@pytest.mark.parametrize(
    ("sort_key", "expected"),
    [
        ("ID", ["Zulu Manual", "alpha Rules", "Middle Empty"]),
        ("TITLE", ["alpha Rules", "Middle Empty", "Zulu Manual"]),
    ],
)
def test_collections_are_sorted_and_paged(several, sort_key, expected):
    store, _ = several
    assert expected == found(store, None, sortKey=sort_key)
    assert expected[::-1] == found(store, None, sortKey=sort_key, reverse=True)
    page = store.run(LIST, first=1, sortKey=sort_key)["collections"]
    assert page["pageInfo"]["hasNextPage"]
    rest = store.run(LIST, first=5, sortKey=sort_key, after=page["pageInfo"]["endCursor"])["collections"]
    assert expected == [row["title"] for row in page["nodes"] + rest["nodes"]]


def test_a_count_is_cut_off_at_its_limit(several):
    query = "{ collectionsCount(limit: 2) { count precision } }"
    assert {"count": 2, "precision": "AT_LEAST"} == several[0].run(query)["collectionsCount"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("ALPHA_ASC", ["apple", "Bread", "Cake"]),
        ("ALPHA_DESC", ["Cake", "Bread", "apple"]),
        ("PRICE_ASC", ["Cake", "apple", "Bread"]),
        ("PRICE_DESC", ["Bread", "apple", "Cake"]),
        ("CREATED", ["Bread", "apple", "Cake"]),
        ("CREATED_DESC", ["Cake", "apple", "Bread"]),
        ("BEST_SELLING", ["Cake", "apple", "Bread"]),
        ("MANUAL", ["apple", "Cake", "Bread"]),
    ],
)
def test_products_stand_in_the_order_of_their_collection(store, order, expected):
    def priced(title, price):
        options = {"productOptions": [{"name": "Size", "values": [{"name": "S"}]}]}
        return product(store, title, **options, variants=[
            {"optionValues": [{"optionName": "Size", "name": "S"}], "price": price}])  # fmt: skip

    made = {title: priced(title, price) for title, price in (("Bread", "30"), ("apple", "9.50"), ("Cake", "5"))}
    found = legacy(store, sortOrder=order, products=[made["apple"], made["Cake"], made["Bread"]])
    assert expected == titles(found)
    query = """query P($id: ID!, $after: String, $key: ProductCollectionSortKeys, $reverse: Boolean) {
      collection(id: $id) { products(first: 2, after: $after, sortKey: $key, reverse: $reverse) {
        nodes { title } pageInfo { endCursor hasNextPage } } } }"""
    first = store.run(query, id=found["id"], key="COLLECTION_DEFAULT")["collection"]["products"]
    rest = store.run(query, id=found["id"], key="COLLECTION_DEFAULT", after=first["pageInfo"]["endCursor"])
    assert expected == titles({"products": first}) + titles(rest["collection"])
    back = store.run(query, id=found["id"], key="COLLECTION_DEFAULT", reverse=True)["collection"]
    assert expected[::-1][:2] == titles(back)


def test_the_products_of_a_new_collection_are_not_counted_yet(store):
    given = {"title": "Fresh", "sources": source(inclusion={"conditions": [tagged("sale")]})}
    product(store, "Shirt", tags=["sale"])
    made = store.mutate(CREATE, given=given)["collection"]
    assert (["Shirt"], 0) == (titles(made), made["productsCount"]["count"])
    assert read(store, made)["productsCount"] == {"count": 1, "precision": "EXACT"}


@pytest.mark.parametrize(
    "query", ["{ collections(first: 1) { nodes { id } } }", '{ collectionByHandle(handle: "a") { id } }']
)
def test_reading_collections_needs_the_scope(server, query):
    limited = server.shop("collections-limited", scopes=["read_inventory"])
    assert limited.answer(query)["errors"][0]["extensions"]["requiredAccess"] == "`read_products` access scope."


def test_a_copy_has_all_but_the_handle(store):
    shirt = product(store, "Shirt")
    made = legacy(store, "One", products=[shirt], sortOrder="MANUAL", descriptionHtml="<p>x</p>")
    duplicate = """mutation D($id: ID!) { collectionDuplicate(input: {collectionId: $id, newTitle: "Two"}) {
      collection { id } job { done } userErrors { code field message } } }"""
    copy = read(store, store.mutate(duplicate, id=made["id"])["collection"])
    assert ("Two", "two", "MANUAL", "<p>x</p>", ["Shirt"]) == (
        *(copy[name] for name in ("title", "handle", "sortOrder", "descriptionHtml")),
        titles(copy),
    )
    assert copy["sources"][0]["id"] != made["sources"][0]["id"]
    refused = store.refusal(duplicate, id="gid://shopify/Collection/1")
    assert refused["userErrors"][0]["code"] == "COLLECTION_NOT_FOUND"
