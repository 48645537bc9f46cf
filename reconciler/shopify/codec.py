"""Codec: how Shopify spells a kind. Reads and mutations are values here; nothing in this module does IO."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.json import JsonObject
from reconciler.model.resource import Resource
from reconciler.model.state import Found


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
    identifier: str | None = None
    """The root field that finds the object by our mark: ``productByIdentifier``."""


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
    cost_points: int = 10
    """What the store asks for it, by the documented formula; for forecasts."""
    repeatable: bool = True
    """Sending it again, not knowing whether it was done, does no harm."""


@dataclass(frozen=True, slots=True)
class NestedRow:
    """A child on its way inside its parent's whole-object mutation."""

    address: Address
    id: str | None
    """None: it is to be made."""
    resource: Resource
    """As it is to be."""
    written: frozenset[str]
    """The fields that the plan writes; for a new one, all that were given."""


def _never_collide(changes: Sequence[Change]) -> bool:
    del changes
    return False


@dataclass(frozen=True, slots=True)
class Nesting:
    """How a child travels inside its parent's whole-object mutation."""

    field: str
    """The field of the parent's input: ``variants``."""
    spell: Callable[[NestedRow], JsonObject]
    collide: Callable[[Sequence[Change]], bool] = _never_collide
    """Whether changes of children are in each other's way, so that no order of narrow writes could make them."""


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """A child's row, spelled, with the address that it stands for."""

    address: Address
    input: JsonObject


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes of one kind in one group, with all that a codec may look at to write them."""

    changes: tuple[Change, ...]
    parent_id: str | None = None
    carried: Mapping[str, tuple[CarriedRow, ...]] = field(default_factory=dict)
    """Input field → all rows of it, those that do not change too, when this kind's mutation carries children."""
    dropped: tuple[Address, ...] = ()
    """Children that go because the rows do not name them."""
    root: Address | None = None
    after: Resource | None = None
    """With carried rows: the root and what it is to be; it may be carried along without a change of its own."""


def _carries_nothing(change: Change) -> bool:
    del change
    return False


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind is read and written."""

    kind: str
    read: Read
    write: Callable[[Batch], Iterable[Mutation]]
    carries: Callable[[Change], bool] = _carries_nothing
    """Whether the mutation for a root's change carries the changes of its children along."""
    nesting: Nesting | None = None
    scopes: frozenset[str] = frozenset()
    """Access scopes that reading and writing need."""
