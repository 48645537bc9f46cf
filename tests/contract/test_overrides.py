"""Overrides in the file of a store, against an embedded store and in the checks of all files."""

from typing import Any

import jsonschema
import pytest

from reconciler.app.repository.explain import explained
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.app.scaffold.schemas import schemas
from reconciler.model.errors import InvalidInput
from tests.contract.repository import Repository

CUP: dict[str, Any] = {
    "key": "cup",
    "name": "Cup",
    "categories": ["kitchen"],
    "metafields": {"custom.care": {"type": "single_line_text_field", "value": "Wash"}, "custom.old": None},
    "variants": [{"sku": "CUP", "price": "9.00"}],
}
KITCHEN: dict[str, Any] = {"key": "kitchen", "name": "Kitchen"}
OVERRIDES = """\
overrides:
  product/cup: {title: Our Cup, tags: [a, b]}
  variant/cup/CUP: {price: 8.50, compare_at_price: 9.00}
  metafield/cup/custom.care: {value: Rinse}
  metafield/cup/custom.old: {type: boolean, value: true}
  collection/kitchen: {title: Our Kitchen}
"""


def test_every_override_reaches_the_store_and_the_second_plan_is_empty(repository: Repository) -> None:
    repository.has([CUP])
    repository.has_categories([KITCHEN])
    repository.store_says(OVERRIDES)
    plan = repository.plan()
    title = next(field for change in plan.changes for field in change.fields if field.after == "Our Cup")
    assert title.origin is not None
    assert ("stores/shop.yaml:5:24", ("override",)) == (str(title.origin.place), title.origin.trail)
    assert repository.apply(plan).complete
    assert () == repository.plan().changes
    held = repository.ask(
        """{ products(first: 1) { nodes { title tags care: metafield(namespace: "custom", key: "care") { value }
        old: metafield(namespace: "custom", key: "old") { value }
        variants(first: 1) { nodes { price compareAtPrice } } } } collections(first: 1) { nodes { title } } }"""
    )
    assert {
        "title": "Our Cup",
        "tags": ["a", "b"],
        "care": {"value": "Rinse"},
        "old": {"value": "true"},
        "variants": {"nodes": [{"price": "8.50", "compareAtPrice": "9.00"}]},
    } == held["products"]["nodes"][0]
    assert [{"title": "Our Kitchen"}] == held["collections"]["nodes"]


def test_an_override_changes_the_digest_of_the_inputs(repository: Repository) -> None:
    repository.has([CUP])
    repository.has_categories([KITCHEN])
    before = repository.plan().inputs.digest
    repository.store_says(OVERRIDES)
    assert before != repository.plan().inputs.digest


def test_an_override_of_what_git_does_not_ask_for_is_told_with_its_line(repository: Repository) -> None:
    repository.has([CUP])
    repository.has_categories([KITCHEN])
    repository.store_says(
        "overrides:\n  product/cap: {title: A}\n  variant/cup/COP: {price: 1}\n  product/cup: {status: SOLD}\n"
    )
    with pytest.raises(InvalidInput) as refusal:
        checked_views(open_workspace(repository.root))
    says = [str(problem) for problem in refusal.value.diagnostics]
    asks_for_no = "git asks for no {} in store shop, which is overridden; did you mean {}?"
    assert f"stores/shop.yaml:5:16: {asks_for_no.format('product/cap', 'product/cup')}" == says[0]
    assert says[1].startswith("stores/shop.yaml:7:25: status of product/cup cannot be 'SOLD'")


def test_a_misspelled_variant_is_told_with_the_one_that_was_meant(repository: Repository) -> None:
    repository.has([CUP])
    repository.has_categories([KITCHEN])
    repository.store_says("overrides:\n  variant/cup/COP: {price: 1}\n")
    with pytest.raises(InvalidInput, match=r"stores/shop.yaml:5:20: git asks for no variant/cup/COP.*variant/cup/CUP"):
        checked_views(open_workspace(repository.root))


def test_an_override_is_the_last_step_of_an_explanation(repository: Repository) -> None:
    repository.has([CUP])
    repository.has_categories([KITCHEN])
    repository.store_says(OVERRIDES)
    text = "\n".join(explained(repository.root, "product/cup", None).lines())
    assert "    override → Our Cup  (stores/shop.yaml:5:24)" in text.splitlines()
    assert "    override → Rinse" in "\n".join(explained(repository.root, "metafield/cup/custom.care", None).lines())


STORE: dict[str, Any] = {"url": "sandbox:shop", "channel": "web", "currency": "EUR"}


@pytest.mark.parametrize(
    ("overrides", "fits"),
    [
        ({"product/cup": {"title": "Our Cup", "tags": ["a"]}, "variant/cup/S / M": {"price": 8.5}}, True),
        ({"metafield/cup/custom.care": {"value": [1, 2]}, "collection/kitchen": {"title": None}}, True),
        ({"produkt/cup": {"title": "A"}}, False),
        ({"product/cup": {"titel": "A"}}, False),
        ({"product/cup": {}}, False),
        ({"image/cup/front-0": {"source": "https://a.example/b.png"}}, False),
        ({"mark/product": {"name": "A"}}, False),
    ],
)
def test_the_schema_of_store_files_knows_kinds_and_fields(overrides: dict[str, Any], *, fits: bool) -> None:
    schema = jsonschema.Draft202012Validator(schemas()["store"])
    assert fits == schema.is_valid({**STORE, "overrides": overrides})
