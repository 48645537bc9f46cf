"""One product of a Shopify export: its rows become the document that a file of the catalog would hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from reconciler.loading.csv_rows import Row
from reconciler.loading.exported import (
    Reading,
    is_hidden,
    is_stand_in,
    is_without_options,
    tag_list,
    taxonomy_code,
    variant_names,
)
from reconciler.loading.metafield_columns import MetafieldColumn, metafield_value
from reconciler.loading.validation import spelled
from reconciler.loading.weights import GRAMS, weight_text
from reconciler.model.errors import Diagnostic
from reconciler.model.money import exact
from reconciler.model.origin import FieldPath, Place

COUNTED: Final = "shopify"
"""The tracker that says that the store counts the stock itself."""

_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}
_POLICIES: Final = {"deny": False, "continue": True, "false": False, "true": True}
_QUANTITY: Final = re.compile(r"[+-]?\d{1,12}(\.0+)?")


@dataclass(slots=True)
class Draft:
    """The rows of one handle: where the product begins, its variants, and its pictures in their order."""

    first: Row
    columns: Mapping[str, str]
    variants: list[Row] = field(default_factory=list)
    pictures: list[Row] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # number of the option → its name

    @property
    def handle(self) -> str:
        """The handle that all rows have."""
        return self.first.text("handle")


def sku_of(row: Row) -> str:
    """Return the SKU of a row: spreadsheets are told by a leading ' that digits are text, and some write it out."""
    return row.text("sku").removeprefix("'").strip()


def is_counted(row: Row) -> bool:
    """Return whether the quantity of a row is one that the store counts."""
    return row.text("tracker").lower() == COUNTED


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rows of one product mean depends on all rows: SKUs that are shared, types of metafields."""

    reading: Reading
    shared: frozenset[str]
    types: Mapping[MetafieldColumn, str]


class CsvDocument:
    """Builds the document of one product, and finds the row that each of its values came from."""

    def __init__(self, draft: Draft, sheet: Sheet, problems: list[Diagnostic]) -> None:
        self._draft = draft
        self._sheet = sheet
        self._problems = problems
        self._names = self._option_names()
        self._pictures: dict[str, Row] = {}  # address → the row that brings it first

    def product(self, key: str, handle: str) -> dict[str, object]:
        """Return the document."""
        first = self._draft.first
        document: dict[str, object] = {"key": key}
        if name := first.exact("title"):
            document["name"] = name
        else:
            summary = f"{handle} has no title in its first row; expected its name"
            self._problems.append(Diagnostic(summary, first.place, "fill the column Title"))
            document["name"] = "-"
        if handle != key:
            document["handle"] = handle
        document |= {name: text for name in ("description", "brand", "type") if (text := first.exact(name))}
        if tags := tag_list(first.text("tags").split(",")):
            document["tags"] = tags
        return document | self._where() | self._content() | self._choices()

    def value(self, path: FieldPath) -> Place:
        """Return the place of the row that a value of the document came from, or of the product's first."""
        match path:
            case ("variants", int() as position, *_) if position < len(self._draft.variants):
                return self._draft.variants[position].place
            case ("images", int() as position, *_) if position < len(self._pictures):
                return list(self._pictures.values())[position].place
            case _:
                return self._draft.first.place

    def key(self, path: FieldPath) -> Place:
        """Return the same: rows have no keys."""
        return self.value(path)

    def written(self, path: FieldPath) -> str | None:
        """Return None: all values of a row are text."""
        del path
        return None

    def _where(self) -> dict[str, object]:
        """Return what says where and how the product is seen."""
        first = self._draft.first
        fields: dict[str, object] = {}
        status = first.text("status").lower()
        published = first.text("published").lower()
        if published and published not in _FLAGS:
            column = self._draft.columns["published"]
            self._add(first, f"{column} is {spelled(first.text('published'))}; expected true or false", "correct it")
        if is_hidden(status, published=_FLAGS.get(published, True)):
            fields["published"] = False
        seo = {name: text for name in ("title", "description") if (text := first.exact(f"seo_{name}"))}
        if seo:
            fields["seo"] = seo
        if status:
            fields["status"] = status
        if code := taxonomy_code(first.text("category")):
            fields["taxonomy"] = code
        return fields

    def _content(self) -> dict[str, object]:
        """Return the images and the metafields of the product."""
        fields: dict[str, object] = {}
        images = list(self._images())
        if images:
            fields["images"] = images
        if metafields := self._metafields(self._draft.first, "product"):
            fields["metafields"] = metafields
        return fields

    def _images(self) -> Iterator[dict[str, object]]:
        """Yield the images in their order; one that only a variant names comes last."""
        for row in sorted(self._draft.pictures, key=self._position):
            address = row.text("image")
            if address in self._pictures:
                continue
            self._pictures[address] = row
            alt = row.exact("image_alt")
            yield {"url": address, "alt": alt} if alt else {"url": address}
        for row in self._draft.variants:
            address = row.text("variant_image")
            if address and address not in self._pictures:
                self._pictures[address] = row
                yield {"url": address}

    def _position(self, row: Row) -> int:
        text = row.text("image_position")
        if text and not _QUANTITY.fullmatch(text):
            column = self._draft.columns["image_position"]
            self._add(row, f"{column} is {spelled(text)}; expected a whole number", "correct it")
            return 0
        return int(text.partition(".")[0]) if text else len(self._draft.pictures)

    def _metafields(self, row: Row, owner: str) -> dict[str, object]:
        types = self._sheet.types
        return {
            column.name: {"type": types[column], "value": metafield_value(types[column], text)}
            for column, text in row.metafields.items()
            if column.owner == owner
        }

    def _option_names(self) -> Mapping[int, str]:
        names = dict(sorted(self._draft.names.items()))
        values = [row.exact("option1_value") for row in self._draft.variants]
        if is_without_options(names.values(), values) and list(names) == [1]:
            return {}
        if len(set(names.values())) < len(names):
            summary = f"two options have one name: {', '.join(names.values())}"
            self._problems.append(Diagnostic(summary, self._draft.first.place, "give each a name of its own"))
        return names

    def _choices(self) -> dict[str, object]:
        """Return the variants, and the options with their values in the order in which the rows bring them up."""
        variants: dict[str, object] = {"variants": [self._variant(row) for row in self._draft.variants]}
        if not self._names:
            return variants
        seen: dict[str, dict[str, None]] = {name: {} for name in self._names.values()}
        for row in self._draft.variants:
            for name, value in self._values(row).items():
                seen[name][value] = None
        return {"options": {name: list(values) for name, values in seen.items()}, **variants}

    def _values(self, row: Row) -> dict[str, str]:
        texts = {name: row.exact(f"option{number}_value") for number, name in self._names.items()}
        return {name: text for name, text in texts.items() if text}

    def _variant(self, row: Row) -> dict[str, object]:
        values = self._values(row)
        for number in (1, 2, 3):
            value = row.exact(f"option{number}_value")
            if value and number not in self._names and not is_stand_in(value):
                summary = f'option {number} has the value "{value}" and no name'
                self._add(row, summary, f"fill the column Option{number} Name in the product's first row")
        variant = variant_names(sku_of(row), values, self._sheet.shared)
        if values:
            variant["options"] = values
        prices = {name: row.text(name) for name in ("price", "compare_at_price", "cost") if row.text(name)}
        variant |= {name: self._sheet.reading.amounts(text) for name, text in prices.items()}
        if "price" not in variant:
            self._add(row, "the variant has no price; expected an amount", "fill the column of its price")
            variant["price"] = "0"
        if barcode := row.text("barcode").removeprefix("'").strip():
            variant["barcode"] = barcode
        return variant | self._weight(row) | self._switches(row) | self._belongings(row)

    def _belongings(self, row: Row) -> dict[str, object]:
        """Return what hangs on a variant: its image, its stock, its metafields."""
        fields: dict[str, object] = {}
        if address := row.text("variant_image"):
            fields["image"] = address
        quantity = row.text("quantity").removeprefix("'")
        if quantity and is_counted(row):
            if _QUANTITY.fullmatch(quantity):
                fields["stock"] = {self._sheet.reading.location: int(quantity.partition(".")[0])}
            else:
                column = self._draft.columns["quantity"]
                self._add(row, f"{column} is {spelled(quantity)}; expected a whole number", "correct it")
        if metafields := self._metafields(row, "variant"):
            fields["metafields"] = metafields
        return fields

    def _weight(self, row: Row) -> dict[str, object]:
        grams, unit = row.text("grams"), row.text("unit").lower() or "g"
        if not grams:
            return {}
        if unit not in GRAMS:
            self._add(row, f"the weight unit {unit} is not known; expected {', '.join(GRAMS)}", "correct it")
            return {}
        try:
            amount: Decimal | None = exact(grams)
        except ValueError:
            amount = None
        if amount is None or amount < 0:
            self._add(row, f"the weight {grams} is not a number of grams; expected digits, such as 250", "correct it")
            return {}
        return {"weight": weight_text(amount, unit)}

    def _switches(self, row: Row) -> dict[str, object]:
        switches: dict[str, object] = {}
        for name, meaning, choices in (
            ("taxable", "taxable", _FLAGS),
            ("requires_shipping", "requires_shipping", _FLAGS),
            ("sell_when_out_of_stock", "policy", _POLICIES),
        ):
            text = row.text(meaning).lower()
            if text in choices:
                switches[name] = choices[text]
            elif text:
                column = self._draft.columns[meaning]
                expected = " or ".join(list(choices)[:2]) if choices is _POLICIES else "true or false"
                self._add(row, f"{column} is {spelled(row.text(meaning))}; expected {expected}", "correct it")
        if "tracker" in self._draft.columns:
            switches["tracked"] = bool(row.text("tracker"))
        return switches

    def _add(self, row: Row, summary: str, hint: str) -> None:
        self._problems.append(Diagnostic(summary, row.place, hint))
