"""What changed since a ref is read by its keys: it costs what changed, and the plan is the one of the whole store."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from reconciler.app.plans import passing
from reconciler.app.plans.seeking import NOTE
from reconciler.app.sessions import session
from reconciler.app.stores.connect import read_client
from reconciler.model.change import Update
from reconciler.model.plan import Plan, Scope
from reconciler.model.plan_text import plan_json
from reconciler.shopify.client import ReadClient
from reconciler.shopify.lane import Counters
from tests.contract.history import History, git
from tests.contract.new_products import faulty
from tests.contract.repository import Repository

SINCE = Scope(changed_since="HEAD")
THEIRS = """mutation {
  a: productCreate(product: {title: "Theirs", handle: "theirs"}) { userErrors { message } }
  b: productCreate(product: {title: "Others", handle: "others"}) { userErrors { message } }
}"""
PRICE = """mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { message } } }"""
POINTING = {
    "custom.goes_with": {"type": "product_reference", "value": "product/p12"},
    "custom.part": {"type": "variant_reference", "value": "variant/p13/P13"},
}
BY_HAND, BY_TAG = (
    {"key": "kitchen", "name": "Kitchen"},
    {"key": "red", "name": "Red", "conditions": {"rules": [{"field": "tag", "values": ["red"]}]}},
)


def a_product(number: int, **fields: Any) -> dict[str, Any]:
    variants = [{"sku": f"P{number}", "price": "9.00"}]
    return {"key": f"p{number}", "handle": f"p-{number}", "name": f"No. {number}", "variants": variants, **fields}


def with_changes(products: Sequence[Mapping[str, Any]], *changed: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    by_key = {each["key"]: each for each in changed}
    return [*(by_key.pop(each["key"], each) for each in products), *by_key.values()]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ReadClient]]:
    """Lend the client of each plan, in the order in which they are made."""
    clients: list[ReadClient] = []

    def remembered(*arguments: Any) -> ReadClient:
        client = read_client(*arguments)
        clients.append(client)
        return client

    with monkeypatch.context() as patch:
        patch.setattr(session, "read_client", remembered)
        yield clients


def both_ways(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, Counters, Counters]:
    """Return the plan, and what it took by keys and by reading the whole store; both plans are the same."""
    with counted(monkeypatch) as clients:
        sought = repository.plan(SINCE)
        with monkeypatch.context() as patch:
            patch.setattr(passing, "can_be_sought", lambda view, roots: False)
            whole = repository.plan(SINCE)
    assert NOTE in sought.notes
    assert bare(whole) == bare(sought)
    return sought, clients[0].counters, clients[1].counters


def bare(plan: Plan) -> bytes:
    notes = tuple(note for note in plan.notes if note != NOTE)
    return plan_json(replace(plan, header=None, digest="", notes=notes))


def test_what_changed_is_planned_as_if_all_had_been_read_at_the_cost_of_what_changed(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.make_shop(plan="enterprise")
    products = [a_product(number, categories=["kitchen"] if number % 20 == 0 else []) for number in range(60)]
    repository.has(products)
    repository.has_categories([BY_HAND, BY_TAG])
    assert repository.settle().complete
    repository.ask(THEIRS)
    History(repository.root).begin().commit()

    with counted(monkeypatch) as clients:
        assert () == repository.plan(SINCE).changes
    fixed = clients[0].counters  # the shop, the marks, the conditions of collections

    repository.has(with_changes(products, a_product(7, name="Seven", tags=["red"])))
    plan, sought, whole = both_ways(repository, monkeypatch)
    assert {"product/p7"} == {str(change.address) for change in plan.changes}
    assert ["members-moved"] == [effect.effect for effect in plan.effects]
    assert 2 == sought.requests - fixed.requests  # who it is, and what it holds
    of_one, of_all = (each.cost_points - fixed.cost_points for each in (sought, whole))
    assert 0 < of_one < of_all / 3, (fixed, sought, whole)

    taken = a_product(8, handle="others")
    joins = a_product(10, categories=["kitchen"])
    leaves = a_product(20, categories=[])
    adopts = a_product(61, handle="theirs")
    pointing = a_product(11, metafields=POINTING)
    repository.has(with_changes(products, taken, joins, leaves, adopts, a_product(62), pointing))
    plan, sought, whole = both_ways(repository, monkeypatch)
    told = {f"{change.action} {change.address}" for change in plan.changes}
    assert {
        "create membership/kitchen/p10",
        "remove membership/kitchen/p20",
        "adopt product/p61",
        "create product/p62",
        "create metafield/p11/custom.goes_with",
        "create metafield/p11/custom.part",
    } <= told
    assert any("product/p8 keeps its handle" in note for note in plan.notes)
    assert repository.apply(plan, "adopt").counts()["failed"] == 0

    repository.has([each for each in products if each["key"] != "p3"])
    gone = repository.plan(SINCE)  # how many may go is a share of all
    assert NOTE not in gone.notes
    assert "product/p3" in {str(change.address) for change in gone.changes}


@pytest.mark.parametrize("base", ["stays", "is what is applied", "is gone"])
def test_what_was_written_is_looked_at_again_wherever_the_ref_is_by_then(base: str, repository: Repository) -> None:
    repository.store_says("")
    products = [a_product(number) for number in range(5)]
    repository.has(products)
    history = History(repository.root).begin()
    history.commit()
    assert repository.apply(repository.plan()).complete
    git(repository.root, "branch", "base")
    repository.has(with_changes(products, a_product(1, variants=[{"sku": "P1", "price": "12.00"}])))
    history.commit()
    plan = repository.plan(Scope(changed_since="base"))
    if base == "is what is applied":
        git(repository.root, "branch", "--force", "base", "HEAD")
    elif base == "is gone":
        git(repository.root, "branch", "--delete", "--force", "base")
    (change,) = plan.changes
    variant = {"id": change.id, "price": "33.00"} if isinstance(change, Update) else {}
    product = repository.ask('{ products(first: 1, query: "handle:p-1") { nodes { id } } }')["products"]["nodes"][0]
    prices = {"product": product["id"], "variants": [variant]}
    rival = {"kind": "rival", "document": PRICE, "variables": prices, "root": "productVariantsBulkUpdate"}
    faulty(repository, {**rival, "moment": "after", "times": 1})
    report = repository.apply(plan)
    faulty(repository)
    assert (False, [change.address], True) == (report.complete, [*report.left_over], report.verified)
    assert repository.apply(repository.plan(Scope(only=("variant/p1/*",)))).complete
