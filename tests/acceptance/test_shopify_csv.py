"""Real product exports: each imports, plans against an empty store, applies, and plans empty; or is refused."""

import csv
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from reconciler.app.importing.export import Destination, import_csv
from reconciler.model.errors import InvalidInput
from tests.acceptance.facts import ProductFacts, VariantFacts, image_name, plain_html, plain_tags, plain_value
from tests.acceptance.folder import catalogs, without_catalogs
from tests.acceptance.round_trip import converges, one_change_is_one_field
from tests.contract.repository import Repository

WITHOUT_PRODUCTS = {"dutch-7col-inventory-only"}
FILES = catalogs("shopify-csv/*.csv")

pytestmark = without_catalogs

Row = Mapping[str, str]


@pytest.mark.slow
@pytest.mark.parametrize("file", [file for file in FILES if file.stem not in WITHOUT_PRODUCTS], ids=lambda it: it.stem)
def test_an_export_converges_and_equals_the_store(file: Path, repository: Repository) -> None:
    import_csv([file], Destination(repository.root))
    converges(repository, said(file))
    one_change_is_one_field(repository)


@pytest.mark.parametrize("file", [file for file in FILES if file.stem in WITHOUT_PRODUCTS], ids=lambda it: it.stem)
def test_a_file_that_is_no_product_export_is_refused_with_line_and_reason(file: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=rf"{file.name}:1:.*column"):
        import_csv([file], Destination(tmp_path))


def said(file: Path) -> Mapping[str, ProductFacts]:
    """Read the export again, by other means than the importer's: what a store is to hold."""
    rows: dict[str, list[Row]] = {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["Handle"]:
                rows.setdefault(row["Handle"], []).append(row)
    return {handle: _product(group) for handle, group in rows.items() if not _is_kept_out(group[0])}


def _is_kept_out(first: Row) -> bool:
    if first.get("Gift Card", "").lower() == "true":
        return True
    return first["Published"].lower() == "false" and first.get("Status", "active").lower() == "active"


def _product(rows: list[Row]) -> ProductFacts:
    first = rows[0]
    names = [name for number in (1, 2, 3) if (name := (first.get(f"Option{number} Name") or "").strip())]
    shown = [row for row in rows if row["Image Src"]]
    shown.sort(key=lambda row: int(row["Image Position"] or len(shown)))
    return ProductFacts(
        first["Title"].strip(),
        plain_html(first["Body (HTML)"]),
        first["Vendor"].strip() or None,
        plain_tags(first["Tags"].split(",")),
        names,
        [(image_name(row["Image Src"].strip()), row["Image Alt Text"].strip()) for row in shown],
        dict(_metafields(first)),
        set(),
        [_variant(row, len(names)) for row in rows if row["Variant Price"]],
    )


def _metafields(first: Row) -> Iterator[tuple[str, str]]:
    for column, cell in first.items():
        google = re.fullmatch(r"Google Shopping / (.*)", column)
        named = re.search(r"\(product\.metafields\.(.*)\)$", column)
        if cell.strip() and google:
            yield f"mm-google-shopping.{google[1].lower().replace(' ', '_')}", plain_value(cell)
        elif cell.strip() and named:
            yield named[1], plain_value(cell)


def _variant(row: Row, options: int) -> VariantFacts:
    values = [(row.get(f"Option{number} Value") or "").strip() for number in (1, 2, 3)]
    compare_at, quantity = row["Variant Compare At Price"], row.get("Variant Inventory Qty")
    return VariantFacts(
        tuple(values[:options]),
        Decimal(row["Variant Price"]),
        Decimal(compare_at) if compare_at else None,
        row["Variant SKU"].strip().removeprefix("'"),
        image_name(row["Variant Image"].strip()) if row["Variant Image"] else None,
        int(quantity) if quantity and row["Variant Inventory Tracker"] == "shopify" else None,
    )
