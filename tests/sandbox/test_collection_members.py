import pytest

from tests.sandbox.collection_documents import (
    ADD,
    ADD_BY_JOB,
    REMOVE,
    REORDER,
    collection,
    legacy,
    product,
    read,
    source,
    tagged,
    titles,
)
from tests.sandbox.store import PRODUCT_CREATE, PRODUCT_SET, PRODUCT_UPDATE

OF_PRODUCT = """query P($id: ID!, $collection: ID = "gid://shopify/Collection/1", $query: String) { product(id: $id) {
  collections(first: 10, query: $query) { nodes { title } } inCollection(id: $collection) } }"""
UNKNOWN = "gid://shopify/Product/1"
RULES = {"appliedDisjunctively": False, "rules": [{"column": "TAG", "relation": "EQUALS", "condition": "sale"}]}


def collections_of(store, gid, **args):
    return [row["title"] for row in store.run(OF_PRODUCT, id=gid, **args)["product"]["collections"]["nodes"]]


def several(store, names="ABCDE", **fields):
    made = {name: product(store, name) for name in names}
    return made, legacy(store, products=list(made.values()), **fields)


@pytest.mark.parametrize(("order", "expected"), [("MANUAL", ["A", "B"]), ("BEST_SELLING", ["B", "A"])])
def test_products_are_added_at_once(store, order, expected):
    made = legacy(store, sortOrder=order)
    first, second = product(store, "A"), product(store, "B")
    answer = store.mutate(ADD, id=made["id"], products=[first, second, UNKNOWN, first])
    assert expected == titles(answer["collection"])


def test_products_are_added_by_a_job_that_is_done_when_looked_at(store):
    made = legacy(store, sortOrder="MANUAL")
    first, second = product(store, "A"), product(store, "B")
    job = store.mutate(ADD_BY_JOB, id=made["id"], products=[first, second, first])["job"]
    assert job["done"] is False
    query = "query J($id: ID!) { job(id: $id) { id done query { shop { name } } } }"
    assert {"id": job["id"], "done": True, "query": {"shop": {"name": "Demo"}}} == store.run(query, id=job["id"])["job"]
    now = read(store, made)
    assert (["A", "B"], 2) == (titles(now), now["productsCount"]["count"])
    assert store.run(query, id="gid://shopify/Job/x")["job"] is None


def test_products_are_removed_by_a_job(store):
    made, found = several(store, "ABC", sortOrder="MANUAL")
    job = store.mutate(REMOVE, id=found["id"], products=[made["B"], UNKNOWN])["job"]
    assert (False, ["A", "C"]) == (job["done"], titles(read(store, found)))


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([("E", "1"), ("C", "4")], "AEBDC"),
        ([("A", "99")], "BCDEA"),
        ([("A", "2"), ("A", "0")], "ABCDE"),
        ([("E", 0)], "EABCD"),
    ],
)
def test_moves_are_made_one_after_the_other(store, moves, expected):
    made, found = several(store, sortOrder="MANUAL")
    given = [{"id": made[name], "newPosition": place} for name, place in moves]
    assert store.mutate(REORDER, id=found["id"], moves=given)["job"]["done"] is False
    assert list(expected) == titles(read(store, found))


def test_products_of_conditions_are_moved_as_well(store):
    made = {name: product(store, name, tags=["sale"]) for name in "ABC"}
    found = collection(store, sortOrder="MANUAL", sources=source(inclusion={"conditions": [tagged("sale")]}))
    store.mutate(REORDER, id=found["id"], moves=[{"id": made["C"], "newPosition": "0"}])
    product(store, "D", tags=["sale"])
    assert ["C", "A", "B", "D"] == titles(read(store, found))


@pytest.mark.parametrize(
    ("document", "args", "errors"),
    [
        (ADD_BY_JOB, {"products": [UNKNOWN]},
         [("CANT_ADD_TO_SMART_COLLECTION", ["id"], "Can't manually add products to a smart collection")]),
        (ADD, {"products": [UNKNOWN]}, [(None, ["id"], "Can't manually add products to a smart collection")]),
        (REMOVE, {"products": [UNKNOWN]}, [(None, ["id"], "Can't manually remove products from a smart collection")]),
        (REORDER, {"moves": []}, [("MANUALLY_SORTED_COLLECTION", ["id"],
                                   "Can't reorder products unless collection is manually sorted")]),
    ],
)  # fmt: skip
def test_a_smart_collection_is_not_filled_by_hand(store, document, args, errors):
    made = legacy(store, ruleSet=RULES)
    refused = store.refusal(document, id=made["id"], **args)["userErrors"]
    assert errors == [(one.get("code"), one["field"], one["message"]) for one in refused]


@pytest.mark.parametrize(
    ("document", "args", "code"),
    [
        (ADD_BY_JOB, {"products": []}, "COLLECTION_DOES_NOT_EXIST"),
        (ADD, {"products": []}, None),
        (REMOVE, {"products": []}, None),
        (REORDER, {"moves": []}, "COLLECTION_NOT_FOUND"),
    ],
)
def test_an_unknown_collection_is_refused(store, document, args, code):
    (error,) = store.refusal(document, id="gid://shopify/Collection/1", **args)["userErrors"]
    assert (["id"], "Collection does not exist", code) == (error["field"], error["message"], error.get("code"))


def test_a_move_of_a_product_from_elsewhere_is_refused(store):
    _, found = several(store, "AB", sortOrder="MANUAL")
    (error,) = store.refusal(REORDER, id=found["id"], moves=[{"id": UNKNOWN, "newPosition": "0"}])["userErrors"]
    assert ("INVALID_MOVE", ["moves", "0", "id"]) == (error["code"], error["field"])


def test_a_position_that_is_no_number_is_refused_before_anything_runs(store):
    answer = store.answer(REORDER, id="gid://shopify/Collection/1", moves=[{"id": UNKNOWN, "newPosition": "-1"}])
    assert "INVALID_VARIABLE" == answer["errors"][0]["extensions"]["code"]


def test_more_than_250_products_are_too_many(store):
    answer = store.answer(ADD_BY_JOB, id="gid://shopify/Collection/1", products=[UNKNOWN] * 251)
    assert "MAX_INPUT_SIZE_EXCEEDED" == answer["errors"][0]["extensions"]["code"]


def test_a_product_knows_its_collections(store):
    shirt = product(store, "Shirt", tags=["sale"])
    manual = legacy(store, "Manual", products=[shirt])
    legacy(store, "Rules", ruleSet=RULES)
    other = legacy(store, "Other")
    excluded = source(inclusion={"selections": [{"productId": shirt}]}, exclusion={"conditions": [tagged("sale")]})
    collection(store, "Excluded", sources=excluded)
    assert ["Manual", "Rules"] == collections_of(store, shirt)
    assert ["Manual"] == collections_of(store, shirt, query="title:manual")
    inside = [
        store.run(OF_PRODUCT, id=shirt, collection=one["id"])["product"]["inCollection"] for one in (manual, other)
    ]
    assert [True, False] == inside
    query = "query H($id: ID!, $product: ID!) { collection(id: $id) { hasProduct(id: $product) } }"
    assert store.run(query, id=manual["id"], product=shirt)["collection"]["hasProduct"]
    assert not store.run(query, id=other["id"], product=shirt)["collection"]["hasProduct"]


def test_products_are_searched_by_collection(store):
    made, found = several(store, "AB")
    product(store, "C")
    query = "query S($query: String) { products(first: 5, query: $query) { nodes { title } } }"
    number = found["id"].rpartition("/")[2]
    for text, expected in (
        (f"collection_id:{number}", "AB"),
        (f"-collection_id:{number}", "C"),
        ("collection_id:1", ""),
    ):
        assert list(expected) == titles(store.run(query, query=text))
    assert made


def test_a_page_of_products_shows_the_collections_of_each(store):
    first, second = product(store, "A", tags=["sale"]), product(store, "B")
    legacy(store, "Manual", products=[first, second])
    legacy(store, "Rules", ruleSet=RULES)
    query = "{ products(first: 5) { nodes { collections(first: 5) { nodes { title } } } } }"
    listed = [[row["title"] for row in one["collections"]["nodes"]] for one in store.run(query)["products"]["nodes"]]
    assert [["Manual", "Rules"], ["Manual"]] == listed


def test_a_product_joins_and_leaves_collections(store):
    first, second, smart = legacy(store, "First"), legacy(store, "Second"), legacy(store, "Smart", ruleSet=RULES)
    unknown = ["gid://shopify/Collection/1", "gid://shopify/Collection/odd"]
    given = {"title": "Shirt", "collectionsToJoin": [first["id"], smart["id"], *unknown]}
    made = store.mutate(PRODUCT_CREATE, given=given)["product"]
    assert ["First"] == collections_of(store, made["id"])
    change = {"id": made["id"], "collectionsToJoin": [second["id"]], "collectionsToLeave": [first["id"], *unknown]}
    store.mutate(PRODUCT_UPDATE, given=change)
    assert ["Second"] == collections_of(store, made["id"])


def test_a_product_set_states_all_collections_made_by_hand(store):
    first, second = legacy(store, "First"), legacy(store, "Second")
    legacy(store, "Smart", ruleSet=RULES)
    shirt = store.set_product({"title": "Shirt", "tags": ["sale"], "collections": [first["id"]]})
    assert ["First", "Smart"] == collections_of(store, shirt["id"])
    store.mutate(PRODUCT_SET, given={"id": shirt["id"], "title": "Linen"})
    assert ["First", "Smart"] == collections_of(store, shirt["id"])
    store.mutate(PRODUCT_SET, given={"id": shirt["id"], "collections": [second["id"]]})
    assert ["Second", "Smart"] == collections_of(store, shirt["id"])
    store.mutate(PRODUCT_SET, given={"id": shirt["id"], "collections": []})
    assert ["Smart"] == collections_of(store, shirt["id"])


def test_a_deleted_product_is_in_no_collection(store):
    made, found = several(store, "AB", sortOrder="MANUAL")
    delete = "mutation D($id: ID!) { productDelete(input: {id: $id}) { userErrors { message } } }"
    store.mutate(delete, id=made["A"])
    now = read(store, found)
    assert (["B"], 1) == (titles(now), now["productsCount"]["count"])
    assert ["B"] == [row["product"]["title"] for row in now["sources"][0]["inclusion"]["selections"]["nodes"]]
