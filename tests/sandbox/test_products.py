import time
from typing import Any

import pytest

from tests.sandbox.store import PRODUCT_CREATE, PRODUCT_UPDATE, titles

DELETE = """mutation D($id: ID!, $now: Boolean) { productDelete(input: {id: $id}, synchronous: $now) {
  deletedProductId productDeleteOperation { id status deletedProductId userErrors { message } }
  shop { name } userErrors { field message } } }"""
MISSING = "gid://shopify/Product/1"


def test_a_new_product_has_the_documented_defaults(store):
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    expected: dict[str, Any] = {
        "handle": "shirt",
        "status": "ACTIVE",
        "vendor": "Demo",
        "productType": "",
        "descriptionHtml": "",
        "tags": [],
        "templateSuffix": None,
        "seo": {"title": None, "description": None},
        "category": None,
    }
    assert expected == {key: product[key] for key in expected}


def test_options_of_a_new_product_make_one_variant_of_their_first_values(store):
    options = [
        {"name": "Size", "values": [{"name": "S"}, {"name": "M"}]},
        {"name": "Color", "values": [{"name": "Red"}, {"name": "Blue"}]},
    ]
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt", "productOptions": options})["product"]
    assert ["S / Red"] == titles(product)
    assert [["S"], ["Red"]] == [option["values"] for option in product["options"]]


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({"title": "  New  "}, {"title": "New", "handle": "shirt"}),
        ({"descriptionHtml": "<p>x</p>"}, {"descriptionHtml": "<p>x</p>"}),
        ({"descriptionHtml": None}, {"descriptionHtml": ""}),
        ({"vendor": "ACME"}, {"vendor": "ACME"}),
        ({"vendor": ""}, {"vendor": "Demo"}),
        ({"productType": "Tops"}, {"productType": "Tops"}),
        ({"status": "DRAFT"}, {"status": "DRAFT"}),
        ({"status": "UNLISTED"}, {"status": "UNLISTED"}),
        ({"templateSuffix": ""}, {"templateSuffix": None}),
        ({"seo": {"title": "T", "description": ""}}, {"seo": {"title": "T", "description": None}}),
        ({"seo": {"title": ""}}, {"seo": {"title": None, "description": None}}),
        (
            {"category": "gid://shopify/TaxonomyCategory/aa-1-13"},
            {"category": {"id": "gid://shopify/TaxonomyCategory/aa-1-13"}},
        ),
        ({"tags": ["b, C", " a ", "A"]}, {"tags": ["a", "b", "C"]}),
        ({"handle": "  Weird Handle / 100%  "}, {"handle": "weird-handle-100"}),
        ({"handle": "   "}, {"handle": "shirt"}),
        ({}, {"title": "Shirt", "handle": "shirt"}),
    ],
)
def test_an_update_stores_the_normal_form_of_what_it_was_given(store, change, read):
    before = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    updated = store.mutate(PRODUCT_UPDATE, given={"id": before["id"], **change})["product"]
    assert read == {key: updated[key] for key in read}
    assert updated == store.product(before["id"])


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"title": " "}, [(["title"], "Title can't be blank")]),
        ({"title": "x" * 256}, [(["title"], "Title is too long (maximum is 255 characters)")]),
        ({"vendor": "x" * 256}, [(["vendor"], "Vendor is too long (maximum is 255 characters)")]),
        ({"handle": "x" * 256}, [(["handle"], "Handle is too long (maximum is 255 characters)")]),
        (
            {"productType": "x" * 256},
            [
                (["productType"], "Product type is too long (maximum is 255 characters)"),
                (["customProductType"], "Custom product type is too long (maximum is 255 characters)"),
            ],
        ),
        ({"tags": ["x" * 256]}, [(["tags"], "Product tags is invalid")]),
        (
            {"handle": "taken"},
            [(["input", "handle"], "Handle 'taken' already in use. Please provide a new handle.")],
        ),
    ],
)
def test_a_refused_update_returns_the_product_unchanged(store, change, errors):
    store.mutate(PRODUCT_CREATE, given={"title": "Taken"})
    before = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    refused = store.refusal(PRODUCT_UPDATE, given={"id": before["id"], **change})
    assert errors == [(error["field"], error["message"]) for error in refused["userErrors"]]
    assert before == refused["product"]


def test_a_refused_create_returns_no_product(store):
    refused = store.refusal(PRODUCT_CREATE, given={"title": ""})
    assert (None, ["title"]) == (refused["product"], refused["userErrors"][0]["field"])


@pytest.mark.parametrize("given", [{"id": MISSING, "title": "x"}, {"title": "x"}])
def test_updating_a_product_that_is_not_there_is_refused_at_id(store, given):
    refused = store.refusal(PRODUCT_UPDATE, given=given)
    assert [{"field": ["id"], "message": "Product does not exist"}] == refused["userErrors"]


def test_a_product_can_be_updated_by_its_handle(store):
    store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})
    updated = store.mutate(PRODUCT_UPDATE, given={"title": "New"}, identifier={"handle": "shirt"})
    assert "New" == updated["product"]["title"]


@pytest.mark.parametrize(
    ("code", "parent", "full_name"),
    [
        ("na", None, "Uncategorized"),
        ("aa-1-13", "aa-1", "Apparel & Accessories > Clothing > Clothing Tops"),
        ("aa-1-99", "aa-1", "Apparel & Accessories > Clothing > aa-1-99"),
    ],
)
def test_a_category_tells_its_place_in_the_tree_and_its_name_or_code(store, code, parent, full_name):
    category = f"gid://shopify/TaxonomyCategory/{code}"
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt", "category": category})["product"]
    query = "query($id: ID!) { product(id: $id) { category { id level isRoot parentId ancestorIds name fullName } } }"
    place = {"id": category, "level": code.count("-") + 1, "isRoot": parent is None}
    named = {"name": full_name.split(" > ")[-1], "fullName": full_name}
    above = [f"gid://shopify/TaxonomyCategory/{one}" for one in ((parent, "aa") if parent else ())]
    expected = {**place, "parentId": above[0] if above else None, "ancestorIds": above, **named}
    assert expected == store.run(query, id=product["id"])["product"]["category"]


@pytest.mark.parametrize(
    ("code", "expected"), [("aa", False), ("aa-1-13", False), ("aa-1-13-8", True), ("aa-1-4", True), ("na", True)]
)
def test_a_category_says_whether_others_are_below_it(store, code, expected):
    given = {"title": "Shirt", "category": f"gid://shopify/TaxonomyCategory/{code}"}
    product = store.mutate(PRODUCT_CREATE, given=given)["product"]
    query = "query($id: ID!) { product(id: $id) { category { isLeaf isArchived } } }"
    assert {"isLeaf": expected, "isArchived": False} == store.run(query, id=product["id"])["product"]["category"]


@pytest.mark.parametrize(
    "category",
    [
        "gid://shopify/TaxonomyCategory/NOPE",
        "gid://shopify/TaxonomyCategory/zz-1",
        "gid://shopify/TaxonomyCategory/aa-99",
        "gid://shopify/TaxonomyCategory/sg-4-9999",
        "gid://shopify/Product/1",
    ],
)
def test_a_category_that_cannot_exist_is_a_top_level_error(store, category):
    answer = store.answer(PRODUCT_CREATE, given={"title": "Shirt", "category": category})
    assert {"productCreate": None} == answer["data"]
    assert "INVALID_PRODUCT_TAXONOMY_NODE_ID" == answer["errors"][0]["extensions"]["code"]
    assert {"productsCount": {"count": 0}} == store.run("{ productsCount { count } }")


def test_updated_at_moves_with_a_change_and_only_with_one(store):
    before = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    time.sleep(1.1)
    same = store.mutate(PRODUCT_UPDATE, given={"id": before["id"], "title": "Shirt"})["product"]
    changed = store.mutate(PRODUCT_UPDATE, given={"id": before["id"], "title": "New"})["product"]
    assert before["updatedAt"] == same["updatedAt"] < changed["updatedAt"]


def test_a_claim_on_bundles_is_taken_and_changes_nothing(store):
    given = {"title": "Card", "claimOwnership": {"bundles": True}}
    assert "card" == store.mutate(PRODUCT_CREATE, given=given)["product"]["handle"]
    assert "card-1" == store.set_product(given)["handle"]


def test_a_gift_card_is_neither_taxed_nor_shipped(store):
    product = store.mutate(PRODUCT_CREATE, given={"title": "Card", "giftCard": True})["product"]
    variant = product["variants"]["nodes"][0]
    assert (True, False, False) == (
        product["isGiftCard"],
        variant["taxable"],
        variant["inventoryItem"]["requiresShipping"],
    )


def test_a_deleted_product_is_gone_with_its_variants(store):
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    assert product["id"] == store.mutate(DELETE, id=product["id"])["deletedProductId"]
    assert None is store.product(product["id"])
    assert {"productVariantsCount": {"count": 0}} == store.run("{ productVariantsCount { count } }")
    refused = store.refusal(DELETE, id=product["id"])
    assert [{"field": ["id"], "message": "Product does not exist"}] == refused["userErrors"]


def test_an_asynchronous_delete_runs_a_moment_later(store):
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]
    started = store.mutate(DELETE, id=product["id"], now=False)
    assert (None, "CREATED") == (started["deletedProductId"], started["productDeleteOperation"]["status"])
    second = store.refusal(DELETE, id=product["id"], now=False)["userErrors"][0]
    assert (None, "Another operation already in progress. Please wait until current one is finished.") == (
        second["field"],
        second["message"],
    )
    query = """query($id: ID!) { productOperation(id: $id) { status
      ... on ProductDeleteOperation { deletedProductId userErrors { message } } } }"""
    looks = _looks(store, query, started["productDeleteOperation"]["id"])
    assert {product["id"]} == {look["deletedProductId"] for look in looks[1:] or looks}
    assert None is store.product(product["id"])


def test_an_asynchronous_product_set_shows_its_product_when_complete(store):
    mutation = """mutation($given: ProductSetInput!) { productSet(input: $given, synchronous: false) {
      product { id } productSetOperation { id status product { id } } userErrors { message } } }"""
    given = {"title": "Later", "productOptions": [{"name": "Size", "values": [{"name": "S"}]}]}
    given["variants"] = [{"optionValues": [{"optionName": "Size", "name": "S"}], "price": "12.5"}]
    payload = store.mutate(mutation, given=given)
    assert (None, "CREATED") == (payload["product"], payload["productSetOperation"]["status"])
    query = """query($id: ID!) { productOperation(id: $id) { status product { title variants(first: 1) {
      nodes { price } } } ... on ProductSetOperation { userErrors { code field } } } }"""
    operation = _until_complete(store, query, payload["productSetOperation"]["id"])
    assert ("Later", "12.50") == (
        operation["product"]["title"],
        operation["product"]["variants"]["nodes"][0]["price"],
    )


def test_what_an_asynchronous_product_set_refuses_is_on_the_operation(store):
    mutation = """mutation { productSet(input: {title: ""}, synchronous: false) {
      productSetOperation { id } userErrors { message } } }"""
    started = store.mutate(mutation)["productSetOperation"]["id"]
    query = """query($id: ID!) { productOperation(id: $id) { status product { id }
      ... on ProductSetOperation { userErrors { code field message } } } }"""
    operation = _until_complete(store, query, started)
    assert (None, ["input", "title"]) == (operation["product"], operation["userErrors"][0]["field"])


def _until_complete(store, query, gid):
    return _looks(store, query, gid)[-1]


def _looks(store, query, gid):
    looks = []
    for _ in range(40):
        looks.append(store.run(query, id=gid)["productOperation"])
        if looks[-1]["status"] == "COMPLETE":
            return looks
        assert "ACTIVE" == looks[-1]["status"]
        time.sleep(0.05)
    raise AssertionError("the operation never ended")
