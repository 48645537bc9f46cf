"""Runs taken back one after the other, the last one first: what wrote orders and what counted leave nothing behind."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.test_rollback_later import HAT, applied, changes, ran
from tests.contract.test_stock import levels

IMAGES = {"front": "front", "back": "back", "side": "side"}
SEEN = """{ products(first: 9) { nodes { handle media(first: 9) { nodes { alt } } } }
  collections(first: 9) { nodes { handle products(first: 9, sortKey: MANUAL) { nodes { handle } } } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["Berlin"], media_processing_ms=1)
    repository.store_says("on_remove: delete\nlocations: {berlin: Berlin}\n")
    for seed, name in enumerate(IMAGES, 1):
        repository.file(f"catalog/images/{name}.png", a_png(seed))
    return repository


def a_cup(*images: str, stock: Mapping[str, Any] | None = None) -> dict[str, Any]:
    variant = {"sku": "CUP", "price": "9.00", "tracked": True, **({"stock": dict(stock)} if stock else {})}
    pictures = [{"file": f"images/{name}.png", "alt": IMAGES[name]} for name in images]
    return {"key": "cup", "name": "Cup", "handle": "cup", "variants": [variant], "images": pictures}


def on_shelf(shop: Repository, *products: str) -> None:
    shelf = {"key": "shelf", "name": "Shelf", "handle": "shelf", "sort": "manual", "products": list(products)}
    shop.has_categories([shelf])


REARRANGED: Sequence[Sequence[str]] = [
    ("front", "back", "side"),
    ("side", "front", "back"),
    ("back", "front"),
    ("back", "side", "front"),
    ("back",),
]


@pytest.mark.parametrize("images", REARRANGED)
def test_a_product_goes_once_the_run_that_gave_it_other_pictures_was_taken_back(
    images: Sequence[str], shop: Repository
) -> None:
    ran(shop, HAT)
    before = shop.ask(SEEN)
    made = ran(shop, HAT, a_cup("front", "back"))
    applied(shop, shop.rollback(ran(shop, HAT, a_cup(*images))))
    plan = shop.rollback(made)
    assert () == plan.notes
    applied(shop, plan)
    assert before == shop.ask(SEEN)


def test_an_order_goes_back_once_the_run_that_added_a_picture_was_taken_back(shop: Repository) -> None:
    ran(shop, a_cup("front", "back"))
    before = shop.ask(SEEN)
    older = ran(shop, a_cup("back", "front"))
    applied(shop, shop.rollback(ran(shop, a_cup("side", "back", "front"))))
    plan = shop.rollback(older)
    assert () == plan.notes
    applied(shop, plan)
    assert before == shop.ask(SEEN)


def test_a_collection_goes_once_the_run_that_put_a_product_in_front_was_taken_back(shop: Repository) -> None:
    ran(shop, HAT, a_cup())
    before = shop.ask(SEEN)
    on_shelf(shop, "hat")
    made = ran(shop, HAT, a_cup())
    on_shelf(shop, "cup", "hat")
    applied(shop, shop.rollback(ran(shop, HAT, a_cup())))
    plan = shop.rollback(made)
    assert () == plan.notes
    applied(shop, plan)
    assert before == shop.ask(SEEN)


@pytest.mark.parametrize("shelf", [("hat", "cup"), ("cup", "hat")])
def test_a_collection_goes_once_the_run_that_deleted_one_of_its_products_was_taken_back(
    shelf: Sequence[str], shop: Repository
) -> None:
    ran(shop, HAT, a_cup())
    on_shelf(shop, *shelf)
    made = ran(shop, HAT, a_cup())
    on_shelf(shop, "hat")
    applied(shop, shop.rollback(ran(shop, HAT)))
    plan = shop.rollback(made)
    assert () == plan.notes
    applied(shop, plan)
    assert [] == shop.ask(SEEN)["collections"]["nodes"]


def test_an_order_stays_that_a_later_run_wrote_for_a_picture_that_is_still_there(shop: Repository) -> None:
    ran(shop, a_cup("front", "back"))
    older = ran(shop, a_cup("back", "front"))
    later = ran(shop, a_cup("side", "back", "front"))
    plan = shop.rollback(older)
    assert {} == changes(plan)
    assert [True] == [f"run {later} wrote" in note for note in plan.notes]


ADJUSTED: Mapping[str, Any] = {"berlin": {"adjust": 5, "reference": "R1"}}


def test_a_product_goes_once_the_run_that_adjusted_its_stock_was_taken_back(shop: Repository) -> None:
    ran(shop, HAT)
    before = shop.ask(SEEN)
    made = ran(shop, HAT, a_cup(stock={"berlin": 10}))
    younger = ran(shop, HAT, a_cup(stock=ADJUSTED))
    back = applied(shop, shop.rollback(younger))
    applied(shop, shop.rollback(back))
    assert {} == changes(shop.rollback(made)), "the adjustment stands again"
    applied(shop, shop.rollback(younger))
    plan = shop.rollback(made)
    assert () == plan.notes
    applied(shop, plan)
    assert before == shop.ask(SEEN)


def test_what_was_adjusted_comes_back_once_with_a_product_however_often_that_does(shop: Repository) -> None:
    ran(shop, HAT, a_cup(stock={"berlin": 10}))
    ran(shop, HAT, a_cup(stock=ADJUSTED))
    back = applied(shop, shop.rollback(ran(shop, HAT)))
    assert 15 == levels(shop)["Berlin"]
    applied(shop, shop.rollback(applied(shop, shop.rollback(back))))
    assert 15 == levels(shop)["Berlin"]
