"""What was at a location or on a publication that the store's file does not name comes back with what was deleted."""

from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan
from tests.contract.repository import Repository

TEE = {"key": "tee", "name": "Tee", "handle": "tee", "options": {"Size": ["S", "L"]}}
CAP: dict[str, Any] = {"key": "cap", "name": "Cap", "handle": "cap", "variants": [{"sku": "CAP", "price": "3.00"}]}
SIZES = [{"sku": size, "options": {"Size": size}, "price": "9.00", "tracked": True} for size in "SL"]
LEFT: dict[str, Any] = {**TEE, "options": {"Size": ["S"]}, "variants": SIZES[:1]}
LOST = "stock/tee/L/Back-Room"
WHY = (
    "the store has no location Back-Room any more; give this name to the one that takes its place, under locations: in "
    "the store's file"
)
READ = """{ products(first: 9) { nodes { id handle
  resourcePublicationsV2(first: 9, onlyPublished: false) { nodes { publication { id name } } }
  variants(first: 9) { nodes { sku inventoryItem { id inventoryLevels(first: 9) { nodes {
    location { id name } quantities(names: ["available"]) { quantity } } } } } } } }
  publications(first: 9) { nodes { id } } locations(first: 9) { nodes { id name } } }"""
STOCK = """mutation($item: ID!, $place: ID!, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $place, available: 3) @idempotent(key: $key) {
    userErrors { message } } }"""
PUBLISH = """mutation($id: ID!, $on: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $on) { userErrors { message } } }"""
CLOSE = """mutation($place: ID!, $key: String!) {
  locationDeactivate(locationId: $place) @idempotent(key: $key) { locationDeactivateUserErrors { message } }
  locationDelete(locationId: $place) { locationDeleteUserErrors { message } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """Two products, of which a person stocked one in the back room, and published the other one everywhere."""
    repository.make_shop(locations=["Main", "Back/Room"])
    repository.store_says("on_remove: delete\npublications: [Online Store]\n")
    ran(repository, {**TEE, "variants": SIZES}, CAP)
    now = repository.ask(READ)
    by_handle = {node["handle"]: node for node in now["products"]["nodes"]}
    (item,) = [each["inventoryItem"]["id"] for each in by_handle["tee"]["variants"]["nodes"] if each["sku"] == "L"]
    stocked = repository.ask(STOCK, {"item": item, "place": place(repository, "Back/Room"), "key": "stocked"})
    assert [] == stocked["inventoryActivate"]["userErrors"]
    on = [{"publicationId": each["id"]} for each in now["publications"]["nodes"]]
    assert len(on) > 1
    published = repository.ask(PUBLISH, {"id": by_handle["cap"]["id"], "on": on})
    assert [] == published["publishablePublish"]["userErrors"]
    return repository


def ran(shop: Repository, *products: dict[str, Any]) -> str:
    shop.has(products)
    report = shop.apply(shop.plan())
    assert report.complete, (report.outcomes, report.left_over, report.notes)
    assert report.run is not None
    return report.run


def place(shop: Repository, name: str) -> str:
    found: str = next(node["id"] for node in shop.ask(READ)["locations"]["nodes"] if node["name"] == name)
    return found


def held(shop: Repository) -> Any:
    """Return handle → where it is published, and sku → location → quantity."""
    return {
        node["handle"]: (
            sorted(each["publication"]["name"] for each in node["resourcePublicationsV2"]["nodes"]),
            {each["sku"]: levels(each["inventoryItem"]) for each in node["variants"]["nodes"]},
        )
        for node in shop.ask(READ)["products"]["nodes"]
    }


def levels(item: Any) -> dict[str, int]:
    found = item["inventoryLevels"]["nodes"]
    return {each["location"]["name"]: each["quantities"][0]["quantity"] for each in found}


def unwritten(report: ApplyReport) -> dict[str, str]:
    return {str(each.address): getattr(each, "reason", "") for each in report.outcomes if each.result != "applied"}


def test_what_was_deleted_comes_back_to_places_that_the_file_does_not_name(shop: Repository) -> None:
    before = held(shop)
    plan = shop.rollback(ran(shop, LEFT))
    assert () == plan.notes
    report = shop.apply(plan)
    assert report.complete, (unwritten(report), report.left_over)
    assert before == held(shop)


def test_what_was_at_a_place_that_is_gone_is_said_in_the_plan_and_fails_alone(shop: Repository) -> None:
    before = held(shop)
    run = ran(shop, LEFT)
    plan = shop.rollback(run)
    closed = shop.ask(CLOSE, {"place": place(shop, "Back/Room"), "key": "closed"})
    assert [] == closed["locationDelete"]["locationDeleteUserErrors"], closed
    del before["tee"][1]["L"]["Back/Room"]
    later = shop.rollback(run)
    assert [f"cannot come back: {LOST}: {WHY}, and roll back again before this is applied"] == [*later.notes]
    assert [LOST] == [str(each.address) for each in plan.changes if each.address not in addresses(later)]
    assert {LOST: f"not written: {WHY}, roll back again, and set by hand what that leaves out"} == unwritten(
        shop.apply(plan)
    )
    assert before == held(shop)


def addresses(plan: Plan) -> set[Address]:
    return {change.address for change in plan.changes}
