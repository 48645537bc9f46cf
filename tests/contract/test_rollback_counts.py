"""Counts taken back where the journal does not tell all: what nobody knows is said, and never taken out twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.app.journal.run_overview import run_overviews
from reconciler.model.plan import Plan
from reconciler.model.record import Answered, Record, Requested
from tests.contract.new_products import faulty
from tests.contract.repository import Repository
from tests.contract.test_repeated import killed
from tests.contract.test_rollback_later import applied, changes, ran
from tests.contract.test_stock import levels

FIVE: Mapping[str, Any] = {"berlin": {"adjust": 5, "reference": "R1"}}

RENAME = "mutation($product: ProductUpdateInput!) { productUpdate(product: $product) { userErrors { message } } }"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["Berlin"])
    repository.store_says("on_remove: delete\nlocations: {berlin: Berlin}\n")
    return repository


def a_cup(stock: Mapping[str, Any]) -> dict[str, Any]:
    variant = {"sku": "CUP", "price": "9.00", "tracked": True, "stock": dict(stock)}
    return {"key": "cup", "name": "Cup", "handle": "cup", "variants": [variant]}


def count(number: int) -> dict[str, Any]:
    return a_cup({"berlin": number})


def planned(shop: Repository, product: dict[str, Any]) -> Plan:
    shop.has([product])
    return shop.plan()


def counts(record: Record) -> bool:
    return isinstance(record, Requested) and record.mutation == "inventorySetQuantities"


def in_berlin(shop: Repository) -> int:
    found = levels(shop)["Berlin"]
    assert isinstance(found, int)
    return found


def last_run(shop: Repository) -> str:
    return run_overviews(shop.root)[-1].begun.run


def test_a_count_that_the_store_never_got_is_not_taken_out(shop: Repository) -> None:
    ran(shop, count(5))
    plan = planned(shop, count(50))
    faulty(shop, {"kind": "drop_before", "on": "mutation", "root": "inventorySetQuantities"})
    report = shop.apply(plan)
    faulty(shop)
    assert report.run is not None
    assert {} == changes(shop.rollback(report.run))


@pytest.mark.parametrize(("sold", "back"), [(0, {}), (2, {})])
def test_a_count_that_was_never_sent_is_not_taken_out(sold: int, back: dict[str, Any], shop: Repository) -> None:
    ran(shop, count(5))
    killed(shop, planned(shop, count(50)), counts)
    shop.sell("CUP", sold) if sold else None
    plan = shop.rollback(last_run(shop))
    assert back == changes(plan)
    asked = "stock/cup/CUP/berlin: available was 5, the run asked for 50, nobody heard an answer to that"
    said = f"{asked}; the store holds 3; left alone: count it, and set it by hand"
    assert ((said,) if sold else ()) == plan.notes


def test_a_count_that_nobody_heard_of_and_that_is_there_goes_back(shop: Repository) -> None:
    ran(shop, count(5))
    killed(shop, planned(shop, count(50)), lambda record: isinstance(record, Answered), unheard=True)
    assert 50 == in_berlin(shop)
    assert {"update stock/cup/CUP/berlin available": (50, 5)} == changes(shop.rollback(last_run(shop)))


@pytest.mark.parametrize(("sold", "back"), [(0, {"update stock/cup/CUP/berlin available": (25, 10)}), (1, {})])
def test_a_rollback_that_was_killed_before_it_sent_a_count_is_not_taken_to_be_done(
    sold: int, back: dict[str, Any], shop: Repository
) -> None:
    ran(shop, count(10))
    run = ran(shop, count(25))
    killed(shop, shop.rollback(run), counts)
    shop.sell("CUP", sold) if sold else None
    again = shop.rollback(run)
    assert back == changes(again)
    assert bool(sold) == any("nobody heard an answer; the store holds 24; left alone" in note for note in again.notes)


def test_what_a_killed_rollback_put_back_and_a_person_set_again_stays(shop: Repository) -> None:
    ran(shop, count(10))
    run = ran(shop, {**count(25), "name": "Mug"})
    killed(shop, shop.rollback(run), counts)
    (product,) = shop.ask("{ products(first: 1) { nodes { id title } } }")["products"]["nodes"]
    assert "Cup" == product["title"]
    shop.ask(RENAME, {"product": {"id": product["id"], "title": "Mug"}})
    again = shop.rollback(run)
    assert {"update stock/cup/CUP/berlin available": (25, 10)} == changes(again)
    assert any("product/cup: title was Cup" in note and "left alone" in note for note in again.notes)


@pytest.mark.parametrize(("is_there", "key"), [(False, "cup"), (True, "cup"), (False, "mug")])
def test_a_count_in_doubt_that_a_later_run_counted_into_is_told_and_left_alone(
    is_there: bool, key: str, shop: Repository
) -> None:
    def answers(record: Record) -> bool:
        return isinstance(record, Answered)

    ran(shop, count(10))
    killed(shop, planned(shop, count(25)), answers if is_there else counts, unheard=is_there)
    doubtful, by = last_run(shop), -15 if is_there else 15
    later = ran(shop, a_cup({"berlin": {"adjust": by, "reference": "D1"}}))
    if key != "cup":
        ran(shop, {**a_cup({}), "key": key, "moved": "cup"})
    held = in_berlin(shop)
    plan = shop.rollback(doubtful)
    assert {} == changes(plan)
    asked = f"stock/{key}/CUP/berlin: available was 10, the run asked for 25, nobody heard an answer to that"
    since = f"and run {later} counted {by:+d} into it since"
    assert (f"{asked}, {since}; the store holds {held}; left alone: count it, and set it by hand",) == plan.notes


def test_a_known_count_is_taken_out_of_what_a_later_run_counted_into(shop: Repository) -> None:
    ran(shop, count(10))
    older = ran(shop, count(25))
    ran(shop, a_cup(FIVE))
    assert {"update stock/cup/CUP/berlin available": (30, 15)} == changes(shop.rollback(older))


def test_a_level_that_a_later_run_counted_into_stays_less_the_count(repository: Repository) -> None:
    repository.make_shop(locations=["Berlin", "Hamburg"])
    repository.store_says("on_remove: delete\nlocations: {berlin: Berlin, hamburg: Hamburg}\n")
    ran(repository, count(1))
    older = ran(repository, a_cup({"berlin": 1, "hamburg": 5}))
    ran(repository, a_cup({"hamburg": FIVE["berlin"]}))
    repository.sell("CUP", 5, "Hamburg")
    assert {"update stock/cup/CUP/hamburg available": (5, 0)} == changes(repository.rollback(older))


def test_an_adjustment_is_taken_back_once_more_after_its_rollback_was_taken_back(shop: Repository) -> None:
    ran(shop, count(10))
    run = ran(shop, a_cup(FIVE))
    back = applied(shop, shop.rollback(run))
    for _ in range(2):
        assert 10 == in_berlin(shop)
        applied(shop, shop.rollback(back))
        assert 15 == in_berlin(shop)
        back = applied(shop, shop.rollback(run))
    assert 10 == in_berlin(shop)
    assert {} == changes(shop.rollback(run))


def test_an_adjustment_stays_in_what_a_later_run_counted(shop: Repository) -> None:
    ran(shop, count(10))
    run = ran(shop, a_cup(FIVE))
    later = ran(shop, count(40))
    plan = shop.rollback(run)
    assert {} == changes(plan)
    assert (
        f"adjustment/cup/CUP/berlin: R1: the run counted +5, and run {later} wrote 40 since; left alone",
    ) == plan.notes


def test_an_adjustment_that_was_not_recorded_is_told_and_goes_back_once_it_is(shop: Repository) -> None:
    ran(shop, count(10))
    plan = planned(shop, a_cup(FIVE))
    killed(shop, plan, lambda record: isinstance(record, Answered))
    assert 15 == in_berlin(shop)
    back = shop.rollback(last_run(shop))
    assert ({}, True) == (changes(back), "nobody knows whether the run counted +5" in back.notes[0])
    run = applied(shop, plan)
    assert 15 == in_berlin(shop)
    applied(shop, shop.rollback(run))
    assert 10 == in_berlin(shop)
