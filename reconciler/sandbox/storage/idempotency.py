"""Results kept under the idempotency keys that clients sent with their mutations."""

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Attempt:
    """What a mutation was asked to do under a key, and what came of it."""

    id: int
    key: str
    request: str
    is_refused: bool
    payload: dict[str, Any]
    asked_at_s: float


ATTEMPTS = Table("idempotency_attempts", Attempt, Attempt)


def attempt_under(database: Database, key: str) -> Attempt | None:
    """Return the attempt made under this key, or None."""
    found = ATTEMPTS.select(database, "WHERE key = ?", (key,))
    return found[0] if found else None


def keep_attempt(database: Database, attempt: Attempt, *, since_s: float) -> None:
    """Keep an attempt, and forget those asked for before the moment given. Call inside a transaction."""
    database.run("DELETE FROM idempotency_attempts WHERE asked_at_s < ?", (since_s,))
    ATTEMPTS.insert(database, [attempt])
