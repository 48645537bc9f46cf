"""The faults that are declared for a shop, as its file keeps them."""

from typing import Any

import orjson

from reconciler.sandbox.storage.database import Database


def load_faults(database: Database) -> list[dict[str, Any]]:
    """Return the objects that declare the faults, in order."""
    found = database.row("SELECT content FROM faults")
    return list(orjson.loads(found[0])) if found else []


def save_faults(database: Database, declared: list[dict[str, Any]]) -> None:
    """Keep these objects in place of those before. Call inside a transaction."""
    database.run("INSERT OR REPLACE INTO faults (one, content) VALUES (1, ?)", (orjson.dumps(declared).decode(),))
