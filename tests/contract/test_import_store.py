"""Importing a live store: its files, planned against it, change nothing; and taking it over changes no field."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.app.import_store import Taking, import_store
from reconciler.app.importing import Destination, ImportReport
from reconciler.app.picture_document import Pictures
from reconciler.app.store_files import StockIn
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.errors import InvalidInput, WrongUsage
from reconciler.model.plan import Plan
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.strangers import forget_us
from tests.contract.test_random_catalogs import DEFINITIONS, ROUNDS, STORE, World, catalogs, new_world

__all__ = ["new_world"]
PLACES = {"locations": ["North", "South"]}
FULL: dict[str, Any] = {
    "key": "shirt",
    "handle": "linen-shirt",
    "name": "Linen: a shirt",
    "description": "<p>Washed\nsoft</p>",
    "brand": "Fjord",
    "type": "Shirts",
    "tags": ["Summer", "linen"],
    "seo": {"title": "Shirt | Fjord"},
    "taxonomy": "aa-1-13-8",
    "status": "active",
    "categories": ["by-name"],
    "images": [{"file": "images/front.png", "alt": "Front"}, {"file": "images/back.png"}],
    "metafields": {
        "custom.material": "Linen",
        "custom.sizes": {"type": "list.number_integer", "value": [1, 2]},
        "custom.with": {"type": "product_reference", "value": "product/cup"},
    },
    "options": {"Size": ["S", "M"]},
    "variants": [
        {
            "sku": "0012",
            "options": {"Size": "S"},
            "price": "49.00",
            "compare_at_price": "59.00",
            "cost": "20.50",
            "barcode": "0401",
            "weight": "250 g",
            "taxable": False,
            "tracked": True,
            "sell_when_out_of_stock": True,
            "image": "images/back.png",
            "stock": {"north": 3, "south": 0},
            "metafields": {"custom.parcel": {"type": "weight", "value": "300 g"}},
        },
        {"sku": "M", "options": {"Size": "M"}, "price": "50.00", "tracked": False, "requires_shipping": False},
    ],
}
CUP = {"key": "cup", "name": "Cup", "status": "draft", "variants": [{"price": "9.00"}]}
CATEGORIES: list[dict[str, Any]] = [
    {"key": "by-hand", "name": "By hand", "products": ["shirt", "cup"], "image": {"file": "images/front.png"}},
    {
        "key": "by-name",
        "name": "By name",
        "sort": "title",
        "metafields": {"custom.season": {"type": "color", "value": "#aabbcc"}},
    },
    {
        "key": "by-rule",
        "name": "By rule",
        "seo": {"description": "Cheap"},
        "conditions": {
            "match": "any",
            "rules": [
                {"field": "price", "relation": "below", "values": ["10.00"]},
                {"field": "tag", "values": ["x", "y"]},
            ],
        },
    },
]
LISTS = {
    "metafields": {
        "product.custom.material": {"name": "Material", "type": "single_line_text_field", "validations": {"max": 50}}
    },
    "redirects": {"/old": {"target": "/new"}},
}


def sold(repository: Repository, products: list[dict[str, Any]], categories: list[dict[str, Any]]) -> None:
    """Put content into the shop, as if somebody else had, and leave the repository empty but for the store's file."""
    repository.has(products)
    repository.has_categories(categories)
    for name, entries in LISTS.items():
        repository.file(f"catalog/{name}.yaml", yaml.safe_dump(entries))
    report = repository.apply(repository.plan())
    assert report.complete, [each for each in report.outcomes if each.result != "applied"] + [*report.left_over]
    forget_us(repository)
    emptied(repository)


def emptied(repository: Repository) -> None:
    for path in sorted((repository.root / "catalog").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.make_shop(**PLACES)
    repository.store_says(STORE)
    repository.file("catalog/images/front.png", a_png(1))
    repository.file("catalog/images/back.png", a_png(2))
    return repository


def imported(repository: Repository, **how: Any) -> ImportReport:
    return import_store("shop", Taking(Destination(repository.root), **how), repository.embedded)


def taken_over(repository: Repository) -> None:
    """Prove that a plan only takes over, that this changes no field, and that nothing is left then."""
    plan = repository.plan()
    assert [] == [f"{each.action} {each.address}" for each in plan.changes if each.action not in {"adopt", "create"}]
    assert {"mark"} >= {each.address.kind for each in plan.changes if each.action == "create"}
    assert [] == [field for change in plan.changes if change.action == "adopt" for field in change.fields]
    report = repository.apply(plan, "adopt")
    assert report.complete, [each for each in report.outcomes if each.result != "applied"] + [*report.left_over]
    assert () == report.left_over
    assert () == repository.plan().changes


def files(repository: Repository) -> dict[str, bytes]:
    found = (path for path in (repository.root / "catalog").rglob("*") if path.is_file())
    return {path.relative_to(repository.root).as_posix(): path.read_bytes() for path in sorted(found)}


@pytest.mark.parametrize("pictures", Pictures)
@pytest.mark.parametrize("stock", StockIn)
def test_a_store_with_every_kind_is_taken_over_without_a_change(
    shop: Repository, pictures: Pictures, stock: StockIn
) -> None:
    sold(shop, [FULL, CUP], CATEGORIES)
    report = imported(shop, pictures=pictures, stock=stock)
    assert (2, 3, ()) == (report.products, report.variants, report.not_carried_over)
    assert {"collections": 3, "metafield definitions": 1, "redirects": 1} == dict(report.others)
    taken_over(shop)
