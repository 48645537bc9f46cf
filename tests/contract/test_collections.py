"""Collections against an embedded store over HTTP: who is in them, in which order, and how few calls that takes."""

import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reconciler.app.repository.explain import explained
from reconciler.model.errors import InvalidInput
from reconciler.model.outcome import Failed, Skipped
from reconciler.model.plan import Plan, Scope
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.strangers import forget_us

MEMBERS = """query($handle: String!, $after: String) { collectionByIdentifier(identifier: {handle: $handle}) {
  products(first: 250, after: $after) { pageInfo { hasNextPage endCursor } nodes { id handle } } } }"""
MAKE = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { product { id } userErrors { message } } }"


def a_product(key: str, **fields: object) -> dict[str, Any]:
    return {"key": key, "name": key.title(), "variants": [{"sku": key.upper(), "price": "9.00"}], **fields}


def members(repository: Repository, handle: str) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = repository.ask(MEMBERS, {"handle": handle, "after": after})["collectionByIdentifier"]["products"]
        found += [node["handle"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def changed(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


def applied(
    repository: Repository, products: Sequence[Mapping[str, Any]], categories: Sequence[Mapping[str, Any]]
) -> int:
    repository.has(products)
    repository.has_categories(categories)
    report = repository.apply(repository.plan())
    assert report.complete, report.outcomes
    assert () == report.left_over
    return report.writes


def strangers(repository: Repository, count: int) -> list[str]:
    made = [repository.ask(MAKE, {"p": {"title": f"Theirs {n}"}})["productCreate"] for n in range(count)]
    return [each["product"]["id"] for each in made]


def put_in(repository: Repository, handle: str, ids: list[str]) -> None:
    found = repository.ask(
        "query($h: String!) { collectionByIdentifier(identifier: {handle: $h}) { id } }", {"h": handle}
    )
    document = "mutation($id: ID!, $ids: [ID!]!) { collectionAddProductsV2(id: $id, productIds: $ids) { job { id } } }"
    repository.ask(document, {"id": found["collectionByIdentifier"]["id"], "ids": ids})


def test_products_stand_in_the_order_of_git_and_those_of_others_stay_between(repository: Repository) -> None:
    products = [a_product(key) for key in "abcd"]
    applied(repository, products, [{"key": "picks", "name": "Picks", "products": ["c", "a"]}])
    put_in(repository, "picks", strangers(repository, 1))
    assert () == repository.plan().changes
    applied(repository, products, [{"key": "picks", "name": "Picks", "products": ["d", "a", "c", "b"]}])
    found = members(repository, "picks")
    assert ["d", "a", "c", "b"] == [handle for handle in found if handle != "theirs-0"]
    assert "theirs-0" in found


def test_a_product_in_20_collections_is_one_call(repository: Repository) -> None:
    categories = [{"key": f"c{n}", "name": f"C {n}"} for n in range(20)]
    applied(repository, [a_product("cup"), a_product("bowl")], categories)
    everywhere = [f"c{n}" for n in range(20)]
    assert 1 == applied(repository, [a_product("cup", categories=everywhere), a_product("bowl")], categories)
    assert [["cup"]] * 20 == [members(repository, key) for key in everywhere]
    assert 1 == applied(repository, [a_product("cup", categories=["c3"]), a_product("bowl")], categories)
    assert ["cup"] == members(repository, "c3")
    assert [] == members(repository, "c4")


def test_a_product_that_cannot_be_made_keeps_only_its_own_membership_back(repository: Repository) -> None:
    repository.has([a_product("cup"), a_product("bowl", handle="taken")])
    repository.has_categories([{"key": "kitchen", "name": "Kitchen", "products": ["bowl", "cup"]}])
    plan = repository.plan()
    repository.ask(MAKE, {"p": {"title": "Taken", "handle": "taken"}})
    outcomes = {str(outcome.address): outcome for outcome in repository.apply(plan).outcomes}
    assert isinstance(outcomes["product/bowl"], Failed)
    assert isinstance(outcomes["membership/kitchen/bowl"], Skipped)
    assert ["cup"] == members(repository, "kitchen")


def test_a_membership_waits_for_its_product_alone(repository: Repository) -> None:
    repository.has([a_product("cup"), a_product("bowl", categories=["kitchen"])])
    repository.has_categories([{"key": "kitchen", "name": "Kitchen"}])
    waits = {str(change.address): set(map(str, change.depends_on)) for change in repository.plan().changes}
    assert {"mark/product", "mark/collection"} == waits["collection/kitchen"]
    assert {"collection/kitchen", "product/bowl"} == waits["membership/kitchen/bowl"]


def test_a_plan_of_collections_alone_says_which_products_are_not_there(repository: Repository) -> None:
    repository.has([a_product("cup")])
    repository.has_categories([{"key": "kitchen", "name": "Kitchen", "products": ["cup"]}])
    plan = repository.plan(Scope(only=("collection/*", "mark/*")))
    assert ["create mark/collection", "create mark/product", "create collection/kitchen"] == changed(plan)
    assert (
        "membership/kitchen/cup is not planned: product/cup is not in the store, and not made by this plan"
        in plan.notes
    )
    assert repository.apply(plan).complete


def test_a_collection_with_many_products_is_read_whole(repository: Repository) -> None:
    repository.make_shop(plan="plus")
    applied(repository, [a_product("cup")], [{"key": "all", "name": "All"}])
    ids = strangers(repository, 260)
    for start in range(0, len(ids), 250):
        put_in(repository, "all", ids[start : start + 250])
    applied(repository, [a_product("cup", categories=["all"])], [{"key": "all", "name": "All"}])
    repository.store_says("ownership: {membership: enforce}")
    assert 260 == len(repository.plan().changes)
    assert 2 == repository.apply(repository.plan()).writes
    assert ["cup"] == members(repository, "all")


def test_a_product_of_ours_that_somebody_put_in_is_taken_out_only_where_its_file_says_so(
    repository: Repository,
) -> None:
    silent, said = a_product("silent"), a_product("said", categories=["other"])
    categories = [{"key": "kitchen", "name": "Kitchen"}, {"key": "other", "name": "Other"}]
    applied(repository, [silent, said], categories)
    found = repository.ask("{ products(first: 10) { nodes { id handle } } }")["products"]["nodes"]
    put_in(repository, "kitchen", [node["id"] for node in found])
    assert ["remove membership/kitchen/said"] == changed(repository.plan())


IMAGE = """query($h: String!) { collectionByIdentifier(identifier: {handle: $h}) { image { url altText } } }"""


def test_an_image_from_a_file_is_uploaded_and_another_content_takes_its_place(repository: Repository) -> None:
    kitchen = {"key": "kitchen", "name": "Kitchen", "image": {"file": "images/kitchen.png", "alt": "Pots"}}
    repository.file("catalog/images/kitchen.png", a_png(1))
    # The definitions of both marks, the product, the staging of the file, the collection.
    assert 5 == applied(repository, [a_product("cup")], [kitchen])
    first = repository.ask(IMAGE, {"h": "kitchen"})["collectionByIdentifier"]["image"]
    repository.file("catalog/images/kitchen.png", a_png(2))
    assert 2 == applied(repository, [a_product("cup")], [kitchen])
    second = repository.ask(IMAGE, {"h": "kitchen"})["collectionByIdentifier"]["image"]
    assert ("Pots", "Pots") == (first["altText"], second["altText"])
    assert first["url"] != second["url"]


@pytest.mark.parametrize("name", ["kitchen", "a" * 59 + "-" + "b" * 9, "a" * 70, "%E5%8E%A8%E6%88%BF"])
def test_an_image_from_an_address_is_known_again_whatever_its_name(repository: Repository, name: str) -> None:
    kitchen = {"key": "kitchen", "name": "Kitchen", "image": {"url": f"https://e.com/{name}.jpg"}}
    applied(repository, [a_product("cup")], [kitchen])
    assert [] == changed(repository.plan())


def test_a_store_of_an_older_version_has_no_collections(repository: Repository) -> None:
    repository.has([a_product("cup")])
    repository.store_says("api_version: 2026-04")
    assert 3 == len(repository.plan().changes)
    repository.has_categories([{"key": "kitchen", "name": "Kitchen"}])
    with pytest.raises(InvalidInput, match="collection needs api_version 2026-07 or a newer one"):
        repository.plan()


def git(repository: Repository, *words: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *words], cwd=repository.root, check=True, capture_output=True)


def test_a_product_that_leaves_a_category_is_seen_by_what_changed_since(repository: Repository) -> None:
    categories = [{"key": "kitchen", "name": "Kitchen"}, {"key": "other", "name": "Other"}]
    applied(repository, [a_product("cup", categories=["kitchen"]), a_product("bowl")], categories)
    git(repository, "init")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "a")
    repository.has([a_product("cup", categories=["other"]), a_product("bowl")])
    plan = repository.plan(Scope(changed_since="HEAD"))
    assert ["remove membership/kitchen/cup", "create membership/other/cup"] == changed(plan)
    git(repository, "commit", "-am", "b")
    assert [] == changed(repository.plan(Scope(changed_since="HEAD")))
    repository.has_categories([{"key": "kitchen", "name": "Kitchens"}, categories[1]])
    assert {"update collection/kitchen", "remove membership/kitchen/cup"} == set(
        changed(repository.plan(Scope(changed_since="HEAD")))
    )


EXPLAINED = {
    "redirect//old": ["is in store shop", "redirect.target → /new  (catalog/redirects.yaml:1:16)"],
    "collection/sale": ["collection.title: {{ category.name }} → Sale", "category.conditions → "],
    "collection/kitchen": [
        "category.sort → newest  (catalog/collections/kitchen.yaml:6:7)",
        "collection keeps → CREATED_DESC",
    ],
    "membership/kitchen/cup": ["membership.member → true  (catalog/products/cup.yaml:4:5)"],
    "collection_image/kitchen": ["collection_image.alt → Pots  (catalog/collections/kitchen.yaml:2:3)"],
}


@pytest.mark.parametrize("address", EXPLAINED)
def test_explain_tells_the_way_of_what_hangs_on_a_collection(repository: Repository, address: str) -> None:
    repository.has([a_product("cup", categories=["kitchen"])])
    rules = {"rules": [{"field": "tag", "values": ["sale"]}]}
    repository.has_categories(
        [
            {
                "key": "kitchen",
                "name": "Kitchen",
                "sort": "newest",
                "image": {"url": "https://e.com/k.jpg", "alt": "Pots"},
            },
            {"key": "sale", "name": "Sale", "conditions": rules},
        ]
    )
    (repository.root / "catalog" / "redirects.yaml").write_text("/old: {target: /new}\n", encoding="utf-8")
    text = "\n".join(explained(repository.root, address, None).lines())
    for line in EXPLAINED[address]:
        assert line in text


@pytest.mark.parametrize(
    ("files", "limit"), [(["a", "b", "c", "d", "e"], True), (["a", "b", "c"], False)], ids=["5 of 5", "3 of 5"]
)
def test_many_collections_that_go_need_consent(repository: Repository, files: list[str], limit: bool) -> None:
    repository.store_says("on_remove: delete")
    applied(repository, [a_product("cup")], [{"key": key, "name": key} for key in "abcde"])
    repository.has_categories([{"key": key, "name": key} for key in "abcde" if key not in files])
    assert (["collection-removed"] if limit else []) == [each.rule for each in repository.plan().violations]


def test_a_collection_that_is_taken_over_with_its_products_changes_nothing(repository: Repository) -> None:
    applied(
        repository,
        [a_product(key) for key in "abc"],
        [{"key": "kitchen", "name": "Kitchen", "products": ["b", "a", "c"]}],
    )
    forget_us(repository)
    plan = repository.plan()
    expected = [
        "create mark/collection",
        "create mark/product",
        "adopt product/a",
        "adopt product/b",
        "adopt product/c",
    ]
    assert [*expected, "adopt collection/kitchen"] == changed(plan)
    assert [] == [each for change in plan.changes for each in change.fields if change.address.kind != "mark"]
    report = repository.apply(plan, "adopt")
    assert report.complete, report.outcomes
    assert () == repository.plan().changes
    assert ["b", "a", "c"] == members(repository, "kitchen")


def test_an_order_is_changed_while_the_products_are_taken_over(repository: Repository) -> None:
    products = [a_product(key) for key in "abc"]
    applied(repository, products, [{"key": "kitchen", "name": "Kitchen", "products": ["b", "a", "c"]}])
    forget_us(repository)
    repository.has_categories([{"key": "kitchen", "name": "Kitchen", "products": ["c", "a", "b"]}])
    plan = repository.plan()
    assert ["update product_order/kitchen"] == changed(plan)[-1:]
    assert repository.apply(plan, "adopt").complete
    assert ["c", "a", "b"] == members(repository, "kitchen")
    assert () == repository.plan().changes
