"""Real product exports: each imports, plans against an empty store, applies, and plans empty; or is refused.

The exports are not ours to ship. RECONCILER_ACCEPTANCE names a folder that holds ``catalogs/shopify-csv/*.csv``.
"""

import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.importing import Target, import_csv
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.errors import InvalidInput
from reconciler.model.money import exact
from tests.contract.repository import Repository

FOLDER = Path(os.environ.get("RECONCILER_ACCEPTANCE", "")) / "catalogs" / "shopify-csv"
FILES = sorted(FOLDER.glob("*.csv")) if os.environ.get("RECONCILER_ACCEPTANCE") else []
WITHOUT_PRODUCTS = {"dutch-7col-inventory-only"}

pytestmark = pytest.mark.skipif(not FILES, reason="RECONCILER_ACCEPTANCE names no folder with exports")

_LIVE = """query($after: String) { products(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  handle title descriptionHtml tags options { name optionValues { name } }
  variants(first: 250) { nodes { sku price compareAtPrice selectedOptions { name value } } }
} } }"""


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    made = Repository(tmp_path, f"csv-{tmp_path.name.replace('_', '-').lower()}", embedded)
    made.make_shop(plan="enterprise")
    made.store_says("")
    return made


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.stem not in WITHOUT_PRODUCTS], ids=lambda file: file.stem
)
def test_an_export_converges_and_equals_the_store(file: Path, repository: Repository) -> None:
    import_csv([file], Target(repository.root))
    report = repository.apply(repository.plan())
    assert report.complete, (
        report.counts(),
        report.left_over[:5],
        [o for o in report.outcomes if o.result != "applied"][:5],
    )
    assert () == repository.plan().changes
    assert _expected(file) == _found(repository)

    sku = _change_one_price(repository.root)
    plan = repository.plan()
    assert [["price"]] == [[field.path for field in change.fields] for change in plan.changes], sku
    assert 1 == repository.apply(plan).mutations
    assert () == repository.plan().changes


@pytest.mark.parametrize("file", [file for file in FILES if file.stem in WITHOUT_PRODUCTS], ids=lambda file: file.stem)
def test_a_file_that_is_no_product_export_is_refused_with_line_and_reason(file: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=rf"{file.name}:1:.*column"):
        import_csv([file], Target(tmp_path))


def _change_one_price(root: Path) -> str:
    file = min((root / "catalog" / "products").glob("*.yaml"))
    lines = file.read_text(encoding="utf-8").split("\n")
    index = next(number for number, line in enumerate(lines) if line.strip().lstrip("- ").startswith("price:"))
    head, _, price = lines[index].partition("price: ")
    lines[index] = f"{head}price: {exact(price.strip()) + 1}"
    file.write_text("\n".join(lines), encoding="utf-8")
    return lines[index]


def _expected(file: Path) -> Mapping[str, Any]:
    """Read the export again, by other means than the importer's."""
    products: dict[str, dict[str, Any]] = {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            if not row["Handle"]:
                continue
            product = products.setdefault(row["Handle"], {"names": [], "variants": []})
            if row.get("Title"):
                product |= {
                    "title": row["Title"].strip(),
                    "html": _html(row["Body (HTML)"]),
                    "tags": _tags(row["Tags"]),
                }
            if not product["names"]:
                names = [row.get(f"Option{number} Name") or "" for number in (1, 2, 3)]
                product["names"] = [name.strip() for name in names if name.strip()]
            if row["Variant Price"]:
                values = [(row.get(f"Option{number} Value") or "").strip() for number in (1, 2, 3)]
                compare = row["Variant Compare At Price"]
                product["variants"].append(
                    (
                        tuple(values[: len(product["names"])]),
                        exact(row["Variant Price"]),
                        exact(compare) if compare else None,
                    )
                )
    return {
        handle: {**product, "variants": sorted(product["variants"], key=str)} for handle, product in products.items()
    }


def _html(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _tags(text: str) -> set[str]:
    return {tag.strip().casefold() for tag in text.split(",") if tag.strip()}


def _found(repository: Repository) -> Mapping[str, Any]:
    return {
        product["handle"]: {
            "title": product["title"],
            "html": _html(product["descriptionHtml"]),
            "tags": {tag.casefold() for tag in product["tags"]},
            "names": [option["name"] for option in product["options"]],
            "variants": sorted((_variant(variant) for variant in product["variants"]["nodes"]), key=str),
        }
        for product in _products(repository)
    }


def _variant(variant: Mapping[str, Any]) -> tuple[Any, ...]:
    compare = variant["compareAtPrice"]
    values = tuple(option["value"] for option in variant["selectedOptions"])
    return (values, exact(variant["price"]), exact(compare) if compare else None)


def _products(repository: Repository) -> Iterator[Mapping[str, Any]]:
    after = None
    while True:
        page = repository.ask(_LIVE, {"after": after})["products"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]
