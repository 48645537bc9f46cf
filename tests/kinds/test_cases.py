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
    return list(Compiler(KINDS, CODECS).forecast([write], known))


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
        pairs = zip(made, case["answers"], strict=False)
        answers = [answer if mutation.results else {mutation.root: answer} for mutation, answer in pairs]
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


THOUSAND = [f"p{number:04}" for number in range(1000)]
JOINING = {
    "ids": {"collection/all": "C", **{f"product/{key}": f"P{key}" for key in THOUSAND}},
    "changes": [{"create": f"membership/all/{key}", "fields": {"member": True}} for key in THOUSAND],
}


def test_1000_products_join_a_collection_in_4_mutations_of_10_points():
    held = {"collection/all": {"id": "C", "handles": {"source": "S", "by hand": "yes"}}}
    sends = mutations({"root": "collection/all", "held": held, **JOINING})
    assert [("collectionUpdate", 250, 10)] * 4 == [(each.root, len(each.covers), each.cost_points) for each in sends]


def test_a_new_collection_of_1000_products_in_order_is_4_mutations():
    made = {"create": "collection/all", "fields": {"title": "All", "sort_order": "MANUAL"}}
    order = {"create": "product_order/all", "fields": {"products": THOUSAND[::-1]}}
    case = {"root": "collection/all", **JOINING, "changes": [made, *JOINING["changes"], order]}
    sends = mutations(case)
    assert ["collectionCreate", *["collectionUpdate"] * 3] == [each.root for each in sends]
    assert [11, 10, 10, 10] == [each.cost_points for each in sends]
    assert [252, 250, 250, 250] == [len(each.covers) for each in sends]
    assert "membership/all/p0749" == str(sends[1].covers[0])


def test_what_follows_a_creation_is_sent_with_the_ids_that_its_answer_told():
    joining = [{"create": f"membership/all/{key}", "fields": {"member": True}} for key in THOUSAND]
    made_of: list[dict[str, Any]] = [{"create": "collection/all", "fields": {"title": "All"}}, *joining]
    changes = tuple(map(spelling.change, made_of))
    ids = {Address("product", key): f"P{key}" for key in THOUSAND}
    after = projected(Live(), changes, KINDS).resources
    known, compiler = Known(ids), Compiler(KINDS, CODECS)
    (step,) = compiler.steps(GroupWrite(Address("collection", "all"), changes, Live(), after), known)
    created = {"collectionCreate": {"collection": {"id": "C1", "sources": [{"id": "S1"}]}, "userErrors": []}}
    sender = ScriptedSender([created, *[{"collectionUpdate": {"job": None, "userErrors": []}}] * 3])
    outcomes = sent(compiler.mutations(step, known), sender, learned=ids).outcomes
    assert {Applied} == {type(outcome) for outcome in outcomes}
    for later in sender.sent[1:]:
        collection: Any = later.variables["collection"]
        assert ("C1", "S1") == (collection["id"], collection["sourcesToUpdate"][0]["condition"]["id"])


def test_a_product_joins_20_collections_in_one_mutation_of_10_points():
    everywhere = [f"c{number}" for number in range(20)]
    held = {f"collection/{key}": {"id": f"C{key}", "handles": {"source": "S", "by hand": "yes"}} for key in everywhere}
    changes = tuple(spelling.change({"create": f"membership/{key}/a", "fields": {}}) for key in everywhere)
    ids = {Address("product", "a"): "P", **{Address("collection", key): f"C{key}" for key in everywhere}}
    compiler = Compiler(KINDS, CODECS)
    (step,) = compiler.pooled(changes, _held_by_address(held))
    (mutation,) = compiler.mutations(step, Known(ids))
    assert ("productUpdate", 20, 10) == (mutation.root, len(mutation.covers), mutation.cost_points)


def test_the_claims_differ():
    assert len(list(spelling.cases(Path(__file__).parent / "cases"))) == len(CASES)
