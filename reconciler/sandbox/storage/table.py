"""A table and its rows: a dataclass says the columns, this module moves rows between it and SQLite.

Booleans are stored as 0 and 1, lists and mappings as JSON text. Rejected: an ORM; its sessions and lazy loading are
what makes a page of products cost a query a row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, fields
from operator import attrgetter
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import orjson

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists


class Row(Protocol):
    """A dataclass with an id. Fields with ``metadata={"stored": False}`` are no columns."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    id: int


R = TypeVar("R", bound=Row)


class Table(Generic[R]):
    """Reads and writes the rows of one table."""

    def __init__(self, name: str, row: Callable[..., R], of: type[R]) -> None:
        self.name = name
        self._row = row
        columns = [field for field in fields(of) if field.metadata.get("stored", True)]
        self.columns = [column.name for column in columns]
        self._readers = [(place, _reader(column)) for place, column in enumerate(columns) if _reader(column)]
        self._json = [place for place, column in enumerate(columns) if _is_json(column)]
        self._cells = attrgetter(*self.columns)
        listed = ", ".join(self.columns)
        self._select = f"SELECT {listed} FROM {name} "  # noqa: S608 our names
        self._insert = f"INSERT INTO {name} ({listed}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 our names
        assignments = ", ".join(f"{column} = ?" for column in self.columns[1:])
        self._update = f"UPDATE {name} SET {assignments} WHERE id = ?"  # noqa: S608 our names

    def select(self, database: Database, clause: str, parameters: Sequence[Any] = ()) -> list[R]:
        """Return the rows of ``SELECT … FROM table`` followed by the clause."""
        return [self._read(row) for row in database.rows(self._select + clause, parameters)]

    def find(self, database: Database, row_id: int | None) -> R | None:
        """Return the row with this id, or None."""
        found = database.row(self._select + "WHERE id = ?", (row_id,)) if row_id is not None else None
        return self._read(found) if found else None

    def among(self, database: Database, column: str, keys: Sequence[Any], order: str = "id") -> list[R]:
        """Return the rows whose column holds one of the keys, ordered within a chunk of keys."""
        found: list[R] = []
        for marks, chunk in in_lists(keys):
            found += self.select(database, f"WHERE {column} IN ({marks}) ORDER BY {order}", chunk)
        return found

    def insert(self, database: Database, rows: Iterable[R]) -> None:
        """Add the rows."""
        database.run_many(self._insert, [self.stored(row) for row in rows])

    def update(self, database: Database, rows: Iterable[R]) -> None:
        """Rewrite the rows, found by their ids."""
        database.run_many(self._update, [(*self.stored(row)[1:], row.id) for row in rows])

    def delete(self, database: Database, ids: Iterable[int]) -> None:
        """Remove the rows with these ids."""
        database.run_many(f"DELETE FROM {self.name} WHERE id = ?", [(one,) for one in ids])  # noqa: S608 our names

    def stored(self, row: R) -> tuple[Any, ...]:
        """Return the row as SQLite holds it: two rows are the same exactly when these tuples are."""
        cells: tuple[Any, ...] = self._cells(row)
        if not self._json:
            return cells
        stored = list(cells)
        for place in self._json:
            if stored[place] is not None:
                stored[place] = orjson.dumps(stored[place]).decode()
        return tuple(stored)

    def _read(self, stored: tuple[Any, ...]) -> R:
        cells = list(stored)
        for place, reader in self._readers:
            if reader and cells[place] is not None:
                cells[place] = reader(cells[place])
        return self._row(*cells)


def _is_json(column: Field[Any]) -> bool:
    return str(column.type).startswith(("list", "dict"))


def _reader(column: Field[Any]) -> Callable[[Any], Any] | None:
    if column.type is bool:
        return bool
    return orjson.loads if _is_json(column) else None
