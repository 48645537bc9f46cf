import pytest

from tests.sandbox.media import (
    ADD_MEDIA,
    DELETE,
    PRODUCT_MEDIA,
    UPDATE,
    a_product,
    alts,
    created,
    file,
    picture,
)
from tests.sandbox.store import PRODUCT_SET

_PAYLOAD = (
    "{ product { id title media(first: 10) { nodes { alt mediaContentType status } } } userErrors { field message } }"
)
PRODUCT_CREATE = (
    "mutation C($given: ProductCreateInput, $media: [CreateMediaInput!])"
    " { productCreate(product: $given, media: $media)" + _PAYLOAD + "}"
)
PRODUCT_UPDATE = (
    "mutation U($given: ProductUpdateInput, $media: [CreateMediaInput!])"
    " { productUpdate(product: $given, media: $media)" + _PAYLOAD + "}"
)
UPDATE_MEDIA = """mutation U($id: ID!, $media: [UpdateMediaInput!]!) {
  productUpdateMedia(productId: $id, media: $media) {
  media { id alt } mediaUserErrors { code field message } userErrors { field message } } }"""
DELETE_MEDIA = """mutation D($id: ID!, $ids: [ID!]!) { productDeleteMedia(productId: $id, mediaIds: $ids) {
  deletedMediaIds deletedProductImageIds mediaUserErrors { code field message } userErrors { field message } } }"""
REORDER = """mutation R($id: ID!, $moves: [MoveInput!]!) { productReorderMedia(id: $id, moves: $moves) {
  job { id done } mediaUserErrors { code field message } userErrors { field message } } }"""


@pytest.fixture
def fast(server, store):
    server.put(store.shop["name"], media_processing_ms=0)
    return store


def media(name, **fields):
    return {"originalSource": picture(name), "alt": name, "mediaContentType": "IMAGE", **fields}


def shown(store, product):
    return store.run(PRODUCT_MEDIA, id=product["id"])["product"]


def ids(product):
    return [one["id"] for one in product["media"]["nodes"]]


def payload(store, query, **variables):
    """Return the payload of a mutation that reports its errors twice."""
    found = next(iter(store.run(query, **variables).values()))
    plain = [{name: one[name] for name in ("field", "message")} for one in found["mediaUserErrors"]]
    assert plain == found["userErrors"]
    return found


def test_media_come_with_a_product_and_are_added_to_it(fast):
    made = fast.mutate(PRODUCT_CREATE, given={"title": "Shirt"}, media=[media("a")])["product"]
    video = {"originalSource": "https://youtu.be/dQw4w9WgXcQ", "alt": "v", "mediaContentType": "EXTERNAL_VIDEO"}
    fast.mutate(PRODUCT_UPDATE, given={"id": made["id"]}, media=[video, media("b")])
    product = shown(fast, made)
    assert [{"alt": "a", "mediaContentType": "IMAGE", "status": "UPLOADED"}] == made["media"]["nodes"]
    assert (["a", "v", "b"], 3) == (alts(product), product["mediaCount"]["count"])
    assert ["a", "b"] == [one["altText"] for one in product["images"]["nodes"]]
    assert product["images"]["nodes"][0]["id"] == product["featuredImage"]["id"]
    assert product["media"]["nodes"][0]["id"] == product["featuredMedia"]["id"]


def test_nothing_is_featured_until_it_is_ready(server, store):
    server.put(store.shop["name"], media_processing_ms=3_600_000)
    product = a_product(store, "a")
    assert (["a"], None, None, []) == (
        alts(product),
        product["featuredMedia"],
        product["featuredImage"],
        product["images"]["nodes"],
    )


@pytest.mark.parametrize(
    ("given", "place", "message"),
    [
        ({"originalSource": "no-url"}, "originalSource", "Image URL is invalid"),
        ({"mediaContentType": "EXTERNAL_VIDEO"}, "originalSource", "Video URL is invalid"),
        ({"alt": "a" * 513}, "alt", "The alt value exceeds the maximum limit of 512 characters."),
    ],
)
def test_media_that_cannot_be_refuse_the_whole_product(fast, given, place, message):
    bad = [media("good"), media("bad", **given)]
    refused = fast.refusal(PRODUCT_CREATE, given={"title": "New"}, media=bad)
    product = a_product(fast, "old")
    kept = fast.refusal(PRODUCT_UPDATE, given={"id": product["id"], "title": "New"}, media=bad)
    expected = [{"field": ["media", "1", place], "message": message}]
    assert (None, expected, expected) == (refused["product"], refused["userErrors"], kept["userErrors"])
    assert ("Shirt", ["old"]) == (kept["product"]["title"], alts(kept["product"]))
    assert 1 == fast.run("{ productsCount { count } }")["productsCount"]["count"]


def test_adding_media_makes_what_it_can(fast):
    product = a_product(fast, "old")
    rows = [media("a"), media("bad", originalSource="no-url"), media("b")]
    answer = payload(fast, ADD_MEDIA, id=product["id"], media=rows)
    assert [
        {"code": "INVALID", "field": ["media", "1", "originalSource"], "message": "Image URL is invalid"}
    ] == answer["mediaUserErrors"]
    assert (["a", "b"], ["old", "a", "b"]) == ([one["alt"] for one in answer["media"]], alts(answer["product"]))


def test_a_product_shows_250_media_at_most(fast):
    product = a_product(fast, *(f"p{number}" for number in range(249)))
    answer = payload(fast, ADD_MEDIA, id=product["id"], media=[media("a"), media("b")])
    refused = fast.refusal(PRODUCT_UPDATE, given={"id": product["id"]}, media=[media("a"), media("b")])
    outside = file(fast, created(fast, {"originalSource": picture("c")})[0]["id"])
    payload(fast, ADD_MEDIA, id=product["id"], media=[media("last")])
    full = fast.refusal(UPDATE, files=[{"id": outside["id"], "referencesToAdd": [product["id"]]}])
    assert ["PRODUCT_MEDIA_LIMIT_EXCEEDED"] == [one["code"] for one in answer["mediaUserErrors"]]
    assert [["media"]] == [one["field"] for one in refused["userErrors"]]
    assert ["PRODUCT_MEDIA_LIMIT_EXCEEDED"] == [one["code"] for one in full["userErrors"]]
    assert 250 == shown(fast, product)["mediaCount"]["count"]


def test_texts_of_media_are_changed(fast):
    product = a_product(fast, "a", "b")
    answer = payload(fast, UPDATE_MEDIA, id=product["id"], media=[{"id": ids(product)[1], "alt": "B"}])
    assert [{"id": ids(product)[1], "alt": "B"}] == answer["media"]
    assert ["a", "B"] == alts(shown(fast, product))


def test_media_taken_off_a_product_remain_as_files(fast):
    product = a_product(fast, "a", "b")
    answer = payload(fast, DELETE_MEDIA, id=product["id"], ids=ids(product)[:1])
    images = [one["id"] for one in product["images"]["nodes"]]
    assert (ids(product)[:1], images[:1]) == (answer["deletedMediaIds"], answer["deletedProductImageIds"])
    assert (["b"], "a") == (alts(shown(fast, product)), file(fast, ids(product)[0])["alt"])


@pytest.mark.parametrize(
    ("query", "place", "rows"),
    [
        (UPDATE_MEDIA, "media", lambda texts: {"media": [{"id": text, "alt": "x"} for text in texts]}),
        (DELETE_MEDIA, "mediaIds", lambda texts: {"ids": texts}),
    ],
)
def test_media_that_are_not_there_leave_everything_as_it_was(fast, query, place, rows):
    product = a_product(fast, "a")
    missing = ["gid://shopify/MediaImage/1", "gid://shopify/MediaImage/2"]
    answer = payload(fast, query, id=product["id"], **rows([ids(product)[0], *missing]))
    message = f"Media ids {','.join(missing)} do not exist"
    assert [{"code": "MEDIA_DOES_NOT_EXIST", "field": [place], "message": message}] == answer["mediaUserErrors"]
    assert ["a"] == alts(shown(fast, product))


def test_media_that_are_not_ready_cannot_be_changed(server, store):
    server.put(store.shop["name"], media_processing_ms=3_600_000)
    product = a_product(store, "a")
    answer = payload(store, UPDATE_MEDIA, id=product["id"], media=[{"id": ids(product)[0], "alt": "x"}])
    assert ["NON_READY_MEDIA"] == [one["code"] for one in answer["mediaUserErrors"]]


@pytest.mark.parametrize(
    ("query", "place", "rest"),
    [
        (ADD_MEDIA, "productId", {"media": []}),
        (UPDATE_MEDIA, "productId", {"media": []}),
        (DELETE_MEDIA, "productId", {"ids": []}),
        (REORDER, "id", {"moves": []}),
    ],
)
def test_media_of_a_product_that_is_not_there(shared, query, place, rest):
    answer = payload(shared, query, id="gid://shopify/Product/1", **rest)
    expected = {"code": "PRODUCT_DOES_NOT_EXIST", "field": [place], "message": "Product does not exist"}
    assert [expected] == answer["mediaUserErrors"]


@pytest.mark.parametrize(
    ("moves", "order"),
    [
        ([(3, "1")], "adbc"),
        ([(1, "0"), (3, "3"), (1, "2"), (1, "2")], "acbd"),
        ([(0, "99")], "bcda"),
        ([(None, "0"), (2, "0")], "cabd"),
    ],
)
def test_media_are_moved_one_after_another(fast, moves, order):
    product = a_product(fast, *"abcd")
    known = ids(product)
    rows = [
        {"id": known[place] if place is not None else "gid://shopify/MediaImage/1", "newPosition": position}
        for place, position in moves
    ]
    answer = payload(fast, REORDER, id=product["id"], moves=rows)
    after = shown(fast, product)
    assert (False, True) == (answer["job"]["done"], answer["job"]["id"].startswith("gid://shopify/Job/"))
    assert list(order) == alts(after) == [one["altText"] for one in after["images"]["nodes"]]


def test_a_list_of_files_is_the_whole_list_in_order(fast):
    product = a_product(fast, *"abc")
    first, _, third = ids(product)
    given = {
        "id": product["id"],
        "files": [{"id": third, "alt": "C"}, {"originalSource": picture("d"), "alt": "d"}, {"id": first}],
    }
    fast.mutate(PRODUCT_SET, given=given)
    assert ["C", "d", "a"] == alts(shown(fast, product))
    fast.mutate(PRODUCT_SET, given={"id": product["id"], "title": "Other"})
    assert ["C", "d", "a"] == alts(shown(fast, product))
    fast.mutate(PRODUCT_SET, given={"id": product["id"], "files": []})
    assert ([], "C") == (alts(shown(fast, product)), file(fast, third)["alt"])


def test_products_share_a_file(fast):
    one = a_product(fast, "a")
    other = a_product(fast, files=[{"id": ids(one)[0]}])
    fast.mutate(PRODUCT_SET, given={"id": one["id"], "files": []})
    assert (["a"], ids(one)) == (alts(shown(fast, other)), ids(other))


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"id": "gid://shopify/MediaImage/1"}, ["id"]),
        ({"originalSource": "no-url"}, ["originalSource"]),
        ({"alt": "x"}, []),
        ({"originalSource": "https://files.example/a.pdf", "contentType": "FILE"}, ["contentType"]),
    ],
)
def test_a_file_that_cannot_be_refuses_the_product(fast, given, place):
    product = a_product(fast, "a")
    refused = fast.refusal(PRODUCT_SET, given={"id": product["id"], "title": "New", "files": [given]})
    assert [("INVALID_INPUT", ["input", "files", "0", *place])] == [
        (one["code"], one["field"]) for one in refused["userErrors"]
    ]
    assert ("Shirt", ["a"]) == (fast.product(product["id"])["title"], alts(shown(fast, product)))


def test_a_file_is_shown_on_products_and_taken_off_them(fast):
    one, other = a_product(fast), a_product(fast)
    image = file(fast, created(fast, {"originalSource": picture("a"), "alt": "a"})[0]["id"])
    fast.mutate(UPDATE, files=[{"id": image["id"], "referencesToAdd": [one["id"], other["id"]]}])
    both = [alts(shown(fast, product)) for product in (one, other)]
    fast.mutate(UPDATE, files=[{"id": image["id"], "referencesToRemove": [one["id"]]}])
    assert ([["a"], ["a"]], [[], ["a"]]) == (both, [alts(shown(fast, product)) for product in (one, other)])


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("IMAGE", "gid://shopify/Product/1", "REFERENCE_TARGET_DOES_NOT_EXIST"),
        ("FILE", None, "UNSUPPORTED_FILE_REFERENCE"),
    ],
)
def test_a_reference_that_cannot_be_refuses_the_batch(fast, kind, target, code):
    product = a_product(fast)
    one = file(fast, created(fast, {"originalSource": picture("a"), "contentType": kind})[0]["id"])
    refused = fast.refusal(UPDATE, files=[{"id": one["id"], "alt": "x", "referencesToAdd": [target or product["id"]]}])
    assert ([code], "") == ([row["code"] for row in refused["userErrors"]], file(fast, one["id"])["alt"])


def test_a_deleted_file_leaves_its_products_and_no_gap(fast):
    product = a_product(fast, *"abc")
    fast.mutate(DELETE, ids=ids(product)[:1])
    payload(fast, REORDER, id=product["id"], moves=[{"id": ids(product)[2], "newPosition": "0"}])
    assert ["c", "b"] == alts(shown(fast, product))


def test_a_deleted_product_leaves_its_files_in_use_by_nobody(fast):
    product = a_product(fast, "a")
    used = 'query U { files(first: 5, query: "used_in:product") { nodes { alt } } }'
    before = fast.run(used)["files"]["nodes"]
    fast.mutate("mutation D($id: ID!) { productDelete(input: {id: $id}) { userErrors { field } } }", id=product["id"])
    assert ([{"alt": "a"}], []) == (before, fast.run(used)["files"]["nodes"])
    assert "a" == file(fast, ids(product)[0])["alt"]


def test_media_are_paged_and_chosen_by_type(fast):
    product = a_product(fast, *"abc")
    query = """query P($id: ID!, $first: Int, $after: String, $query: String) { product(id: $id) {
      media(first: $first, after: $after, query: $query) { nodes { alt } pageInfo { hasNextPage endCursor } } } }"""
    page = fast.run(query, id=product["id"], first=2)["product"]
    rest = fast.run(query, id=product["id"], first=2, after=page["media"]["pageInfo"]["endCursor"])["product"]
    videos = fast.run(query, id=product["id"], first=2, query="media_type:VIDEO")["product"]
    assert (["a", "b"], ["c"], []) == (alts(page), alts(rest), alts(videos))
    assert [True, False] == [part["media"]["pageInfo"]["hasNextPage"] for part in (page, rest)]


def test_media_of_many_products_are_read_together(fast):
    names = ["a", "b", "c"]
    for name in names:
        a_product(fast, name, f"{name}2")
    page = fast.run(
        "{ products(first: 10) { nodes { media(first: 5) { nodes { alt } } images(first: 1) { nodes { altText } } } } }"
    )
    assert [[name, f"{name}2"] for name in names] == [alts(one) for one in page["products"]["nodes"]]


def a_second_after(store, moment):
    """Wait until new products are younger than this moment."""
    while store.set_product({"title": "Clock"})["createdAt"] <= moment:
        pass


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        (ADD_MEDIA, lambda _: {"media": [media("b")]}),
        (DELETE_MEDIA, lambda product: {"ids": ids(product)}),
        (REORDER, lambda _: {"moves": []}),
    ],
)
def test_a_change_of_media_changes_the_product(fast, query, rest):
    product = a_product(fast, "a")
    before = fast.product(product["id"])["updatedAt"]
    a_second_after(fast, before)
    payload(fast, query, id=product["id"], **rest(product))
    assert before < fast.product(product["id"])["updatedAt"]


@pytest.mark.parametrize(
    ("document", "variables", "points"),
    [
        (
            'mutation C($m: [CreateMediaInput!]) { productCreate(product: {title: "A"}, media: $m) { product { id } }}',
            {"m": [media("a"), media("b")]},
            14,
        ),
        (
            "mutation C($f: [FileCreateInput!]!) { fileCreate(files: $f) { files { id preview { image { url } } } } }",
            {"f": [{"originalSource": picture("a")}]},
            22,
        ),
        (
            "mutation C($i: ProductSetInput!) { productSet(input: $i) { product { id } } }",
            {"i": {"title": "A", "files": [{"originalSource": picture("a")}] * 10}},
            29,
        ),
    ],
)
def test_media_have_their_price(fast, document, variables, points):
    assert points == fast.answer(document, **variables)["extensions"]["cost"]["requestedQueryCost"]
