from typing import Any

import pytest

from tests.sandbox import media
from tests.sandbox.stock import places
from tests.sandbox.store import DEFINITION_CREATE, FIELDS, a_product, a_variant

DUPLICATE = (
    "mutation D($id: ID!, $title: String!, $status: ProductStatus, $images: Boolean, $now: Boolean) {"
    " productDuplicate(productId: $id, newTitle: $title, newStatus: $status, includeImages: $images, synchronous: $now)"
    " { imageJob { id } newProduct {" + FIELDS + "} productDuplicateOperation { id status product { id } newProduct"
    " { id } } shop { name } userErrors { field message } } }"
)
OPERATION = """query($id: ID!) { productOperation(id: $id) { status product { id }
  ... on ProductDuplicateOperation { newProduct { title } userErrors { field message } } } }"""
WITH_TRANSLATIONS = """mutation D($id: ID!, $with: Boolean) {
  productDuplicate(productId: $id, newTitle: "Copy", includeTranslations: $with) {
    newProduct { id translations(locale: "fr") { key value } } userErrors { message } } }"""
TRANSLATE = """mutation T($id: ID!, $digest: String!) { translationsRegister(resourceId: $id,
  translations: [{locale: "fr", key: "title", value: "Chemise", translatableContentDigest: $digest}]) {
  userErrors { message } } }"""
MISSING = "gid://shopify/Product/1"


def a_shirt(store, **fields):
    given: dict[str, Any] = {
        "vendor": "ACME",
        "tags": ["summer"],
        "metafields": [{"namespace": "custom", "key": "cut", "type": "single_line_text_field", "value": "slim"}],
    }
    return store.set_product(a_product("S", "M", **given | fields))


def copied(store, product, **wished):
    return store.mutate(DUPLICATE, id=product["id"], **{"title": "Linen Copy", **wished})["newProduct"]


def own(product):
    """What a copy has of itself, left out."""
    if isinstance(product, dict):
        named = {"handle", "title"} if "vendor" in product else set()
        unlike = {"id", "createdAt", "updatedAt"} | named
        return {key: own(value) for key, value in product.items() if key not in unlike}
    return [own(one) for one in product] if isinstance(product, list) else product


def test_a_copy_has_all_that_the_original_says_under_a_title_and_handle_of_its_own(store):
    original = a_shirt(store, status="DRAFT")
    copy = copied(store, original)
    assert ("Linen Copy", "linen-copy") == (copy["title"], copy["handle"])
    assert own(original) == own(copy)
    assert original["id"] != copy["id"]
    assert original == store.product(original["id"])
    assert copy == store.product(copy["id"])


def test_the_variants_of_a_copy_are_its_own(store):
    original = a_shirt(store)
    copy = copied(store, original)
    assert not {one["id"] for one in original["variants"]["nodes"]} & {one["id"] for one in copy["variants"]["nodes"]}
    assert not {one["id"] for one in original["options"]} & {one["id"] for one in copy["options"]}


def test_a_copy_of_the_same_title_counts_the_handle_up(store):
    original = a_shirt(store)
    assert ["linen-copy", "linen-copy-1"] == [copied(store, original)["handle"] for _ in range(2)]


@pytest.mark.parametrize(("wished", "expected"), [({}, "ARCHIVED"), ({"status": "ACTIVE"}, "ACTIVE")])
def test_a_copy_has_the_status_of_the_original_unless_another_is_asked_for(store, wished, expected):
    assert expected == copied(store, a_shirt(store, status="ARCHIVED"), **wished)["status"]


def test_a_copy_is_stocked_like_the_original(store):
    place = next(iter(places(store).values()))
    row = a_variant("S", sku="S-1", inventoryItem={"tracked": True})
    row["inventoryQuantities"] = [{"locationId": place, "name": "available", "quantity": 7}]
    copy = copied(store, store.set_product(a_product("S", variants=[row])))
    query = (
        "query($id: ID!) { product(id: $id) { totalInventory variants(first: 1) { nodes { sku inventoryQuantity } } } }"
    )
    read = store.run(query, id=copy["id"])["product"]
    assert (7, [{"sku": "S-1", "inventoryQuantity": 7}]) == (read["totalInventory"], read["variants"]["nodes"])


def test_a_value_that_must_be_unique_is_not_copied(store):
    unique = {"capabilities": {"uniqueValues": {"enabled": True}}, "type": "single_line_text_field", "name": "Number"}
    store.mutate(DEFINITION_CREATE, given={"namespace": "custom", "key": "number", "ownerType": "PRODUCT", **unique})
    rows = [{"namespace": "custom", "key": key, "type": unique["type"], "value": "1"} for key in ("number", "cut")]
    copy = copied(store, a_shirt(store, metafields=rows))
    assert ["cut"] == [one["key"] for one in copy["metafields"]["nodes"]]


def test_a_copy_is_in_the_collections_that_the_original_was_put_into(store):
    original = a_shirt(store)
    create = """mutation($id: ID!) { collectionCreate(input: {title: "Picked", products: [$id]}) {
      collection { id } userErrors { message } } }"""
    store.mutate(create, id=original["id"])
    copy = copied(store, original)
    query = "query($id: ID!) { product(id: $id) { collections(first: 5) { nodes { title } } } }"
    assert [{"title": "Picked"}] == store.run(query, id=copy["id"])["product"]["collections"]["nodes"]


def test_images_come_along_only_if_asked_for_and_as_files_of_their_own(server, store):
    server.put(store.shop["name"], media_processing_ms=0)
    original = media.a_product(store, "front", "back")
    without = store.mutate(DUPLICATE, id=original["id"], title="Without")
    assert (None, []) == (without["imageJob"], media.alts(shown(store, without)))
    payload = store.mutate(DUPLICATE, id=original["id"], title="With", images=True)
    assert payload["imageJob"]["id"].startswith("gid://shopify/Job/")
    copy = shown(store, payload)
    assert ["front", "back"] == media.alts(copy)
    assert not {one["id"] for one in copy["media"]["nodes"]} & {one["id"] for one in original["media"]["nodes"]}


def shown(store, payload):
    return store.run(media.PRODUCT_MEDIA, id=payload["newProduct"]["id"])["product"]


def test_a_copy_is_listed_where_the_original_is(store):
    original = a_shirt(store)
    shop = store.run("{ publications(first: 5) { nodes { id } } }")["publications"]["nodes"]
    publish = """mutation($id: ID!, $at: ID!) { publishablePublish(id: $id, input: [{publicationId: $at}]) {
      userErrors { message } } }"""
    store.mutate(publish, id=original["id"], at=shop[-1]["id"])
    query = "query($id: ID!, $at: ID!) { product(id: $id) { publishedOnPublication(publicationId: $at) } }"
    copy = copied(store, original)
    assert store.run(query, id=copy["id"], at=shop[-1]["id"])["product"]["publishedOnPublication"]


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_translations_come_along_only_if_asked_for(store, is_asked_for):
    original = a_shirt(store)
    store.run('mutation { shopLocaleEnable(locale: "fr") { userErrors { message } } }')
    store.run('mutation { shopLocaleUpdate(locale: "fr", shopLocale: {published: true}) { userErrors { message } } }')
    content = "query($id: ID!) { translatableResource(resourceId: $id) { translatableContent { key digest } } }"
    rows = store.run(content, id=original["id"])["translatableResource"]["translatableContent"]
    digest = next(row["digest"] for row in rows if row["key"] == "title")
    store.mutate(TRANSLATE, id=original["id"], digest=digest)
    copy = store.mutate(WITH_TRANSLATIONS, id=original["id"], **{"with": is_asked_for})["newProduct"]
    assert ([{"key": "title", "value": "Chemise"}] if is_asked_for else []) == copy["translations"]


@pytest.mark.parametrize(
    ("title", "message"), [(" ", "Title can't be blank"), ("x" * 256, "Title is too long (maximum is 255 characters)")]
)
def test_a_title_that_cannot_be_one_is_refused_and_nothing_made(store, title, message):
    original = a_shirt(store)
    payload = store.refusal(DUPLICATE, id=original["id"], title=title)
    assert (None, [{"field": ["newTitle"], "message": message}]) == (payload["newProduct"], payload["userErrors"])
    assert {"productsCount": {"count": 1}} == store.run("{ productsCount { count } }")


def test_a_product_that_is_not_there_is_refused(store):
    payload = store.refusal(DUPLICATE, id=MISSING, title="Copy")
    assert [{"field": ["productId"], "message": "Product does not exist"}] == payload["userErrors"]


def test_an_asynchronous_duplicate_is_on_its_operation(store):
    original = a_shirt(store)
    payload = store.mutate(DUPLICATE, id=original["id"], title="Later", now=False)
    operation = payload["productDuplicateOperation"]
    assert (None, "CREATED", {"id": original["id"]}, None) == (
        payload["newProduct"],
        *(operation[key] for key in ("status", "product", "newProduct")),
    )
    expected = {"status": "COMPLETE", "product": {"id": original["id"]}, "newProduct": {"title": "Later"}}
    assert {**expected, "userErrors": []} == store.run(OPERATION, id=operation["id"])["productOperation"]


def test_what_an_asynchronous_duplicate_refuses_is_on_its_operation(store):
    operation = store.mutate(DUPLICATE, id=MISSING, title="Later", now=False)["productDuplicateOperation"]
    errors = [{"field": ["productId"], "message": "Product does not exist"}]
    expected = {"status": "COMPLETE", "product": None, "newProduct": None, "userErrors": errors}
    assert expected == store.run(OPERATION, id=operation["id"])["productOperation"]
