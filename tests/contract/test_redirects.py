"""Redirects, from a list in git into a store and back; those that git does not name stay as they are."""

from typing import Any

import pytest

from reconciler.model.outcome import Stale
from reconciler.model.plan import Plan
from tests.contract.repository import Repository

ALL = "{ urlRedirects(first: 50) { nodes { id path target } } }"
MAKE = """mutation($r: UrlRedirectInput!) { urlRedirectCreate(urlRedirect: $r) { userErrors { message } } }"""
CHANGE = """mutation($id: ID!, $r: UrlRedirectInput!) {
  urlRedirectUpdate(id: $id, urlRedirect: $r) { userErrors { message } } }"""


def lists(repository: Repository, text: str) -> Plan:
    repository.file("catalog/redirects.yaml", text)
    return repository.plan()


def redirects(repository: Repository) -> dict[str, str]:
    nodes: list[Any] = repository.ask(ALL)["urlRedirects"]["nodes"]
    return {node["path"]: node["target"] for node in nodes}


def actions(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.has([{"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": "9.00"}]}])
    assert repository.apply(repository.plan()).complete
    return repository


def test_a_redirect_is_made_changed_and_taken_away_with_one_call_each(shop):
    stories = [
        ("/old: {target: /products/cup}\n", "create redirect//old", {"/old": "/products/cup"}),
        ("/old: {target: /new}\n", "update redirect//old", {"/old": "/new"}),
        ("/old: {target: null}\n", "remove redirect//old", {}),
    ]
    for text, action, expected in stories:
        plan = lists(shop, text)
        assert [action] == actions(plan)
        report = shop.apply(plan)
        assert (1, True) == (report.writes, report.complete)
        assert expected == redirects(shop)
        assert () == shop.plan().changes


def test_redirects_that_git_does_not_name_stay(shop):
    shop.ask(MAKE, {"r": {"path": "/theirs", "target": "/"}})
    assert shop.apply(lists(shop, "/old: {target: /new}\n")).complete
    assert () == lists(shop, "{}\n").changes
    assert {"/theirs": "/", "/old": "/new"} == redirects(shop)


def test_a_target_that_a_person_changed_after_the_plan_is_not_overwritten(shop):
    assert shop.apply(lists(shop, "/old: {target: /new}\n")).complete
    plan = lists(shop, "/old: {target: /newer}\n")
    (node,) = shop.ask(ALL)["urlRedirects"]["nodes"]
    shop.ask(CHANGE, {"id": node["id"], "r": {"target": "/by-hand"}})
    report = shop.apply(plan)
    assert [Stale] == [type(outcome) for outcome in report.outcomes]
    assert 0 == report.writes
    assert {"/old": "/by-hand"} == redirects(shop)


def test_a_redirect_that_somebody_made_at_the_same_path_after_the_plan_is_not_overwritten(shop):
    plan = lists(shop, "/old: {target: /new}\n")
    shop.ask(MAKE, {"r": {"path": "/old", "target": "/by-hand"}})
    report = shop.apply(plan)
    assert 0 == report.writes
    assert [Stale] == [type(outcome) for outcome in report.outcomes]
    assert {"/old": "/by-hand"} == redirects(shop)
