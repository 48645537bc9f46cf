"""Cases as data: changes and what a store holds in, exact mutations out; answers in, outcomes out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, live_id
from reconciler.model.outcome import Applied, Outcome
from reconciler.model.state import Found, Live
from reconciler.planning.project import projected
from reconciler.shopify.codec import Mutation
from reconciler.shopify.writer import GroupWrite, compiled, sent
from tests.planning import spelling
from tests.shopify.answering import ScriptedSender

CASES = dict(spelling.cases(Path(__file__).parent / "cases"))
KEYS = {"claim", "root", "live", "changes", "mutations", "answers", "outcomes"}


def mutations(case: spelling.Case) -> list[Mutation]:
    root = Address.parse(case["root"])
    changes = tuple(spelling.change(each) for each in case["changes"])
    held = _held(case.get("live", {}), changes)
    write = GroupWrite(root, changes, held, projected(held, changes, KINDS).resources)
    return list(compiled(write, KINDS, CODECS))


def _held(spelled: Mapping[str, Mapping[str, Any]], changes: Sequence[Change]) -> Live:
    """Return what a store holds under the addresses that the changes give it; what they do not touch, by its SKU."""
    addresses = {live_id(change): change.address for change in changes}
    found: dict[Address, Found] = {}
    owned: set[Address] = set()
    for key, product in spelled.items():
        group = spelling.found_group(product)
        of_group = {Address("product", key): group.root}
        for child in group.children:
            address = addresses.get(child.id, Address("variant", f"{key}/{child.resource.spelled().get('sku')}"))
            of_group[address] = child
        found |= of_group
        owned |= set(of_group) if group.root.mark is not None else set()
    return Live(
        {address: each.resource for address, each in found.items()},
        {address: each.id for address, each in found.items()},
        frozenset(owned),
    )


def spelled(mutation: Mutation) -> Mapping[str, Any]:
    return {
        "root": mutation.root,
        "variables": mutation.variables,
        "covers": [str(address) for address in mutation.covers],
        "rows": {path: str(address) for path, address in mutation.rows.items()},
        "cost_points": mutation.cost_points,
    }


def said(outcome: Outcome) -> str:
    return "applied" if isinstance(outcome, Applied) else getattr(outcome, "reason", outcome.result)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_case(case):
    assert set(case) <= KEYS
    made = mutations(case)
    if "mutations" in case:
        assert [{"rows": {}, "cost_points": 10, **each} for each in case["mutations"]] == [
            spelled(each) for each in made
        ]
    if "answers" in case:
        answers = [{mutation.root: answer} for mutation, answer in zip(made, case["answers"], strict=False)]
        outcomes = sent(made, ScriptedSender(answers)).outcomes
        assert case["outcomes"] == {str(outcome.address): said(outcome) for outcome in outcomes}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_change_is_covered_by_a_mutation(case):
    covered = {str(address) for mutation in mutations(case) for address in mutation.covers}
    assert {str(spelling.change(each).address) for each in case["changes"]} <= covered


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_row_is_covered_and_stands_where_its_path_says(case):
    for mutation in mutations(case):
        assert set(mutation.rows.values()) <= set(mutation.covers)
        for path in mutation.rows:
            place: Any = mutation.variables
            for part in path.split("."):
                place = place[int(part)] if part.isdigit() else place[part]


def test_a_price_change_of_100_variants_of_25_products_is_25_mutations():
    sends: list[Mutation] = []
    for product in range(25):
        variants = [{"id": f"V{product}-{n}", "sku": f"{n}", "price": "49.00"} for n in range(4)]
        sends += mutations(
            {
                "root": f"product/p{product}",
                "live": {f"p{product}": {"id": f"P{product}", "mark": f"p{product}", "variants": variants}},
                "changes": [
                    {
                        "update": f"variant/p{product}/{n}",
                        "id": f"V{product}-{n}",
                        "fields": {"price": ["49.00", "47.00"]},
                    }
                    for n in range(4)
                ],
            }
        )
    assert 25 == len(sends)
    assert {"productVariantsBulkUpdate"} == {mutation.root for mutation in sends}
    assert {4} == {len(mutation.covers) for mutation in sends}


def test_the_claims_differ():
    assert len(list(spelling.cases(Path(__file__).parent / "cases"))) == len(CASES)
