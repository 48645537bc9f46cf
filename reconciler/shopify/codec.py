"""Codec: how Shopify spells a kind. Reads and mutations are values here; nothing in this module does IO."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Remove, Update
from reconciler.model.json import Json, JsonObject
from reconciler.model.resource import Resource
from reconciler.model.state import Found, Live


@dataclass(frozen=True, slots=True)
class Read:
    """What to ask for, once; ``queries`` spells it as a page, as given ids, and below a parent.

    A root's connection is a field of the query root; a child's is a field of its parent's type.
    """

    type: str
    """The GraphQL type of a node: ``Product``."""
    connection: str
    """``products`` at the root; ``variants`` below a product."""
    selection: str
    """The fields of a node; ``id`` is added."""
    parse: Callable[[JsonObject], Found]
    page_size: int
    arguments: str = ""
    """Further arguments of the connection, as GraphQL text."""
    lookup: Callable[[str], str] | None = None
    """Key → the root field that finds the object by our mark, as GraphQL text."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One request to write, as a value."""

    root: str
    """The mutation's field: ``productVariantsBulkUpdate``."""
    document: str
    variables: JsonObject
    covers: tuple[Address, ...]
    """The addresses that it writes, in the order of its input rows."""
    rows: Mapping[str, Address] = field(default_factory=dict)
    """Path of an input row, joined with dots (``variants.0``) → its address: traces userErrors back."""
    partial: bool = False
    """Rows without an error of their own were written, although others were refused."""
    repeatable: bool = True
    """Sending it again, not knowing whether it was done, does no harm."""
    created: Callable[[JsonObject], Mapping[Address, str]] | None = None
    """The payload → ids of what it made, for the changes that wait for them."""


@dataclass(frozen=True, slots=True)
class NestedRow:
    """A child on its way inside its parent's whole-object mutation."""

    address: Address
    id: str | None  # None: it is to be made
    resource: Resource  # as it is to be; only the fields that are known
    written: frozenset[str]  # the fields that the plan writes; all of them for a new one


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes of one kind in one group, with all that a codec may look at to write them."""

    changes: tuple[Change, ...]
    live: Live
    """The group as it was read just before."""
    parent_id: str | None = None
    nested: Mapping[str, tuple[NestedRow, ...]] = field(default_factory=dict)
    """Child kind → its rows, when this kind's mutation carries children along."""


Write: TypeAlias = "Callable[[Batch], Iterable[Mutation]]"


def _carries_nothing(change: Create | Adopt | Update | Remove) -> bool:
    del change
    return False


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind is read and written."""

    kind: str
    read: Read
    write: Write
    carries: Callable[[Create | Adopt | Update | Remove], bool] = _carries_nothing
    """Whether the mutation for a root's change carries the changes of its children along."""
    scopes: frozenset[str] = frozenset()
    """Access scopes that reading and writing need."""


CodecSet: TypeAlias = "Mapping[str, Codec]"

__all__ = ["Batch", "Codec", "CodecSet", "Json", "Mutation", "NestedRow", "Read", "Write"]
