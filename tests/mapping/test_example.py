"""The example of this repository loads, and maps for both of its stores."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from reconciler.app.workspace import VOCABULARY
from reconciler.kinds import KINDS
from reconciler.loading.catalog import load_catalog
from reconciler.loading.mappings import load_mapping
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.mapping.compile import Mapper
from reconciler.mapping.select import selected, why
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog
from reconciler.model.state import Desired

ROOT = Path(__file__).resolve().parents[2]


@cache
def _catalog() -> Catalog:
    return load_catalog(WorkTree(ROOT))


@cache
def _groups(name: str) -> dict[str, Desired]:
    source = WorkTree(ROOT)
    (store,) = load_stores(source, VOCABULARY, [name])
    mapper = Mapper(load_mapping(source, store.document.mapping, VOCABULARY.fields), store, KINDS)
    return {key: mapper.group(_catalog().entries[key]) for key in selected(_catalog(), store)}


def _fields(store: str, address: str) -> dict[str, object]:
    wanted = Address.parse(address)
    return _groups(store)[wanted.root_key].resources[wanted].managed()


def test_the_catalog_is_as_large_as_the_tutorial_says():
    products = [entry.product for entry in _catalog().entries.values()]
    assert (48, 221) == (len(products), sum(len(product.variants) for product in products))


@pytest.mark.parametrize(("store", "products", "variants"), [("eu", 46, 219), ("us", 44, 214)])
def test_each_store_gets_its_part(store, products, variants):
    groups = _groups(store)
    assert (products, variants) == (len(groups), sum(len(group.resources) - 1 for group in groups.values()))


def test_the_example_shows_every_status_and_reason():
    products = [entry.product for entry in _catalog().entries.values()]
    assert {None, "draft", "archived", "unlisted"} == {product.status for product in products}
    (us,) = load_stores(WorkTree(ROOT), VOCABULARY, ["us"])
    reasons = {why(entry, us).reason.split(" ")[0] for entry in _catalog().entries.values()}
    assert {"published", "published,", "assigned"} == reasons


VALUES = [
    ("eu", "variant/linen-shirt/FF-LS-M-NVY", "price", Decimal("89.00")),
    ("us", "variant/linen-shirt/FF-LS-M-NVY", "price", Decimal("97.99")),
    ("eu", "variant/bandana/FF-AB-NVY", "price", Decimal("18.00")),
    ("us", "variant/bandana/FF-AB-NVY", "price", Decimal("17.99")),
    ("us", "variant/merino-crew/FF-MC-S-RST", "compare_at_price", Decimal("164.99")),
    ("us", "variant/merino-crew/FF-MC-S-OAT", "compare_at_price", None),
    ("eu", "variant/wool-wash/small", "option_values", (("Bottle", "250 ml"),)),
    ("eu", "product/linen-shirt", "handle", "linen-shirt"),
    ("eu", "product/harbour-trousers", "handle", "harbour-trousers-cotton-twill"),
    ("eu", "product/linen-shirt", "vendor", "Fjord & Field"),
    ("us", "product/linen-shirt", "vendor", "Fjord & Field USA"),
    ("us", "product/board-oil", "tags", ("care", "kitchen", "us")),
    ("eu", "product/board-oil", "seo_title", "Board Oil | Fjord & Field"),
    ("us", "product/board-oil", "seo_title", "Board Oil, kitchenware by Fjord & Field"),
    ("eu", "product/chore-coat", "options", (("Size", ("S", "M", "L", "XL")), ("Color", ("Navy", "Tan")))),
    ("eu", "product/anorak", "status", "UNLISTED"),
]


@pytest.mark.parametrize(("store", "address", "field", "expected"), VALUES)
def test_a_value_of_the_example(store, address, field, expected):
    assert expected == _fields(store, address)[field]


def test_what_the_catalog_leaves_out_is_left_alone():
    assert "vendor" not in _fields("eu", "product/bandana")
    assert "compare_at_price" not in _fields("us", "variant/linen-shirt/FF-LS-M-NVY")


def test_every_value_can_say_where_it_comes_from():
    for groups in (_groups("eu"), _groups("us")):
        for key in ("linen-shirt", "wool-wash"):
            group = groups[key]
            for address, resource in group.resources.items():
                origins = [group.origin(address, field) for field in resource.managed()]
                assert all(origin and origin.trail for origin in origins)
