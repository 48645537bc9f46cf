"""Stock against an embedded store over HTTP: intents, sales in between, batches, and what is stocked where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.model.errors import InvalidInput
from reconciler.model.outcome import AlreadySo, Applied, Stale
from reconciler.model.plan import Plan
from reconciler.shopify.client import Answer, WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import QueryRejected
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from tests.contract.repository import Repository
from tests.contract.test_lost_answers import LosesTheFirstAnswer

TWO = "locations: {berlin: Warehouse Berlin, hamburg: Shop Hamburg}\n"
LEVELS = """{ productVariants(first: 250) { nodes { sku inventoryItem { inventoryLevels(first: 20)
  { nodes { isActive location { name } quantities(names: ["available"]) { quantity } } } } } } }"""


def a_cup(stock: Mapping[str, Any] | None, **fields: object) -> dict[str, Any]:
    variant: dict[str, Any] = {"sku": "CUP", "price": "9.00", "tracked": True, **fields}
    return {"key": "cup", "name": "Cup", "variants": [variant if stock is None else {**variant, "stock": stock}]}


def with_places(repository: Repository, text: str = TWO) -> None:
    repository.make_shop(locations=["Warehouse Berlin", "Shop Hamburg", "Depot"])
    repository.store_says(text)


def put(repository: Repository, *products: dict[str, Any]) -> None:
    repository.has(products)
    report = repository.apply(repository.plan())
    assert report.complete, report.outcomes


def levels(repository: Repository, sku: str = "CUP") -> dict[str, int]:
    """What can be sold, by location, where the item is stocked."""
    nodes = repository.ask(LEVELS)["productVariants"]["nodes"]
    (variant,) = (node for node in nodes if node["sku"] == sku)
    return {
        level["location"]["name"]: level["quantities"][0]["quantity"]
        for level in variant["inventoryItem"]["inventoryLevels"]["nodes"]
    }


class Died(Exception):
    """The process ended here."""


@dataclass
class Dies:
    """Sends mutations, and dies at the first of a root: before it was sent, or after it was executed."""

    client: WriteClient
    root: str
    executed: bool
    sent: list[str] = field(default_factory=list)

    def mutate(self, mutation: Mutation) -> Answer:
        if mutation.root == self.root:
            if self.executed:
                self.client.mutate(mutation)
            raise Died
        self.sent.append(mutation.root)
        return self.client.mutate(mutation)


@dataclass
class Before:
    """Sends every mutation; before the first one of a root something happens in the store."""

    client: WriteClient
    root: str
    happens: Callable[[], None]
    happened: bool = False

    def mutate(self, mutation: Mutation) -> Answer:
        if mutation.root == self.root and not self.happened:
            self.happened = True
            self.happens()
        return self.client.mutate(mutation)


def changes(plan: Plan) -> dict[str, list[Any]]:
    return {str(change.address): [(field.before, field.after) for field in change.fields] for change in plan.changes}


def results(report: Any) -> dict[str, type]:
    return {str(outcome.address): type(outcome) for outcome in report.outcomes}


def test_the_first_quantities_travel_with_the_product(repository: Repository) -> None:
    with_places(repository)
    repository.has([a_cup({"berlin": 5, "hamburg": 0})])
    report = repository.apply(repository.plan())
    assert (True, 2) == (report.complete, report.writes)  # the mark's definition, and the product
    assert {"Warehouse Berlin": 5, "Shop Hamburg": 0} == levels(repository)
    assert {} == changes(repository.plan())


def test_a_quantity_that_changes_is_one_request(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5, "hamburg": 1}))
    repository.has([a_cup({"berlin": 7, "hamburg": 2})])
    plan = repository.plan()
    assert {"stock/cup/CUP/berlin": [(5, 7)], "stock/cup/CUP/hamburg": [(1, 2)]} == changes(plan)
    report = repository.apply(plan)
    assert (True, 1) == (report.complete, report.writes)
    assert {"Warehouse Berlin": 7, "Shop Hamburg": 2} == levels(repository)


def test_an_item_is_stocked_where_it_was_not_in_one_request_for_all_its_locations(repository: Repository) -> None:
    with_places(repository, f"{TWO.rstrip()[:-1]}, depot: Depot}}\n")
    put(repository, a_cup({"berlin": 5}))
    repository.has([a_cup({"berlin": 5, "hamburg": 3, "depot": 0})])
    report = repository.apply(repository.plan())
    assert (True, 2) == (report.complete, report.writes)
    assert {"Warehouse Berlin": 5, "Shop Hamburg": 3, "Depot": 0} == levels(repository)


def test_null_takes_the_item_out_and_a_quantity_brings_it_back(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5, "hamburg": 3}))
    put(repository, a_cup({"berlin": 5, "hamburg": None}))
    assert {"Warehouse Berlin": 5} == levels(repository)
    repository.has([a_cup({"berlin": 5, "hamburg": 8})])
    plan = repository.plan()
    assert {"stock/cup/CUP/hamburg": [(None, 8)]} == changes(plan)
    report = repository.apply(plan)
    assert (True, 2) == (report.complete, report.writes)
    assert {"Warehouse Berlin": 5, "Shop Hamburg": 8} == levels(repository)


def test_an_item_moves_from_its_only_location_to_another(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5}))
    put(repository, a_cup({"berlin": None, "hamburg": 4}))
    assert {"Shop Hamburg": 4} == levels(repository)


def test_stock_that_git_leaves_out_is_left_alone(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5, "hamburg": 3}))
    put(repository, a_cup({"hamburg": 4}))
    put(repository, a_cup(None))
    assert {"Warehouse Berlin": 5, "Shop Hamburg": 4} == levels(repository)


def test_a_new_variant_of_a_product_has_the_stock_that_git_says(repository: Repository) -> None:
    with_places(repository)
    sizes = [
        {"sku": f"B-{size}", "options": {"Size": size}, "price": "1.00", "tracked": True, "stock": {"berlin": 4}}
        for size in ("S", "M")
    ]
    bowl = {"key": "bowl", "name": "Bowl", "options": {"Size": ["S"]}}
    put(repository, {**bowl, "variants": sizes[:1]})
    put(repository, {**bowl, "options": {"Size": ["S", "M"]}, "variants": sizes})
    assert 4 == levels(repository, "B-M")["Warehouse Berlin"]


def test_a_sale_after_the_plan_makes_the_quantity_stale_and_is_never_erased(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5}))
    repository.has([a_cup({"berlin": 9})])
    plan = repository.plan()
    repository.sell("CUP", 2)
    report = repository.apply(plan)
    assert ({"stock/cup/CUP/berlin": Stale}, 0) == (results(report), report.writes)
    assert {"Warehouse Berlin": 3} == levels(repository)


@pytest.mark.parametrize(("sold", "expected"), [(4, AlreadySo), (1, Stale)])
def test_a_sale_that_leads_to_the_quantity_makes_it_so(repository: Repository, sold: int, expected: type) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 9}))
    repository.has([a_cup({"berlin": 5})])
    plan = repository.plan()
    repository.sell("CUP", sold)
    assert {"stock/cup/CUP/berlin": expected} == results(repository.apply(plan))
    assert {"Warehouse Berlin": 9 - sold} == levels(repository)


def test_seeded_stock_is_written_once_and_then_sold_in_peace(repository: Repository) -> None:
    with_places(repository, f"{TWO}stock: seed\n")
    put(repository, a_cup({"berlin": 5}))
    repository.sell("CUP", 2)
    put(repository, a_cup({"berlin": 50, "hamburg": 1}))
    assert {"Warehouse Berlin": 3, "Shop Hamburg": 1} == levels(repository)


def test_an_item_that_somebody_stocked_after_the_plan_is_not_seeded(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5}))
    repository.has([a_cup({"berlin": 5, "hamburg": {"quantity": 7, "intent": "seed"}})])
    plan = repository.plan()
    stocked_by_hand(repository, "Shop Hamburg", 3)
    report = repository.apply(plan)
    assert {"stock/cup/CUP/hamburg": Stale} == results(report)
    assert 3 == levels(repository)["Shop Hamburg"]


def stocked_by_hand(repository: Repository, location: str, quantity: int) -> None:
    found = repository.ask(
        "{ productVariants(first: 1) { nodes { inventoryItem { id } } } locations(first: 9) { nodes { id name } } }"
    )
    place = next(node["id"] for node in found["locations"]["nodes"] if node["name"] == location)
    repository.ask(
        """mutation($item: ID!, $place: ID!, $quantity: Int) {
          inventoryActivate(inventoryItemId: $item, locationId: $place, available: $quantity)
            @idempotent(key: "by hand") { userErrors { message } } }""",
        {
            "item": found["productVariants"]["nodes"][0]["inventoryItem"]["id"],
            "place": place,
            "quantity": quantity,
        },
    )


def test_observed_stock_is_shown_and_never_written(repository: Repository) -> None:
    intents = {"berlin": {"quantity": 9, "intent": "observe"}, "hamburg": {"quantity": 2, "intent": "observe"}}
    with_places(repository)
    put(repository, a_cup({"berlin": 5}))
    repository.has([a_cup(intents)])
    plan = repository.plan()
    assert ({}, [("stock/cup/CUP/berlin", 5, 9), ("stock/cup/CUP/hamburg", None, 2)]) == (
        changes(plan),
        [(str(each.address), each.store, each.git) for each in plan.observed],
    )
    assert {"Warehouse Berlin": 5} == levels(repository)


def test_the_intent_of_a_location_goes_before_that_of_the_store(repository: Repository) -> None:
    places = "stock: observe\nlocations: {berlin: {name: Warehouse Berlin, intent: set}, hamburg: Shop Hamburg}\n"
    with_places(repository, places)
    put(repository, a_cup({"berlin": 5, "hamburg": 2}))
    assert {"Warehouse Berlin": 5} == levels(repository)


def many(count: int, quantity: int, sizes: Sequence[str] = ("S", "M", "L", "XL")) -> list[dict[str, Any]]:
    """Products of some sizes, with stock."""
    return [
        {
            "key": f"p{n:03}",
            "name": f"P {n}",
            "options": {"Size": list(sizes)},
            "variants": [
                {
                    "sku": f"P{n}-{size}",
                    "options": {"Size": size},
                    "price": "1.00",
                    "tracked": True,
                    "stock": {"berlin": quantity + n},
                }
                for size in sizes
            ],
        }
        for n in range(count)
    ]


def test_a_row_that_a_customer_moved_holds_up_no_other(repository: Repository) -> None:
    """The rows were read and then sent: the sale comes in between, where only compare-and-set can see it."""
    with_places(repository)
    put(repository, *many(3, 5))
    repository.has(many(3, 20))
    plan = repository.plan()
    late = repository.outcomes(
        plan, lambda client: Before(client, "inventorySetQuantities", lambda: repository.sell("P1-L", 1))
    )
    outcomes = {outcome.address.key: outcome for outcome in late}
    assert isinstance(outcomes.pop("p001/P1-L/berlin"), Stale)
    assert {Applied} == {type(outcome) for outcome in outcomes.values()}
    assert (5, 21) == (levels(repository, "P1-L")["Warehouse Berlin"], levels(repository, "P1-S")["Warehouse Berlin"])


def test_1000_rows_are_4_requests_as_the_forecast_said(repository: Repository) -> None:
    with_places(repository)
    sizes = [str(size) for size in range(100)]
    put(repository, *many(10, 5, sizes))
    repository.has(many(10, 20, sizes))
    plan = repository.plan()
    assert 1000 == len(plan.changes)
    report = repository.apply(plan)
    assert (True, 4) == (report.complete, report.writes)
    read = 1 + 10 + 10  # of ten products at once, then the further variants of each, and the levels of 100 at once
    assert 4 + read + len(COSTS_OF_AN_APPLY) == plan.forecast.calls


def test_stock_of_what_the_store_does_not_count_is_noted(repository: Repository) -> None:
    with_places(repository)
    cup = a_cup({"berlin": 5})
    del cup["variants"][0]["tracked"]
    repository.has([cup])
    (note,) = repository.plan().notes
    assert "stock/cup/CUP/berlin: the store does not count it, because the variant is not tracked; give" in note


def test_a_table_gives_the_stock_of_a_product(repository: Repository) -> None:
    with_places(repository)
    table = repository.root / "catalog" / "stock" / "erp.csv"
    table.parent.mkdir(parents=True)
    table.write_text("Quantity;SKU;Location\r\n7;CUP;berlin\r\n", encoding="utf-8-sig")
    put(repository, a_cup(None))
    assert {"Warehouse Berlin": 7} == levels(repository)
    table.write_text("sku,location,quantity\nCUP,berlin,8\n", encoding="utf-8")
    (change,) = repository.plan().changes
    assert "catalog/stock/erp.csv:2" == str(change.fields[0].origin.place if change.fields[0].origin else None)


@pytest.mark.parametrize("root", ["inventorySetQuantities", "inventoryBulkToggleActivation"])
@pytest.mark.parametrize("executed", [False, True])
def test_a_process_that_dies_while_it_stocks_is_completed_by_the_same_plan(
    root: str, executed: bool, repository: Repository
) -> None:
    """A level that comes back with another quantity, one that is new, and one that is there."""
    with_places(repository, f"{TWO.rstrip()[:-1]}, depot: Depot}}\n")
    put(repository, a_cup({"berlin": 5, "hamburg": 3}))
    put(repository, a_cup({"berlin": 5, "hamburg": None}))
    repository.has([a_cup({"berlin": 6, "hamburg": 8, "depot": {"quantity": 2, "intent": "seed"}})])
    plan = repository.plan()
    with pytest.raises(Died):
        repository.outcomes(plan, lambda client: Dies(client, root, executed))
    assert repository.apply(plan).complete
    assert {"Warehouse Berlin": 6, "Shop Hamburg": 8, "Depot": 2} == levels(repository)


def test_an_answer_that_is_lost_is_found_out_by_reading_again(repository: Repository) -> None:
    with_places(repository)
    put(repository, a_cup({"berlin": 5}))
    repository.has([a_cup({"berlin": 6})])
    late = repository.outcomes(
        repository.plan(), lambda client: LosesTheFirstAnswer(client, "inventorySetQuantities", made=True)
    )
    assert [Applied] == [type(outcome) for outcome in late]


def test_a_variant_that_could_not_be_made_holds_up_no_stock_of_others(repository: Repository) -> None:
    with_places(repository)
    put(repository, *many(1, 5, ["S", "M"]))
    repository.has(many(1, 6, ["S", "M", "L"]))
    outcomes = {
        str(each.address): each.result
        for each in repository.outcomes(repository.plan(), lambda client: Refuses(client, "productSet"))
    }
    assert "applied" == outcomes["stock/p000/P0-S/berlin"]
    assert {"failed"} == {result for at, result in outcomes.items() if at.endswith(("P0-L", "P0-L/berlin"))}


@dataclass
class Refuses:
    """Sends every mutation but those of one root, which the store refuses to read."""

    client: WriteClient
    root: str

    def mutate(self, mutation: Mutation) -> Answer:
        if mutation.root == self.root:
            raise QueryRejected("shop", "it is not to be had", "ask again")
        return self.client.mutate(mutation)


def test_a_store_of_an_older_version_is_told_that_it_has_no_stock(repository: Repository) -> None:
    with_places(repository, f"{TWO}api_version: 2026-01\n")
    repository.has([a_cup({"berlin": 5})])
    with pytest.raises(InvalidInput, match=r"shop.yaml: stock needs api_version 2026-04 or a newer one") as refused:
        repository.plan()
    assert str(refused.value).endswith("set api_version: 2026-10")


def test_stock_goes_with_its_product_and_comes_with_one_that_is_adopted(repository: Repository) -> None:
    with_places(repository, f"{TWO}on_remove: delete\n")
    put(repository, a_cup({"berlin": 5}), *many(1, 5))
    repository.has(many(1, 5))
    plan = repository.plan()
    assert {"product/cup", "variant/cup/CUP"} == set(changes(plan))
    assert repository.apply(plan, "product-removed", "variant-removed").complete
    repository.ask(
        "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }",
        {"p": {"title": "Theirs", "handle": "cup"}},
    )
    repository.has([a_cup({"hamburg": 4}), *many(1, 5)])
    assert repository.apply(repository.plan(), "adopt").complete
    assert 4 == levels(repository)["Shop Hamburg"]
    assert {} == changes(repository.plan())
