"""One product in several collections: each place of it is one of its own, for a plan, an apply and a rollback."""

from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Remove
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

MORE, PICKS = Address("product_order", "more"), Address("product_order", "picks")
CUP_IN_MORE = Address("membership", "more/cup")
PLACES = "{ collections(first: 9) { nodes { id handle products(first: 9) { nodes { id handle } } } } }"
PUT = """mutation($id: ID!, $products: [ID!]!) {
  collectionAddProducts(id: $id, productIds: $products) { userErrors { message } } }"""
NOTE = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
OPEN = """mutation($c: CollectionCreateInput!) {
  collectionCreate(collection: $c) { collection { id } userErrors { message } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.store_says("")
    names = ("shirt", "cup", "hat")
    repository.has([{"key": key, "name": key.title(), "variants": [{"sku": key, "price": "5.00"}]} for key in names])
    has(repository, more=["shirt"], picks=["shirt", "cup", "hat"])
    applied(repository)
    return repository


def has(shop: Repository, **collections: list[str]) -> None:
    shop.has_categories([{"key": key, "name": key, "products": names} for key, names in collections.items()])


def applied(shop: Repository) -> ApplyReport:
    report = shop.apply(shop.plan())
    assert report.complete, (report.outcomes, report.left_over)
    return report


def collections(shop: Repository) -> dict[str, Any]:
    return {node["handle"]: node for node in shop.ask(PLACES)["collections"]["nodes"]}


def places(shop: Repository) -> dict[str, list[str]]:
    return {at: [each["handle"] for each in node["products"]["nodes"]] for at, node in collections(shop).items()}


def person(shop: Repository, document: str, **variables: Any) -> Any:
    (payload,) = shop.ask(document, variables).values()
    assert [] == payload["userErrors"]
    return payload


def cup(shop: Repository) -> str:
    found: str = next(each["id"] for each in collections(shop)["picks"]["products"]["nodes"] if each["handle"] == "cup")
    return found


def noted(shop: Repository, owner: str, key: str) -> None:
    row = {"ownerId": owner, "namespace": "people", "key": key, "type": "single_line_text_field", "value": "x"}
    person(shop, NOTE, m=[row])


def test_a_place_that_a_person_gave_a_product_is_not_taken_for_ours(shop: Repository) -> None:
    has(shop, more=["shirt", "cup"], picks=["hat", "cup", "shirt"])
    plan = shop.plan()
    assert {CUP_IN_MORE, MORE, PICKS} == {change.address for change in plan.changes}
    person(shop, PUT, id=collections(shop)["more"]["id"], products=[cup(shop)])
    report = shop.apply(plan)
    assert {CUP_IN_MORE: AlreadySo, MORE: AlreadySo, PICKS: Applied} == {
        each.address: type(each) for each in report.outcomes
    }
    assert report.run is not None
    back = shop.rollback(report.run)
    assert ([PICKS], ()) == ([change.address for change in back.changes], back.notes)
    assert shop.apply(back).complete
    assert {"more": ["shirt", "cup"], "picks": ["shirt", "cup", "hat"]} == places(shop)


def test_a_place_or_a_picture_that_goes_takes_nothing_along_that_stays(shop: Repository) -> None:
    shop.file("catalog/images/more.png", a_png(9))
    picture = {"key": "more", "name": "more", "products": ["shirt", "cup"], "image": {"file": "images/more.png"}}
    shop.has_categories([picture, {"key": "picks", "name": "picks", "products": ["shirt", "cup", "hat"]}])
    made = applied(shop)
    chosen = [{"source": {"title": "Theirs", "inclusion": {"selections": [{"productId": cup(shop)}]}}}]
    person(shop, OPEN, c={"title": "Theirs", "sources": chosen})
    owners = (cup(shop), collections(shop)["more"]["id"])
    for owner in owners:
        noted(shop, owner, "before")
    rest = {"key": "picks", "name": "picks", "products": ["shirt", "cup", "hat"]}
    shop.has_categories([{**picture, "products": ["shirt"], "image": None}, rest])
    plan = shop.plan()
    goes = {each.address: each.takes_along for each in plan.changes if isinstance(each, Remove)}
    assert {CUP_IN_MORE: (), Address("collection_image", "more"): ()} == goes
    assert made.run is not None
    back = shop.rollback(made.run)
    assert () == back.notes
    assert {CUP_IN_MORE, Address("collection_image", "more")} <= {change.address for change in back.changes}
    for owner in owners:
        noted(shop, owner, "since")
    assert shop.apply(plan).complete
