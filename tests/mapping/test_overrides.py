"""What one store has otherwise than rules say: the last word, value by value."""

from typing import Any

import pytest

from reconciler.mapping.compile import Mapper
from reconciler.model.address import Address
from reconciler.model.errors import InvalidInput
from reconciler.model.origin import FieldPath, Origin, Place
from reconciler.model.store import Store
from tests.mapping.builders import KINDS, a_store, an_entry, rules

PRODUCT = Address("product", "linen-shirt")
VARIANT = Address("variant", "linen-shirt/LS-M")


def a_store_with(**overrides: Any) -> Store:
    """A store with overrides: ``product={...}``, ``variant={...}``; places spell the path."""
    named = {"product": str(PRODUCT), "variant": str(VARIANT)}
    store = a_store(overrides={named.get(name, name): fields for name, fields in overrides.items()})

    def locate(path: FieldPath) -> Place:
        return Place(".".join(["us.yaml", *map(str, path)]))

    return Store(store.name, store.file, store.document, {}, locate)


def group(store: Store, **fields: Any) -> Any:
    made = rules(product_title="{{ product.name }}", variant_sku="{{ variant.sku }}", variant_price="{{ 5 }}")
    return Mapper(made, store, KINDS).group(an_entry(**fields))


def test_an_override_goes_before_what_a_rule_makes() -> None:
    desired = group(a_store_with(product={"title": "Ours"}))
    assert {"title": "Ours"} == desired.resources[PRODUCT].managed()


def test_a_field_that_no_rule_makes_can_be_overridden_too() -> None:
    desired = group(a_store_with(product={"status": "DRAFT"}))
    assert {"title": "Linen Shirt", "status": "DRAFT"} == desired.resources[PRODUCT].managed()


def test_an_override_is_spelled_as_its_kind_spells_it() -> None:
    desired = group(a_store_with(variant={"price": "47.00"}))
    assert "47.00" == desired.resources[VARIANT].spelled()["price"]


def test_the_origin_of_an_override_is_its_line_in_the_stores_file() -> None:
    desired = group(a_store_with(product={"title": "Ours"}))
    overridden = Origin(Place("us.yaml.overrides.product/linen-shirt.title"), ("override",))
    assert overridden == desired.origin(PRODUCT, "title")
    assert Place("shirt.yaml.variants.0.sku") == desired.origin(VARIANT, "sku").place


def test_a_value_that_its_kind_refuses_is_told_with_its_line() -> None:
    with pytest.raises(InvalidInput) as refusal:
        group(a_store_with(product={"title": 7, "status": "SOLD"}))
    says = [str(problem).partition(":")[0] for problem in refusal.value.diagnostics]
    where = "us.yaml.overrides.product/linen-shirt"
    assert [f"{where}.status", f"{where}.title"] == says
    assert "title of product/linen-shirt cannot be 7" in str(refusal.value)


def test_other_products_are_as_they_were() -> None:
    desired = group(a_store_with(product={"title": "Ours"}), key="cup")
    assert {"title": "Linen Shirt"} == desired.resources[Address("product", "cup")].managed()
