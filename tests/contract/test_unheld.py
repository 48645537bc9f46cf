"""Files that no commit holds: nobody takes what they say for git's, and the store is told of no commit."""

import json
from typing import Any

import pytest

from reconciler.app.plans.drift import drift_of
from reconciler.app.repository.workspace import open_workspace
from reconciler.model.plan import Plan
from tests.contract.history import History
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

CUP = "key: cup\nname: Cup\nvariants: [{sku: CUP, price: 9, tracked: true}]\n"
BOWL = "key: bowl\nname: Bowl\nimages: [{file: images/bowl.png, alt: Bowl}]\nvariants: [{sku: BOWL, price: 5}]\n"
REMEMBERED = '{ shop { id applied: metafield(namespace: "$app:reconciler", key: "applied") { value } } }'
RETITLE = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
FOUND = "query($h: String!) { productByIdentifier(identifier: {handle: $h}) { id } }"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(locations=["Berlin"])
    repository.store_says("locations: {berlin: Berlin}\n")
    History(repository.root).begin()
    repository.file(".gitignore", "erp.csv\nbowl.yaml\n*.png\n")
    repository.file("catalog/products/cup.yaml", CUP)
    return repository


def causes(plan: Plan) -> dict[str, str | None]:
    return {f"{change.address} {each.path}": each.cause for change in plan.changes for each in change.fields}


def drifted(shop: Repository, plan: Plan) -> set[str]:
    return {str(item.address) for item in drift_of(plan, open_workspace(shop.root).stores[0]).items}


def retitle(shop: Repository, handle: str, title: str) -> None:
    found = shop.ask(FOUND, {"h": handle})["productByIdentifier"]["id"]
    shop.ask(RETITLE, {"p": {"id": found, "title": title}})


def claimed(shop: Repository) -> None:
    """Have the store remember what an engine would write that knows of no ignored files."""
    row = {"namespace": "$app:reconciler", "key": "applied", "type": "json"}
    value = json.dumps({**pointer(shop), "unknown": []})
    owner = shop.ask(REMEMBERED)["shop"]["id"]
    shop.ask(
        "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }",
        {"m": [{**row, "ownerId": owner, "value": value}]},
    )


def pointer(shop: Repository) -> Any:
    applied = shop.ask(REMEMBERED)["shop"]["applied"]
    return json.loads(applied["value"]) if applied else {}


def test_what_an_ignored_file_says_has_no_base_and_is_claimed_by_no_commit(shop: Repository) -> None:
    made = History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    shop.file("catalog/stock/erp.csv", "sku,location,quantity\nCUP,berlin,10\n")
    shop.file("catalog/images/bowl.png", a_png(1))
    shop.file("catalog/products/bowl.yaml", BOWL)
    plan = shop.plan()
    assert plan.inputs.dirty
    (note,) = (note for note in plan.notes if "git ignores it" in note)
    assert "catalog/images/bowl.png, catalog/products/bowl.yaml, catalog/stock/erp.csv (" in note
    assert shop.apply(plan).complete
    assert (made, True) == (pointer(shop)["commit"], "stock/cup/CUP/berlin" in pointer(shop)["unknown"])
    claimed(shop)
    shop.sell("CUP", 2)
    retitle(shop, "bowl", "Schale")
    retitle(shop, "cup", "Becher")
    later = shop.plan()
    assert {
        "product/cup title": "store",
        "product/bowl title": None,
        "stock/cup/CUP/berlin available": None,
    } == causes(later)
    assert {"product/cup", "product/bowl", "stock/cup/CUP/berlin"} == drifted(shop, later)
    shop.file(".gitignore", "")
    assert History(shop.root).commit() == shop.plan().inputs.commit
    assert not shop.plan().inputs.dirty


def test_an_ignored_picture_takes_nothing_else_along(shop: Repository) -> None:
    History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    shop.file("catalog/images/cup.png", a_png(1))
    shop.file("catalog/products/cup.yaml", f"{CUP}images: [{{file: images/cup.png, alt: Cup}}]\n")
    History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    shop.file("catalog/products/cup.yaml", f"{CUP}images: [{{file: images/cup.png, alt: A cup}}]\nbrand: Ours\n")
    History(shop.root).commit()
    retitle(shop, "cup", "Becher")
    found = causes(shop.plan())
    assert ("store", "git") == (found.pop("product/cup title"), found.pop("product/cup vendor"))
    assert {None} == set(found.values())


def test_a_store_or_mapping_that_no_commit_holds_leaves_no_base_at_all(shop: Repository) -> None:
    History(shop.root).commit()
    assert shop.apply(shop.plan()).complete
    retitle(shop, "cup", "Becher")
    shop.file(".gitignore", "mappings\n")
    shop.file("mappings/default.yaml", "product:\n  product_type: '{{ product.name }}'\n")
    History(shop.root).commit()
    plan = shop.plan()
    assert {None} == set(causes(plan).values())
    assert (True, None) == (plan.inputs.dirty, plan.inputs.base_commit)
    assert [True] == [
        note.startswith("not in the commit: mappings/default.yaml (git ignores it") for note in plan.notes
    ][:1]
