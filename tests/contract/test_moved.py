"""Keys that move: what a store knows by the old one stays what it is, and is known by the new one afterwards."""

from typing import Any

import pytest

from reconciler.model.change import Move
from reconciler.model.outcome import AlreadySo, Applied, Stale
from reconciler.model.plan import Plan, Scope
from tests.contract.repository import Repository

CUP: dict[str, Any] = {"key": "cup", "name": "Cup", "handle": "cup", "variants": [{"sku": "CUP", "price": "9.00"}]}
MUG: dict[str, Any] = {**CUP, "key": "mug", "moved": ["cup"]}
BOWL: dict[str, Any] = {
    "key": "bowl",
    "name": "Bowl",
    "options": {"Size": ["S", "L"]},
    "variants": [
        {"sku": "B-S", "options": {"Size": "S"}, "price": "12.00"},
        {"sku": "B-L", "options": {"Size": "L"}, "price": "14.00"},
    ],
}
SHELF: dict[str, Any] = {"key": "shelf", "name": "Shelf", "sort": "manual", "products": ["bowl", "cup"]}
PRODUCTS = """{ products(first: 50) { nodes { id title handle variants(first: 50) { nodes { id sku price } }
  mark: metafield(namespace: "$app:reconciler", key: "key") { value } } } }"""
COLLECTIONS = """{ collections(first: 50) { nodes { id handle products(first: 50, sortKey: MANUAL) { nodes { handle } }
  mark: metafield(namespace: "$app:reconciler", key: "key") { value } } } }"""
MARK = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
ONLINE = "locations: {berlin: {name: Berlin}}\n"


def applied(repository: Repository, *products: dict[str, Any]) -> None:
    repository.has(products)
    assert repository.apply(repository.plan()).complete


def by_mark(repository: Repository, document: str = PRODUCTS) -> dict[str | None, Any]:
    (nodes,) = repository.ask(document).values()
    return {node["mark"] and node["mark"]["value"]: node for node in nodes["nodes"]}


def said(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


def test_a_moved_key_is_one_write_of_the_mark_and_nothing_else(repository: Repository) -> None:
    applied(repository, CUP)
    before = by_mark(repository)["cup"]
    repository.has([{**MUG, "moved": [], "handle": "mug"}])
    assert any("every sku of product/cup" in note and "`moved: cup`" in note for note in repository.plan().notes)
    repository.has([MUG])
    plan = repository.plan()
    assert ["move product/mug"] == said(plan)
    assert ((), 1, ()) == (plan.changes[0].fields, plan.summary.move, plan.violations)
    report = repository.apply(plan)
    assert (1, True) == (report.writes, report.complete)
    after = by_mark(repository)
    assert ["mug"] == list(after)
    assert {**before, "mark": {"value": "mug"}} == after["mug"]
    assert [] == said(repository.plan())


def test_applying_a_move_twice_writes_once(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([MUG])
    plan = repository.plan()
    repository.apply(plan)
    again = repository.apply(plan)
    assert ([AlreadySo], 0) == ([type(outcome) for outcome in again.outcomes], again.writes)


def test_an_entry_that_stays_in_the_file_moves_what_had_any_of_its_keys(repository: Repository) -> None:
    applied(repository, CUP)
    applied(repository, MUG)
    repository.has([{**CUP, "key": "beaker", "moved": ["cup", "mug"]}])
    assert ["move product/beaker"] == said(repository.plan())
    assert repository.apply(repository.plan()).complete
    assert ["beaker"] == list(by_mark(repository))


def test_fields_variants_and_options_change_with_the_key(repository: Repository) -> None:
    applied(repository, BOWL)
    sizes = [{**variant, "price": "20.00"} for variant in BOWL["variants"]]
    more = {"sku": "B-XL", "options": {"Size": "XL"}, "price": "22.00"}
    dish = {
        **BOWL,
        "key": "dish",
        "handle": "bowl",
        "moved": ["bowl"],
        "name": "Dish",
        "options": {"Size": ["S", "XL"]},
    }
    repository.has([{**dish, "variants": [sizes[0], more]}])
    plan = repository.plan()
    assert [
        "move product/dish",
        "update variant/dish/B-S",
        "create variant/dish/B-XL",
        "remove variant/dish/B-L",
    ] == said(plan)
    ids = {node["sku"]: node["id"] for node in by_mark(repository)["bowl"]["variants"]["nodes"]}
    report = repository.apply(plan)
    assert report.complete, (report.outcomes, said(repository.plan()))
    dish_now = by_mark(repository)["dish"]
    assert "Dish" == dish_now["title"]
    prices = {
        node["sku"]: (node["id"] == ids.get(node["sku"]), node["price"]) for node in dish_now["variants"]["nodes"]
    }
    assert {"B-S": (True, "20.00"), "B-XL": (False, "22.00")} == prices
    assert [] == said(repository.plan())


def test_a_category_keeps_its_products_when_its_key_or_theirs_move(repository: Repository) -> None:
    repository.has_categories([SHELF])
    applied(repository, CUP, BOWL)
    repository.has([MUG, BOWL])
    repository.has_categories(
        [{**SHELF, "key": "board", "handle": "shelf", "moved": "shelf", "products": ["bowl", "mug"]}]
    )
    plan = repository.plan()
    assert ["move product/mug", "move collection/board"] == said(plan)
    report = repository.apply(plan)
    assert (2, True) == (report.writes, report.complete)
    board = by_mark(repository, COLLECTIONS)["board"]
    assert ["bowl", "cup"] == [node["handle"] for node in board["products"]["nodes"]]
    assert [] == said(repository.plan())


def test_an_order_changes_in_the_plan_that_moves_a_key(repository: Repository) -> None:
    repository.has_categories([SHELF])
    applied(repository, CUP, BOWL)
    repository.has([MUG, BOWL])
    repository.has_categories([{**SHELF, "products": ["mug", "bowl"]}])
    plan = repository.plan()
    assert ["move product/mug", "update product_order/shelf"] == said(plan)
    assert repository.apply(plan).complete
    shelf = by_mark(repository, COLLECTIONS)["shelf"]
    assert ["cup", "bowl"] == [node["handle"] for node in shelf["products"]["nodes"]]


def test_a_plan_of_categories_alone_knows_products_that_have_not_moved_yet(repository: Repository) -> None:
    repository.has_categories([SHELF])
    applied(repository, CUP, BOWL)
    repository.has([MUG, BOWL])
    repository.has_categories([{**SHELF, "products": ["mug", "bowl"]}])
    plan = repository.plan(Scope(only=("collection/*",)))
    assert ["update product_order/shelf"] == said(plan)
    assert repository.apply(plan).complete
    assert {"cup", "bowl"} == set(by_mark(repository))


def test_what_hangs_on_a_product_waits_for_its_key(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**MUG, "variants": [{"sku": "CUP", "price": "8.00"}]}])
    plan = repository.plan(Scope(only=("variant/*",)))
    assert [] == said(plan)
    assert (
        "variant/mug/CUP is not planned: product/mug is not moved from product/cup yet, and not in scope" in plan.notes
    )


def test_stock_and_adjustments_are_those_of_the_same_variants(repository: Repository) -> None:
    repository.make_shop(locations=["Berlin"])
    repository.store_says(ONLINE)
    counted = {"sku": "CUP", "price": "9.00", "tracked": True}
    stock = {"berlin": {"adjust": 5, "reference": "delivery 1"}}
    applied(repository, {**CUP, "variants": [{**counted, "stock": stock}]})
    repository.has([{**MUG, "variants": [{**counted, "stock": stock}]}])
    plan = repository.plan()
    assert ["move product/mug"] == said(plan)
    repository.apply(plan)
    repository.has([{**MUG, "variants": [{**counted, "stock": {"berlin": 9}}]}])
    assert ["update stock/mug/CUP/berlin"] == said(repository.plan())


def test_a_product_that_left_the_store_under_its_old_key_comes_back_under_the_new_one(repository: Repository) -> None:
    applied(repository, CUP, BOWL)
    applied(repository, {**CUP, "published": False}, BOWL)
    repository.has([{**MUG, "status": "active"}, BOWL])
    assert ["move product/mug"] == said(repository.plan())
    assert repository.apply(repository.plan()).complete


def test_what_got_another_key_after_the_plan_is_not_moved(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**MUG, "name": "Mug"}])
    plan = repository.plan()
    row = {"namespace": "$app:reconciler", "key": "key", "type": "id", "value": "somebody-else"}
    repository.ask(MARK, {"m": [{**row, "ownerId": by_mark(repository)["cup"]["id"]}]})
    report = repository.apply(plan)
    assert ([Stale], 0) == ([type(outcome) for outcome in report.outcomes], report.writes)


def test_an_edit_after_the_plan_keeps_the_key_from_moving(repository: Repository) -> None:
    applied(repository, CUP)
    repository.has([{**MUG, "name": "Mug"}])
    plan = repository.plan()
    retitle = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
    repository.ask(retitle, {"p": {"id": by_mark(repository)["cup"]["id"], "title": "Theirs"}})
    assert [Stale] == [type(outcome) for outcome in repository.apply(plan).outcomes]
    assert ["cup"] == list(by_mark(repository))


def test_a_new_handle_leaves_a_redirect_when_the_key_moves(repository: Repository) -> None:
    repository.has_categories([{"key": "shelf", "name": "Shelf"}])
    applied(repository, CUP)
    repository.has([{**MUG, "handle": "mug"}])
    repository.has_categories([{"key": "board", "name": "Board", "moved": "shelf"}])
    plan = repository.plan()
    assert [Move, Move] == [type(change) for change in plan.changes]
    assert {Applied} == {type(outcome) for outcome in repository.apply(plan).outcomes}
    nodes = repository.ask("{ urlRedirects(first: 9) { nodes { path target } } }")["urlRedirects"]["nodes"]
    expected = {"/products/cup": "/products/mug", "/collections/shelf": "/collections/board"}
    assert expected == {node["path"]: node["target"] for node in nodes}


@pytest.mark.parametrize("categories", [False, True])
def test_a_store_that_has_the_old_key_and_the_new_one_is_told_of_and_left_alone(
    repository: Repository, categories: bool
) -> None:
    def has(*keyed: dict[str, Any]) -> None:
        if categories:
            repository.has([BOWL])
            repository.has_categories([{key: given[key] for key in given if key != "variants"} for given in keyed])
        else:
            repository.has([BOWL, *keyed])

    has(CUP, {**MUG, "handle": "mug", "moved": [], "variants": [{"sku": "MUG", "price": "1.00"}]})
    assert repository.apply(repository.plan()).complete
    has({**MUG, "handle": "beaker", "name": "Beaker"})
    plan = repository.plan()
    assert [] == said(plan)
    (note,) = plan.notes
    assert "mug is in the store 2 times: " in note
    assert " with the key cup, " in note
    assert 0 == repository.apply(plan).writes
