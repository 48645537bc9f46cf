"""A plan that waits while others are applied writes nothing over that came of them, whatever it finds in the store."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.app.sessions.snapshot import Reach
from reconciler.model.outcome import AlreadySo, Applied, Stale
from reconciler.model.plan import Plan, Scope
from reconciler.model.record import Answered, Told
from tests.contract.history import History
from tests.contract.repository import Repository
from tests.contract.test_repeated import killed
from tests.contract.test_rollback_later import applied

FIND = '{ productByIdentifier(identifier: {handle: "cup"}) { id variants(first: 1) { nodes { id } } } }'
HELD = "{ products(first: 9) { nodes { handle title variants(first: 9) { nodes { price inventoryQuantity } } } } }"
REPRICE = """mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { message } } }"""
PLACES = """{ productByIdentifier(identifier: {handle: "cup"}) { variants(first: 1) { nodes { inventoryItem { id } } } }
  locations(first: 1) { nodes { id } } }"""
DELIVER = """mutation($input: InventoryAdjustQuantitiesInput!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: "delivery") { userErrors { message } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["North"])
    repository.store_says("locations: {north: North}\n")
    repository.has([a_cup("10.00", 0)])
    History(repository.root).begin().commit()
    assert repository.apply(repository.plan()).complete
    return repository


def a_cup(price: str, stock: int, key: str = "cup", name: str = "Cup") -> dict[str, Any]:
    variant = {"sku": key.upper(), "price": price, "tracked": True, "stock": {"north": stock}}
    return {"key": key, "name": name, "handle": key, "variants": [variant]}


def wants(shop: Repository, *products: dict[str, Any]) -> None:
    """Make these the catalog, committed."""
    shop.has(products)
    History(shop.root).commit()


def reprice(shop: Repository, price: str) -> None:
    found = shop.ask(FIND)["productByIdentifier"]
    rows = [{"id": found["variants"]["nodes"][0]["id"], "price": price}]
    answer = shop.ask(REPRICE, {"product": found["id"], "variants": rows})
    assert [] == answer["productVariantsBulkUpdate"]["userErrors"]


def deliver(shop: Repository, pieces: int) -> None:
    found = shop.ask(PLACES)
    item = found["productByIdentifier"]["variants"]["nodes"][0]["inventoryItem"]["id"]
    place = {"inventoryItemId": item, "locationId": found["locations"]["nodes"][0]["id"]}
    change = {**place, "delta": pieces, "changeFromQuantity": None}
    answer = shop.ask(DELIVER, {"input": {"name": "available", "reason": "correction", "changes": [change]}})
    assert [] == answer["inventoryAdjustQuantities"]["userErrors"]


def held(shop: Repository) -> dict[str, tuple[str, int]]:
    """Return handle → price and stock."""
    nodes = shop.ask(HELD)["products"]["nodes"]
    first = {node["handle"]: node["variants"]["nodes"][0] for node in nodes}
    return {handle: (node["price"], node["inventoryQuantity"]) for handle, node in first.items()}


def outcomes(shop: Repository, plan: Plan) -> list[type]:
    return [type(outcome) for outcome in shop.apply(plan, *(each.rule for each in plan.violations)).outcomes]


def a_narrower_one(shop: Repository) -> None:
    applied(shop, shop.plan(Scope(only=("product/cup", "variant/cup/*", "stock/cup/*"))))


def one_made_after_a_kill(shop: Repository) -> None:
    killed(shop, shop.plan(), lambda record: isinstance(record, Told))
    applied(shop, shop.plan())


@pytest.mark.parametrize("meanwhile", [a_narrower_one, one_made_after_a_kill])
def test_what_another_plan_wrote_and_somebody_changed_since_is_stale(
    meanwhile: Callable[[Repository], None], shop: Repository
) -> None:
    wants(shop, a_cup("12.00", 1), a_cup("5.00", 3, "bowl"))
    waiting = shop.plan()
    meanwhile(shop)
    shop.sell("CUP", 1)
    reprice(shop, "10.00")
    report = shop.apply(waiting)
    stale = {str(each.address): each for each in report.outcomes if isinstance(each, Stale)}
    assert {"variant/cup/CUP", "stock/cup/CUP/north"} == set(stale)
    assert ("10.00", 0) == held(shop)["cup"]
    assert ("5.00", 3) == held(shop)["bowl"]


def test_what_another_plan_wrote_and_is_still_there_is_so_already(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 1), a_cup("5.00", 3, "bowl"))
    waiting = shop.plan()
    a_narrower_one(shop)
    assert {AlreadySo, Applied} == set(outcomes(shop, waiting))
    assert {"cup": ("12.00", 1), "bowl": ("5.00", 3)} == held(shop)


def test_other_fields_of_what_another_plan_wrote_are_applied(shop: Repository) -> None:
    wants(shop, a_cup("10.00", 0, name="Mug"))
    waiting = shop.plan()
    wants(shop, a_cup("12.00", 0))
    applied(shop, shop.plan())
    wants(shop, a_cup("10.00", 0, name="Mug"))
    assert [Applied] == outcomes(shop, waiting)


def test_a_plan_that_was_made_after_another_was_applied_overwrites_what_it_shows(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 0))
    applied(shop, shop.plan())
    reprice(shop, "10.00")
    assert [Applied] == outcomes(shop, shop.plan())


def test_what_a_rollback_put_back_is_not_written_again_by_a_plan_from_before_it(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 1), a_cup("5.00", 3, "bowl"))
    waiting = shop.plan()
    narrow = applied(shop, shop.plan(Scope(only=("variant/cup/*",))))
    applied(shop, shop.rollback(narrow))
    assert Stale in outcomes(shop, waiting)
    assert "10.00" == held(shop)["cup"][0]


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_a_count_is_not_written_over_another_run_that_counted_into_it(is_taken_back: bool, shop: Repository) -> None:
    def adjusts(by: int) -> str:
        adjusted = a_cup("10.00", 0)
        adjusted["variants"][0]["stock"] = {"north": {"adjust": by, "reference": "R1"}}
        wants(shop, adjusted)
        return applied(shop, shop.plan())

    older = adjusts(-5) if is_taken_back else None
    wants(shop, a_cup("10.00", 30))
    waiting = shop.plan()
    last = applied(shop, shop.rollback(older)) if older is not None else adjusts(5)
    shop.sell("CUP", 5, "North")
    wants(shop, a_cup("10.00", 30))
    report = shop.apply(waiting, *(each.rule for each in waiting.violations))
    (outcome,) = report.outcomes
    assert isinstance(outcome, Stale)
    assert f"run {last} counted +5 into it after this plan was made; run plan again" == outcome.reason
    assert (-5 if is_taken_back else 0) == held(shop)["cup"][1]


def test_a_rollback_that_waited_leaves_what_later_runs_wrote_since(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 5))
    waiting = shop.rollback(applied(shop, shop.plan()))
    for price, stock in (("13.00", 8), ("12.00", 5)):
        wants(shop, a_cup(price, stock))
        applied(shop, shop.plan())
    wants(shop, a_cup("12.00", 5))
    assert [Stale, Stale] == outcomes(shop, waiting)
    assert ("12.00", 5) == held(shop)["cup"]


MAKE = "mutation($input: ProductSetInput!) { productSet(input: $input) { userErrors { message } } }"
MARKS = """{ products(first: 9) { nodes { handle
  mark: metafield(namespace: "$app:reconciler", key: "key") { value } } } }"""


def mark(shop: Repository, handle: str) -> str | None:
    found = {node["handle"]: node["mark"] for node in shop.ask(MARKS)["products"]["nodes"]}[handle]
    return found["value"] if found is not None else None


def test_what_a_rollback_let_go_is_not_taken_over_by_a_plan_from_before_it(shop: Repository) -> None:
    hat = {
        "title": "Hat",
        "handle": "hat",
        "productOptions": [{"name": "Title", "values": [{"name": "Default Title"}]}],
    }
    only = {"optionValues": [{"optionName": "Title", "name": "Default Title"}], "price": "5.00", "sku": "HAT"}
    shop.ask(MAKE, {"input": {**hat, "variants": [only]}})
    wants(shop, a_cup("10.00", 0), {**a_cup("5.00", 0, "hat"), "name": "Hat"}, a_cup("5.00", 3, "bowl"))
    waiting = shop.plan()
    applied(shop, shop.rollback(applied(shop, shop.plan(Scope(only=("product/hat",))))))
    assert Stale in outcomes(shop, waiting)
    assert mark(shop, "hat") is None


def test_what_a_rollback_moved_back_is_not_moved_by_a_plan_from_before_it(shop: Repository) -> None:
    wants(shop, {**a_cup("10.00", 0), "key": "mug", "moved": "cup"}, a_cup("5.00", 3, "bowl"))
    waiting = shop.plan()
    applied(shop, shop.rollback(applied(shop, shop.plan(Scope(only=("product/mug",))))))
    assert Stale in outcomes(shop, waiting)
    assert "cup" == mark(shop, "cup")


def test_a_plan_of_a_snapshot_leaves_what_was_written_since_that_was_taken(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 1))
    waiting = shop.plan_against(shop.keep(Reach.PLAN))
    applied(shop, shop.plan(Scope(only=("variant/cup/*", "stock/cup/*"))))
    shop.sell("CUP", 1)
    reprice(shop, "10.00")
    assert [Stale, Stale] == outcomes(shop, waiting)
    now = shop.plan_against(shop.keep(Reach.PLAN))
    assert ["variant/cup/CUP price"] == [
        f"{change.address} {each.path}" for change in now.changes for each in change.fields
    ]
    assert [Applied] == outcomes(shop, now)


def test_of_two_rollbacks_of_one_run_the_second_takes_nothing_back_twice(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 5, name="Mug"))
    run = applied(shop, shop.plan())
    first = shop.rollback(run)
    reprice(shop, "33.00")
    second = shop.rollback(run)
    assert first.digest != second.digest
    applied(shop, second)
    deliver(shop, 5)
    reprice(shop, "12.00")
    report = {outcome.address.kind: type(outcome) for outcome in shop.apply(first).outcomes}
    assert {"product": AlreadySo, "variant": Applied, "stock": Stale} == report
    assert ("10.00", 5) == held(shop)["cup"]


def test_what_an_apply_found_so_and_somebody_changed_since_is_stale(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 0))
    plan = shop.plan()
    reprice(shop, "12.00")
    assert [AlreadySo] == outcomes(shop, plan)
    reprice(shop, "10.00")
    assert [Stale] == outcomes(shop, plan)


def test_what_a_killed_apply_was_found_to_have_written_is_not_written_again(shop: Repository) -> None:
    wants(shop, a_cup("12.00", 1))
    plan = shop.plan()
    for _ in range(2):  # the price, then the stock
        killed(shop, plan, lambda record: isinstance(record, Answered), unheard=True)
    assert {AlreadySo} == set(outcomes(shop, plan))
    shop.sell("CUP", 1)
    reprice(shop, "10.00")
    assert {Stale} == set(outcomes(shop, plan))
    assert ("10.00", 0) == held(shop)["cup"]
