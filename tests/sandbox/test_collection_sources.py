import pytest

from tests.sandbox.collection_documents import CREATE, DELETE, UPDATE, collection, product, read, source, tagged, titles


def selected(*products):
    return [{"productId": one} for one in products]


def shown(found):
    return [{"tags": one.get("values"), "match": one.get("matchType")} for one in found["inclusion"]["conditions"]]


def update(store, found, **sources):
    return store.mutate(UPDATE, given={"id": found["id"], **sources})


def test_a_collection_is_the_union_of_its_sources(store):
    shirt, mug = product(store, "Shirt", tags=["sale"]), product(store, "Mug")
    product(store, "Other")
    sources = source(inclusion={"conditions": [tagged("sale")]}) + source(
        inclusion={"selections": selected(mug, shirt)}
    )
    made = collection(store, sortOrder="CREATED", sources=sources)
    assert ["Shirt", "Mug"] == titles(made)
    assert [["Shirt"], ["Shirt", "Mug"]] == [titles(one) for one in made["sources"]]


def test_a_product_changed_later_is_in_or_out_at_once(store):
    shirt = product(store, "Shirt", tags=["sale"])
    made = collection(store, sources=source(inclusion={"conditions": [tagged("sale")]}))
    store.set_product({"id": shirt, "tags": ["new"]})
    assert [] == titles(read(store, made))


def test_a_source_leaves_out_what_it_excludes(store):
    kept, old, cheap = (product(store, title, tags=["sale", tag]) for title, tag in
                        (("Kept", "a"), ("Old", "old"), ("Cheap", "b")))  # fmt: skip
    excluded = {"conditions": [tagged("old")], "selections": selected(cheap)}
    made = collection(store, sources=source(inclusion={"conditions": [tagged("sale")], "selections": selected(old)},
                                            exclusion=excluded))  # fmt: skip
    assert ["Kept"] == titles(made)
    exclusion = made["sources"][0]["exclusion"]
    assert ("ALL", ["old"], [{"product": {"title": "Cheap"}}]) == (
        exclusion["matchType"],
        exclusion["conditions"][0]["values"],
        exclusion["selections"]["nodes"],
    )
    assert kept


def test_the_products_of_another_collection_are_excluded(store):
    product(store, "Shirt", tags=["sale"])
    mug = product(store, "Mug", tags=["sale"])
    other = collection(store, "Other", sources=source(inclusion={"selections": selected(mug)}))
    sources = source(
        inclusion={"conditions": [tagged("sale")]},
        exclusion={"conditions": [{"collection": {"values": [other["id"]]}}]},
    )
    made = collection(store, "Rest", sources=sources)
    assert ["Shirt"] == titles(made)
    condition = made["sources"][0]["exclusion"]["conditions"][0]
    assert ("ANY", [{"title": "Other"}]) == (condition["matchType"], condition["collections"])
    back = {"source": {"title": "S", "inclusion": {"selections": selected(mug)},
                       "exclusion": {"conditions": [{"collection": {"values": [made["id"]]}}]}}}  # fmt: skip
    update(store, other, sourcesToCreate=[back])
    assert ["Mug"] == titles(read(store, other))


def test_a_collection_may_be_made_of_others(store):
    parts = [collection(store, name, sources=source(inclusion={"selections": selected(product(store, name))}))
             for name in ("Tops", "Mugs")]  # fmt: skip
    given = [{"subCollections": {"title": "Both", "collectionIds": [one["id"] for one in parts]}}]
    made = collection(store, "All", sortOrder="ALPHA_ASC", sources=given)
    assert ["Mugs", "Tops"] == titles(made)
    assert [{"title": "Tops"}, {"title": "Mugs"}] == made["sources"][0]["collections"]
    changed = {"subCollections": {"id": made["sources"][0]["id"], "collectionIds": [parts[1]["id"]]}}
    assert ["Mugs"] == titles(update(store, made, sourcesToUpdate=[changed])["collection"])
    query = """query E($id: ID!) { collection(id: $id) {
      subCollectionEligibility { inclusion { eligible ineligibleReason } } } }"""
    state = store.run(query, id=made["id"])["collection"]["subCollectionEligibility"]["inclusion"]
    assert {"eligible": False, "ineligibleReason": "CHAIN_REFERENCE"} == state
    refused = store.refusal(CREATE, given={"title": "X", "sources": [
        {"subCollections": {"title": "S", "collectionIds": [made["id"]]}}]})  # fmt: skip
    assert ["sources", "0", "subCollections", "collectionIds", "0"] == refused["userErrors"][0]["field"]


def test_a_deleted_collection_is_part_of_no_other(store):
    part = collection(store, "Part", sources=source(inclusion={"selections": selected(product(store, "A"))}))
    made = collection(store, "All", sources=[{"subCollections": {"title": "S", "collectionIds": [part["id"]]}}])
    store.mutate(
        "mutation D($id: ID!) { collectionDelete(input: {id: $id}) { userErrors { message } } }", id=part["id"]
    )
    now = read(store, made)
    assert ([], []) == (titles(now), now["sources"][0]["collections"])


def test_a_deleted_collection_excludes_nothing(store):
    shirt = product(store, "Shirt", tags=["sale"])
    other = collection(store, "Other", sources=source(inclusion={"selections": selected(shirt)}))
    excluded = {"conditions": [{"collection": {"values": [other["id"]]}}]}
    made = collection(store, "Rest", sources=source(inclusion={"conditions": [tagged("sale")]}, exclusion=excluded))
    assert [] == titles(made)
    store.mutate(DELETE, id=other["id"])
    now = read(store, made)
    assert (["Shirt"], []) == (titles(now), now["sources"][0]["exclusion"]["conditions"][0]["collections"])


def test_conditions_are_changed_by_their_ids(store):
    made = collection(store, sources=source(inclusion={"conditions": [tagged("a"), tagged("b"), tagged("c")]}))
    found = made["sources"][0]
    first, second, third = (one["id"] for one in found["inclusion"]["conditions"])
    inclusion = {
        "matchType": "ANY",
        "conditionsToDelete": [second],
        "conditionsToUpdate": [{"id": third, "condition": {"productTag": {"values": ["z", "y"]}}}],
        "conditionsToCreate": [tagged("new", match_type="ALL")],
    }
    answer = update(store, made, sourcesToUpdate=[{"condition": {"id": found["id"], "inclusion": inclusion}}])
    now = answer["collection"]["sources"][0]
    assert [first, third] == [one["id"] for one in now["inclusion"]["conditions"][:2]]
    expected = [
        {"tags": ["a"], "match": "ANY"},
        {"tags": ["z", "y"], "match": "ANY"},
        {"tags": ["new"], "match": "ALL"},
    ]
    assert expected == shown(now)
    assert ("ANY", found["id"], "Source") == (now["inclusion"]["matchType"], now["id"], now["title"])
    assert answer["job"]["done"] is False
    assert {"done": True} == store.run("query J($id: ID!) { job(id: $id) { done } }", id=answer["job"]["id"])["job"]


def test_selections_are_added_and_removed(store):
    shirt, mug = product(store, "Shirt"), product(store, "Mug")
    made = collection(store, sortOrder="MANUAL", sources=source(inclusion={"selections": selected(shirt)}))
    inclusion = {"selectionsToAdd": selected(mug), "selectionsToRemove": selected(shirt)}
    given = {
        "condition": {"id": made["sources"][0]["id"], "title": "Renamed", "description": "d", "inclusion": inclusion}
    }
    now = update(store, made, sourcesToUpdate=[given])["collection"]
    assert (["Mug"], "Renamed", "d") == (titles(now), now["sources"][0]["title"], now["sources"][0]["description"])


def test_selections_keep_the_order_they_are_given_in(store):
    first, second, third = (product(store, title) for title in "ABC")
    made = collection(store, sortOrder="MANUAL", sources=source(inclusion={"selections": selected(third, first)}))
    more = {"condition": {"id": made["sources"][0]["id"], "inclusion": {"selectionsToAdd": selected(second, first)}}}
    assert ["C", "A", "B"] == titles(update(store, made, sourcesToUpdate=[more])["collection"])


def test_variants_are_selected_where_variants_are_meant(store):
    made = store.set_product({"title": "Shirt"})
    variant = made["variants"]["nodes"][0]["id"]
    given = source(
        targetType="VARIANTS", inclusion={"selections": [{"productId": made["id"], "variantIds": [variant]}]}
    )
    found = collection(store, sources=given)
    selection = found["sources"][0]["inclusion"]["selections"]["nodes"][0]
    assert ("VARIANTS", [variant], ["Shirt"]) == (
        found["sources"][0]["targetType"],
        selection["variantIds"],
        titles(found),
    )


def test_a_source_is_found_by_its_own_id(store):
    made = collection(store, sources=source(inclusion={"selections": selected(product(store, "Shirt"))}))
    query = """query N($id: ID!) { node(id: $id) { ... on CollectionSource { title }
      ... on CollectionConditionsSource { products(first: 1) { nodes { title } } exclusion { matchType } } } }"""
    expected = {"title": "Source", "products": {"nodes": [{"title": "Shirt"}]}, "exclusion": None}
    assert expected == store.run(query, id=made["sources"][0]["id"])["node"]
    assert store.run(query, id="gid://shopify/CollectionSubCollectionsSource/1")["node"] is None


def test_a_source_is_taken_away(store):
    shirt = product(store, "Shirt")
    made = collection(store, sources=source(inclusion={"selections": selected(shirt)}))
    now = update(store, made, sourcesToDelete=[made["sources"][0]["id"]])["collection"]
    assert ([], []) == (titles(now), now["sources"])


def test_conditions_of_every_shape_are_read_back(store):
    conditions = [
        {"productStatus": {"matchType": "ANY", "relation": "EQUALS", "values": ["ACTIVE"]}},
        {"productCategory": {"matchType": "ANY", "relation": "EQUALS", "values": [
            {"categoryId": "gid://shopify/TaxonomyCategory/aa-1", "includeDescendants": True}]}},
        {"variantPrice": {"relation": "LESS_THAN", "value": {"amount": "10", "currencyCode": "EUR"}}},
        {"variantCompareAtPrice": {"relation": "IS_SET"}},
        {"variantWeight": {"relation": "GREATER_THAN", "value": {"value": 1.5, "unit": "POUNDS"}}},
    ]  # fmt: skip
    made = collection(store, sources=source(inclusion={"conditions": conditions}))
    status, category, price, compare, weight = made["sources"][0]["inclusion"]["conditions"]
    assert ["ACTIVE"] == status["statuses"]
    assert [{"category": {"id": "gid://shopify/TaxonomyCategory/aa-1"}, "includeDescendants": True}] == category[
        "categories"
    ]
    assert ("LESS_THAN", {"amount": "10.0", "currencyCode": "EUR"}) == (price["priceRelation"], price["price"])
    assert ("IS_SET", None) == (compare["compareRelation"], compare["compare"])
    assert {"unit": "POUNDS", "value": 1.5} == weight["weight"]
    assert ("CollectionConditionsSource", False, None) == tuple(
        made["sources"][0][name] for name in ("__typename", "shareable", "app")
    )


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"sourcesToDelete": ["gid://shopify/CollectionConditionsSource/1"]}, ["sourcesToDelete", "0"],
         "Source does not exist"),
        ({"sourcesToUpdate": [{"condition": {"id": "gid://shopify/CollectionConditionsSource/1"}}]},
         ["sourcesToUpdate", "0", "condition", "id"], "Source does not exist"),
        ({"sourcesToCreate": source(inclusion={"selections": selected("gid://shopify/Product/1")})},
         ["sourcesToCreate", "0", "source", "inclusion", "selections", "0", "productId"], "Product does not exist"),
        ({"sourcesToCreate": [{"source": {"title": " "}}]}, ["sourcesToCreate", "0", "source", "title"],
         "Title can't be blank"),
    ],
)  # fmt: skip
def test_a_change_of_sources_that_cannot_be_changes_nothing(store, change, field, message):
    made = collection(store, sources=source(inclusion={"conditions": [tagged("a")]}))
    refused = store.refusal(UPDATE, given={"id": made["id"], "title": "Changed", **change})
    assert [{"field": field, "message": message}] == refused["userErrors"]
    assert made == read(store, made)
