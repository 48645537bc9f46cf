"""Real exports import whole. Opt in with RECONCILER_ACCEPTANCE: a folder that holds catalogs/shopify-csv/*.csv."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from reconciler.app.importing.export import Destination, import_csv
from reconciler.loading.catalog import load_catalog
from reconciler.loading.exported import Reading
from reconciler.loading.shopify_csv import read_export
from reconciler.loading.source import WorkTree
from reconciler.model.catalog import Product, Variant
from reconciler.model.errors import InvalidInput
from tests.acceptance.folder import catalogs, without_catalogs

FILES = catalogs("shopify-csv/*.csv")
EXPORTS = [file for file in FILES if "inventory-only" not in file.name]
INVENTORIES = [file for file in FILES if "inventory-only" in file.name]

pytestmark = without_catalogs


def named(file: Path) -> str:
    return file.stem


def rows_by_handle(file: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each handle, by a reader of its own."""
    found: dict[str, list[dict[str, str]]] = {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["Handle"], []).append(row)
    return {handle: rows for handle, rows in found.items() if rows[0].get("Gift Card", "").lower() != "true"}


def variant_rows(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["Variant Price"]]


def is_hidden(first: dict[str, str]) -> bool:
    return first["Published"].lower() == "false" and first.get("Status", "active").lower() == "active"


def pictures(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Address and alternative text, in order."""
    shown = [row for row in rows if row["Image Src"]]
    shown.sort(key=lambda row: int(row["Image Position"] or len(shown)))
    return [(row["Image Src"], row["Image Alt Text"]) for row in shown]


def stocked(row: dict[str, str]) -> dict[str, int]:
    quantity = row.get("Variant Inventory Qty")
    return {"default": int(quantity)} if quantity and row["Variant Inventory Tracker"] == "shopify" else {}


def differences(product: Product, rows: list[dict[str, str]]) -> Iterator[str]:
    """What a product says otherwise than its rows."""
    first = rows[0]
    tags = [tag.strip() for tag in first["Tags"].split(",") if tag.strip()]
    yield from (
        f"{given!r} instead of {said!r}"
        for given, said in (
            (product.name, first["Title"]),
            (product.description or "", first["Body (HTML)"]),
            (product.brand or "", first["Vendor"]),
            (product.type or "", first["Type"]),
            (product.status or "", first.get("Status", "").lower()),
            (list(product.tags or ()), tags),
            (product.published, not is_hidden(first)),
            ([(image.source, image.alt or "") for image in product.images or ()], pictures(rows)),
        )
        if given != said
    )
    sold = variant_rows(rows)
    if len(sold) != len(product.variants):
        yield f"{len(sold)} rows with a price, {len(product.variants)} variants"
    names = [first[f"Option{n} Name"] for n in (1, 2, 3) if first[f"Option{n} Name"]]
    if (names, [row["Option1 Value"] for row in sold]) == (["Title"], ["Default Title"]):
        names = []
    if names != list(product.options or {}):
        yield f"options {names}"
    for variant, row in zip(product.variants, sold, strict=False):
        yield from variant_differences(variant, row, names)
    for number, name in enumerate(names, 1):
        values = tuple(dict.fromkeys(row[f"Option{number} Value"] for row in sold))
        if values != (product.options or {})[name]:
            yield f"values of {name}: {values}"


def variant_differences(variant: Variant, row: dict[str, str], names: list[str]) -> Iterator[str]:
    options = {name: row[f"Option{number} Value"] for number, name in enumerate(names, 1)}
    if list(options.items()) != list(variant.options.items()):
        yield f"option values {options}"
    if (variant.sku or "") != row["Variant SKU"].lstrip("'"):
        yield f"sku {row['Variant SKU']}"
    if (variant.barcode or "") != row["Variant Barcode"].lstrip("'"):
        yield f"barcode {row['Variant Barcode']}"
    amounts = {"price": "Variant Price", "compare_at_price": "Variant Compare At Price", "cost": "Cost per item"}
    for field, column in amounts.items():
        expected = {"": Decimal(row[column])} if row.get(column) else None
        if expected != getattr(variant, field):
            yield f"{field} {row[column]}"
    if row["Variant Image"] != (variant.image or ""):
        yield f"image {row['Variant Image']}"
    if stocked(row) != {name: stock.quantity for name, stock in (variant.stock or {}).items() if stock}:
        yield f"stock {row.get('Variant Inventory Qty')}"
    if row["Variant Taxable"].lower() != str(variant.taxable).lower():
        yield f"taxable {row['Variant Taxable']}"


@pytest.mark.parametrize("file", EXPORTS, ids=named)
def test_what_is_loaded_is_what_was_imported_and_what_the_csv_says(file, tmp_path):
    report = import_csv([file], Destination(tmp_path))
    loaded = {key: entry.product for key, entry in load_catalog(WorkTree(tmp_path)).entries.items()}
    by_handle = {product.handle or product.key: product for product in loaded.values()}
    rows = rows_by_handle(file)
    assert rows.keys() == by_handle.keys()
    assert (len(rows), len(rows)) == (report.products, len(report.written))
    found = [f"{handle}: {text}" for handle in rows for text in differences(by_handle[handle], rows[handle])]
    assert [] == found
    imported = {product.key: product for product in read_export([file], Reading()).products}
    assert imported == loaded
    for key, product in imported.items():
        assert product.model_dump_json(exclude_unset=True) == loaded[key].model_dump_json(exclude_unset=True)


@pytest.mark.parametrize("file", INVENTORIES, ids=named)
def test_an_inventory_is_refused_and_nothing_is_written(file, tmp_path):
    with pytest.raises(InvalidInput, match="this is no product export"):
        import_csv([file], Destination(tmp_path))
    assert [] == list(tmp_path.iterdir())
