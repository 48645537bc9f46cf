"""An answer that is lost says nothing about the write: only reading again tells, and a report says what is so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from reconciler.app.apply_plan import applied
from reconciler.app.connect import write_client
from reconciler.app.live import way_to
from reconciler.app.workspace import open_workspace
from reconciler.loading.source import WorkTree
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
    store = open_workspace(repository.root).stores[0]
    with write_client(store, repository.root, repository.embedded) as client:
        way = replace(
            way_to(plan, store, client, WorkTree(repository.root)), sender=LosesTheFirstAnswer(client, root, made)
        )
        return applied(plan, way, lambda outcome: None)


def _plan_that_sends(repository: Repository, root: str) -> Plan:
    """Return a plan whose apply sends a mutation of this root."""
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
