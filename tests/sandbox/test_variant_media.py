import pytest

from tests.sandbox.media import DELETE, PRODUCT_MEDIA, UPDATE, a_product, picture
from tests.sandbox.store import PRODUCT_SET

_PAIRS = "product { id } productVariants { id media(first: 5) { nodes { alt } } } userErrors { code field message } } }"
APPEND = (
    """mutation A($id: ID!, $pairs: [ProductVariantAppendMediaInput!]!) {
  productVariantAppendMedia(productId: $id, variantMedia: $pairs) {"""
    + _PAIRS
)
DETACH = (
    """mutation D($id: ID!, $pairs: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $id, variantMedia: $pairs) {"""
    + _PAIRS
)
_ROWS = "product { media(first: 9) { nodes { alt } } } productVariants { id media(first: 5) { nodes { alt } } }"
BULK_CREATE = (
    """mutation C($id: ID!, $rows: [ProductVariantsBulkInput!]!, $media: [CreateMediaInput!]) {
  productVariantsBulkCreate(productId: $id, variants: $rows, media: $media) {"""
    + _ROWS
    + " userErrors { code field message } } }"
)
BULK_UPDATE = (
    """mutation U($id: ID!, $rows: [ProductVariantsBulkInput!]!, $media: [CreateMediaInput!]) {
  productVariantsBulkUpdate(productId: $id, variants: $rows, media: $media) {"""
    + _ROWS
    + " userErrors { code field message } } }"
)


@pytest.fixture
def fast(server, store):
    server.put(store.shop["name"], media_processing_ms=0)
    return store


def shown(store, product):
    return store.run(PRODUCT_MEDIA, id=product["id"])["product"]


def texts(product):
    """Return each variant's media."""
    return [[one["alt"] for one in variant["media"]["nodes"]] for variant in product["variants"]["nodes"]]


def pair(product, variant, medium):
    ids = [one["id"] for one in product["media"]["nodes"]]
    return {"variantId": product["variants"]["nodes"][variant]["id"], "mediaIds": [ids[medium]]}


def test_a_medium_is_shown_on_a_variant_and_taken_off_it(fast):
    product = a_product(fast, "a", "b")
    answer = fast.mutate(APPEND, id=product["id"], pairs=[pair(product, 0, 1), pair(product, 1, 0)])
    after = shown(fast, product)
    assert [[{"alt": "b"}], [{"alt": "a"}]] == [one["media"]["nodes"] for one in answer["productVariants"]]
    assert [["b"], ["a"]] == texts(after)
    assert after["images"]["nodes"][1]["id"] == after["variants"]["nodes"][0]["image"]["id"]
    fast.mutate(DETACH, id=product["id"], pairs=[pair(product, 0, 1)])
    assert ([[], ["a"]], None) == (texts(shown(fast, product)), shown(fast, product)["variants"]["nodes"][0]["image"])


REFUSALS = [
    (
        "TOO_MANY_MEDIA_PER_INPUT_PAIR",
        "mediaIds",
        lambda one, _: [{**pair(one, 0, 0), "mediaIds": pair(one, 0, 0)["mediaIds"] * 2}],
    ),
    ("PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES", "variantId", lambda one, _: [pair(one, 1, 0), pair(one, 1, 1)]),
    (
        "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT",
        "variantId",
        lambda one, other: [{**pair(one, 0, 0), "variantId": pair(other, 0, 0)["variantId"]}],
    ),
    (
        "MEDIA_DOES_NOT_EXIST_ON_PRODUCT",
        "mediaIds",
        lambda one, other: [{**pair(one, 0, 0), "mediaIds": pair(other, 0, 0)["mediaIds"]}],
    ),
    ("PRODUCT_VARIANT_ALREADY_HAS_MEDIA", "variantId", lambda one, _: [pair(one, 0, 1)]),
    ("INVALID_MEDIA_TYPE", "mediaIds", lambda one, _: [pair(one, 1, 2)]),
]


@pytest.mark.parametrize(("code", "place", "pairs_of"), REFUSALS)
def test_a_pair_that_cannot_be_refuses_all_pairs(fast, code, place, pairs_of):
    video = {"originalSource": "https://youtu.be/dQw4w9WgXcQ", "contentType": "EXTERNAL_VIDEO"}
    files = [{"originalSource": picture(name), "alt": name} for name in "ab"]
    product, other = a_product(fast, files=[*files, video]), a_product(fast, "x")
    fast.mutate(APPEND, id=product["id"], pairs=[pair(product, 0, 0)])
    pairs = pairs_of(product, other)
    refused = fast.refusal(APPEND, id=product["id"], pairs=pairs)
    last = str(len(pairs) - 1)
    assert [(code, ["variantMedia", last, place])] == [(one["code"], one["field"]) for one in refused["userErrors"]]
    assert [["a"], []] == texts(shown(fast, product))


def test_more_than_100_pairs_are_refused(fast):
    product = a_product(fast, "a")
    refused = fast.refusal(APPEND, id=product["id"], pairs=[pair(product, 0, 0)] * 101)
    assert ["MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED"] == [one["code"] for one in refused["userErrors"]]


def test_a_medium_that_is_not_ready_is_refused(server, store):
    server.put(store.shop["name"], media_processing_ms=3_600_000)
    product = a_product(store, "a")
    refused = store.refusal(APPEND, id=product["id"], pairs=[pair(product, 0, 0)])
    assert ["NON_READY_MEDIA"] == [one["code"] for one in refused["userErrors"]]


def test_a_medium_that_a_variant_does_not_show_cannot_be_taken_off(fast):
    product = a_product(fast, "a")
    refused = fast.refusal(DETACH, id=product["id"], pairs=[pair(product, 0, 0)])
    assert ["MEDIA_IS_NOT_ATTACHED_TO_VARIANT"] == [one["code"] for one in refused["userErrors"]]


@pytest.mark.parametrize("query", [APPEND, DETACH])
def test_pairs_of_a_product_that_is_not_there(shared, query):
    refused = shared.refusal(query, id="gid://shopify/Product/1", pairs=[])
    expected = {"code": "PRODUCT_DOES_NOT_EXIST", "field": ["productId"], "message": "Product does not exist"}
    assert [expected] == refused["userErrors"]


@pytest.mark.parametrize(
    ("mutation", "variables"),
    [
        (DELETE, lambda product, medium: {"ids": [medium]}),
        (UPDATE, lambda product, medium: {"files": [{"id": medium, "referencesToRemove": [product["id"]]}]}),
        (PRODUCT_SET, lambda product, _medium: {"given": {"id": product["id"], "files": []}}),
    ],
)
def test_a_file_that_leaves_the_product_leaves_its_variants(fast, mutation, variables):
    product = a_product(fast, "a")
    fast.mutate(APPEND, id=product["id"], pairs=[pair(product, 0, 0)])
    fast.mutate(mutation, **variables(product, pair(product, 0, 0)["mediaIds"][0]))
    assert [[], []] == texts(shown(fast, product))


def _variants(*files):
    values = [{"optionName": "Size", "name": size} for size in "SM"]
    rows = [{"optionValues": [value]} for value in values]
    return [{**row, "file": one} if one != "untouched" else row for row, one in zip(rows, files, strict=True)]


def test_a_product_set_says_what_each_variant_shows(fast):
    sources = [{"originalSource": picture(name), "alt": name} for name in "ab"]
    product = a_product(fast, files=sources, variants=_variants(sources[1], sources[0]))
    first = product["media"]["nodes"][0]["id"]
    given = {"id": product["id"], "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}]}
    fast.mutate(PRODUCT_SET, given={**given, "variants": _variants({"id": first}, "untouched")})
    changed = texts(shown(fast, product))
    fast.mutate(PRODUCT_SET, given={**given, "variants": _variants("untouched", None)})
    assert ([["b"], ["a"]], [["a"], ["a"]], [["a"], []]) == (texts(product), changed, texts(shown(fast, product)))


def test_a_variant_shows_only_files_of_its_product(fast):
    product = a_product(fast, "a")
    given = {"id": product["id"], "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}]}
    other = {"originalSource": picture("b")}
    refused = fast.refusal(PRODUCT_SET, given={**given, "variants": _variants("untouched", other)})
    assert [["input", "variants", "1", "file"]] == [one["field"] for one in refused["userErrors"]]


def test_new_variants_show_new_media(fast):
    product = a_product(fast, "a")
    rows = [
        {"optionValues": [{"optionName": "Size", "name": "L"}], "mediaSrc": [picture("l")]},
        {"optionValues": [{"optionName": "Size", "name": "XL"}], "mediaId": product["media"]["nodes"][0]["id"]},
    ]
    new = [{"originalSource": picture("l"), "alt": "l", "mediaContentType": "IMAGE"}]
    answer = fast.mutate(BULK_CREATE, id=product["id"], rows=rows, media=new)
    assert [[{"alt": "l"}], [{"alt": "a"}]] == [one["media"]["nodes"] for one in answer["productVariants"]]
    assert [{"alt": "a"}, {"alt": "l"}] == answer["product"]["media"]["nodes"]


def test_known_variants_change_what_they_show(fast):
    product = a_product(fast, "a")
    small = product["variants"]["nodes"][0]["id"]
    fast.mutate(BULK_UPDATE, id=product["id"], rows=[{"id": small, "mediaId": product["media"]["nodes"][0]["id"]}])
    set_to = texts(shown(fast, product))
    fast.mutate(BULK_UPDATE, id=product["id"], rows=[{"id": small, "barcode": "1"}])
    left = texts(shown(fast, product))
    fast.mutate(BULK_UPDATE, id=product["id"], rows=[{"id": small, "mediaId": None}])
    assert ([["a"], []], [["a"], []], [[], []]) == (set_to, left, texts(shown(fast, product)))


@pytest.mark.parametrize(
    ("row", "media", "code", "field"),
    [
        ({"mediaId": "gid://shopify/MediaImage/1"}, [], "MUST_BE_FOR_THIS_PRODUCT", ["variants", "0", "mediaId"]),
        ({"mediaSrc": [picture("x")]}, [], "INVALID_INPUT", ["variants", "0", "mediaSrc"]),
        ({}, [{"originalSource": "x", "mediaContentType": "IMAGE"}], "INVALID_INPUT", ["media", "0", "originalSource"]),
    ],
)
def test_media_that_cannot_be_refuse_the_variants(fast, row, media, code, field):
    product = a_product(fast, "a")
    rows = [{"id": product["variants"]["nodes"][0]["id"], "barcode": "1", **row}]
    refused = fast.refusal(BULK_UPDATE, id=product["id"], rows=rows, media=media)
    assert [(code, field)] == [(one["code"], one["field"]) for one in refused["userErrors"]]
    assert None is fast.product(product["id"])["variants"]["nodes"][0]["barcode"]


@pytest.mark.parametrize(
    "row", [{"mediaSrc": ["a", "b"]}, {"mediaSrc": ["a"], "mediaId": "gid://shopify/MediaImage/1"}]
)
def test_naming_a_medium_twice_is_a_bad_request(fast, row):
    product = a_product(fast, "a")
    rows = [{"id": product["variants"]["nodes"][0]["id"], **row}]
    answer = fast.answer(BULK_UPDATE, id=product["id"], rows=rows)
    assert "BAD_REQUEST" == answer["errors"][0]["extensions"]["code"]
