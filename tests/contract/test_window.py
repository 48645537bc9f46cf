"""Between two requests of one product somebody may edit it: what they touched is left alone, at one read a request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.model.outcome import Outcome
from reconciler.shopify.client import WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from reconciler.shopify.writer import Answer, Sender
from tests.contract.repository import Repository

SHIRT: dict[str, Any] = {
    "key": "shirt",
    "name": "Shirt",
    "variants": [
        {"sku": "A", "price": "10.00", "options": {"Size": "S"}},
        {"sku": "B", "price": "20.00", "options": {"Size": "M"}},
    ],
}
IDS = "{ products(first: 9) { nodes { id title variants(first: 9) { nodes { id sku price barcode } } } } }"
EDIT = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }"""


@dataclass
class Rival:
    """Sends what it is given, and lets a person edit the store right after a mutation of one name."""

    client: WriteClient
    after: str
    edit: Callable[[], None]
    sent: list[str] = field(default_factory=list)
    queries_before: int = 0

    @property
    def store(self) -> str:
        return self.client.store

    def mutate(self, mutation: Mutation) -> Answer:
        answer = self.client.mutate(mutation)
        self.sent.append(mutation.root)
        if mutation.root == self.after and self.sent.count(self.after) == 1:
            self.edit()
        return answer


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.has([SHIRT])
    assert repository.apply(repository.plan()).complete
    return repository


def product(shop: Repository) -> Any:
    return shop.ask(IDS)["products"]["nodes"][0]


def asked(shop: Repository, **fields: Any) -> None:
    variants = [dict(each) for each in SHIRT["variants"]]
    variants[0]["price"], variants[1]["price"] = "11.00", "21.00"
    shop.has([{**SHIRT, "variants": variants, **fields}])


def edits(shop: Repository, sku: str, **fields: str) -> None:
    found = product(shop)
    variant = next(each["id"] for each in found["variants"]["nodes"] if each["sku"] == sku)
    answer = shop.ask(EDIT, {"p": found["id"], "v": [{"id": variant, **fields}]})
    assert [] == answer["productVariantsBulkUpdate"]["userErrors"]


def applied(shop: Repository, after: str, edit: Callable[[], None]) -> tuple[dict[str, str], list[str], int]:
    """Apply beside a rival; return what became of each change, the mutations, and how many requests were sent."""
    rivals: list[Rival] = []

    def sender(client: WriteClient) -> Sender:
        rivals.append(Rival(client, after, edit))
        return rivals[0]

    outcomes = shop.outcomes(shop.plan(), sender)
    return {str(each.address): said(each) for each in outcomes}, rivals[0].sent, rivals[0].client.counters.requests


def said(outcome: Outcome) -> str:
    return f"{outcome.result} {getattr(outcome, 'reason', '')}".strip()


def test_a_price_that_was_edited_between_two_requests_is_left_alone_and_the_others_go_on(shop):
    asked(shop, name="Blouse")
    told, sent, _ = applied(shop, "productUpdate", lambda: edits(shop, "B", price="99.00"))
    assert ["productUpdate", "productVariantsBulkUpdate"] == sent
    assert "stale price is now 99.00, the plan expected 20.00; run plan again" == told.pop("variant/shirt/B")
    assert {"product/shirt": "applied", "variant/shirt/A": "applied"} == told
    assert ("Blouse", ["11.00", "99.00"]) == (
        (now := product(shop))["title"],
        [each["price"] for each in now["variants"]["nodes"]],
    )


def test_an_edit_of_what_is_not_written_is_no_reason(shop):
    asked(shop, name="Blouse")
    told, _, _ = applied(shop, "productUpdate", lambda: edits(shop, "B", barcode="123"))
    assert {"applied"} == set(told.values())


def test_what_a_later_request_of_one_step_would_overwrite_is_withheld(shop):
    def grid(*prices: str) -> dict[str, Any]:
        options = [{"Size": size, "Colour": colour} for size in ("S", "M") for colour in ("red", "blue")]
        rows = zip("WXYZ", options, prices, strict=False)
        return {**SHIRT, "variants": [{"sku": sku, "options": each, "price": price} for sku, each, price in rows]}

    shop.has([grid("1", "2", "3")])
    assert shop.apply(shop.plan()).complete
    shop.has([grid("5", "6", "3", "4")])
    told, sent, _ = applied(shop, "productVariantsBulkCreate", lambda: edits(shop, "X", price="99.00"))
    assert ["productVariantsBulkCreate"] == sent
    assert told["variant/shirt/X"].startswith("stale price is now 99.00")
    assert told["variant/shirt/W"].startswith("skipped not sent: variant/shirt/X changed in the store")
    assert "applied" == told["variant/shirt/Z"]
    assert ["1.00", "99.00", "3.00", "4.00"] == [each["price"] for each in product(shop)["variants"]["nodes"]]


def test_a_group_of_one_request_is_read_once_and_each_further_request_costs_one_read(shop):
    shop.has([{**SHIRT, "name": "Blouse"}])
    _, sent, of_one = applied(shop, "", lambda: None)
    assert 1 == len(sent)
    asked(shop, name="Skirt")
    _, sent, of_two = applied(shop, "", lambda: None)
    assert 2 == len(sent)
    assert of_one + 2 == of_two


def test_a_plan_foresees_the_reads_between_requests(shop):
    asked(shop, name="Blouse")
    plan = shop.plan()
    report = shop.apply(plan)
    assert report.complete
    assert 2 == report.writes
    assert 2 + 2 + len(COSTS_OF_AN_APPLY) == plan.forecast.calls
