"""Bulk operations: the rows. Their results are files beside the shop's own, one line an object."""

from dataclasses import dataclass
from pathlib import Path

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table

RESULTS_SUFFIX = ".bulk"  # of the folder, beside the SQLite file of the same name
UNFINISHED = ("CREATED", "RUNNING", "CANCELING")


@dataclass(slots=True)
class BulkOperation:
    """A bulk query or mutation, and how far it is."""

    id: int
    type: str
    status: str
    query: str
    client_identifier: str | None
    input_digest: str | None  # of a mutation: the name of the bytes that hold its variables
    api_version: str
    created_at: str  # with microseconds: operations are sorted by it
    asked_at_s: float
    base_url: str  # of the server that was asked, for addresses in the result
    completed_at: str | None = None  # when it failed, too; not when it was canceled
    error_code: str | None = None
    object_count: int = 0
    root_object_count: int = 0
    result_size: int = 0  # bytes of the result that are part of it; a killed process may have written more
    input_offset: int = 0  # of a mutation: where in the input the next line begins
    has_url: bool = False
    has_partial_url: bool = False


BULK_OPERATIONS = Table("bulk_operations", BulkOperation, BulkOperation)


def unfinished(database: Database, kind: str | None = None) -> list[BulkOperation]:
    """Return the operations that are not done, of one type if it is given, oldest first."""
    marks = ", ".join("?" * len(UNFINISHED))
    clause = f"WHERE status IN ({marks}) AND coalesce(?, type) = type ORDER BY id"
    return BULK_OPERATIONS.select(database, clause, (*UNFINISHED, kind))


def result_path(database: Database, operation_id: int) -> Path:
    """Return where the operation's result is, or will be."""
    return database.path.with_suffix(RESULTS_SUFFIX) / f"{operation_id}.jsonl"
