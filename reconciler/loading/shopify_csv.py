"""A Shopify product export becomes products. What the catalog has no place for is counted, never dropped in silence.

Rows of one handle make one product, wherever they stand; the first holds the product's own values, each row with an
option value, a SKU or a price is a variant, and every row may bring a picture. Stores keep white space around the
names and values of options, so it is kept here. Blank cells are left out, which means "not ours": an export cannot
tell a cleared field from one that nobody ever filled.

Quantities are carried over where the store counts them; elsewhere an export writes numbers that mean nothing. A
product that is not in the online store, and would be seen in one, is kept out of every store.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from reconciler.loading.csv_document import CsvDocument, Draft, Sheet, is_counted, sku_of
from reconciler.loading.csv_rows import Row, Table
from reconciler.loading.exported import (
    NO_GIFT_CARDS,
    NO_PLACE,
    Export,
    NotCarriedOver,
    Reading,
    checked,
    free_key,
    shared_skus,
    taxonomy_code,
)
from reconciler.loading.metafield_columns import MetafieldColumn, column_type
from reconciler.loading.validation import spelled
from reconciler.model.catalog import Product
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

_TELLING: Final = ("title", "status")  # what tells two products of one handle apart
_FIRST_ONLY: Final = (
    "description",
    "brand",
    "type",
    "tags",
    "seo_title",
    "seo_description",
    "published",
    "category",
    "gift_card",
)
_OF_VARIANT: Final = ("option1_value", "option2_value", "option3_value", "sku", "barcode", "price", "cost")
# What is not carried over, but says nothing as long as it has this value.
_USUAL: Final = {"fulfillment": {"manual"}, "tracker": {"shopify"}}
_WHY_NOT: Final = {
    "fulfillment": "the catalog does not say who ships",
    "tracker": "somebody other than Shopify counts it, so its quantities are not ours",
    "category": "a category by name; write its code under taxonomy",
    "quantity": "nobody counts this variant, so the number means nothing",
    "image_alt": "there is no picture beside it",
    "variant_image": "the row is no variant",
    "image": "the product has this picture already",
}
_FIRST_ROW: Final = "only the first row of a product, or a row of a variant, speaks of it"
_NO_CATEGORY: Final = "uncategorized"


def read_export(files: Sequence[Path], reading: Reading | None = None) -> Export:
    """Return the products of the files.

    Raises InvalidInput with every problem of every file.
    """
    problems: list[Diagnostic] = []
    lost: Counter[tuple[str, str]] = Counter()
    drafts: dict[str, Draft] = {}
    for file in files:
        table = Table(file)
        for row in table.rows(problems):
            _collect(row, table, drafts, problems)
            lost.update(_lost(row, table, drafts.get(row.text("handle").lower())))
    if not (drafts or problems):
        problems.append(Diagnostic("there are no products to import", Place(str(files[0])) if files else None))
    wanted = {handle: draft for handle, draft in drafts.items() if not _is_gift_card(draft)}
    products = list(_products(wanted, reading or Reading(), problems))
    if problems:
        raise InvalidInput(problems)
    return Export(tuple(products), tuple(NotCarriedOver(column, times, why) for (column, why), times in lost.items()))


def _lost(row: Row, table: Table, draft: Draft | None) -> Iterator[tuple[str, str]]:
    """Yield the names of the columns of a row whose values are not carried over, each with the reason."""
    columns = table.columns
    if draft is not None and _is_gift_card(draft):
        yield from [(columns["gift_card"], NO_GIFT_CARDS)] if row is draft.first else []
        return
    yield from ((column, NO_PLACE) for column in row.other)
    if draft is None:
        return
    for meaning in _FIRST_ONLY:  # Shopify, too, reads these from a product's first row
        if row.text(meaning) and row.text(meaning) != draft.first.text(meaning):
            yield columns[meaning], _FIRST_ROW
    for column, value in row.metafields.items():
        if not _is_read(column, row, draft) and value != draft.first.metafields.get(column):
            yield table.metafields[column], _FIRST_ROW
    for meaning, usual in _USUAL.items():
        if row.text(meaning) and row.text(meaning).lower() not in usual:
            yield columns[meaning], _WHY_NOT[meaning]
    yield from ((columns[meaning], _WHY_NOT[meaning]) for meaning in _lost_otherwise(row, draft))


def _is_gift_card(draft: Draft) -> bool:
    return draft.first.text("gift_card").lower() not in {"", "false"}


def _is_read(column: MetafieldColumn, row: Row, draft: Draft) -> bool:
    return row is draft.first if column.owner == "product" else _is_variant(row, draft)


def _lost_otherwise(row: Row, draft: Draft) -> Iterator[str]:
    category = row.text("category")
    if row is draft.first and category and category.lower() != _NO_CATEGORY and taxonomy_code(category) is None:
        yield "category"
    quantity = row.text("quantity")
    if quantity not in {"", "0"} and not (_is_variant(row, draft) and is_counted(row)):
        yield "quantity"
    if row.text("image_alt") and not row.text("image"):
        yield "image_alt"
    if row.text("variant_image") and not _is_variant(row, draft):
        yield "variant_image"
    if row.text("image") and any(other.text("image") == row.text("image") for other in draft.pictures[:-1]):
        yield "image"


def _is_variant(row: Row, draft: Draft) -> bool:
    return row is draft.first or any(row.text(meaning) for meaning in _OF_VARIANT)


def _collect(row: Row, table: Table, drafts: dict[str, Draft], problems: list[Diagnostic]) -> None:
    handle = row.text("handle")
    if not handle:
        problems.append(Diagnostic("the row has no handle", row.place, "give it that of its product"))
        return
    draft = drafts.setdefault(handle.lower(), Draft(row, table.columns))
    if handle != draft.handle:
        summary = f"the handle is {handle} here, and {draft.handle} at {draft.first.place}; case makes no difference"
        problems.append(Diagnostic(summary, row.place, "spell it alike, or give one of the products another"))
        return
    if draft.first.place.file != row.place.file:
        summary = f"{handle} is also in {draft.first.place}"
        problems.append(Diagnostic(summary, row.place, "import one of the files, or rename one of the products"))
        return
    problems += _contradictions(row, draft)
    for number in (1, 2, 3):
        if name := row.exact(f"option{number}_name"):
            draft.names.setdefault(number, name)
    if _is_variant(row, draft):
        draft.variants.append(row)
    if row.text("image"):
        draft.pictures.append(row)


def _contradictions(row: Row, draft: Draft) -> Iterator[Diagnostic]:
    """Yield the values of a product that a later row gives otherwise."""
    if row is draft.first:
        return
    first = draft.first
    for meaning in _TELLING:
        if row.text(meaning) and row.text(meaning).lower() != first.text(meaning).lower():
            column, said = draft.columns[meaning], spelled(first.text(meaning))
            summary = f"{column} is {spelled(row.text(meaning))}, and {said} where the product begins, at {first.place}"
            yield Diagnostic(summary, row.place, "give the product a handle of its own, or correct one of them")
    for number in (1, 2, 3):
        name, known = row.exact(f"option{number}_name"), draft.names.get(number)
        if name and known and name != known:
            yield Diagnostic(f"option {number} is called {name} here, and {known} above", row.place, "use one name")


def _products(drafts: Mapping[str, Draft], reading: Reading, problems: list[Diagnostic]) -> Iterator[Product]:
    skus = Counter(sku_of(row) for draft in drafts.values() for row in draft.variants)
    sheet = Sheet(reading, shared_skus(skus), _types(drafts))
    keys: set[str] = set()
    for draft in drafts.values():
        document = CsvDocument(draft, sheet, problems)
        product = checked(document.product(free_key(draft.handle, keys), draft.handle), document, problems)
        if product is not None:
            yield product


def _types(drafts: Mapping[str, Draft]) -> Mapping[MetafieldColumn, str]:
    """Return the type of each metafield, which all its values of all files have."""
    values: dict[MetafieldColumn, list[str]] = {}
    for draft in drafts.values():
        for column, text in draft.first.metafields.items():
            if column.owner == "product":
                values.setdefault(column, []).append(text)
        for row in draft.variants:
            for column, text in row.metafields.items():
                if column.owner == "variant":
                    values.setdefault(column, []).append(text)
    return {column: column_type(column, texts) for column, texts in values.items()}
