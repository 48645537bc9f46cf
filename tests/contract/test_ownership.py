"""Who decides a field, said by a mapping, by a store, by a product: the closest that speaks of it decides."""

from typing import Any

import pytest

from reconciler.model.errors import InvalidInput
from reconciler.model.plan import Plan
from tests.contract.repository import Repository

CUP: dict[str, Any] = {"key": "cup", "name": "Cup", "tags": ["git"], "variants": [{"sku": "CUP", "price": "9.00"}]}
BOWL: dict[str, Any] = {"key": "bowl", "name": "Bowl", "variants": [{"sku": "BOWL", "price": "12.00"}]}
SHELF: dict[str, Any] = {"key": "shelf", "name": "Shelf"}
FIND = "{ products(first: 50) { nodes { id handle tags variants(first: 9) { nodes { id } } } } }"
EDIT = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
COLLECTION = "mutation($c: CollectionUpdateInput!) { collectionUpdate(collection: $c) { userErrors { message } } }"


def said(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


def watched(plan: Plan) -> list[str]:
    return [f"{seen.address} {seen.path}" for seen in plan.observed]


def edited(repository: Repository, handle: str, **fields: Any) -> None:
    nodes = repository.ask(FIND)["products"]["nodes"]
    identity = next(node["id"] for node in nodes if node["handle"] == handle)
    repository.ask(EDIT, {"p": {"id": identity, **fields}})


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """A store with two products whose titles a person has edited."""
    repository.has([CUP, BOWL])
    assert repository.apply(repository.plan()).complete
    edited(repository, "cup", title="Theirs")
    edited(repository, "bowl", title="Theirs")
    return repository


OWNERS = [
    # who decides the titles: mapping, store, product cup → what is planned, what is only shown
    ((None, None, None), ["update product/bowl", "update product/cup"], []),
    (("observe", None, None), [], ["product/bowl title", "product/cup title"]),
    (("seed", None, None), [], []),
    ((None, "observe", None), [], ["product/bowl title", "product/cup title"]),
    ((None, None, "observe"), ["update product/bowl"], ["product/cup title"]),
    (("seed", "enforce", None), ["update product/bowl", "update product/cup"], []),
    (("enforce", "seed", None), [], []),
    (("enforce", "seed", "enforce"), ["update product/cup"], []),
    (("observe", "seed", "enforce"), ["update product/cup"], []),
    ((None, "enforce", "seed"), ["update product/bowl"], []),
]


@pytest.mark.parametrize(("owners", "planned", "shown"), OWNERS)
def test_the_closest_owner_decides(
    shop: Repository, owners: tuple[str | None, str | None, str | None], planned: list[str], shown: list[str]
) -> None:
    mapping, store, product = owners
    if mapping:
        shop.file("mappings/default.yaml", f"ownership: {{product.title: {mapping}}}\n")
    shop.store_says(f"ownership: {{product.title: {store}}}\n" if store else "")
    shop.has([{**CUP, **({"ownership": {"product.title": product}} if product else {})}, BOWL])
    plan = shop.plan()
    assert (planned, shown) == (said(plan), watched(plan))
    assert shop.apply(plan).complete
    assert [] == said(shop.plan())


def test_the_mapping_that_a_store_names_overrides_the_default_one(shop: Repository) -> None:
    shop.file("mappings/default.yaml", "ownership: {product.title: observe, product.vendor: observe}\n")
    shop.file("mappings/eu.yaml", "ownership: {product.title: seed}\n")
    shop.store_says("mapping: eu\n")
    plan = shop.plan()
    assert ([], []) == (said(plan), watched(plan))


def test_a_product_may_keep_other_peoples_tags_and_variants(repository: Repository) -> None:
    sized = {**BOWL, "options": {"Size": ["S"]}, "variants": [{"sku": "B", "options": {"Size": "S"}, "price": "1.00"}]}
    repository.has([CUP, sized])
    assert repository.apply(repository.plan()).complete
    edited(repository, "cup", tags=["git", "theirs"])
    nodes = repository.ask(FIND)["products"]["nodes"]
    row = {"price": "2.00", "optionValues": [{"optionName": "Size", "name": "L"}]}
    repository.ask(
        """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
          productVariantsBulkCreate(productId: $product, variants: $rows) { userErrors { message } } }""",
        {"product": next(node["id"] for node in nodes if node["handle"] == "bowl"), "rows": [row]},
    )
    assert ["update product/bowl", "remove variant/bowl/L", "update product/cup"] == said(repository.plan())
    kept = [{**CUP, "ownership": {"product.tags": "merge"}}, {**sized, "ownership": {"variant": "merge"}}]
    repository.has(kept)
    assert [] == said(repository.plan())


def test_a_category_says_who_decides_its_fields(repository: Repository) -> None:
    repository.has([CUP])
    repository.has_categories([SHELF])
    assert repository.apply(repository.plan()).complete
    (node,) = repository.ask("{ collections(first: 9) { nodes { id } } }")["collections"]["nodes"]
    repository.ask(COLLECTION, {"c": {"id": node["id"], "title": "Theirs"}})
    assert ["update collection/shelf"] == said(repository.plan())
    repository.has_categories([{**SHELF, "ownership": {"collection.title": "observe"}}])
    plan = repository.plan()
    assert ([], ["collection/shelf title"]) == (said(plan), watched(plan))


STOCKED = [
    # the store's file, the intent of the quantity → what is planned, what is only shown
    ("", None, ["update stock/cup/CUP/berlin"], []),
    ("ownership: {stock.available: observe}\n", None, [], ["stock/cup/CUP/berlin available"]),
    ("ownership: {stock.available: seed}\n", None, [], []),
    ("ownership: {stock.available: observe}\n", "set", ["update stock/cup/CUP/berlin"], []),
    ("ownership: {stock.available: enforce}\n", "seed", [], []),
    ("ownership: {stock.available: enforce}\nstock: observe\n", None, [], ["stock/cup/CUP/berlin available"]),
]


@pytest.mark.parametrize(("store", "intent", "planned", "shown"), STOCKED)
def test_the_intent_of_a_quantity_is_closer_than_what_is_said_of_all_stock(
    repository: Repository, store: str, intent: str | None, planned: list[str], shown: list[str]
) -> None:
    def counted(quantity: int, **more: str) -> dict[str, Any]:
        stock = {"berlin": {"quantity": quantity, **more}}
        return {**CUP, "variants": [{"sku": "CUP", "price": "9.00", "tracked": True, "stock": stock}]}

    repository.make_shop(locations=["Berlin"])
    repository.store_says("locations: {berlin: Berlin}\n")
    repository.has([counted(3)])
    assert repository.apply(repository.plan()).complete
    repository.store_says(f"locations: {{berlin: Berlin}}\n{store}")
    repository.has([counted(8, **({"intent": intent} if intent else {}))])
    plan = repository.plan()
    assert (planned, shown) == (said(plan), watched(plan))


def test_a_mapping_cannot_have_watched_what_the_store_writes_to_what_leaves(repository: Repository) -> None:
    repository.has([CUP])
    repository.file("mappings/default.yaml", "ownership: {product.status: observe}\n")
    message = (
        r"mappings/default.yaml:1:29: product.status is never written where it is observed, and on_remove: archive"
    )
    with pytest.raises(InvalidInput, match=message):
        repository.plan()
    repository.store_says("on_remove: keep\n")
    assert "create product/cup" in said(repository.plan())
    repository.store_says("ownership: {product.status: enforce}\n")
    assert "create product/cup" in said(repository.plan())
