"""Adjustments are counted exactly once: across plans, lost answers, and processes that die in between."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.model.outcome import AlreadySo
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from tests.contract.repository import Repository
from tests.contract.test_stock import Before, Died, Dies, a_cup, changes, levels, many, put, results, with_places

ONCE: Mapping[str, Any] = {"adjust": -2, "reference": "PO 2026/118"}
SEEDED = "locations: {berlin: Warehouse Berlin, hamburg: Shop Hamburg}\nstock: seed\n"


def with_a_cup(repository: Repository) -> None:
    with_places(repository, SEEDED)
    put(repository, a_cup({"berlin": 10}))


def adjust(repository: Repository, *rows: tuple[str, str, int, str]) -> None:
    """Write a table of changes: sku, location, delta, reference."""
    table = repository.root / "catalog" / "stock" / "changes.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{sku},{location},{delta},{reference}" for sku, location, delta, reference in rows]
    table.write_text("\n".join(["sku,location,adjust,reference", *lines]), encoding="utf-8")


def test_a_change_is_counted_once_and_the_next_plan_is_empty(repository: Repository) -> None:
    with_a_cup(repository)
    repository.has([a_cup({"berlin": ONCE})])
    plan = repository.plan()
    assert {"adjustment/cup/CUP/berlin: PO 2026%2F118": [(None, -2)]} == changes(plan)
    report = repository.apply(plan)
    assert (True, 2) == (report.complete, report.writes)
    assert {"Warehouse Berlin": 8} == levels(repository)
    assert {AlreadySo} == set(results(repository.apply(plan)).values())
    assert {} == changes(repository.plan())
    assert {"Warehouse Berlin": 8} == levels(repository)


def test_a_sale_in_between_is_no_obstacle_to_a_change(repository: Repository) -> None:
    with_a_cup(repository)
    repository.has([a_cup({"berlin": ONCE})])
    plan = repository.plan()
    repository.sell("CUP", 3)
    assert repository.apply(plan).complete
    assert {"Warehouse Berlin": 5} == levels(repository)


def test_an_item_is_stocked_where_it_is_adjusted(repository: Repository) -> None:
    with_a_cup(repository)
    repository.has([a_cup({"hamburg": {"adjust": 4, "reference": "R1"}})])
    report = repository.apply(repository.plan())
    assert (True, 3) == (report.complete, report.writes)
    assert {"Warehouse Berlin": 10, "Shop Hamburg": 4} == levels(repository)


def test_what_is_seeded_and_adjusted_in_one_plan_is_the_sum(repository: Repository) -> None:
    with_a_cup(repository)
    adjust(repository, ("CUP", "hamburg", 4, "R1"))
    put(repository, a_cup({"hamburg": 3}))
    assert 7 == levels(repository)["Shop Hamburg"]


@pytest.mark.parametrize(
    ("root", "executed"),
    [
        ("inventoryAdjustQuantities", False),
        ("inventoryAdjustQuantities", True),
        ("metafieldsSet", False),
        ("metafieldsSet", True),
    ],
)
@pytest.mark.parametrize("afterwards", ["the same plan", "a plan with more under the reference", "a plan with less"])
def test_a_process_that_dies_counts_nothing_twice(
    root: str, executed: bool, afterwards: str, repository: Repository
) -> None:
    with_places(repository, SEEDED)
    products = many(3, 10)
    put(repository, *products)
    rows = [("P0-S", "berlin", -1, "R"), ("P1-M", "berlin", -2, "R"), ("P1-M", "berlin", -3, "R2")]
    adjust(repository, *rows)
    plan = repository.plan()
    with pytest.raises(Died):
        repository.outcomes(plan, lambda client: Dies(client, root, executed))
    if afterwards != "the same plan":
        rows = [("P0-L", "berlin", -4, "R"), *rows] if "more" in afterwards else rows[1:]
        adjust(repository, *rows)
        plan = repository.plan()
    assert repository.apply(plan).complete
    counted = {sku: levels(repository, sku)["Warehouse Berlin"] for sku in ("P0-S", "P0-L", "P1-M")}
    first_was_made = executed or root == "metafieldsSet" or "less" not in afterwards
    assert {"P0-S": 9 if first_was_made else 10, "P0-L": 6 if "more" in afterwards else 10, "P1-M": 6} == counted
    assert {} == changes(repository.plan())


def test_a_reference_that_gets_another_delta_is_not_counted_again_and_told(repository: Repository) -> None:
    with_a_cup(repository)
    put(repository, a_cup({"berlin": ONCE}))
    repository.has([a_cup({"berlin": {**ONCE, "adjust": -5}})])
    plan = repository.plan()
    assert {} == changes(plan)
    told = "it was counted with -2 and is not counted again, although git says -5 now"
    assert (f"adjustment/cup/CUP/berlin: PO 2026%2F118: {told}",) == plan.notes
    assert {"Warehouse Berlin": 8} == levels(repository)


def test_a_reference_that_git_forgot_may_come_back(repository: Repository) -> None:
    with_a_cup(repository)
    put(repository, a_cup({"berlin": ONCE}))
    put(repository, a_cup(None))
    put(repository, a_cup({"berlin": ONCE}))
    assert {"Warehouse Berlin": 8} == levels(repository)


def test_changes_of_30_variants_are_4_requests(repository: Repository) -> None:
    with_places(repository, SEEDED)
    sizes = [str(size) for size in range(30)]
    put(repository, *many(1, 10, sizes))
    adjust(repository, *((f"P0-{size}", "berlin", -1, "R") for size in sizes))
    plan = repository.plan()
    report = repository.apply(plan)
    assert (True, 4) == (report.complete, report.writes)
    assert 4 + 2 + len(COSTS_OF_AN_APPLY) == plan.forecast.calls  # the products, and what counts each variant
    assert {9} == {levels(repository, f"P0-{size}")["Warehouse Berlin"] for size in sizes}


def test_a_variant_that_goes_between_counting_and_recording_keeps_no_other_from_its_record(
    repository: Repository,
) -> None:
    with_places(repository, SEEDED)
    sizes = ["S", "M"]
    put(repository, *many(1, 10, sizes))
    adjust(repository, *((f"P0-{size}", "berlin", -1, "R") for size in sizes))
    plan = repository.plan()
    found = repository.ask("{ products(first: 1) { nodes { id variants(first: 2) { nodes { id sku } } } } }")
    (product,) = found["products"]["nodes"]
    gone = next(node["id"] for node in product["variants"]["nodes"] if node["sku"] == "P0-M")
    delete = """mutation($p: ID!, $v: [ID!]!) { productVariantsBulkDelete(productId: $p, variantsIds: $v) {
      userErrors { message } } }"""
    late = repository.outcomes(
        plan,
        lambda client: Before(
            client, "metafieldsSet", lambda: repository.ask(delete, {"p": product["id"], "v": [gone]})
        ),
    )
    assert {"P0-S": "applied", "P0-M": "failed"} == {each.address.key.split("/")[1]: each.result for each in late}
    assert {"Warehouse Berlin": 9} == levels(repository, "P0-S")
