"""One shop's SQLite file: opening, schema migrations, transactions, id allocation.

WAL with synchronous=NORMAL: a killed process loses nothing that was committed and never leaves a damaged file. Ids come
from one sequence for all types; it starts beyond 2**32, as real ids do, so that a client storing them in 32 bits fails
here and not in production. Where it starts is drawn when the file is made: no two shops share an id, and one that was
reset is another shop. Rejected: a start made from the shop's name, which two folders can share.
"""

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.sandbox.storage.blobs import BLOBS_SUFFIX, Blobs
from reconciler.sandbox.storage.migrations import MIGRATIONS

# Starts are a million apart, and the largest has 14 digits: a JavaScript client can still hold it.
_FIRST_START, _STARTS, _BETWEEN_STARTS = 8_000_000_000_000, 90_000_000, 1_000_000

_RESERVED = 64  # ids at once: one statement for each id is a third of what a product's row costs


class UnknownLayout(Exception):
    """The file's tables are not of a layout that this program knows."""


class Database:
    """The connection to a shop's file. Callers serialise their use of it (see shops/shop.py)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ids = range(0)  # reserved and not taken; forgotten when what reserved them is undone
        self.blobs = Blobs(path.with_suffix(BLOBS_SUFFIX))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        _add_functions(self._connection)
        try:
            version = self._layout(path)
        except BaseException:
            self.close()
            raise
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA cache_size = -65536")
        if version == 0:
            _newest_layout().backup(self._connection)
        self._migrate(version or len(MIGRATIONS))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        found: tuple[Any, ...] | None = self._connection.execute(sql, parameters).fetchone()
        return found

    def held_by_others(self, table: str, handles: Sequence[str], own: int | None) -> list[str]:
        """Return which of the handles rows of a table have, other than the row of that id."""
        asked = "handle IN (SELECT value FROM json_each(?)) AND id IS NOT ?"
        found = self.rows(f"SELECT handle FROM {table} WHERE {asked}", (json.dumps(handles), own))  # noqa: S608
        return [handle for (handle,) in found]

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Execute a statement and return the number of rows it touched."""
        return self._connection.execute(sql, parameters).rowcount

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a statement once for each row of parameters."""
        if rows:
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block did, or none of it if it raises; within another transaction, when that one does."""
        if self._connection.in_transaction:
            with self.savepoint():
                yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            self._ids = range(0)
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did if it raises, within the transaction around it."""
        self._connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO part")
            self._ids = range(0)
            self._connection.execute("RELEASE part")
            raise
        self._connection.execute("RELEASE part")

    def new_ids(self, count: int) -> range:
        """Return fresh ids, ascending. Call inside a transaction."""
        if len(self._ids) < count:
            reserved = max(count, _RESERVED)
            found = self.row("UPDATE sequence SET last = last + ? RETURNING last", (reserved,))
            assert found is not None  # noqa: S101 opening the file made the one row
            last = int(found[0])
            self._ids = range(last - reserved + 1, last + 1)
        taken, self._ids = self._ids[:count], self._ids[count:]
        return taken

    def new_id(self) -> int:
        """Return one fresh id. Call inside a transaction."""
        return self.new_ids(1)[0]

    def close(self) -> None:
        """Close the file; later calls fail."""
        self._connection.close()

    def _layout(self, path: Path) -> int:
        try:
            found = self.row("PRAGMA user_version")
            version = int(found[0]) if found else 0
            is_known = self.row("SELECT 1 FROM sqlite_master") is not None
        except sqlite3.DatabaseError as problem:
            raise UnknownLayout(_unknown(path, f"cannot be read ({problem})")) from problem
        if version > len(MIGRATIONS):
            raise UnknownLayout(_unknown(path, f"has layout {version}, and {len(MIGRATIONS)} is the newest known here"))
        if bool(version) != is_known:
            raise UnknownLayout(_unknown(path, "has tables of an unknown layout"))
        return version

    def _migrate(self, version: int) -> None:
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            with self.transaction():
                _take_step(self._connection, number, script)
        start = _FIRST_START + secrets.randbelow(_STARTS) * _BETWEEN_STARTS
        with self.transaction():
            self.run("INSERT OR IGNORE INTO sequence (one, last) VALUES (1, ?)", (start,))


class Snapshot:
    """The file as it was when this was made, to read from; what is written later does not show."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        _add_functions(self._connection)
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a snapshot starts with a read

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Let it go; later calls fail."""
        self._connection.close()


@cache
def _newest_layout() -> sqlite3.Connection:
    """An empty file in memory, to be copied into each new one: its steps take fifteen times as long as a copy."""
    made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _add_functions(made)
    for number, script in enumerate(MIGRATIONS, start=1):
        _take_step(made, number, script)
    return made


def _take_step(connection: sqlite3.Connection, number: int, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {number}")


def _add_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("fold", 1, _fold, deterministic=True)
    connection.create_function("has_words", 2, _has_words, deterministic=True)


def _unknown(path: Path, problem: str) -> str:
    what_to_do = f"start over with: reconciler sandbox reset {path.stem}"
    return f"the embedded store {path.stem} in {path.parent} {problem}; {what_to_do}"


def _fold(text: str | None) -> str | None:
    return text.casefold() if text is not None else None


def _has_words(text: str | None, phrase: str) -> bool:
    """Say whether the words of the phrase follow one another in the text; ``*`` at its end stands for any ending."""
    have = re.findall(r"\w+", (text or "").casefold())
    want = re.findall(r"\w+", phrase.casefold())
    if not want:
        return True
    is_prefix = phrase.rstrip().endswith("*")
    for start in range(len(have) - len(want) + 1):
        window = have[start : start + len(want)]
        is_last = window[-1].startswith(want[-1]) if is_prefix else window[-1] == want[-1]
        if is_last and window[:-1] == want[:-1]:
            return True
    return False
