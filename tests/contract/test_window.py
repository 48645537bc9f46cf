"""Between two requests of one product somebody may edit it: what they touched is left alone, at one read a request."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from reconciler.app.stores.fleet import FleetResult
from reconciler.cli.apply import EXIT_PARTIAL, EXIT_STALE, exit_code_of
from reconciler.model.address import Address
from reconciler.model.change import TakenAlong
from reconciler.model.outcome import ApplyReport, Outcome, Stale
from reconciler.shopify.along import LookedAlong
from reconciler.shopify.client import WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import ReadTooLongAgo
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from reconciler.shopify.writer import Answer, Sender
from tests.contract.repository import Repository
from tests.contract.strangers import forget_us

SHIRT: dict[str, Any] = {
    "key": "shirt",
    "name": "Shirt",
    "variants": [
        {"sku": "A", "price": "10.00", "options": {"Size": "S"}},
        {"sku": "B", "price": "20.00", "options": {"Size": "M"}},
    ],
}
GRID: dict[str, Any] = {
    **SHIRT,
    "variants": [
        {"sku": "A", "price": "10.00", "options": {"Size": "S", "Colour": "red"}},
        {"sku": "B", "price": "20.00", "options": {"Size": "M", "Colour": "blue"}},
        {"sku": "C", "price": "30.00", "options": {"Size": "S", "Colour": "blue"}},
    ],
}
HAT: dict[str, Any] = {"key": "hat", "name": "Hat", "variants": [{"sku": "H", "price": "3.00"}]}
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


ADD = """mutation($p: ID!, $v: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $p, variants: $v) { userErrors { message } } }"""
RETITLE = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"


def product(shop: Repository) -> Any:
    return shop.ask(IDS)["products"]["nodes"][0]


def asked(shop: Repository, **fields: Any) -> None:
    variants = [dict(each) for each in SHIRT["variants"]]
    variants[0]["price"], variants[1]["price"] = "11.00", "21.00"
    shop.has([{**SHIRT, "variants": variants, **fields}])


def edits(shop: Repository, sku: str, **fields: Any) -> None:
    found = product(shop)
    variant = next(each["id"] for each in found["variants"]["nodes"] if each["sku"] == sku)
    answer = shop.ask(EDIT, {"p": found["id"], "v": [{"id": variant, **fields}]})
    assert [] == answer["productVariantsBulkUpdate"]["userErrors"]


def retitles(shop: Repository, title: str) -> None:
    shop.ask(RETITLE, {"p": {"id": product(shop)["id"], "title": title}})


def adds(shop: Repository, sku: str, **options: str) -> None:
    values = [{"optionName": name, "name": value} for name, value in options.items()]
    row = {"price": "5", "inventoryItem": {"sku": sku}, "optionValues": values}
    answer = shop.ask(ADD, {"p": product(shop)["id"], "v": [row]})
    assert [] == answer["productVariantsBulkCreate"]["userErrors"]


def recolours(shop: Repository, sku: str, colour: str) -> None:
    edits(shop, sku, optionValues=[{"optionName": "Colour", "name": colour}])


def has(shop: Repository, *products: dict[str, Any]) -> None:
    shop.has(products)
    assert shop.apply(shop.plan()).complete


def doing(edit: Callable[[], None], nothing: object) -> Callable[..., Any]:
    """Return what finds nothing, and takes so long that a person edits meanwhile."""

    def at_length(*_: object) -> object:
        edit()
        return nothing

    return at_length


def skus(shop: Repository) -> set[str]:
    return {each["sku"] for each in product(shop)["variants"]["nodes"]}


def applied(
    shop: Repository, after: str, edit: Callable[[], None], **between: Any
) -> tuple[dict[str, str], list[str], int]:
    """Apply beside a rival; return what became of each change, the mutations, and how many requests were sent."""
    outcomes, rival = outcomes_beside(shop, after, edit, **between)
    return {str(each.address): said(each) for each in outcomes}, rival.sent, rival.client.counters.requests


def outcomes_beside(
    shop: Repository, after: str, edit: Callable[[], None], **between: Any
) -> tuple[tuple[Outcome, ...], Rival]:
    rivals: list[Rival] = []

    def sender(client: WriteClient) -> Sender:
        rivals.append(Rival(client, after, edit))
        return rivals[0]

    return shop.outcomes(shop.plan(), sender, **between), rivals[0]


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


def test_what_was_edited_while_something_was_kept_is_not_removed(shop):
    has(shop, GRID)
    shop.has([{**GRID, "variants": GRID["variants"][:2]}])
    told, sent, _ = applied(shop, "", lambda: None, keep=doing(lambda: edits(shop, "C", price="99.00"), {}))
    assert told["variant/shirt/C"].startswith("stale price is now 99.00")
    assert ({"A", "B", "C"}, []) == (skus(shop), sent)


def leaves_git(shop: Repository) -> None:
    """Take the product out of git, in a store that deletes what git does not have."""
    shop.store_says("on_remove: delete\n")
    has(shop, HAT, GRID)
    shop.has([HAT])


@pytest.mark.parametrize(
    ("between", "edit", "reason"),
    [
        ("keep", lambda shop: retitles(shop, "Theirs"), "stale title is now Theirs"),
        ("look", lambda shop: edits(shop, "B", price="99.00"), "skipped not sent: variant/shirt/B changed in the"),
        ("look", lambda shop: adds(shop, "D", Size="M", Colour="red"), "stale it would take variant/shirt/D along"),
    ],
)
def test_a_product_that_was_edited_while_it_was_looked_at_stays(shop, between, edit, reason):
    leaves_git(shop)
    nothing = {"keep": {}, "look": LookedAlong({}, {})}[between]
    told, sent, _ = applied(shop, "", lambda: None, **{between: doing(lambda: edit(shop), nothing)})
    assert told["product/shirt"].startswith(reason)
    assert [] == sent
    assert {"A", "B", "C"} <= skus(shop)


def adopts(shop: Repository) -> None:
    """Ask for a product that is not ours any more, with another title and its sizes the other way round."""
    has(shop, GRID)
    forget_us(shop)
    shop.has([{**GRID, "name": "Blouse", "options": {"Size": ["M", "S"], "Colour": ["red", "blue"]}}])


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda shop: retitles(shop, "Theirs"), "title is now Theirs"),
        (lambda shop: adds(shop, "D", Size="M", Colour="red"), "it would take variant/shirt/D along"),
        (lambda shop: recolours(shop, "B", "red"), "variant/shirt/B changed in the store, and goes in the same"),
    ],
)
def test_what_was_edited_after_a_product_got_our_mark_is_left_alone(shop, edit, reason):
    adopts(shop)
    outcomes, rival = outcomes_beside(shop, "productUpdate", lambda: edit(shop))
    left = next(each for each in outcomes if isinstance(each, Stale))
    assert ("product/shirt", True) == (str(left.address), left.marked)
    assert left.reason.startswith(reason)
    assert "productUpdate" == rival.sent[-1]
    assert {"A", "B", "C"} <= skus(shop)
    # As in a store that has the definition of the mark already, so that nothing else is written.
    report = ApplyReport("eu", "", (left,), (), mutations=1, requests=9, cost_points=99)
    assert EXIT_PARTIAL == exit_code_of(FleetResult((report,), ()))


def test_a_run_that_wrote_before_it_was_killed_and_finds_the_rest_stale_was_applied_in_part() -> None:
    left = Stale(Address("product", "cup"), "it moved")
    report = ApplyReport("eu", "", (left,), (), mutations=0, requests=9, cost_points=99)
    assert EXIT_STALE == exit_code_of(FleetResult((report,), ()))
    for killed in (replace(report, earlier=(Address("product", "hat"),)), replace(report, in_doubt=1)):
        assert EXIT_PARTIAL == exit_code_of(FleetResult((killed,), ()))


def test_an_adoption_goes_on_where_nobody_edited_and_its_reads_are_foreseen(shop):
    adopts(shop)
    plan = shop.plan()
    report = shop.apply(plan, "adopt")
    assert report.complete
    assert "Blouse" == product(shop)["title"]
    # The mark's definition and the product are read before they are written, and the product again after its mark.
    assert ["mark/product", "product/shirt"] == [str(each.address) for each in plan.changes][:2]
    assert report.writes + 3 + len(COSTS_OF_AN_APPLY) == plan.forecast.calls


def test_what_goes_along_is_looked_at_right_before_the_request_that_removes(shop):
    has(shop, GRID)
    variant = product(shop)["variants"]["nodes"][-1]["id"]
    shop.has([{**GRID, "name": "Blouse", "variants": GRID["variants"][:2]}])
    titles: list[str] = []

    def look(ids: Any) -> Any:
        titles.append(product(shop)["title"])
        return LookedAlong({each: (TakenAlong("metafield", "custom.care", "iron"),) for each in ids}, {})

    told, sent, _ = applied(shop, "", lambda: None, look=look)
    assert (["Blouse"], ["productUpdate"]) == (titles, sent)
    assert told["variant/shirt/C"].startswith("stale it would take along metafield custom.care iron")
    assert variant in {each["id"] for each in product(shop)["variants"]["nodes"]}


def test_a_step_of_which_nothing_is_left_is_not_taken_for_a_reading_of_the_next(shop):
    rows = [{**each, "price": "11.00"} for each in GRID["variants"]]
    has(shop, GRID)
    shop.has([{**GRID, "name": "Blouse", "variants": rows[:2]}])

    def edit() -> None:
        for sku, price in {"A": "97.00", "B": "98.00", "C": "99.00"}.items():
            edits(shop, sku, price=price)

    told, sent, _ = applied(shop, "productUpdate", edit)
    assert {"stale"} == {said.split(" ")[0] for at, said in told.items() if at.startswith("variant")}
    assert ({"A", "B", "C"}, ["productUpdate"]) == (skus(shop), sent)


@dataclass
class KeptWaiting:
    """Sends what it is given, but for the first mutations of one name: those come too late, and a person edits."""

    client: WriteClient
    root: str
    edit: Callable[[], None]
    times: int = 1
    sent: list[str] = field(default_factory=list)

    def mutate(self, mutation: Mutation) -> Answer:
        if mutation.root == self.root and self.times:
            assert mutation.read_at is not None
            self.times -= 1
            self.edit()
            raise ReadTooLongAgo("shop", "it had to wait", "apply the plan again")
        self.sent.append(mutation.root)
        return self.client.mutate(mutation)


def kept_waiting(shop: Repository, root: str, edit: Callable[[], None], times: int = 1) -> list[Outcome]:
    waiting: list[KeptWaiting] = []

    def sender(client: WriteClient) -> Sender:
        waiting.append(KeptWaiting(client, root, edit, times))
        return waiting[0]

    return list(shop.outcomes(shop.plan(), sender))


def test_what_changed_while_a_request_waited_is_left_alone(shop: Repository) -> None:
    asked(shop, name="Blouse")
    found = {str(each.address): each.result for each in kept_waiting(shop, "productUpdate", lambda: None)}
    assert {"product/shirt": "applied", "variant/shirt/A": "applied", "variant/shirt/B": "applied"} == found
    asked(shop, name="Top")
    outcomes = kept_waiting(shop, "productUpdate", lambda: retitles(shop, "Theirs"))
    assert ["stale"] == [each.result for each in outcomes]
    assert "Theirs" == product(shop)["title"]
    forever = kept_waiting(shop, "productUpdate", lambda: None, times=99)
    assert ["skipped"] == [each.result for each in forever]
