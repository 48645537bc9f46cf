"""The example of this repository loads, and maps for both of its stores."""

from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from reconciler.app.repository.workspace import Workspace, open_workspace
from reconciler.kinds import KINDS
from reconciler.mapping.select import why
from reconciler.model.address import Address
from reconciler.model.state import Desired

ROOT = Path(__file__).resolve().parents[2]


@cache
def _workspace() -> Workspace:
    return open_workspace(ROOT)


@cache
def _groups(name: str) -> dict[Address, Desired]:
    (store,) = (store for store in _workspace().stores if store.name == name)
    view = _workspace().view(store)
    return {root: view.group(root) for root in view.roots()}


def _fields(store: str, address: str) -> dict[str, object]:
    wanted = Address.parse(address)
    return _groups(store)[KINDS.root_of(wanted)].resources[wanted].managed()


def test_the_catalog_is_as_large_as_the_tutorial_says():
    products = [entry.product for entry in _workspace().catalog.entries.values()]
    assert (48, 221) == (len(products), sum(len(product.variants) for product in products))


@pytest.mark.parametrize(("store", "products", "variants"), [("eu", 46, 219), ("us", 44, 214)])
def test_each_store_gets_its_part(store, products, variants):
    kinds = Counter(address.kind for group in _groups(store).values() for address in group.resources)
    assert (products, variants) == (kinds["product"], kinds["variant"])


def test_the_example_uses_every_kind():
    used = {address.kind for store in ("eu", "us") for group in _groups(store).values() for address in group.resources}
    assert {kind.name for kind in KINDS if not kind.standing} == used


def test_the_example_shows_every_status_and_reason():
    entries = _workspace().catalog.entries.values()
    assert {None, "draft", "archived", "unlisted"} == {entry.product.status for entry in entries}
    (us,) = (store for store in _workspace().stores if store.name == "us")
    reasons = {why(entry, us).reason.split(" ")[0] for entry in entries}
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
        for group in groups.values():
            for address, resource in group.resources.items():
                if address.kind in {"publication", "collection_publication"}:
                    continue  # published wherever the store's file says, where nothing else says otherwise
                origins = [group.origin(address, field) for field in resource.managed()]
                assert all(origin and (origin.place or origin.trail) for origin in origins), address
