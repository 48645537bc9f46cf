"""An answer that is lost says nothing about the write: only reading again tells. One that refuses us says it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.app.stores.fleet import FleetResult
from reconciler.cli.apply import EXIT_PARTIAL, exit_code_of
from reconciler.model.errors import StoreRefused
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.shopify.client import Answer, WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import OutcomeUnknown
from tests.contract.repository import Repository
from tests.contract.test_promises import BOWL, CUP


@dataclass
class LosesTheFirstAnswer:
    """Sends every mutation; of one root the first answer is lost, after or before the store made the change."""

    client: WriteClient
    root: str
    made: bool
    lost: int = 0

    def mutate(self, mutation: Mutation) -> Answer:
        if mutation.root != self.root or self.lost:
            return self.client.mutate(mutation)
        self.lost += 1
        if self.made:
            self.client.mutate(mutation)
        raise OutcomeUnknown("shop", "the answer was lost", "run plan again")


def _applied(repository: Repository, plan: Plan, root: str, *, made: bool) -> tuple[Outcome, ...]:
    return repository.outcomes(plan, lambda client: LosesTheFirstAnswer(client, root, made))


def _plan_of_collections(repository: Repository, root: str) -> Plan:
    """Return a plan whose apply sends a mutation of this root about a collection."""
    products = [{**CUP, "key": key, "variants": [{"sku": key, "price": "1.00"}]} for key in "abc"]
    repository.has(products)
    tag: dict[str, Any] = {"field": "tag", "values": ["blue"]}
    tagged: dict[str, Any] = {"rules": [tag]}
    rules: dict[str, Any] = {"match": "any", "rules": [tag, {"field": "vendor", "values": ["A"]}]}
    before: list[dict[str, Any]] = [
        {"key": "picks", "name": "Picks", "products": ["a", "b"]},
        {"key": "blue", "name": "Blue", "conditions": tagged},
    ]
    changed: dict[str, list[dict[str, Any]]] = {
        "collectionCreate": [*before, {"key": "more", "name": "More", "products": ["c", "a"]}],
        "collectionUpdate": [
            {"key": "picks", "name": "Mine", "products": ["c", "a", "b"]},
            {"key": "blue", "name": "Blue", "conditions": rules},
        ],
        "collectionReorderProducts": [{**before[0], "products": ["b", "a"]}, before[1]],
        "collectionDelete": before[:1],
    }
    if root == "collectionDelete":
        repository.store_says("on_remove: delete\n")
    repository.has_categories(before)
    assert repository.apply(repository.plan()).complete
    repository.has_categories(changed[root])
    return repository.plan()


def _plan_that_sends(repository: Repository, root: str) -> Plan:
    """Return a plan whose apply sends a mutation of this root."""
    if root.startswith("collection"):
        return _plan_of_collections(repository, root)
    more: Mapping[str, Any] = {"sku": "B-L", "options": {"Size": "L"}, "price": "14.00"}
    loose = {**BOWL, "options": {"Size": ["S", "L"], "Color": ["Red", "Blue"]}}
    loose["variants"] = [
        {"sku": f"B-{size}-{color}", "options": {"Size": size, "Color": color}, "price": "1.00"}
        for size, color in (("S", "Red"), ("L", "Blue"), ("S", "Blue"))
    ]
    if root in {"productVariantsBulkCreate", "productVariantsBulkDelete"}:
        fewer = {**loose, "variants": loose["variants"][:2]}
        before, after = (fewer, loose) if root.endswith("Create") else (loose, fewer)
    elif root == "productDelete":
        repository.store_says("on_remove: delete\n")
        before, after = BOWL, None
    elif root == "productUpdate":
        before, after = BOWL, {**BOWL, "name": "Dish"}
    elif root == "productVariantsBulkUpdate":
        before, after = BOWL, {**BOWL, "variants": [BOWL["variants"][0], {**more, "price": "15.00"}]}
    else:
        repository.has([CUP, BOWL])
        return repository.plan()
    repository.has([CUP, before])
    assert repository.apply(repository.plan()).complete
    repository.has([CUP, *([after] if after else [])])
    return repository.plan()


ROOTS = [
    "metafieldDefinitionCreate",
    "productSet",
    "productUpdate",
    "productDelete",
    "productVariantsBulkCreate",
    "productVariantsBulkUpdate",
    "productVariantsBulkDelete",
    "collectionCreate",
    "collectionUpdate",
    "collectionReorderProducts",
    "collectionDelete",
]


@pytest.mark.parametrize("root", ROOTS)
def test_a_change_that_was_made_is_reported_so(root: str, repository: Repository) -> None:
    outcomes = _applied(repository, _plan_that_sends(repository, root), root, made=True)
    assert {"applied"} == {outcome.result for outcome in outcomes}
    assert () == repository.plan().changes


@pytest.mark.parametrize("root", ROOTS)
def test_a_change_that_was_not_made_is_reported_failed_and_is_the_next_plan(root: str, repository: Repository) -> None:
    outcomes = _applied(repository, _plan_that_sends(repository, root), root, made=False)
    assert "failed" in {outcome.result for outcome in outcomes}
    assert repository.apply(repository.plan()).complete


@pytest.mark.parametrize("root", ["productSet", "collectionCreate"])
def test_what_hangs_on_a_thing_is_made_in_the_run_that_lost_the_answer_for_it(
    root: str, repository: Repository
) -> None:
    repository.store_says("publications: [Online Store]\n")
    plan = _plan_that_sends(repository, root)
    outcomes = _applied(repository, plan, root, made=True)
    assert any(change.address.kind.endswith("publication") for change in plan.changes)
    assert {"applied"} == {outcome.result for outcome in outcomes}
    assert () == repository.plan().changes


@pytest.mark.parametrize(("written", "code"), [(0, StoreRefused.exit_code), (1, EXIT_PARTIAL)])
def test_a_store_that_refuses_our_token_was_written_in_part_only_if_something_was(
    written: int, code: int, repository: Repository
) -> None:
    repository.has([CUP, BOWL])
    assert repository.apply(repository.plan()).complete
    repository.has([{**CUP, "name": "Mug"}, {**BOWL, "name": "Dish"}])
    fault = {"kind": "unauthorized", "root": "productUpdate", "skip": written}
    repository.embedded._control("PUT", repository.shop, {"faults": [fault]}, "/faults")
    report = repository.apply(repository.plan())
    assert (written, written > 0) == (report.counts()["applied"], report.wrote), report.outcomes
    assert code == exit_code_of(FleetResult((report,), ()))
