"""Tables of stock: ``sku,location,quantity`` as an ERP exports them, in CSV or YAML."""

from collections.abc import Iterator
from typing import Final

from reconciler.loading.places import FilePlaces
from reconciler.model.catalog import StockRow
from reconciler.model.errors import Diagnostic

TABLE_SUFFIXES: Final = (".csv", ".yaml", ".yml")


def stock_rows(file: str, content: bytes, places: FilePlaces, problems: list[Diagnostic]) -> Iterator[StockRow]:
    """Yield the rows of a table, and note everything that is wrong with it."""
    del content, places
    problems.append(Diagnostic(f"{file} is a table"))
    yield from ()
