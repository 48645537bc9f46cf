"""Metaobjects and their definitions: the rows and look-ups."""

from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.mates import Mates
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class MetaobjectDefinition:
    """What entries of a type are made of; ``fields`` are ``{key, name, description, required, type, validations}``."""

    id: int
    type: str
    name: str
    description: str | None
    display_key: str | None
    fields: list[dict[str, Any]]
    access: dict[str, str]
    capabilities: dict[str, Any]
    created_at: str
    updated_at: str

    def field(self, key: str) -> dict[str, Any] | None:
        """Return the field of this key, or None."""
        return next((one for one in self.fields if one["key"] == key), None)


@dataclass(slots=True)
class Metaobject:
    """An entry; ``contents`` holds the stored value of each field that has one.

    ``given_name`` is what it is called where no field says so.
    """

    id: int
    definition_id: int
    type: str
    handle: str
    given_name: str
    display_name: str
    contents: dict[str, str]
    status: str | None
    template_suffix: str | None
    created_at: str
    updated_at: str
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


METAOBJECT_DEFINITIONS = Table("metaobject_definitions", MetaobjectDefinition, MetaobjectDefinition)
METAOBJECTS = Table("metaobjects", Metaobject, Metaobject)


def definition_of_type(database: Database, name: str) -> MetaobjectDefinition | None:
    """Return the definition of this type, or None."""
    found = METAOBJECT_DEFINITIONS.select(database, "WHERE type = ?", (name,))
    return found[0] if found else None


def find_entry(database: Database, name: str, handle: str) -> Metaobject | None:
    """Return the entry of this type and handle, or None."""
    found = METAOBJECTS.select(database, "WHERE type = ? AND handle = ?", (name, handle.lower()))
    return found[0] if found else None
