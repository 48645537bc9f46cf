"""What people and customers do between a rollback's review and its apply: what the run made does not go with it."""

import logging
from typing import Any

import pytest

from reconciler.model.outcome import ApplyReport
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = "on_remove: delete\nlocations: {north: North, south: South}\npublications: [Online Store]\n"
FIND = """{
  products(first: 9) { nodes { id media(first: 9) { nodes { id } } variants(first: 9) { nodes {
    id sku media(first: 1) { nodes { id } }
    inventoryItem { id inventoryLevels(first: 9) { nodes { location { name }
      quantities(names: ["available"]) { quantity } } } } } } } }
  locations(first: 9) { nodes { id name } }
  publications(first: 9) { nodes { id name } } }"""
SET = """mutation($i: InventorySetQuantitiesInput!) {
  inventorySetQuantities(input: $i) @idempotent(key: "counted") { userErrors { message } } }"""
ACTIVATE = """mutation($i: ID!, $l: ID!) {
  inventoryActivate(inventoryItemId: $i, locationId: $l, available: 30) @idempotent(key: "booked in") {
    userErrors { message } } }"""
APPEND = """mutation($p: ID!, $m: [ProductVariantAppendMediaInput!]!) {
  productVariantAppendMedia(productId: $p, variantMedia: $m) { userErrors { message } } }"""
DETACH = """mutation($p: ID!, $m: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $p, variantMedia: $m) { userErrors { message } } }"""
JOIN = """mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"""
UNPUBLISH = """mutation($id: ID!, $i: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $i) { userErrors { message } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["North", "South", "Depot"], media_processing_ms=1)
    repository.store_says(STORE)
    for shade, name in enumerate(("front", "back"), 1):
        repository.file(f"catalog/images/{name}.png", a_png(shade))
    return repository


def a_cup(*sizes: str, images: tuple[str, ...] = ("front",), shown: str | None = None) -> dict[str, Any]:
    """Return a cup; ``shown``: the image of its last size, where that has one."""
    variants: list[dict[str, Any]] = [
        {"sku": f"C-{size}", "options": {"Size": size}, "price": "2.00", "tracked": True, "stock": {"north": 5}}
        for size in sizes
    ]
    if shown is not None:
        variants[-1]["image"] = f"images/{shown}.png"
    pictures = [{"file": f"images/{name}.png", "alt": name} for name in images]
    return {"key": "cup", "name": "Cup", "images": pictures, "options": {"Size": [*sizes]}, "variants": variants}


def ran(shop: Repository, *products: dict[str, Any]) -> str:
    shop.has(products)
    report = shop.apply(shop.plan())
    assert report.complete, (report.outcomes, report.left_over, report.notes)
    assert report.run is not None
    return report.run


def cup(shop: Repository) -> Any:
    return shop.ask(FIND)["products"]["nodes"][0]


def variant(shop: Repository) -> Any:
    """Return the variant of size M."""
    return next(each for each in cup(shop)["variants"]["nodes"] if each["sku"] == "C-M")


def skus(shop: Repository) -> list[str]:
    return [each["sku"] for node in shop.ask(FIND)["products"]["nodes"] for each in node["variants"]["nodes"]]


def place(shop: Repository, name: str, kind: str = "locations") -> str:
    return next(str(each["id"]) for each in shop.ask(FIND)[kind]["nodes"] if each["name"] == name)


def person(shop: Repository, document: str, variables: dict[str, Any]) -> None:
    (payload,) = shop.ask(document, variables).values()
    assert [] == payload["userErrors"]


def buys_one(shop: Repository) -> None:
    shop.sell("C-M", 1, "North")


def counts_forty(shop: Repository) -> None:
    item, north = variant(shop)["inventoryItem"]["id"], place(shop, "North")
    row = {"inventoryItemId": item, "locationId": north, "quantity": 40, "changeFromQuantity": 5}
    person(shop, SET, {"i": {"name": "available", "reason": "correction", "quantities": [row]}})


def books_in_at_south(shop: Repository) -> None:
    person(shop, ACTIVATE, {"i": variant(shop)["inventoryItem"]["id"], "l": place(shop, "South")})


def books_in_where_the_file_names_nothing(shop: Repository) -> None:
    person(shop, ACTIVATE, {"i": variant(shop)["inventoryItem"]["id"], "l": place(shop, "Depot")})


def gives_it_a_picture(shop: Repository) -> None:
    media = [{"variantId": variant(shop)["id"], "mediaIds": [cup(shop)["media"]["nodes"][0]["id"]]}]
    person(shop, APPEND, {"p": cup(shop)["id"], "m": media})


def takes_its_picture_away(shop: Repository) -> None:
    media = [{"variantId": variant(shop)["id"], "mediaIds": [variant(shop)["media"]["nodes"][0]["id"]]}]
    person(shop, DETACH, {"p": cup(shop)["id"], "m": media})


def unpublishes_it(shop: Repository) -> None:
    online = {"publicationId": place(shop, "Online Store", "publications")}
    person(shop, UNPUBLISH, {"id": cup(shop)["id"], "i": [online]})


def does_nothing(shop: Repository) -> None:
    del shop


ON_A_VARIANT = {
    buys_one: "stock/cup/C-M/north: the run made it with available 5, the store holds 4",
    counts_forty: "stock/cup/C-M/north: the run made it with available 5, the store holds 40",
    books_in_at_south: "stock/cup/C-M/south is there now, and the run did not make it",
    books_in_where_the_file_names_nothing: "stock/cup/C-M/Depot is there now, and the run did not make it",
    gives_it_a_picture: "variant_image/cup/C-M is there now, and the run did not make it",
}
NOT_READ_FOR_THE_PLAN = (books_in_at_south, books_in_where_the_file_names_nothing, gives_it_a_picture)


def said(report: ApplyReport, address: str) -> tuple[str, str]:
    return next((each.result, getattr(each, "reason", "")) for each in report.outcomes if str(each.address) == address)


@pytest.mark.parametrize("does", ON_A_VARIANT)
def test_a_variant_that_the_run_added_stays_when_somebody_touched_it_after_the_review(shop, does):
    ran(shop, a_cup("S"))
    plan = shop.rollback(ran(shop, a_cup("S", "M")))
    does(shop)
    report = shop.apply(plan)
    stale = f"it is not as the run made it: {ON_A_VARIANT[does]}; run rollback again"
    assert ("stale", stale) == said(report, "variant/cup/C-M")
    assert not report.complete
    assert ["C-S", "C-M"] == skus(shop)
    (note,) = shop.rollback(plan.undoes).notes
    assert note == f"variant/cup/C-M stays, because it is not as the run made it: {ON_A_VARIANT[does]}"


@pytest.mark.parametrize("does", NOT_READ_FOR_THE_PLAN)
def test_a_product_that_the_run_made_stays_when_somebody_touched_it_after_the_review(shop, does):
    plan = shop.rollback(ran(shop, a_cup("S", "M")))
    does(shop)
    report = shop.apply(plan)
    stale = f"it is not as the run made it: {ON_A_VARIANT[does]}; run rollback again"
    assert ("stale", stale) == said(report, "product/cup")
    assert not report.complete
    assert ["C-S", "C-M"] == skus(shop)


@pytest.mark.parametrize(
    ("does", "gone"),
    [
        (unpublishes_it, "publication/cup/Online Store"),
        (takes_its_picture_away, "variant_image/cup/C-M"),
    ],
)
def test_a_product_that_the_run_made_stays_when_somebody_took_a_part_of_it_away_after_the_review(shop, does, gone):
    plan = shop.rollback(ran(shop, a_cup("S", "M", shown="front")))
    does(shop)
    report = shop.apply(plan)
    stale = f"it is not as the run made it: {gone} is not there any more; run rollback again"
    assert ("stale", stale) == said(report, "product/cup")
    assert ["C-S", "C-M"] == skus(shop)


def on_a(shop: Repository, shelf: dict[str, Any], *products: str) -> None:
    """Have one collection, with these products put into it."""
    shop.has_categories([{"name": "Shelf", "handle": "shelf", "products": list(products), **shelf}])


def test_a_product_that_the_run_made_stays_when_a_person_put_it_into_a_collection_of_ours_after_the_review(shop):
    on_a(shop, {"key": "shelf"})
    ran(shop)
    plan = shop.rollback(ran(shop, a_cup("S")))
    shelf = shop.ask("{ collections(first: 9) { nodes { id } } }")["collections"]["nodes"][0]["id"]
    person(shop, JOIN, {"p": {"id": cup(shop)["id"], "collectionsToJoin": [shelf]}})
    report = shop.apply(plan)
    put = "it is not as the run made it: it was put into collection 'Shelf'"
    assert ("stale", f"{put}; run rollback again") == said(report, "product/cup")
    assert not report.complete
    assert ["C-S"] == skus(shop)
    assert (f"product/cup stays, because {put}",) == shop.rollback(plan.undoes).notes


@pytest.mark.parametrize("now", [{"key": "shelf"}, {"key": "rack", "moved": "shelf"}], ids=["same-key", "moved"])
def test_a_product_goes_with_the_place_that_the_run_gave_it_which_is_not_looked_up_by_itself(shop, now, caplog):
    on_a(shop, {"key": "shelf"})
    ran(shop)
    on_a(shop, now, "cup")
    plan = shop.rollback(ran(shop, a_cup("S")))
    with caplog.at_level(logging.DEBUG, logger="reconciler.shopify.lane"):
        report = shop.apply(plan)
    assert report.complete, report.outcomes
    assert [] == skus(shop)
    asked = [record.args[1] for record in caplog.records if record.name == "reconciler.shopify.lane"]
    assert 1 == asked.count("CollectionsOf"), "once, to keep what goes along"


def test_an_image_that_the_run_added_stays_when_a_person_shows_a_variant_by_it(shop):
    ran(shop, a_cup("S", "M"))
    added = ran(shop, a_cup("S", "M", images=("front", "back")))
    media = [{"variantId": variant(shop)["id"], "mediaIds": [cup(shop)["media"]["nodes"][1]["id"]]}]
    person(shop, APPEND, {"p": cup(shop)["id"], "m": media})
    plan = shop.rollback(added)
    (note,) = plan.notes
    assert "stays, because it is not as the run made it: variant_image/cup/C-M names it now" in note
    assert [] == [each for each in plan.changes if each.address.kind == "image"]


def test_an_image_that_the_run_added_stays_when_a_person_shows_a_variant_by_it_after_the_review(shop):
    ran(shop, a_cup("S", "M"))
    plan = shop.rollback(ran(shop, a_cup("S", "M", images=("front", "back"))))
    media = [{"variantId": variant(shop)["id"], "mediaIds": [cup(shop)["media"]["nodes"][1]["id"]]}]
    person(shop, APPEND, {"p": cup(shop)["id"], "m": media})
    report = shop.apply(plan)
    (image,) = (str(each.address) for each in plan.changes if each.address.kind == "image")
    named = "variant_image/cup/C-M names it now, and not because of the run"
    assert ("stale", f"it is not as the run made it: {named}; run rollback again") == said(report, image)
    assert not report.complete
    assert 2 == len(cup(shop)["media"]["nodes"])
    assert media[0]["mediaIds"] == [each["id"] for each in variant(shop)["media"]["nodes"]]


def test_what_nobody_touched_goes_with_all_that_hangs_on_it(shop):
    ran(shop, a_cup("S"))
    added = ran(shop, a_cup("S", "M", images=("front", "back"), shown="back"))
    assert shop.apply(shop.rollback(added)).complete
    assert ["C-S"] == skus(shop)
    assert () == shop.rollback(added).changes


def a_mug(*colours: tuple[str, str], images: tuple[str, ...] = ("front",)) -> dict[str, Any]:
    """Return a mug whose options stay as they are when it gets another variant, which an image of its own shows."""
    variants: list[dict[str, Any]] = [
        {"sku": f"M-{size}-{colour}", "options": {"Size": size, "Colour": colour}, "price": "2.00"}
        for size, colour in (("S", "red"), ("M", "blue"), *colours)
    ]
    if "back" in images:
        variants[-1]["image"] = "images/back.png"
    pictures = [{"file": f"images/{name}.png", "alt": name} for name in images]
    return {
        "key": "mug",
        "name": "Mug",
        "images": pictures,
        "options": {"Size": ["S", "M"], "Colour": ["red", "blue"]},
        "variants": variants,
    }


@pytest.mark.parametrize("anew", [False, True], ids=["the-same-plan", "rolled-back-anew"])
def test_a_variant_whose_image_went_before_it_goes_when_the_rollback_is_finished(shop, anew):
    ran(shop, a_mug())
    added = ran(shop, a_mug(("M", "red"), images=("front", "back")))
    plan = shop.rollback(added)
    assert ["image", "variant"] == [each.address.kind for each in plan.changes]
    fault = {"kind": "unauthorized", "root": "productVariantsBulkDelete"}
    shop.embedded._control("PUT", shop.shop, {"faults": [fault]}, "/faults")
    assert "stale" not in {each.result for each in shop.apply(plan).outcomes}
    assert 1 == len(cup(shop)["media"]["nodes"]), "the image went"
    shop.embedded._control("PUT", shop.shop, {"faults": []}, "/faults")
    report = shop.apply(shop.rollback(added) if anew else plan)
    assert report.complete, (report.outcomes, report.left_over, report.notes)
    assert ["M-S-red", "M-M-blue"] == skus(shop)


def test_a_variant_goes_after_the_image_that_shows_it(shop):
    ran(shop, a_mug())
    added = ran(shop, a_mug(("M", "red"), images=("front", "back")))
    report = shop.apply(shop.rollback(added))
    assert report.complete, report.outcomes
    assert ["M-S-red", "M-M-blue"] == skus(shop)


def test_what_nobody_touched_goes_in_one_request(shop):
    ran(shop, a_mug())
    plan = shop.rollback(ran(shop, a_mug(("M", "red"))))
    report = shop.apply(plan)
    assert report.complete
    assert 1 == report.mutations - report.bookkeeping


@pytest.mark.parametrize(
    ("does", "left"), [(does_nothing, ["C-S"]), (buys_one, ["C-S", "C-M"])], ids=["untouched", "bought"]
)
def test_a_variant_of_a_product_whose_key_goes_back_is_met_under_the_key_that_the_run_gave(shop, does, left):
    ran(shop, a_cup("S"))
    plan = shop.rollback(ran(shop, {**a_cup("S", "M"), "key": "beaker", "handle": "cup", "moved": "cup"}))
    assert {"cup"} == {change.address.root_key for change in plan.changes}
    does(shop)
    shop.apply(plan)
    assert left == skus(shop)
