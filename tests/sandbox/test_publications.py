import pytest

from tests.sandbox.store import PRODUCT_CREATE, a_product, a_variant, ids

ALL = "{ publications(first: 20) { nodes { id name autoPublish supportsFuturePublishing catalog { id title } } } }"
PUBLISH = """mutation P($id: ID!, $input: [PublicationInput!]!) { publishablePublish(id: $id, input: $input) {
  publishable { ... on Node { id } resourcePublicationsCount { count } } shop { publicationCount }
  userErrors { field message } } }"""
UNPUBLISH = PUBLISH.replace("publishablePublish(", "publishableUnpublish(")
STATE = """query S($id: ID!, $on: ID!) { node(id: $id) { ... on Publishable {
  publishedOnPublication(publicationId: $on) publishedOnCurrentPublication availablePublicationsCount { count }
  all: resourcePublicationsCount(onlyPublished: false) { count }
  seen: resourcePublicationsV2(first: 9) { nodes { publication { id } publishDate isPublished } }
  listed: resourcePublicationsV2(first: 9, onlyPublished: false) { nodes { publication { name } isPublished } }
  unpublishedPublications(first: 9) { nodes { name } } } } }"""
CREATE = """mutation C($input: PublicationCreateInput!) { publicationCreate(input: $input) {
  publication { id autoPublish includedProductsCount { count } } userErrors { code field message } } }"""
UPDATE = """mutation U($id: ID!, $input: PublicationUpdateInput!) { publicationUpdate(id: $id, input: $input) {
  publication { id autoPublish products(first: 9) { nodes { title } } } userErrors { code field message } } }"""
DELETE = "mutation D($id: ID!) { publicationDelete(id: $id) { deletedId userErrors { code field message } } }"
CURRENT = """mutation C($id: ID!) { publishablePublishToCurrentChannel(id: $id) {
  publishable { publishedOnCurrentPublication } userErrors { field message } } }"""
FAR = "2999-01-01T00:00:00Z"


def on(store, name="Online Store"):
    return {row["name"]: row["id"] for row in store.run(ALL)["publications"]["nodes"]}[name]


def state(store, gid, name="Online Store"):
    return store.run(STATE, id=gid, on=on(store, name))["node"]


def a_new(store, **fields):
    return store.mutate(PRODUCT_CREATE, given={"title": "Shirt", **fields})["product"]


def publish(store, gid, *names, **fields):
    return store.mutate(PUBLISH, id=gid, input=[{"publicationId": on(store, name), **fields} for name in names])


def test_a_new_shop_has_its_sales_channels(store):
    rows = store.run(ALL)["publications"]["nodes"]
    assert ["Online Store", "Point of Sale", "Shop"] == [row["name"] for row in rows]
    assert ["Online Store", "Point of Sale", "Shop"] == [row["catalog"]["title"] for row in rows]
    assert [True, False, False] == [row["supportsFuturePublishing"] for row in rows]


def test_the_control_side_adds_the_channels_that_are_lacking(server):
    server.shop("channelled", publications=["Fair"])
    shop = server.shop("channelled", publications=["Fair", "Online Store"])
    names = [row["name"] for row in shop.run(ALL)["publications"]["nodes"]]
    assert ["Online Store", "Point of Sale", "Shop", "Fair"] == names
    assert 400 == server.put("channelled", publications=[3]).status_code


def test_a_new_product_is_published_nowhere(store):
    found = state(store, a_new(store)["id"])
    assert (False, 0) == (found["publishedOnPublication"], found["availablePublicationsCount"]["count"])
    assert ["Online Store", "Point of Sale", "Shop"] == [
        row["name"] for row in found["unpublishedPublications"]["nodes"]
    ]


def test_a_product_is_published_where_it_is_put_and_taken_off_again(store):
    gid = a_new(store)["id"]
    payload = publish(store, gid, "Online Store", "Shop")
    published = state(store, gid)
    store.mutate(UNPUBLISH, id=gid, input=[{"publicationId": on(store)}])
    after = state(store, gid)
    assert (2, 3) == (payload["publishable"]["resourcePublicationsCount"]["count"], payload["shop"]["publicationCount"])
    assert (True, 2, 1) == (
        published["publishedOnPublication"],
        len(published["seen"]["nodes"]),
        len(published["unpublishedPublications"]["nodes"]),
    )
    assert (False, 1) == (after["publishedOnPublication"], after["availablePublicationsCount"]["count"])


def test_publishing_again_keeps_the_date(store):
    gid = a_new(store)["id"]
    publish(store, gid, "Online Store", publishDate="2020-01-01T00:00:00Z")
    publish(store, gid, "Online Store")
    assert "2020-01-01T00:00:00Z" == state(store, gid)["seen"]["nodes"][0]["publishDate"]


@pytest.mark.parametrize("status", ["DRAFT", "ARCHIVED"])
def test_what_buyers_may_not_see_is_listed_but_not_published(store, status):
    gid = a_new(store, status=status)["id"]
    publish(store, gid, "Online Store")
    found = state(store, gid)
    assert (False, 0, 1) == (
        found["publishedOnPublication"],
        found["availablePublicationsCount"]["count"],
        found["all"]["count"],
    )


def test_an_unlisted_product_counts_as_published(store):
    gid = a_new(store, status="UNLISTED")["id"]
    publish(store, gid, "Online Store")
    assert state(store, gid)["publishedOnPublication"] is True


def test_a_date_in_the_future_schedules(store):
    gid = a_new(store)["id"]
    publish(store, gid, "Online Store", publishDate=FAR)
    scheduled = state(store, gid)
    publish(store, gid, "Online Store")
    assert ([], [{"publication": {"name": "Online Store"}, "isPublished": False}]) == (
        scheduled["seen"]["nodes"],
        scheduled["listed"]["nodes"],
    )
    assert state(store, gid)["publishedOnPublication"] is True


@pytest.mark.parametrize(
    ("rows", "index", "part", "message"),
    [
        ([{"name": None}], 0, "publicationId", "Publication does not exist or is not publishable"),
        ([{"name": "Shop"}, {"name": "Shop"}], 1, "publicationId", "The same publication was specified more than once"),
        ([{"name": "Online Store", "publishDate": "1969-12-31T00:00:00Z"}], 0, "publishDate", "after the year 1969"),
        ([{"name": "Shop", "publishDate": FAR}], 0, "publishDate", "does not support future publishing"),
    ],
)
def test_a_target_that_cannot_be_is_refused_and_nothing_is_published(store, rows, index, part, message):
    gid = a_new(store)["id"]
    given = [
        {
            "publicationId": on(store, row.pop("name")) if row["name"] else "gid://shopify/Publication/1",
            **{key: value for key, value in row.items() if key != "name"},
        }
        for row in rows
    ]
    refused = store.refusal(PUBLISH, id=gid, input=given)["userErrors"]
    assert [["input", str(index), part]] == [one["field"] for one in refused]
    assert message in refused[0]["message"]
    assert 0 == state(store, gid)["all"]["count"]


def test_what_is_not_there_or_not_publishable_cannot_be_published(shared):
    target = [{"publicationId": on(shared)}]
    refused = shared.refusal(PUBLISH, id="gid://shopify/Product/1", input=target)
    answer = shared.answer(PUBLISH, id="gid://shopify/Shop/1", input=target)
    assert [{"field": ["id"], "message": "Resource does not exist"}] == refused["userErrors"]
    assert "Invalid id: gid://shopify/Shop/1" == answer["errors"][0]["message"]


def test_a_variant_is_published_until_it_is_taken_off(store):
    product = store.set_product(a_product("S", "M"))
    small, medium = ids(product)
    store.mutate(UNPUBLISH, id=small, input=[{"publicationId": on(store)}])
    taken = state(store, small)
    publish(store, small, "Online Store")
    found = [one["publishedOnPublication"] for one in (taken, state(store, small), state(store, medium))]
    assert [False, True, True] == found


def test_a_variant_can_begin_unpublished(store):
    variants = [a_variant("S"), a_variant("M", published=False)]
    small, medium = ids(store.set_product(a_product("S", "M", variants=variants)))
    assert [True, False] == [state(store, one)["publishedOnPublication"] for one in (small, medium)]


def test_an_app_without_a_channel_cannot_publish_there(store):
    gid = a_new(store)["id"]
    refused = store.refusal(CURRENT, id=gid)
    assert [{"field": ["id"], "message": "Channel does not exist"}] == refused["userErrors"]


def test_an_app_with_a_channel_publishes_there(server):
    shop = server.shop("own-channel", publications=["Reconciler"])
    gid = a_new(shop)["id"]
    assert shop.mutate(CURRENT, id=gid)["publishable"]["publishedOnCurrentPublication"] is True
    channel = shop.run("{ currentAppInstallation { channel { name productsCount { count } } publication { id } } }")
    assert {"name": "Reconciler", "productsCount": {"count": 1}} == channel["currentAppInstallation"]["channel"]


def test_a_channel_of_the_shop_itself_is_bound_to_no_account(store):
    query = "{ channels(first: 1) { nodes { name accountId accountName specificationHandle } } }"
    expected = {"name": "Online Store", "accountId": None, "accountName": None, "specificationHandle": None}
    assert [expected] == store.run(query)["channels"]["nodes"]


def test_an_address_in_the_online_store_comes_with_being_published(store):
    fields = "query P($id: ID!) { product(id: $id) { publishedAt onlineStoreUrl onlineStorePreviewUrl } }"
    gid = a_new(store)["id"]
    before = store.run(fields, id=gid)["product"]
    publish(store, gid, "Online Store", publishDate="2024-05-01T00:00:00+02:00")
    after = store.run(fields, id=gid)["product"]
    assert (None, None) == (before["publishedAt"], before["onlineStoreUrl"])
    assert "2024-04-30T22:00:00Z" == after["publishedAt"]
    assert after["onlineStoreUrl"].endswith("/products/shirt")
    assert before["onlineStorePreviewUrl"] == after["onlineStorePreviewUrl"]


def test_a_publication_takes_in_what_is_new_if_told_to(store):
    made = store.mutate(CREATE, input={"autoPublish": True})["publication"]
    for product in (a_new(store), store.set_product({"title": "Set"})):
        answer = store.run(STATE, id=product["id"], on=made["id"])
        assert answer["node"]["publishedOnPublication"] is True
    assert 0 == made["includedProductsCount"]["count"]


def test_a_publication_is_made_with_every_product_if_asked(store):
    a_new(store)
    made = store.mutate(CREATE, input={"defaultState": "ALL_PRODUCTS"})["publication"]
    assert 1 == made["includedProductsCount"]["count"]


def test_a_publication_is_filled_emptied_and_removed(store):
    first, second = a_new(store, title="A")["id"], a_new(store, title="B")["id"]
    made = store.mutate(CREATE, input={})["publication"]["id"]
    store.mutate(UPDATE, id=made, input={"publishablesToAdd": [first, second]})
    changed = store.mutate(UPDATE, id=made, input={"publishablesToRemove": [first], "autoPublish": True})["publication"]
    assert (True, [{"title": "B"}]) == (changed["autoPublish"], changed["products"]["nodes"])
    assert made == store.mutate(DELETE, id=made)["deletedId"]
    assert 0 == state(store, second)["all"]["count"]
    assert "PUBLICATION_NOT_FOUND" == store.refusal(DELETE, id=made)["userErrors"][0]["code"]


def test_a_publication_that_cannot_be_changed_so_says_why(store):
    made = store.mutate(CREATE, input={})["publication"]["id"]
    gone = "gid://shopify/Product/1"
    missing = store.refusal(UPDATE, id=made, input={"publishablesToAdd": [gone]})["userErrors"]
    too_many = store.refusal(UPDATE, id=made, input={"publishablesToAdd": [gone] * 51})["userErrors"]
    channel = store.refusal(UPDATE, id=on(store), input={"autoPublish": True})["userErrors"]
    variant = store.answer(UPDATE, id=made, input={"publishablesToAdd": ["gid://shopify/ProductVariant/1"]})
    assert ["INVALID_PUBLISHABLE_ID", "PUBLICATION_UPDATE_LIMIT_EXCEEDED", "CANNOT_MODIFY_APP_CATALOG_PUBLICATION"] == [
        one[0]["code"] for one in (missing, too_many, channel)
    ]
    assert ["input", "publishablesToAdd", "51"] == too_many[0]["field"]
    assert "RESOURCE_NOT_FOUND" == variant["errors"][0]["extensions"]["code"]


def test_a_removed_product_leaves_no_listing(store):
    gid = a_new(store)["id"]
    publish(store, gid, "Online Store")
    store.run("mutation D($id: ID!) { productDelete(input: {id: $id}) { deletedProductId } }", id=gid)
    counted = "query C($id: ID!) { publication(id: $id) { includedProductsCount { count } } }"
    assert 0 == store.run(counted, id=on(store))["publication"]["includedProductsCount"]["count"]


def test_publishing_needs_its_scope(server):
    shop = server.shop("no-publishing", scopes=["write_products"])
    answer = shop.answer(PUBLISH, id="gid://shopify/Product/1", input=[])
    assert "`write_publications` access scope." == answer["errors"][0]["extensions"]["requiredAccess"]


COLLECT = """mutation C($input: CollectionInput!) { collectionCreate(input: $input) {
  collection { id } userErrors { message } } }"""
POINT = """mutation P($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) {
  metafields { reference { ... on Collection { title } } } userErrors { message } } }"""


def test_a_collection_is_published_where_it_is_put_and_taken_off_again(store):
    gid = store.mutate(COLLECT, input={"title": "Summer"})["collection"]["id"]
    before = state(store, gid)
    publish(store, gid, "Online Store", "Shop")
    published = state(store, gid)
    store.mutate(UNPUBLISH, id=gid, input=[{"publicationId": on(store)}])
    after = state(store, gid)
    assert [(False, 0), (True, 2), (False, 1)] == [
        (each["publishedOnPublication"], each["availablePublicationsCount"]["count"])
        for each in (before, published, after)
    ]


def test_a_collection_can_be_pointed_at(store):
    gid = store.mutate(COLLECT, input={"title": "Summer"})["collection"]["id"]
    row = {"namespace": "custom", "key": "home", "type": "collection_reference", "value": gid}
    payload = store.mutate(POINT, rows=[{**row, "ownerId": a_new(store)["id"]}])
    assert [{"reference": {"title": "Summer"}}] == payload["metafields"]


def test_products_are_sorted_by_when_they_came_into_the_online_store(store):
    days = {"Late": "2024-03-01T00:00:00Z", "Early": "2024-01-01T00:00:00Z"}
    a_new(store, title="Never")
    for title, day in days.items():
        publish(store, a_new(store, title=title)["id"], "Online Store", publishDate=day)
    query = """query($after: String, $back: Boolean) { products(first: 2, sortKey: PUBLISHED_AT, after: $after,
      reverse: $back) { nodes { title } pageInfo { endCursor } } }"""
    first = store.run(query)["products"]
    rest = store.run(query, after=first["pageInfo"]["endCursor"])["products"]
    assert ["Never", "Early", "Late"] == [one["title"] for one in first["nodes"] + rest["nodes"]]
    back = store.run(query, back=True)["products"]
    assert ["Late", "Early"] == [one["title"] for one in back["nodes"]]
