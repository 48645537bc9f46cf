"""CSV rows: the rows of a Shopify product export, by what each column means, with the line that each begins at.

Columns have two spellings: that of exports since 2012 (``Variant Price``) and that of the template since 2025
(``Price``). Lines are physical lines, as an editor counts them: a quoted field may hold many.
(help.shopify.com, "Using CSV files to import and export products", 2026-10)
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.loading.delimited import not_utf8, records
from reconciler.loading.metafield_columns import MetafieldColumn, metafield_column
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

# What a column means to us → how exports have called it.
_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "description": ("body (html)", "body html", "description"),
    "brand": ("vendor",),
    "category": ("product category",),
    "type": ("type",),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    **{f"option{n}_name": (f"option{n} name",) for n in (1, 2, 3)},
    **{f"option{n}_value": (f"option{n} value",) for n in (1, 2, 3)},
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "price": ("variant price", "price"),
    "compare_at_price": ("variant compare at price", "compare-at price", "compare at price"),
    "cost": ("cost per item",),
    "taxable": ("variant taxable", "charge tax"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "grams": ("variant grams", "weight value (grams)"),
    "unit": ("variant weight unit", "weight unit for display"),
    "requires_shipping": ("variant requires shipping", "requires shipping"),
    "fulfillment": ("variant fulfillment service", "fulfillment service"),
    "gift_card": ("gift card",),
    "image": ("image src", "product image url"),
    "image_position": ("image position",),
    "image_alt": ("image alt text",),
    "variant_image": ("variant image", "variant image url"),
    "seo_title": ("seo title",),
    "seo_description": ("seo description",),
}
_NEEDED: Final = ("handle", "title", "price")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the columns that mean something to us, and the rest by the names that they have in the file."""

    place: Place
    known: Mapping[str, str]
    metafields: Mapping[MetafieldColumn, str]  # only what is not blank
    other: Mapping[str, str]  # only what is not empty

    def text(self, meaning: str) -> str:
        """Return the value without surrounding white space; empty when the file has no such column."""
        return self.known.get(meaning, "").strip()

    def exact(self, meaning: str) -> str:
        """Return the value as it stands, white space and all; empty when it is nothing else."""
        value = self.known.get(meaning, "")
        return value if value.strip() else ""


class Table:
    """One file of rows, read as a stream."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.columns: Mapping[str, str] = {}
        """Meaning → the name of the column in this file; known once the first row was read."""
        self.metafields: Mapping[MetafieldColumn, str] = {}
        """Metafield → the name of its column, likewise."""

    def rows(self, problems: list[Diagnostic]) -> Iterator[Row]:
        """Yield the rows that can be read, and collect what is wrong with the others."""
        try:
            with self.file.open(encoding="utf-8-sig", newline="") as stream:
                yield from self._rows(records(str(self.file), stream), problems)
        except UnicodeDecodeError:
            problems.append(not_utf8(str(self.file), self.file.read_bytes()))
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            problems.append(Diagnostic(f"cannot be read: {reason}", Place(str(self.file))))
        except InvalidInput as error:
            problems += error.diagnostics

    def _rows(self, found: Iterator[tuple[int, list[str]]], problems: list[Diagnostic]) -> Iterator[Row]:
        _, header = next(found, (1, []))
        meanings = self._header(header)
        metafields = self._metafields(header, meanings)
        for line, values in found:
            place = Place(str(self.file), line)
            if len(values) == len(header):
                if any(values):
                    yield _row(place, header, {**meanings, **metafields}, values)
            elif values:
                summary = f"the row has {len(values)} values, and the header {len(header)}"
                hint = "look for a missing quote, or a comma that is not quoted"
                problems.append(Diagnostic(summary, place, hint))

    def _header(self, header: Sequence[str]) -> Mapping[int, str]:
        """Return position → meaning. Raises InvalidInput for a header that is no product export's."""
        place = Place(str(self.file), 1)
        names = [name.strip().lower() for name in header]
        twice = [name for name, times in Counter(names).items() if times > 1 and name]
        if twice:
            raise InvalidInput([Diagnostic(f"the column {twice[0]} is given twice", place, "keep one of them")])
        positions = {meaning: _position(names, spellings) for meaning, spellings in _SPELLINGS.items()}
        found = {meaning: position for meaning, position in positions.items() if position is not None}
        missing = [_SPELLINGS[meaning][0].title() for meaning in _NEEDED if meaning not in found]
        if missing:
            separated = ";" in header[0] or "\t" in header[0] if len(header) == 1 else False
            hint = "save it with commas between the values" if separated else "export products, not inventory"
            columns = "column" if len(missing) == 1 else "columns"
            summary = f"this is no product export: it has no {columns} {' and '.join(missing)}"
            raise InvalidInput([Diagnostic(summary, place, hint)])
        self.columns = {meaning: header[position].strip() for meaning, position in found.items()}
        return {position: meaning for meaning, position in found.items()}

    def _metafields(self, header: Sequence[str], meanings: Mapping[int, str]) -> Mapping[int, MetafieldColumn]:
        """Return position → metafield. Of two columns for one, the later is the one that names it in full."""
        columns = {at: metafield_column(name) for at, name in enumerate(header) if at not in meanings}
        by_name = {column: at for at, column in columns.items() if column is not None}
        self.metafields = {column: header[at].strip() for column, at in by_name.items()}
        return {at: column for column, at in by_name.items()}


def _position(names: Sequence[str], spellings: Sequence[str]) -> int | None:
    return next((names.index(spelling) for spelling in spellings if spelling in names), None)


def _row(
    place: Place, header: Sequence[str], meanings: Mapping[int, str | MetafieldColumn], values: Sequence[str]
) -> Row:
    known: dict[str, str] = {}
    metafields: dict[MetafieldColumn, str] = {}
    other: dict[str, str] = {}
    for position, value in enumerate(values):
        if not value:
            continue
        match meanings.get(position):
            case str() as meaning:
                known[meaning] = value
            case MetafieldColumn() as column:
                if value.strip():
                    metafields[column] = value
            case None:
                other[header[position].strip()] = value
    return Row(place, known, metafields, other)
