"""What a store holds twice is told of and left alone: nobody can say which of them git means."""

from typing import Any

import pytest

from reconciler.model.plan import Plan
from tests.contract.repository import Repository, told

CUP: dict[str, Any] = {"key": "cup", "name": "Cup", "variants": [{"sku": "CUP", "price": "9.00"}]}
BOWL: dict[str, Any] = {
    "key": "bowl",
    "name": "Bowl",
    "options": {"Size": ["S", "L"]},
    "variants": [
        {"sku": "B-S", "options": {"Size": "S"}, "price": "12.00"},
        {"sku": "B-L", "options": {"Size": "L"}, "price": "14.00"},
    ],
}
FIND = "{ products(first: 50) { nodes { id title handle variants(first: 50) { nodes { id sku price title } } } } }"
MAKE = "mutation($p: ProductCreateInput!) { productCreate(product: $p) { product { id } userErrors { message } } }"
MARK = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { message } } }"
ADD = """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $product, variants: $rows) { userErrors { message } } }"""
EDIT = """mutation($product: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $rows) { userErrors { message } } }"""


def products(repository: Repository) -> dict[str, Any]:
    return {node["handle"]: node for node in repository.ask(FIND)["products"]["nodes"]}


def variant(product: Any, title: str) -> str:
    return str(next(node["id"] for node in product["variants"]["nodes"] if node["title"] == title))


def said(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


def applied(repository: Repository, *catalog: dict[str, Any]) -> None:
    repository.has(catalog)
    assert repository.apply(repository.plan()).complete


def dearer(product: dict[str, Any]) -> dict[str, Any]:
    return {**product, "variants": [{**each, "price": "99.00"} for each in product["variants"]]}


def made_with_a_mark(repository: Repository, handle: str, key: str) -> str:
    """Make a product with a mark while nothing says yet that marks are unique."""
    answer = repository.ask(MAKE, {"p": {"title": handle, "handle": handle}})
    row = {"namespace": "$app:reconciler", "key": "key", "type": "single_line_text_field", "value": key}
    identity = answer["productCreate"]["product"]["id"]
    assert [] == repository.ask(MARK, {"m": [{**row, "ownerId": identity}]})["metafieldsSet"]["userErrors"]
    return str(identity)


@pytest.mark.parametrize("asked", [True, False])
def test_two_products_with_one_key_are_told_of_and_neither_is_written(repository: Repository, asked: bool) -> None:
    ids = sorted(made_with_a_mark(repository, handle, "cup") for handle in ("cup", "cup-2"))
    repository.has_categories([{"key": "shelf", "name": "Shelf", "products": ["cup"] if asked else []}])
    repository.has([CUP, BOWL] if asked else [BOWL])
    plan = repository.plan()
    assert not [change for change in plan.changes if "cup" in str(change.address)]
    notes = [note for note in told(plan) if "times" in note]
    assert [f"product/cup is in the store 2 times: {ids[0]} with the key cup, {ids[1]} with the key cup; "] == [
        note.partition("all of them")[0] for note in notes
    ]
    members = [note for note in told(plan) if note.startswith("membership")]
    assert ["membership/shelf/cup is not planned: product/cup is in the store more than once"] * asked == members


def test_a_sku_that_somebody_gave_to_a_second_variant_is_left_alone(repository: Repository) -> None:
    applied(repository, BOWL, CUP)
    bowl = products(repository)["bowl"]
    row = {"price": "5.00", "inventoryItem": {"sku": "B-S"}, "optionValues": [{"optionName": "Size", "name": "XL"}]}
    repository.ask(ADD, {"product": bowl["id"], "rows": [row]})
    repository.has([dearer(BOWL), dearer(CUP)])
    plan = repository.plan()
    assert ["update variant/bowl/B-L", "update variant/cup/CUP"] == said(plan)
    (note,) = told(plan)
    assert "variant/bowl/B-S, variant/bowl/XL: 2 variants of product/bowl have the sku B-S (" in note
    assert variant(bowl, "S") in note
    report = repository.apply(plan)
    assert report.complete
    prices = {node["title"]: node["price"] for node in products(repository)["bowl"]["variants"]["nodes"]}
    assert {"S": "12.00", "L": "99.00", "XL": "5.00"} == prices
    assert [] == said(repository.plan())


def test_a_sku_that_an_edit_made_the_same_is_left_alone_until_a_person_decides(repository: Repository) -> None:
    applied(repository, BOWL)
    bowl = products(repository)["bowl"]
    large = {"id": variant(bowl, "L"), "inventoryItem": {"sku": "B-S"}}
    repository.ask(EDIT, {"product": bowl["id"], "rows": [large]})
    repository.has([dearer(BOWL)])
    assert [] == said(repository.plan())
    repository.ask(EDIT, {"product": bowl["id"], "rows": [{**large, "inventoryItem": {"sku": "OTHER"}}]})
    plan = repository.plan()
    assert ["update variant/bowl/B-L", "update variant/bowl/B-S"] == said(plan)
    assert repository.apply(plan).complete


def test_nothing_is_made_beside_two_that_could_be_meant(repository: Repository) -> None:
    applied(repository, CUP, BOWL)
    bowl = products(repository)["bowl"]
    rows = [{"id": node["id"], "inventoryItem": {"sku": "SAME"}} for node in bowl["variants"]["nodes"]]
    repository.ask(EDIT, {"product": bowl["id"], "rows": rows})
    sizes = [{**BOWL["variants"][0], "sku": "SAME", "options": {"Size": "M"}}]
    repository.has([CUP, {**BOWL, "options": {"Size": ["M"]}, "variants": sizes}])
    plan = repository.plan()
    assert not [change for change in plan.changes if change.address.kind == "variant"]
    assert repository.apply(plan).complete
    assert 2 == len(products(repository)["bowl"]["variants"]["nodes"])


def test_what_hangs_on_a_left_alone_variant_is_left_alone(repository: Repository) -> None:
    repository.make_shop(locations=["Berlin"])
    repository.store_says("locations: {berlin: Berlin}\n")
    counted = [{**each, "tracked": True, "stock": {"berlin": 3}} for each in BOWL["variants"]]
    applied(repository, {**BOWL, "variants": counted})
    bowl = products(repository)["bowl"]
    row = {"price": "5.00", "inventoryItem": {"sku": "B-S"}, "optionValues": [{"optionName": "Size", "name": "XL"}]}
    repository.ask(ADD, {"product": bowl["id"], "rows": [row]})
    more = [{**each, "stock": {"berlin": 8}} for each in counted]
    repository.has([{**BOWL, "variants": more}])
    assert ["update stock/bowl/B-L/berlin"] == said(repository.plan())


def test_a_sku_on_two_of_our_products_is_left_alone_on_both(repository: Repository) -> None:
    applied(repository, BOWL, CUP)
    cup = products(repository)["cup"]
    row = {"id": variant(cup, "Default Title"), "inventoryItem": {"sku": "B-S"}}
    repository.ask(EDIT, {"product": cup["id"], "rows": [row]})
    repository.has([{**dearer(BOWL), "name": "Dish"}, {**dearer(CUP), "name": "Mug"}])
    plan = repository.plan()
    assert ["update product/bowl", "update variant/bowl/B-L", "update product/cup"] == said(plan)
    assert 2 == len([note for note in told(plan) if "variant/bowl/B-S and variant/cup/" in note and "B-S" in note])
    assert repository.apply(plan).complete
    assert [] == said(repository.plan())


def test_a_product_that_left_git_keeps_its_skus_and_hinders_nobody(repository: Repository) -> None:
    applied(repository, BOWL, CUP)
    applied(repository, BOWL)
    again = {**CUP, "key": "beaker", "name": "Beaker", "handle": "beaker"}
    applied(repository, BOWL, again)
    repository.has([BOWL, dearer(again)])
    assert ["update variant/beaker/CUP"] == said(repository.plan())


def test_skus_that_git_gives_twice_are_as_git_says(repository: Repository) -> None:
    same = [{**each, "sku": "SAME", "key": each["sku"]} for each in BOWL["variants"]]
    applied(repository, {**BOWL, "variants": same}, {**CUP, "variants": [{"key": "c", "sku": "SAME", "price": "1.00"}]})
    repository.has(
        [dearer({**BOWL, "variants": same}), {**CUP, "variants": [{"key": "c", "sku": "SAME", "price": "2"}]}]
    )
    plan = repository.plan()
    assert ["update variant/bowl/B-L", "update variant/bowl/B-S", "update variant/cup/c"] == said(plan)
    assert () == told(plan)
