"""Cases as data: changes and what a store holds in, exact mutations out; answers in, outcomes out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, live_id
from reconciler.model.directory import Directory
from reconciler.model.outcome import Applied, Outcome
from reconciler.model.state import Found, Live
from reconciler.planning.project import projected
from reconciler.shopify.codec import Mutation
from reconciler.shopify.steps import Compiler, GroupWrite, Known
from reconciler.shopify.writer import sent
from tests.planning import spelling
from tests.shopify.answering import ScriptedSender

CASES = dict(spelling.cases(Path(__file__).parent / "cases"))
KEYS = {"claim", "root", "live", "held", "ids", "places", "changes", "mutations", "answers", "outcomes"}


def mutations(case: spelling.Case) -> list[Mutation]:
    root = Address.parse(case["root"])
    changes = tuple(spelling.change(each) for each in case["changes"])
    held = _merged(_held(case.get("live", {}), changes), _held_by_address(case.get("held", {})))
    write = GroupWrite(root, changes, held, projected(held, changes, KINDS).resources)
    ids = {Address.parse(text): identity for text, identity in case.get("ids", {}).items()}
    known = Known(ids, Directory(case.get("places", {})), run="a-plan")
    return list(Compiler(KINDS, CODECS).forecast(write, known))


def _held_by_address(spelled: Mapping[str, Mapping[str, Any]]) -> Live:
    """Return what a store holds, address by address: id, fields, handles; all of it ours."""
    held = {Address.parse(text): each for text, each in spelled.items()}
    return Live(
        {at: KINDS[at.kind].resource.model_validate(each.get("fields", {})) for at, each in held.items()},
        {at: each["id"] for at, each in held.items()},
        frozenset(held),
        handles={at: each["handles"] for at, each in held.items() if "handles" in each},
    )


def _merged(one: Live, other: Live) -> Live:
    return Live(
        {**one.resources, **other.resources}, {**one.ids, **other.ids}, one.owned | other.owned, handles=other.handles
    )


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
