"""What is known of a catalog's files, so that they need not be read again: they were found right before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from reconciler.model.catalog import Catalog, Entry, ListedEntry, StockRow
from reconciler.model.category import CategoryEntry

_FromFile = TypeVar("_FromFile", Entry, CategoryEntry, ListedEntry)


class Known(Protocol):
    """Files that were found right before."""

    def digest(self, file: str) -> str | None:
        """Return the SHA-256 of a file that is known as it is now; None for one that has to be read."""

    def entries(self, file: str) -> Sequence[Entry]:
        """Return the products of a known file."""

    def categories(self, file: str) -> Sequence[CategoryEntry]:
        """Return its categories."""

    def listed(self, file: str) -> Sequence[ListedEntry]:
        """Return what it lists."""

    def rows(self, file: str) -> Sequence[StockRow]:
        """Return its rows, where it is a table."""


class Loaded:
    """A catalog that was loaded already, for another version of it: files that are the same are not read again."""

    def __init__(self, catalog: Catalog, same: Callable[[str], bool]) -> None:
        self._catalog = catalog
        self._same = same
        self._entries = _by_file(catalog.entries.values())
        self._categories = _by_file(catalog.categories.values())
        self._listed = _by_file(catalog.listed.values())
        rows: dict[str, list[StockRow]] = {}
        for row in (row for of_sku in catalog.stock.values() for row in of_sku):
            rows.setdefault(row.place.file, []).append(row)
        self._rows = rows

    def digest(self, file: str) -> str | None:
        """Return the SHA-256 of a file that is the same; None for one that has to be read."""
        return self._catalog.inputs.get(file) if self._same(file) else None

    def entries(self, file: str) -> Sequence[Entry]:
        """Return the products of a file."""
        return self._entries.get(file, ())

    def categories(self, file: str) -> Sequence[CategoryEntry]:
        """Return the categories of a file."""
        return self._categories.get(file, ())

    def listed(self, file: str) -> Sequence[ListedEntry]:
        """Return what a file lists."""
        return self._listed.get(file, ())

    def rows(self, file: str) -> Sequence[StockRow]:
        """Return the rows of a table."""
        return self._rows.get(file, ())


def _nowhere(file: str) -> bool:
    del file
    return False


def _by_file(entries: Iterable[_FromFile]) -> Mapping[str, Sequence[_FromFile]]:
    found: dict[str, list[_FromFile]] = {}
    for entry in entries:
        found.setdefault(entry.file, []).append(entry)
    return found


NOTHING_KNOWN: Final = Loaded(Catalog({}, {}), _nowhere)
