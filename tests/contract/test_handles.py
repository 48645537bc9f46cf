"""Handles that change: the old address leads to the new one, and no two things would have the same."""

from typing import Any

import pytest

from reconciler.model.plan import Plan
from tests.contract.repository import Repository, told

FIND = {
    "product": "{ products(first: 50) { nodes { id handle } } }",
    "collection": "{ collections(first: 50) { nodes { id handle } } }",
}
MAKE = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { userErrors { message } } }"
EDIT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
KINDS = pytest.mark.parametrize("kind", ["product", "collection"])


def named(kind: str, key: str, handle: str, **more: Any) -> dict[str, Any]:
    variants = [{"sku": key.upper(), "price": "9.00"}]
    return {"key": key, "name": key, "handle": handle, **({"variants": variants} if kind == "product" else {}), **more}


def has(repository: Repository, kind: str, *things: dict[str, Any]) -> None:
    repository.has(things if kind == "product" else [named("product", "ground", "ground")])
    repository.has_categories(things if kind == "collection" else [])


def applied(repository: Repository, kind: str, *things: dict[str, Any]) -> None:
    has(repository, kind, *things)
    report = repository.apply(repository.plan())
    assert report.complete, report.outcomes


def said(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


def redirects(repository: Repository) -> dict[str, str]:
    nodes = repository.ask("{ urlRedirects(first: 50) { nodes { path target } } }")["urlRedirects"]["nodes"]
    return {node["path"]: node["target"] for node in nodes}


def handles(repository: Repository, kind: str) -> set[str]:
    return {node["handle"] for node in repository.ask(FIND[kind])[f"{kind}s"]["nodes"]} - {"ground"}


@KINDS
def test_an_old_address_leads_to_the_new_one_and_back_without_a_circle(repository: Repository, kind: str) -> None:
    applied(repository, kind, named(kind, "a", "first"))
    applied(repository, kind, named(kind, "a", "second"))
    assert {f"/{kind}s/first": f"/{kind}s/second"} == redirects(repository)
    applied(repository, kind, named(kind, "a", "first"))
    assert {f"/{kind}s/second": f"/{kind}s/first"} == redirects(repository)
    assert {"first"} == handles(repository, kind)


@KINDS
def test_two_that_would_swap_their_handles_keep_them_and_the_rest_is_written(repository: Repository, kind: str) -> None:
    applied(repository, kind, named(kind, "a", "one"), named(kind, "b", "two"))
    has(repository, kind, named(kind, "a", "two", name="A"), named(kind, "b", "one"))
    plan = repository.plan()
    assert [f"update {kind}/a"] == said(plan)
    why = f"{kind}/a and {kind}/b would swap theirs, and a store has each once; give one of them a third one"
    assert [f"{kind}/{key} keeps its handle: {why}, then the other's" for key in "ab"] == list(told(plan))
    assert repository.apply(plan).complete
    assert [] == said(repository.plan())
    applied(repository, kind, named(kind, "a", "three", name="A"), named(kind, "b", "one"))
    applied(repository, kind, named(kind, "a", "two", name="A"), named(kind, "b", "one"))
    assert {"one", "two"} == handles(repository, kind)


def test_what_waits_for_a_handle_that_is_kept_is_told_and_not_made(repository: Repository) -> None:
    one, two = named("product", "a", "one"), named("product", "b", "two")
    repository.has_categories([{"key": "shelf", "name": "Shelf", "products": ["a"]}])
    repository.has([one, two])
    assert repository.apply(repository.plan()).complete
    repository.has_categories([{"key": "shelf", "name": "Shelf", "products": ["a", "c"]}])
    kept = {**two, "handle": "three", "ownership": {"product.handle": "seed"}}
    repository.has([{**one, "handle": "two"}, kept, named("product", "c", "one")])
    plan = repository.plan()
    assert [] == said(plan)
    kept_by_b = "two is that of product/b, which keeps it; give one of them another, and plan again"
    assert {
        f"product/a keeps its handle: {kept_by_b}",
        "product/c is not planned: one is that of product/a, which cannot get another; see there",
        "membership/shelf/c is not planned: product/c is not made by this plan",
        "product_order/shelf is not planned: it waits for what is not planned",
    } == set(told(plan))
    repository.has([{**one, "handle": "two"}, {**two, "handle": "three"}, named("product", "c", "one")])
    assert repository.apply(repository.plan()).complete
    assert {"one", "two", "three"} == handles(repository, "product")


def test_a_handle_that_somebody_elses_product_has_is_not_taken(repository: Repository) -> None:
    applied(repository, "product", named("product", "a", "one"))
    repository.ask(MAKE, {"p": {"title": "Theirs", "handle": "theirs"}})
    repository.has([named("product", "a", "theirs")])
    plan = repository.plan()
    assert [] == said(plan)
    assert "product/a keeps its handle: theirs is that of gid://shopify/Product/" in told(plan)[0]


def test_handles_that_a_person_swapped_are_told_until_one_of_them_is_given_another(repository: Repository) -> None:
    applied(repository, "product", named("product", "a", "one"), named("product", "b", "two"))
    ids = {node["handle"]: node["id"] for node in repository.ask(FIND["product"])["products"]["nodes"]}
    for identity, handle in ((ids["one"], "three"), (ids["two"], "one"), (ids["one"], "two")):
        assert [] == repository.ask(EDIT, {"p": {"id": identity, "handle": handle}})["productUpdate"]["userErrors"]
    assert ([], 2) == (said(repository.plan()), len(told(repository.plan())))
    repository.ask(EDIT, {"p": {"id": ids["one"], "handle": "three"}})
    assert ["update product/b", "update product/a"] == said(repository.plan())
    assert repository.apply(repository.plan()).complete


def test_what_was_only_archived_gives_its_handle_to_the_key_that_it_moved_to(repository: Repository) -> None:
    a, b = named("product", "a", "one"), named("product", "b", "two")
    applied(repository, "product", a, b)
    applied(repository, "product", b)
    applied(repository, "product", b, named("product", "c", "one", moved=["a"], status="active"))
    assert {"one", "two"} == handles(repository, "product")
