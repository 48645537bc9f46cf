"""What a plan found equal is not hydrated by the next one, and no plan is other than it would be without that."""

import logging
from collections.abc import Callable

import pytest
import yaml

from reconciler.model.address import Address
from reconciler.model.effect import MembersMoved
from reconciler.model.plan import Plan
from tests.contract.repository import Repository

STORE = "locations: {main: Main}\npublications: [Online Store]\n"
RENAME = """mutation($product: ProductUpdateInput!) {
  productUpdate(product: $product) { userErrors { message } } }"""
IDS = "{ products(first: 9) { nodes { id handle } } }"
CARE = "product.custom.care: {name: Care, type: TYPE}\n"


def product(key: str, **more: object) -> str:
    sold = [{"sku": f"{key}-{size}", "options": {"Size": size}, "price": "9.00", "tracked": True} for size in "SM"]
    images = [{"url": f"https://example.com/{key}.jpg", "alt": key}]
    return yaml.safe_dump({"key": key, "name": key.title(), "images": images, "variants": sold, **more})


@pytest.fixture
def hydrated(repository: Repository, caplog: pytest.LogCaptureFixture) -> Callable[[], tuple[int, Plan]]:
    """Plan, and return how many of the three products were hydrated, with the plan, which is the same without notes."""
    repository.make_shop(locations=["Main"])
    repository.store_says(STORE)
    for key in ("cup", "hat", "mug"):
        repository.file(f"catalog/products/{key}.yaml", product(key, metafields={"custom.care": "Dry"}))
    repository.file("catalog/metafields.yaml", CARE.replace("TYPE", "single_line_text_field"))
    repository.file("catalog/stock/main.csv", "sku,location,quantity\ncup-S,main,3\n")
    report = repository.apply(repository.plan())
    assert report.complete
    repository.plan()
    caplog.set_level(logging.DEBUG, logger="reconciler.app.plans.settled")

    def plan() -> tuple[int, Plan]:
        caplog.clear()
        made = repository.plan_both_ways()
        found, _ = (record.args[1] for record in caplog.records if isinstance(record.args, tuple))
        assert isinstance(found, int)
        return 3 - found, made

    return plan


def test_only_what_differs_is_hydrated(repository: Repository, hydrated: Callable[[], tuple[int, Plan]]):
    count, plan = hydrated()
    assert (0, ()) == (count, plan.changes)

    repository.file("catalog/products/hat.yaml", product("hat", metafields={"custom.care": "Wet"}))
    count, plan = hydrated()
    assert (1, ["metafield/hat/custom.care"]) == (count, [str(change.address) for change in plan.changes])
    repository.file("catalog/products/hat.yaml", product("hat", metafields={"custom.care": "Dry"}))
    hydrated()

    ids = {node["handle"]: node["id"] for node in repository.ask(IDS)["products"]["nodes"]}
    repository.ask(RENAME, {"product": {"id": ids["mug"], "title": "Jug"}})
    count, plan = hydrated()
    assert (1, ["product/mug"]) == (count, [str(change.address) for change in plan.changes])
    assert 1 == hydrated()[0]  # what differs is never taken for equal, however often it is planned
    repository.ask(RENAME, {"product": {"id": ids["mug"], "title": "Mug"}})
    assert () == hydrated()[1].changes

    repository.file("catalog/stock/main.csv", "sku,location,quantity\ncup-S,main,4\n")
    count, plan = hydrated()
    assert (1, ["stock/cup/cup-S/main"]) == (count, [str(change.address) for change in plan.changes])

    share_a_sku(repository, "hat-S", "cup-S")
    count, plan = hydrated()
    assert (2, True) == (count, any("have the same sku cup-S" in note for note in plan.notes))

    rule = {"field": "title", "relation": "is", "values": ["Mug"]}
    repository.has_categories([{"key": "mugs", "name": "Mugs", "conditions": {"rules": [rule]}}])
    moved = [each.joins for each in hydrated()[1].effects if isinstance(each, MembersMoved)]
    assert [(Address("product", "mug"),)] == moved  # which does not change itself


def share_a_sku(repository: Repository, of: str, to: str) -> None:
    asked = f'{{ productVariants(first: 1, query: "sku:{of}") {{ nodes {{ id product {{ id }} }} }} }}'
    (variant,) = repository.ask(asked)["productVariants"]["nodes"]
    rename = """mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
      productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { message } } }"""
    same = {"id": variant["id"], "inventoryItem": {"sku": to}}
    repository.ask(rename, {"id": variant["product"]["id"], "variants": [same]})
