import pytest

from reconciler.sandbox.products.handles import explicit_handle, free_handle, generated_handle
from reconciler.sandbox.products.tags import normal_tags, without
from tests.sandbox.store import PRODUCT_CREATE

TAGS = """mutation T($id: ID!, $tags: [String!]!) { %s(id: $id, tags: $tags) {
  node { id ... on Product { tags } } userErrors { field message } } }"""


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Linen Shirt", "linen-shirt"),
        ("  Weird Handle / 100%  ", "weird-handle-100"),
        ("Women's  Top", "women-s-top"),
        ("東京 シャツ", "東京-シャツ"),
        ("لوشن العنود (جل)", "لوشن-العنود-جل"),
        ("हिन्दी किताब", "हिन्दी-किताब"),
        ("Shirt ❤️ 2 go", "shirt-2-go"),
        ("a_b--c", "a_b-c"),
        ("5×5", "5-5"),
        ("%%%", "product"),
        ("admin", "admin"),
    ],
)
def test_a_handle_is_the_lower_case_words_of_a_text(text, handle):
    assert handle == explicit_handle(text) == generated_handle(text)


@pytest.mark.parametrize(
    ("text", "explicit", "generated"),
    [
        ("PAÑALES Größe ŁÓDŹ", "pañales-größe-łódź", "panales-grosse-lodz"),
        ("Nhẫn 1", "nhẫn-1", "nhan-1"),
        ("İzmir", "i̇zmir", "izmir"),
        ("nha\u0302\u0303n", "nhẫn", "nhan"),
    ],
)
def test_only_a_title_loses_its_accents(text, explicit, generated):
    assert (explicit, generated) == (explicit_handle(text), generated_handle(text))


def test_a_product_holds_the_letters_of_an_explicit_handle(store):
    product = store.set_product({"title": "Nhẫn 1", "handle": "nhẫn-1"}, handle="nhẫn-1")
    again = store.set_product({"title": "Ring", "handle": "nhẫn-1"}, handle="nhẫn-1")
    other = store.mutate(PRODUCT_CREATE, given={"title": "Nhẫn 1"})["product"]
    assert (product["id"], "nhẫn-1", "nhan-1") == (again["id"], again["handle"], other["handle"])


@pytest.mark.parametrize(
    ("wanted", "taken", "handle"),
    [
        ("shirt", set(), "shirt"),
        ("shirt", {"shirt"}, "shirt-1"),
        ("shirt", {"shirt", "shirt-1"}, "shirt-2"),
        ("shirt-41", {"shirt-41"}, "shirt-42"),
        ("shirt9", {"shirt9"}, "shirt10"),
    ],
)
def test_a_generated_handle_counts_up_until_it_is_free(wanted, taken, handle):
    assert handle == free_handle(wanted, taken.intersection)


def test_a_handle_that_thousands_have_is_counted_up_in_few_questions():
    taken, asked = {"shirt", *(f"shirt-{number}" for number in range(1, 5000))}, []

    def held(some):
        asked.append(len(some))
        return taken.intersection(some)

    assert "shirt-5000" == free_handle("shirt", held)
    assert len(asked) < 15


def test_products_of_the_same_title_get_different_handles(store):
    handles = [store.mutate(PRODUCT_CREATE, given={"title": "Shirt"})["product"]["handle"] for _ in range(3)]
    assert ["shirt", "shirt-1", "shirt-2"] == handles


def test_handles_of_punctuation_only_count_up_too(store):
    given = {"title": "Shirt", "handle": "%%%"}
    handles = [store.mutate(PRODUCT_CREATE, given=given)["product"]["handle"] for _ in range(2)]
    assert ["product", "product-1"] == handles


@pytest.mark.parametrize(
    ("tags", "stored"),
    [
        (["b", "A", "a"], ["A", "b"]),
        ([" x  y ", "X  Y"], ["x  y"]),
        (["one, two", ",", ""], ["one", "two"]),
    ],
)
def test_tags_are_split_trimmed_told_apart_ignoring_case_and_sorted(tags, stored):
    assert stored == normal_tags(tags)


def test_tags_are_removed_whatever_their_case():
    assert ["b"] == without(["A", "b"], ["a"])


def test_adding_and_removing_tags_leaves_the_others(store):
    product = store.mutate(PRODUCT_CREATE, given={"title": "Shirt", "tags": ["Summer"]})["product"]
    added = store.mutate(TAGS % "tagsAdd", id=product["id"], tags=["linen, summer"])
    removed = store.mutate(TAGS % "tagsRemove", id=product["id"], tags=["SUMMER", "unknown"])
    assert (["linen", "Summer"], ["linen"]) == (added["node"]["tags"], removed["node"]["tags"])


@pytest.mark.parametrize("kind", ["Product", "Customer", "Order"])
def test_tagging_what_is_not_there_is_a_user_error(shared, kind):
    refused = shared.refusal(TAGS % "tagsAdd", id=f"gid://shopify/{kind}/1", tags=["a"])
    assert [{"field": ["id"], "message": f"{kind} does not exist"}] == refused["userErrors"]


def test_tagging_what_takes_no_tags_is_a_top_level_error(shared):
    answer = shared.answer(TAGS % "tagsAdd", id="gid://shopify/Shop/1", tags=["a"])
    assert "RESOURCE_NOT_FOUND" == answer["errors"][0]["extensions"]["code"]
