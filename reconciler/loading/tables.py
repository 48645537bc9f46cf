"""Tables of stock: ``sku,location,quantity`` as an ERP exports them, in CSV or YAML.

In CSV the columns stand in any order, apart by commas, semicolons or tabs; ``intent``, ``adjust`` and ``reference`` may
stand beside them. In YAML a table is a list of such rows, or ``SKU: {location: quantity}`` as in a product's file.
Every row that is wrong is told; a table with one gives nothing.
"""

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from reconciler.loading.delimited import not_utf8, records
from reconciler.loading.places import FilePlaces
from reconciler.loading.scalars import YamlValue
from reconciler.loading.stock_cells import COLUMNS, header_of, row_of
from reconciler.loading.validation import Refused, spelled, validated
from reconciler.loading.yaml import parse
from reconciler.model.catalog import StockRow
from reconciler.model.document import Text
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place
from reconciler.model.stocktaking import LocationName, Stock, Stocks, location_name, spelled_out

TABLE_SUFFIXES: Final = (".csv", ".tsv", ".yaml", ".yml")
_SEPARATORS: Final = (",", ";", "\t")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def _sku(text: str) -> str:
    if not text.strip():
        message = f"{text!r} is blank; expected the sku of a variant"
        raise ValueError(message)
    return text.strip()


class Row(Stock):
    """A row of a list in YAML."""

    sku: Annotated[Text, Field(min_length=1, max_length=255), AfterValidator(_sku)]
    """The SKU of a variant."""
    location: LocationName
    """The location, as the stores' files name it."""


StockTable = list[Row] | dict[str, Stocks]
"""What a table in YAML may be: rows, or SKU → location → quantity."""


def stock_rows(file: str, content: bytes, places: FilePlaces, problems: list[Diagnostic]) -> Iterator[StockRow]:
    """Yield the rows of a table, and note everything that is wrong with it."""
    found: list[Diagnostic] = []
    rows: list[StockRow] = []
    try:
        if file.lower().endswith((".csv", ".tsv")):
            rows += _of_csv(file, content, found)
        else:
            rows += _of_yaml(parse(file, content), places, found)
    except InvalidInput as error:
        found += error.diagnostics
    problems += found
    if not found:
        yield from rows


def _of_csv(file: str, content: bytes, problems: list[Diagnostic]) -> Iterator[StockRow]:
    text = decoded(file, content)
    found = records(file, StringIO(text, newline=""), separator_of(file, text))
    line, names = next(found, (1, []))
    header = header_of(names, Place(file, line))
    for line, values in found:
        place = Place(file, line)
        if len(values) == len(names):
            if any(value.strip() for value in values):
                row = row_of(dict(zip(header, values, strict=True)), place, problems)
                yield from [row] if row is not None else []
        elif any(value.strip() for value in values):
            summary = f"the row has {len(values)} values, and the header {len(names)}"
            problems.append(Diagnostic(summary, place, "look for a missing quote, or a separator that is not quoted"))


def decoded(file: str, content: bytes) -> str:
    """Return the text of a table, without the mark at its beginning. Raises InvalidInput."""
    if content.startswith(_UTF16):
        raise InvalidInput([Diagnostic("the file is UTF-16; expected UTF-8", Place(file), "save it as UTF-8")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput([not_utf8(file, content)]) from None


def separator_of(file: str, text: str) -> str:
    """Return what makes the most columns that we know of the first line; a comma where none does."""
    first = text.partition("\n")[0].splitlines()[:1]

    def known(separator: str) -> int:
        try:
            _, names = next(records(file, first, separator), (1, []))
        except InvalidInput:
            return 0
        return len({name.strip().lower() for name in names} & COLUMNS)

    return max(_SEPARATORS, key=known)


def _of_yaml(document: YamlValue, places: FilePlaces, problems: list[Diagnostic]) -> Iterator[StockRow]:
    match document:
        case list():
            yield from _of_list(document, places, problems)
        case Mapping():
            yield from _of_mapping(document, places, problems)
        case _:
            summary = f"the file holds {spelled(document)}; expected rows of stock"
            problems.append(
                Diagnostic(summary, places.value(()), "write each as - {sku: ..., location: ..., quantity: 1}")
            )


def _of_list(rows: list[YamlValue], places: FilePlaces, problems: list[Diagnostic]) -> Iterator[StockRow]:
    for position, value in enumerate(rows):
        place = places.value((position,))
        if not isinstance(value, Mapping):
            summary = f"expected a row of stock; this is {spelled(value)}"
            problems.append(Diagnostic(summary, place, "write it as {sku: ..., location: ..., quantity: 1}"))
            continue
        try:
            row = validated(Row, value, places.places.of(places.file, (position,)))
            yield StockRow(row.sku, row.location, row, place)
        except Refused as refused:
            problems += refused.diagnostics


def _of_mapping(skus: Mapping[str, YamlValue], places: FilePlaces, problems: list[Diagnostic]) -> Iterator[StockRow]:
    for sku, locations in skus.items():
        if not sku.strip():
            problems.append(Diagnostic("the sku is blank", places.key((sku,)), "write the sku of a variant"))
        elif not isinstance(locations, Mapping):
            summary = f"the stock of {sku} is {spelled(locations)}; expected location: quantity"
            problems.append(Diagnostic(summary, places.value((sku,)), f"write {sku}: {{LOCATION: 1}}"))
        else:
            yield from _at_locations(sku.strip(), locations, places, problems)


def _at_locations(
    sku: str, locations: Mapping[str, YamlValue], places: FilePlaces, problems: list[Diagnostic]
) -> Iterator[StockRow]:
    for name, value in locations.items():
        place, given = places.value((sku, name)), spelled_out(value)
        if given is not None and not isinstance(given, Mapping):
            summary = f"the stock of {sku} at {name} is {spelled(given)}; expected a whole number"
            problems.append(Diagnostic(summary, place, "write digits alone, such as 12"))
            continue
        try:
            location_name(name)
            stock = None if given is None else validated(Stock, given, places.places.of(places.file, (sku, name)))
            yield StockRow(sku, name, stock, place)
        except ValueError as error:
            problems.append(Diagnostic(str(error), places.key((sku, name))))
        except Refused as refused:
            problems += refused.diagnostics
