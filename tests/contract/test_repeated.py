"""A plan applied once more: what people and customers did after it was applied is theirs."""

import signal
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.app.journal.chain import Head
from reconciler.app.journal.file import Journal
from reconciler.model.outcome import AlreadySo, Applied, Stale
from reconciler.model.plan import Plan
from reconciler.model.record import Answered, Record, Requested
from tests.contract.new_products import jobs
from tests.contract.repository import Repository
from tests.faults.processes import dies, ended, forked

CUP = {
    "key": "cup",
    "name": "Cup",
    "variants": [{"sku": "CUP", "price": "10.00", "tracked": True, "stock": {"north": 5}}],
}
REPRICE = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }"""
RENAME = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
DELETE = "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { userErrors { message } } }"
TITLES = "{ products(first: 5) { nodes { id title } } }"
UNPUBLISH = """mutation($i: ID!, $p: ID!) {
  publishableUnpublish(id: $i, input: [{publicationId: $p}]) { userErrors { message } } }"""
LEVELS = "{ productVariants(first: 5) { nodes { sku inventoryQuantity } } }"
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


def new(key: str) -> dict[str, object]:
    """Return a product of which there is one piece."""
    variant = {"sku": key.upper(), "price": "10.00", "tracked": True, "stock": {"north": 1}}
    return {"key": key, "name": key.title(), "variants": [variant]}


def test_an_edit_that_puts_the_old_value_back_is_not_overwritten(shop: Repository) -> None:
    shop.has([{**CUP, "variants": [{**CUP["variants"][0], "price": "9.00"}]}])  # type: ignore[dict-item]
    plan = shop.plan()
    assert shop.apply(plan).complete
    reprice(shop, "10.00")
    assert plan.header is not None
    later = replace(plan, header=replace(plan.header, created_at="2036-11-28T06:15:00+00:00"))  # the clock went wrong
    for again in (plan, later, replace(plan, header=None)):
        report = shop.apply(again)
        assert ([Stale], "10.00") == ([type(outcome) for outcome in report.outcomes], variant(shop)["price"])


def test_a_count_that_customers_brought_back_to_where_it_was_is_not_counted_again(shop: Repository) -> None:
    shop.has([with_stock(25)])
    plan = shop.plan()
    assert [Applied] == [type(outcome) for outcome in shop.apply(plan).outcomes]
    shop.sell("CUP", 20)
    report = shop.apply(plan)
    assert ([Stale], 5) == ([type(outcome) for outcome in report.outcomes], variant(shop)["inventoryQuantity"])


def test_what_is_still_as_the_plan_wrote_it_is_so_already(shop: Repository) -> None:
    sold_out = {
        "key": "hat",
        "name": "Hat",
        "variants": [{"sku": "HAT", "price": "1.00", "tracked": True, "stock": {"north": 0}}],
    }
    shop.has([with_stock(25), sold_out])
    plan = shop.plan()
    assert shop.apply(plan).complete
    again = shop.apply(plan)
    assert {AlreadySo} == {type(outcome) for outcome in again.outcomes}
    assert again.complete


def killed(shop: Repository, plan: Plan, here: Callable[[Record], bool], *, unheard: bool = False) -> None:
    """Have an apply killed as soon as an entry is in its journal; ``unheard``: right before."""
    append = Journal.append

    def appended(self: Journal, record: Record) -> Head:
        is_here = here(record)
        if is_here and unheard:
            dies()
        head = append(self, record)
        if is_here:
            dies()
        return head

    def work() -> None:
        pytest.MonkeyPatch().setattr(Journal, "append", appended)
        shop.apply(plan)

    assert -signal.SIGKILL == ended(forked(work))


def test_a_plan_that_was_made_when_it_had_happened_is_a_new_decision(shop: Repository) -> None:
    shop.has([{**CUP, "variants": [{**CUP["variants"][0], "price": "9.00"}]}])  # type: ignore[dict-item]
    plan = shop.plan()
    killed(shop, plan, lambda record: isinstance(record, Answered))
    reprice(shop, "10.00")
    anew = shop.plan()
    assert plan.digest == anew.digest
    came_to = []
    for each in (plan, anew, anew):
        came_to += [type(outcome) for outcome in shop.apply(each).outcomes]
        reprice(shop, "10.00")
    assert [Stale, Applied, Stale] == came_to


def titles(shop: Repository) -> dict[str, str]:
    return {node["title"]: node["id"] for node in shop.ask(TITLES)["products"]["nodes"]}


def test_an_edit_between_a_kill_and_going_on_is_not_overwritten(shop: Repository) -> None:
    shop.has([{**CUP, "name": "Mug", "variants": [{**CUP["variants"][0], "price": "9.00"}]}])  # type: ignore[dict-item]
    plan = shop.plan()

    def asks_for_the_price(record: Record) -> bool:
        return isinstance(record, Requested) and record.mutation == "productVariantsBulkUpdate"

    killed(shop, plan, asks_for_the_price)
    shop.ask(RENAME, {"p": {"id": titles(shop)["Mug"], "title": "Cup"}})
    report = shop.apply(plan)
    assert {"product/cup": "stale", "variant/cup/CUP": "applied"} == {
        str(each.address): each.result for each in report.outcomes
    }
    assert (("product/cup",), True) == (tuple(map(str, report.earlier)), report.wrote)
    assert (["Cup"], "9.00") == ([*titles(shop)], variant(shop)["price"])


def test_what_was_sold_out_between_a_kill_and_going_on_is_not_counted_again(repository: Repository) -> None:
    repository.make_shop(locations=["North"])
    repository.store_says("locations: {north: North}\nlimits: {off: [stock-unknown]}\n")
    repository.has([new("cup"), new("hat")])
    plan = repository.plan()

    def answers_a_product(record: Record) -> bool:
        return isinstance(record, Answered) and any(at.kind == "product" for at in record.ids)

    killed(repository, plan, answers_a_product, unheard=True)
    repository.sell("CUP", 1)
    killed(repository, plan, answers_a_product)
    repository.sell("HAT", 1)
    report = repository.apply(plan)
    assert {"stock/cup/CUP/north": "stale", "stock/hat/HAT/north": "stale"} == {
        str(each.address): each.result for each in report.outcomes if each.result != "already-so"
    }
    assert {"CUP": 0, "HAT": 0} == {
        each["sku"]: each["inventoryQuantity"] for each in repository.ask(LEVELS)["productVariants"]["nodes"]
    }


@pytest.mark.parametrize("nth", [1, 2])
def test_what_a_bulk_job_did_before_anybody_heard_of_it_is_not_done_again(nth: int, repository: Repository) -> None:
    repository.make_shop(publications=["Online Store"], locations=["North"], bulk_start_ms=0, bulk_finish_ms=0)
    repository.store_says(
        "writing: bulk\npublications: [Online Store]\nlocations: {north: North}\nlimits: {off: [stock-unknown]}\n"
    )
    repository.has([new("cup"), new("hat")])
    plan = repository.plan()
    killed(repository, plan, starts_the_job(nth), unheard=True)
    assert settled(repository)
    repository.sell("CUP", 1)
    repository.ask(DELETE, {"i": {"id": titles(repository)["Hat"]}})
    if nth > 1:
        online = repository.ask("{ publications(first: 1) { nodes { id } } }")["publications"]["nodes"][0]["id"]
        repository.ask(UNPUBLISH, {"i": titles(repository)["Cup"], "p": online})
    report = repository.apply(plan)
    came_to = {str(each.address): each.result for each in report.outcomes}
    assert {"product/cup": "already-so", "stock/cup/CUP/north": "stale", "product/hat": "stale"}.items() <= (
        came_to.items()
    )
    assert {1: "applied", 2: "stale"}[nth] == came_to["publication/cup/Online Store"]
    assert {"product/cup", "product/hat"} <= {*map(str, report.earlier)}
    assert (["Cup"], 0) == ([*titles(repository)], variant(repository)["inventoryQuantity"])


def starts_the_job(nth: int) -> Callable[[Record], bool]:
    """Return what tells the answer to the start of the nth bulk operation."""
    begun: list[int] = []

    def starts(record: Record) -> bool:
        if isinstance(record, Requested) and record.mutation == "bulkOperationRunMutation":
            begun.append(record.request)
        return isinstance(record, Answered) and len(begun) == nth and record.request == begun[-1]

    return starts


def settled(shop: Repository) -> bool:
    """Wait until no bulk operation is at work."""
    for _ in range(200):
        if all(each["status"] == "COMPLETED" for each in jobs(shop)):
            return True
        time.sleep(0.01)
    return False
