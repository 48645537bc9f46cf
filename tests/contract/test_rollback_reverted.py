"""A run taken back, and git reverted: the next plan asks for nothing but what people edited, and says that they did."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reconciler.model.plan import Plan
from tests.contract.history import History
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.test_rollback_later import applied
from tests.contract.test_stock import levels

STORE = "on_remove: {how}\nlocations: {{north: North, south: South}}\npublications: [Online Store]\n"
CUP: dict[str, Any] = {
    "key": "cup",
    "name": "Cup",
    "handle": "cup",
    "brand": "Alder",
    "type": "Mugs",
    "tags": ["clay"],
    "categories": ["summer"],
    "images": ["images/front.png", "images/back.png"],
    "metafields": {"custom.material": "Clay"},
    "options": {"Size": ["S", "L"]},
    "variants": [
        {"sku": "CUP", "price": "9.00", "tracked": True, "options": {"Size": "S"}, "stock": {"north": 19, "south": 40}},
        {"sku": "BIG", "price": "11.00", "tracked": True, "options": {"Size": "L"}, "stock": {"north": 50}},
    ],
}
HAT: dict[str, Any] = {"key": "hat", "name": "Hat", "variants": [{"sku": "HAT", "price": "3.00"}]}
FIND = """query($handle: String!) { productByIdentifier(identifier: {handle: $handle}) { id } }"""
EDIT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
Products = Sequence[Mapping[str, Any]]


def cup(small: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The cup with other fields, and its small variant with others."""
    first, *others = CUP["variants"]
    return {**CUP, "variants": [{**first, **(small or {})}, *others], **fields}


def counted(north: object) -> dict[str, Any]:
    return cup({"stock": {"north": north, "south": 40}})


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """A shop as git says, with three cups sold, and a brand that a person changed."""
    repository.make_shop(locations=["North", "South"], media_processing_ms=1)
    repository.file(".gitignore", "journal/\nplans/\n")
    for shade, name in enumerate(("front", "back"), 1):
        repository.file(f"catalog/images/{name}.png", a_png(shade))
    repository.file(
        "catalog/metafields.yaml", "product.custom.material: {name: Material, type: single_line_text_field}\n"
    )
    repository.has_categories([{"key": "summer", "name": "Summer", "sort": "manual"}])
    History(repository.root).begin()
    says(repository)
    committed(repository, CUP, HAT)
    applied(repository, repository.plan())
    repository.sell("CUP", 3, "North")
    edit(repository, vendor="Before")
    return repository


def says(shop: Repository, how: str = "delete") -> None:
    shop.store_says(STORE.format(how=how))


def committed(shop: Repository, *products: Mapping[str, Any]) -> None:
    shop.has(products)
    History(shop.root).commit()


def edit(shop: Repository, **fields: object) -> None:
    """Play a person who edits the cup."""
    product = shop.ask(FIND, {"handle": "cup"})["productByIdentifier"]
    done = shop.ask(EDIT, {"p": {"id": product["id"], **fields}})
    assert [] == done["productUpdate"]["userErrors"]


def differences(plan: Plan) -> set[tuple[str, str, str | None]]:
    """Return action and address, path, cause of whatever a plan asks for."""
    return {
        (f"{change.action} {change.address}", each.path, each.cause)
        for change in plan.changes
        for each in change.fields
    } | {(change.action, str(change.address), None) for change in plan.changes if not change.fields}


BY_PEOPLE = {("update product/cup", "title", "store"), ("update product/cup", "vendor", "store")}
BROUGHT = {
    "a price": [cup({"price": "9.50"}), HAT],
    "a count": [counted(60), HAT],
    "an adjustment in place of a count": [counted({"adjust": -5, "reference": "R1"}), HAT],
    "another key": [{**CUP, "key": "mug", "moved": "cup"}, HAT],
    "another key and a price": [{**cup({"price": "9.50"}), "key": "mug", "moved": "cup"}, HAT],
    "another key and an adjustment": [
        {**counted({"adjust": -5, "reference": "R1"}), "key": "mug", "moved": "cup"},
        HAT,
    ],
    "another order of images": [cup(images=CUP["images"][::-1]), HAT],
    "an image less": [cup(images=CUP["images"][:1]), HAT],
    "a metafield less": [cup(metafields={}), HAT],
    "a category less": [cup(categories=[]), HAT],
    "a tag more": [cup(tags=["clay", "new"]), HAT],
    "another product": [CUP, HAT, {**HAT, "key": "cap", "variants": [{"sku": "CAP", "price": "2.00"}]}],
    "a variant less": [{**CUP, "variants": CUP["variants"][:1], "options": {"Size": ["S"]}}, HAT],
}


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT.keys())
def test_nothing_that_people_did_is_taken_for_a_change_of_git(shop: Repository, brought: Products) -> None:
    committed(shop, *brought)
    run = applied(shop, shop.plan())
    shop.sell("CUP", 2, "South")
    edit(shop, productType="Between")
    applied(shop, shop.rollback(run))
    shop.sell("CUP", 1, "North")
    edit(shop, title="After")
    committed(shop, CUP, HAT)
    assert {*BY_PEOPLE, ("update product/cup", "product_type", "store")} == differences(shop.plan())
    applied(shop, shop.plan())
    assert {"North": 15, "South": 38} == levels(shop)


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT.keys())
def test_so_it_is_where_another_run_came_before_the_rollback(shop: Repository, brought: Products) -> None:
    committed(shop, *brought)
    run = applied(shop, shop.plan())
    shop.sell("CUP", 2, "South")
    hat = {**HAT, "name": "Cap"}
    committed(shop, *(hat if each is HAT else each for each in brought))
    applied(shop, shop.plan())
    applied(shop, shop.rollback(run))
    shop.sell("CUP", 1, "North")
    edit(shop, title="After")
    committed(shop, CUP, hat)
    assert BY_PEOPLE == differences(shop.plan())
    applied(shop, shop.plan())
    assert {"North": 15, "South": 38} == levels(shop)


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT.keys())
def test_so_it_is_with_a_run_that_was_brought_again_and_taken_back_once_more(
    shop: Repository, brought: Products
) -> None:
    committed(shop, *brought)
    run = applied(shop, shop.plan())
    back = applied(shop, shop.rollback(run))
    shop.sell("CUP", 2, "South")
    applied(shop, shop.rollback(back))
    applied(shop, shop.rollback(run))
    shop.sell("CUP", 1, "North")
    edit(shop, title="After")
    committed(shop, CUP, HAT)
    assert BY_PEOPLE == differences(shop.plan())
    applied(shop, shop.plan())
    assert {"North": 15, "South": 38} == levels(shop)


@pytest.mark.parametrize("later", [False, True], ids=["at once", "after another run"])
def test_until_git_is_reverted_a_key_that_went_back_moves_again_and_an_edit_is_one(
    shop: Repository, later: bool
) -> None:
    mug = {**cup({"price": "9.50"}), "key": "mug", "moved": "cup"}
    committed(shop, mug, HAT)
    run = applied(shop, shop.plan())
    if later:
        committed(shop, mug, {**HAT, "name": "Cap"})
        applied(shop, shop.plan())
    applied(shop, shop.rollback(run))
    shop.sell("CUP", 1, "North")
    edit(shop, title="After")
    assert {
        ("move product/mug", "title", "store"),
        ("move product/mug", "vendor", "store"),
        ("update variant/mug/CUP", "price", "git"),
    } == differences(shop.plan())


def test_what_a_later_run_counted_under_the_key_of_between_stays_counted(shop: Repository) -> None:
    mug = {"key": "mug", "moved": "cup"}
    committed(shop, {**CUP, **mug}, HAT)
    run = applied(shop, shop.plan())
    committed(shop, {**counted(30), **mug}, HAT)
    applied(shop, shop.plan())
    applied(shop, shop.rollback(run))
    shop.sell("CUP", 1, "North")
    committed(shop, counted(30), HAT)
    assert {("update product/cup", "vendor", "store")} == differences(shop.plan())


@pytest.mark.parametrize("later", [False, True], ids=["at once", "after another run"])
@pytest.mark.parametrize("how", ["delete", "archive", "unpublish"])
def test_so_it_is_with_a_product_that_went(shop: Repository, how: str, later: bool) -> None:
    says(shop, how)
    committed(shop, HAT)
    run = applied(shop, shop.plan())
    hat = {**HAT, "name": "Cap"} if later else HAT
    if later:
        committed(shop, hat)
        applied(shop, shop.plan())
    applied(shop, shop.rollback(run))
    shop.sell("CUP", 1, "North")
    edit(shop, title="After")
    committed(shop, CUP, hat)
    assert BY_PEOPLE == differences(shop.plan())
    applied(shop, shop.plan())
    assert {"North": 15, "South": 40} == levels(shop)
