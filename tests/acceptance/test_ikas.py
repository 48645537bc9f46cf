# ruff: noqa: RUF001  the columns are Turkish
"""An ikas export in Turkish: a mapping of its own makes fields and metafields of its columns."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.acceptance.facts import ProductFacts, VariantFacts, image_name, plain_html, plain_tags, plain_value
from tests.acceptance.folder import catalogs, without_catalogs
from tests.acceptance.ikas import CURRENCY, Row, Sheet, handle, images, listed, option_names, option_values, slug
from tests.acceptance.round_trip import STORE, converges, one_change_is_one_field
from tests.acceptance.tree import Tree
from tests.contract.repository import Repository

pytestmark = without_catalogs


@pytest.mark.slow
@pytest.mark.parametrize("file", catalogs("other-commerce/ikas-*.csv"), ids=lambda it: it.stem)
def test_the_catalog_converges_and_equals_the_store(file: Path, repository: Repository) -> None:
    sheet = Sheet(file)
    sheet.write(repository.root)
    Tree(repository.root).mapping("ikas")
    repository.currency = CURRENCY
    repository.shop += "-try"
    repository.make_shop(plan="enterprise", media_processing_ms=0)
    repository.store_says(f"{STORE}mapping: ikas\n")
    converges(repository, {handle(rows[0]): _product(rows) for rows in sheet.groups.values()})
    one_change_is_one_field(repository)


def _product(rows: list[Row]) -> ProductFacts:
    first = rows[0]
    metafields = {"supplier": first["Tedarikçi"], "google_category": first["Google Ürün Kategorisi"]}
    return ProductFacts(
        first["İsim"].strip(),
        plain_html(first["Açıklama"]),
        first["Marka"],
        plain_tags(first["Etiketler"].split(";")),
        option_names(first) or ["Title"],
        [(image_name(address), "") for address in images(rows)],
        {f"ikas.{name}": plain_value(text) for name, text in metafields.items() if text},
        {slug(path) for path in listed(first["Kategoriler"])},
        [_variant(row) for row in rows],
    )


def _variant(row: Row) -> VariantFacts:
    full, reduced = row["Satış Fiyatı"], row["İndirimli Fiyatı"]
    shown = listed(row["Resim URL"])
    return VariantFacts(
        tuple(option_values(row)) or ("Default Title",),
        Decimal(reduced or full),
        Decimal(full) if reduced else None,
        row["SKU"],
        image_name(shown[0]) if shown else None,
        int(row["Stok:Ana Depo"] or 0),
    )
