"""Metafields and their definitions: rows and look-ups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.mates import Mates
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Metafield:
    """A value under (owner, namespace, key); ``owner_type`` is spelled as MetafieldOwnerType."""

    id: int
    owner_type: str
    owner_id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: str
    updated_at: str
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


@dataclass(slots=True)
class Definition:
    """What may be stored under (owner type, namespace, key).

    ``status_before`` is set for a reply only: what the values were found to be before new validations are looked at.
    """

    id: int
    owner_type: str
    namespace: str
    key: str
    name: str
    description: str | None
    type: str
    validations: list[dict[str, Any]]
    access: dict[str, str]
    capabilities: dict[str, bool]
    pinned_position: int | None
    constraints: dict[str, Any] | None = None
    template_id: int | None = None  # of the standard definition that it was made from
    status_before: str | None = field(default=None, compare=False, metadata={"stored": False})


METAFIELDS = Table("metafields", Metafield, Metafield)
DEFINITIONS = Table("metafield_definitions", Definition, Definition)


def metafields_of(database: Database, owner_type: str, owner_ids: list[int]) -> dict[int, list[Metafield]]:
    """Return the metafields of many owners of one type, oldest first."""
    grouped: dict[int, list[Metafield]] = defaultdict(list)
    for marks, chunk in in_lists(owner_ids):
        clause = f"WHERE owner_type = ? AND owner_id IN ({marks}) ORDER BY id"
        for row in METAFIELDS.select(database, clause, (owner_type, *chunk)):
            grouped[row.owner_id].append(row)
    return grouped


def find_metafield(database: Database, owner: tuple[str, int], namespace: str, key: str) -> Metafield | None:
    """Return the metafield under this name, or None."""
    clause = "WHERE owner_type = ? AND owner_id = ? AND namespace = ? AND key = ?"
    found = METAFIELDS.select(database, clause, (*owner, namespace, key))
    return found[0] if found else None


def find_by_value(database: Database, name: tuple[str, str, str], value: str) -> Metafield | None:
    """Return the first metafield with this (owner type, namespace, key) and value, or None."""
    clause = "WHERE owner_type = ? AND namespace = ? AND key = ? AND value = ? ORDER BY id LIMIT 1"
    found = METAFIELDS.select(database, clause, (*name, value))
    return found[0] if found else None


def find_definition(database: Database, owner_type: str, namespace: str, key: str) -> Definition | None:
    """Return the definition of this identity, or None."""
    clause = "WHERE owner_type = ? AND namespace = ? AND key = ?"
    found = DEFINITIONS.select(database, clause, (owner_type, namespace, key))
    return found[0] if found else None


def delete_metafields(database: Database, owner_type: str, owner_ids: Sequence[int]) -> None:
    """Remove every metafield of these owners."""
    database.run_many(
        "DELETE FROM metafields WHERE owner_type = ? AND owner_id = ?", [(owner_type, one) for one in owner_ids]
    )
