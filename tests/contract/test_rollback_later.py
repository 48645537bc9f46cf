"""A run taken back after others: what they wrote stays theirs, and what was moved is met under its new key."""

from typing import Any

import pytest

from reconciler.model.plan import Plan
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

CUP: dict[str, Any] = {
    "key": "cup",
    "name": "Cup",
    "handle": "cup",
    "variants": [{"sku": "CUP", "price": "9.00", "tracked": True, "stock": {"berlin": 10}}],
}
HAT: dict[str, Any] = {"key": "hat", "name": "Hat", "variants": [{"sku": "HAT", "price": "3.00"}]}
READ = """{ products(first: 9) { nodes { id title handle tags status
  mark: metafield(namespace: "$app:reconciler", key: "key") { value }
  media(first: 9) { nodes { alt } } variants(first: 9) { nodes { sku price barcode
    inventoryItem { inventoryLevels(first: 9) { nodes { quantities(names: ["available"]) { quantity } } } } } } } }
  collections(first: 9) { nodes { handle products(first: 9, sortKey: MANUAL) { nodes { handle } } } } }"""


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["Berlin"])
    repository.store_says("on_remove: delete\nlocations: {berlin: Berlin}\n")
    return repository


def ran(shop: Repository, *products: dict[str, Any]) -> str:
    """Make these the catalog, apply it, and return the run."""
    shop.has(products)
    return applied(shop, shop.plan())


def applied(shop: Repository, plan: Plan) -> str:
    report = shop.apply(plan, *(each.rule for each in plan.violations))
    assert report.complete, (report.outcomes, report.left_over, report.notes)
    assert report.run is not None
    return report.run


def with_variant(product: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**product, "variants": [{**product["variants"][0], **fields}]}


def changes(plan: Plan) -> dict[str, Any]:
    """Return action, address and path → before and after."""
    return {
        f"{change.action} {change.address} {each.path}": (each.before, each.after)
        for change in plan.changes
        for each in change.fields
    }


def by_key(shop: Repository) -> dict[str, Any]:
    return {node["mark"]["value"]: node for node in shop.ask(READ)["products"]["nodes"]}


def test_a_field_that_a_later_run_wrote_stays_although_it_ended_on_the_same_value(shop: Repository) -> None:
    ran(shop, CUP)
    dearer = with_variant({**CUP, "name": "Mug"}, price="12.00")
    older = ran(shop, dearer)
    other = ran(shop, with_variant({**dearer, "name": "Beaker"}, price="15.00"))
    last = ran(shop, with_variant({**dearer, "name": "Beaker"}, price="12.00"))
    plan = shop.rollback(older)
    assert {} == changes(plan)
    assert [
        f"title was Cup, the run wrote Mug, run {other} wrote Beaker since, the store holds Beaker; left alone",
        f"price was 9.00, the run wrote 12.00, run {last} wrote 12.00 since, the store holds 12.00; left alone",
    ] == [note.partition(": ")[2] for note in plan.notes]


def test_runs_are_taken_back_one_after_the_other_the_last_one_first(shop: Repository) -> None:
    ran(shop, CUP)
    first = by_key(shop)
    older = ran(shop, with_variant({**CUP, "name": "Mug"}, price="12.00", stock={"berlin": 20}))
    younger = ran(shop, with_variant({**CUP, "name": "Beaker"}, price="15.00", stock={"berlin": 30}))
    applied(shop, shop.rollback(younger))
    back = shop.rollback(older)
    assert (
        {
            "update product/cup title": ("Mug", "Cup"),
            "update variant/cup/CUP price": ("12.00", "9.00"),
            "update stock/cup/CUP/berlin available": (20, 10),
        },
        (),
    ) == (changes(back), back.notes)
    again = applied(shop, back)
    assert first == by_key(shop)
    applied(shop, shop.rollback(again))
    assert {"update product/cup title": ("Mug", "Cup")}.items() <= changes(shop.rollback(older)).items()


def test_what_was_made_and_written_by_another_run_since_stays(shop: Repository) -> None:
    shop.file("catalog/images/front.png", a_png(1))
    shop.file("catalog/images/back.png", a_png(2))
    ran(shop, CUP)
    pictured = {**CUP, "images": [{"file": "images/front.png"}, {"file": "images/back.png"}]}
    made = ran(shop, pictured, HAT)
    described = {**pictured, "images": [{"file": "images/front.png", "alt": "Front"}, {"file": "images/back.png"}]}
    ran(shop, described, {**HAT, "name": "Cap"})
    ran(shop, pictured, HAT)
    plan = shop.rollback(made)
    (gone,) = (str(change.address) for change in plan.changes)
    assert gone.startswith("image/cup/back")
    assert any(note.startswith("image/cup/front") and " stays, " in note for note in plan.notes)
    assert any(note.startswith("product/hat stays, because it is not as the run made it: run ") for note in plan.notes)


def test_what_a_later_run_removed_again_does_not_come_back(shop: Repository) -> None:
    ran(shop, CUP, HAT)
    gone = ran(shop, CUP)
    ran(shop, CUP, HAT)
    last = ran(shop, CUP)
    plan = shop.rollback(gone)
    assert () == plan.changes
    assert f"product/hat: run {last} removed it since; to have it again, take that run back" in plan.notes
    assert ["create product/hat title"] == [each for each in changes(shop.rollback(last)) if "title" in each]


def test_a_run_older_than_a_move_goes_back_under_the_new_key(shop: Repository) -> None:
    shop.has_categories([{"key": "shelf", "name": "Shelf", "sort": "manual", "products": ["cup", "hat"]}])
    ran(shop, CUP, HAT)
    shop.has_categories([{"key": "shelf", "name": "Shelf", "sort": "manual", "products": ["hat", "cup"]}])
    older = ran(shop, with_variant({**CUP, "name": "Mug"}, price="12.00", stock={"berlin": 20}), HAT)
    shop.has_categories([{"key": "shelf", "name": "Shelf", "sort": "manual", "products": ["hat", "beaker"]}])
    moved = with_variant({**CUP, "name": "Mug", "key": "beaker", "moved": "cup"}, price="12.00", stock={"berlin": 20})
    move = ran(shop, moved, HAT)
    shop.sell("CUP", 3)
    plan = shop.rollback(older)
    assert {
        "update product/beaker title": ("Mug", "Cup"),
        "update variant/beaker/CUP price": ("12.00", "9.00"),
        "update stock/beaker/CUP/berlin available": (17, 7),
        "update product_order/shelf products": (["hat", "beaker"], ["beaker", "hat"]),
    } == changes(plan)
    assert () == plan.notes
    applied(shop, plan)
    assert () == shop.rollback(older).changes
    cup = by_key(shop)["beaker"]
    assert ("Cup", "9.00") == (cup["title"], cup["variants"]["nodes"][0]["price"])
    back = applied(shop, shop.rollback(move))
    assert {"cup", "hat"} == by_key(shop).keys()
    assert [] == list(changes(shop.rollback(older)))
    applied(shop, shop.rollback(back))
    assert {"beaker", "hat"} == by_key(shop).keys()


def test_a_run_that_made_or_removed_what_moved_since_is_met_under_the_new_key(shop: Repository) -> None:
    made = ran(shop, CUP, HAT)
    ran(shop, {**CUP, "key": "beaker", "moved": "cup"}, HAT)
    plan = shop.rollback(made)
    assert {"hat"} == {change.address.root_key for change in plan.changes if change.address.kind != "mark"}
    assert any(
        note.startswith("product/beaker stays, because it is not as the run made it: run ") for note in plan.notes
    )


def test_a_key_that_moved_again_stays_where_the_last_run_moved_it(shop: Repository) -> None:
    ran(shop, CUP)
    move = ran(shop, {**CUP, "key": "mug", "moved": "cup", "name": "Mug"})
    further = ran(shop, {**CUP, "key": "beaker", "moved": ["cup", "mug"], "name": "Mug"})
    plan = shop.rollback(move)
    assert {"update product/beaker title": ("Mug", "Cup")} == changes(plan)
    assert (
        f"product/beaker: its key was cup before the run, and run {further} gave it the key beaker since; left alone",
    ) == plan.notes
    applied(shop, shop.rollback(further))
    assert ["move product/cup"] == [f"{each.action} {each.address}" for each in shop.rollback(move).changes]


def test_a_key_that_is_in_use_again_is_not_moved_back(shop: Repository) -> None:
    ran(shop, CUP)
    move = ran(shop, {**CUP, "key": "mug", "moved": "cup", "name": "Mug"})
    ran(
        shop,
        {**CUP, "key": "mug", "name": "Mug"},
        {**CUP, "handle": "another", "variants": [{"sku": "NEW", "price": "1.00"}]},
    )
    plan = shop.rollback(move)
    assert {"update product/mug title": ("Mug", "Cup")} == changes(plan)
    (note,) = plan.notes
    assert note.startswith("product/mug keeps its key: cup, which it had before the run, is the key of another product")
    applied(shop, plan)


def test_a_key_that_no_run_of_the_journal_moved_is_told(shop: Repository) -> None:
    ran(shop, CUP)
    run = ran(shop, {**CUP, "name": "Mug"})
    row = {"namespace": "$app:reconciler", "key": "key", "type": "id", "value": "theirs"}
    written = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
    shop.ask(written, {"m": [{**row, "ownerId": by_key(shop)["cup"]["id"]}]})
    plan = shop.rollback(run)
    assert () == plan.changes
    (note,) = plan.notes
    assert note.startswith("product/cup carries the key theirs now, and no run in this journal moved it; ")


FULL: dict[str, Any] = {
    **CUP,
    "images": [{"file": "images/front.png", "alt": "Front"}],
    "metafields": {"custom.material": "Linen"},
}
REWRITTEN: dict[str, Any] = {
    **with_variant({**CUP, "name": "Mug", "tags": ["new"]}, price="11.00", stock={"berlin": 50}),
    "images": [{"file": "images/front.png", "alt": "Other"}],
    "metafields": {"custom.material": "Oak"},
}
BY_TITLE = """{ products(first: 9, sortKey: TITLE) { nodes { title tags
  metafield(namespace: "custom", key: "material") { value }
  media(first: 9) { nodes { alt } } collections(first: 9) { nodes { handle } }
  variants(first: 9) { nodes { sku price
    inventoryItem { inventoryLevels(first: 9) { nodes { quantities(names: ["available"]) { quantity } } } } } } } } }"""


@pytest.fixture
def shelved(shop: Repository) -> Repository:
    shop.file("catalog/images/front.png", a_png(1))
    shop.file("catalog/metafields.yaml", "product.custom.material: {name: Material, type: single_line_text_field}\n")
    on_shelf(shop, "hat")
    return shop


def on_shelf(shop: Repository, *products: str) -> None:
    shop.has_categories([{"key": "shelf", "name": "Shelf", "products": list(products)}])


def test_all_of_a_run_goes_back_once_the_deletion_after_it_was_taken_back(shelved: Repository) -> None:
    ran(shelved, FULL, HAT)
    first = shelved.ask(BY_TITLE)
    on_shelf(shelved, "hat", "cup")
    older = ran(shelved, REWRITTEN, HAT)
    on_shelf(shelved, "hat")
    deletion = ran(shelved, HAT)
    applied(shelved, shelved.rollback(deletion))
    plan = shelved.rollback(older)
    assert () == plan.notes
    applied(shelved, plan)
    assert first == shelved.ask(BY_TITLE)


def test_what_a_run_made_goes_once_the_deletion_after_it_was_taken_back(shelved: Repository) -> None:
    ran(shelved, HAT)
    first = shelved.ask(BY_TITLE)
    made = ran(shelved, FULL, HAT)
    applied(shelved, shelved.rollback(ran(shelved, HAT)))
    applied(shelved, shelved.rollback(made))
    assert first == shelved.ask(BY_TITLE)


def test_a_run_that_was_taken_back_brought_again_and_taken_back_once_more_keeps_nothing_before_it(
    shop: Repository,
) -> None:
    ran(shop, CUP)
    older = ran(shop, with_variant({**CUP, "name": "Mug"}, stock={"berlin": 20}))
    younger = ran(shop, with_variant({**CUP, "name": "Beaker"}, stock={"berlin": 30}))
    again = applied(shop, shop.rollback(applied(shop, shop.rollback(younger))))
    assert (2, {}) == (len(shop.rollback(older).notes), changes(shop.rollback(older))), "the younger one stands again"
    back = applied(shop, shop.rollback(younger))
    plan = shop.rollback(older)
    assert {
        "update product/cup title": ("Mug", "Cup"),
        "update stock/cup/CUP/berlin available": (20, 10),
    } == changes(plan)
    assert () == plan.notes
    applied(shop, shop.rollback(back))
    applied(shop, shop.rollback(again))
    assert changes(plan) == changes(shop.rollback(older)), "whichever of them took it back last"


def test_stock_that_went_with_a_product_is_not_taken_out_of_what_was_made_in_its_place(shop: Repository) -> None:
    ran(shop, CUP, HAT)
    older = ran(shop, with_variant(CUP, stock={"berlin": 50}), HAT)
    gone = ran(shop, HAT)
    shop.has([{**CUP, "variants": [{"sku": "CUP", "price": "9.00", "tracked": True}]}, HAT])
    plan = shop.plan()
    applied(shop, plan)
    plan = shop.rollback(older)
    assert {} == changes(plan)
    (note,) = (each for each in plan.notes if each.startswith("stock/"))
    assert f"run {gone} removed it since" in note


TWO_PLACES = "on_remove: delete\nlocations: {north: North, south: South}\n"
LEVELS = """{ productVariants(first: 9) { nodes { inventoryItem { id inventoryLevels(first: 9) { nodes {
  location { id name } quantities(names: ["available"]) { quantity } } } } } } }"""
COUNT = """mutation($i: InventorySetQuantitiesInput!) {
  inventorySetQuantities(input: $i) @idempotent(key: "count") { userErrors { message } } }"""


@pytest.fixture
def places(repository: Repository) -> Repository:
    repository.make_shop(locations=["North", "South"])
    repository.store_says(TWO_PLACES)
    return repository


def stocked(**levels: int | None) -> dict[str, Any]:
    return with_variant(CUP, stock=levels)


def in_south(shop: Repository) -> Any:
    (variant,) = shop.ask(LEVELS)["productVariants"]["nodes"]
    (level,) = (
        each for each in variant["inventoryItem"]["inventoryLevels"]["nodes"] if each["location"]["name"] == "South"
    )
    return {"item": variant["inventoryItem"]["id"], "location": level["location"]["id"], **level["quantities"][0]}


def test_stock_that_came_back_was_sold_from_and_was_taken_out_again_goes_back_by_its_difference(
    places: Repository,
) -> None:
    ran(places, stocked(north=5, south=7))
    emptied = ran(places, stocked(north=5, south=None))
    back = applied(places, places.rollback(emptied))
    places.sell("CUP", 2, "South")
    applied(places, places.rollback(back))
    assert -2 == in_south(places)["quantity"]
    again = places.rollback(emptied)
    assert ({"update stock/cup/CUP/south available": (-2, 5)}, ()) == (changes(again), again.notes)
    applied(places, again)
    assert ((), ()) == (places.rollback(emptied).changes, places.rollback(emptied).notes)


def test_a_level_that_somebody_counted_after_the_rollback_stays_although_it_is_as_the_run_made_it(
    places: Repository,
) -> None:
    ran(places, stocked(north=5))
    run = ran(places, stocked(north=5, south=25))
    places.sell("CUP", 3, "South")
    applied(places, places.rollback(run))
    now = in_south(places)
    assert -3 == now["quantity"]
    row = {"inventoryItemId": now["item"], "locationId": now["location"], "quantity": 25, "changeFromQuantity": -3}
    places.ask(COUNT, {"i": {"name": "available", "reason": "correction", "quantities": [row]}})
    assert 25 == in_south(places)["quantity"]
    assert () == places.rollback(run).changes


def test_runs_go_back_one_after_the_other_past_a_key_that_moved_and_a_deletion_under_the_new_one(
    shelved: Repository,
) -> None:
    ran(shelved, FULL, HAT)
    first = shelved.ask(BY_TITLE)
    on_shelf(shelved, "hat", "cup")
    older = ran(shelved, REWRITTEN, HAT)
    on_shelf(shelved, "hat", "mug")
    move = ran(shelved, {**REWRITTEN, "key": "mug", "moved": "cup", "name": "Beaker"}, HAT)
    on_shelf(shelved, "hat")
    applied(shelved, shelved.rollback(ran(shelved, HAT)))
    applied(shelved, shelved.rollback(applied(shelved, shelved.rollback(move))))
    for run in (move, older):
        plan = shelved.rollback(run)
        assert () == plan.notes
        applied(shelved, plan)
    assert first == shelved.ask(BY_TITLE)
