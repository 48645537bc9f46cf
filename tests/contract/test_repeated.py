"""A plan applied once more: what people and customers did after it was applied is theirs."""

import pytest

from reconciler.model.outcome import AlreadySo, Applied, Stale
from tests.contract.repository import Repository

CUP = {
    "key": "cup",
    "name": "Cup",
    "variants": [{"sku": "CUP", "price": "10.00", "tracked": True, "stock": {"north": 5}}],
}
REPRICE = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }"""
FIND = "{ productVariants(first: 1) { nodes { id price inventoryQuantity product { id } } } }"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["North"])
    repository.store_says("locations: {north: North}\n")
    repository.has([CUP])
    assert repository.apply(repository.plan()).complete
    return repository


def variant(shop: Repository) -> dict[str, object]:
    found: dict[str, object] = shop.ask(FIND)["productVariants"]["nodes"][0]
    return found


def reprice(shop: Repository, price: str) -> None:
    held = variant(shop)
    shop.ask(REPRICE, {"p": held["product"]["id"], "v": [{"id": held["id"], "price": price}]})  # type: ignore[index]


def with_stock(count: int) -> dict[str, object]:
    return {**CUP, "variants": [{**CUP["variants"][0], "stock": {"north": count}}]}  # type: ignore[dict-item]


def test_an_edit_that_puts_the_old_value_back_is_not_overwritten(shop: Repository) -> None:
    shop.has([{**CUP, "variants": [{**CUP["variants"][0], "price": "9.00"}]}])  # type: ignore[dict-item]
    plan = shop.plan()
    assert shop.apply(plan).complete
    reprice(shop, "10.00")
    report = shop.apply(plan)
    assert ([Stale], "10.00") == ([type(outcome) for outcome in report.outcomes], variant(shop)["price"])


def test_a_count_that_customers_brought_back_to_where_it_was_is_not_counted_again(shop: Repository) -> None:
    shop.has([with_stock(25)])
    plan = shop.plan()
    assert [Applied] == [type(outcome) for outcome in shop.apply(plan).outcomes]
    shop.sell("CUP", 20)
    report = shop.apply(plan)
    assert ([Stale], 5) == ([type(outcome) for outcome in report.outcomes], variant(shop)["inventoryQuantity"])


def test_what_is_still_as_the_plan_wrote_it_is_so_already(shop: Repository) -> None:
    shop.has([with_stock(25)])
    plan = shop.plan()
    shop.apply(plan)
    assert [AlreadySo] == [type(outcome) for outcome in shop.apply(plan).outcomes]
