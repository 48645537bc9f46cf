"""Asynchronous product operations: what was asked for, how far it is, what came of it."""

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Operation:
    """A productSet, …Delete or …Duplicate that was asked for without waiting; ``kind`` is its GraphQL type."""

    id: int
    kind: str
    status: str
    product_id: int | None
    deleted_product_id: int | None
    user_errors: list[dict[str, Any]]
    request: dict[str, Any]
    asked_at_s: float
    new_product_id: int | None = None  # the duplicate, once there is one


OPERATIONS = Table("operations", Operation, Operation)
