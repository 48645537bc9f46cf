"""Adoption: what became of the wish that the files say what a store holds."""

from dataclasses import dataclass
from typing import Literal

from reconciler.model.address import Address
from reconciler.model.json import Json

Where = Literal["catalog", "override"]
"""catalog: in the line that git's value was made of. override: in the store's own file, whatever rules make."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """One thing that the files say as the store holds it."""

    address: Address
    path: str | None
    """The field; None: the thing itself, which was added or removed."""
    git: Json
    store: Json
    where: Where
    files: tuple[str, ...]
    because: str | None = None
    """Of an override: why no line of the catalog could say it."""


@dataclass(frozen=True, slots=True)
class NotAdopted:
    """One thing that no edit of the files can say."""

    address: Address
    path: str | None
    reason: str
    instead: str | None


@dataclass(frozen=True, slots=True)
class AlsoChanged:
    """What the same edits ask of another store."""

    store: str
    address: Address
    path: str
    before: Json
    after: Json
    currency: str
    """That of the other store."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was written, and what else comes of it."""

    store: str
    currency: str
    written: tuple[str, ...]
    adopted: tuple[Adopted, ...]
    refused: tuple[NotAdopted, ...] = ()
    elsewhere: tuple[AlsoChanged, ...] = ()
