"""Codec: how Shopify spells a kind. Reads and mutations are values here; nothing in this module does IO."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.directory import Directory
from reconciler.model.json import Json, JsonObject
from reconciler.model.record import Job
from reconciler.model.resource import Resource
from reconciler.model.state import Found, Live


@dataclass(frozen=True, slots=True)
class Owner:
    """What has the connection of a child, where that is not its parent itself: the source of a collection."""

    type: str
    """The GraphQL type: ``CollectionConditionsSource``."""
    handle: str
    """The handle of the parent that holds its id; a parent without that handle has no such children."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One more reading of a root's connection, with other arguments: definitions of another owner type."""

    arguments: str
    name: str
    """What sets its document apart from the others."""
    only_with: str | None = None
    """The kind without which nobody needs it."""


@dataclass(frozen=True, slots=True)
class Read:
    """What to ask for, once; ``queries`` spells it as a page, as given ids, and below a parent.

    A root's connection is a field of the query root; a child's is a field of its parent's type, reached by a path.
    """

    type: str
    """The GraphQL type of a node: ``Product``."""
    connection: str
    """``products`` at the root; ``variants`` below a product, ``inventoryItem.inventoryLevels`` below a variant.

    "" for facets: the selection stands in the parent itself, and ``parse_facets`` gets the parent's node.
    """
    selection: str
    """The fields of a node; ``id`` is added, where nodes have one."""
    parse: Callable[[JsonObject], Found | None]
    """None: the node is of no kind of ours, such as a video among images."""
    page_size: int
    arguments: str = ""
    """Further arguments of the connection, as GraphQL text."""
    owner: Owner | None = None
    """None: the connection is the parent's own."""
    further: tuple[Slice, ...] = ()
    """Of a root: what else is read through the connection, after all that ``arguments`` give."""
    names: str | None = None
    """The kind of root whose key a mark is, where it is the key of another one: the product of a membership."""
    has_namespace: bool = False
    """Marks hold a metafield's namespace: one of our own app is ``app--ID`` there, and ``$app`` in files."""
    beside: str = ""
    """Of a root: further fields of a node, which a page asks for and nothing else: others than its codec read them."""
    identifier: str | None = None
    """The root field that finds the object by our mark: ``productByIdentifier``."""
    mark_of: Callable[[JsonObject], str | None] | None = None
    """Of a root: our mark in a node, as ``parse`` finds it, without parsing the rest; None: parsing alone tells."""
    counted_by: str | None = None
    """The root field that counts what is there: ``productsCount``; None: there are never so many."""
    name: str | None = None
    """What documents are called; None: after the connection. Two kinds of root may share one."""
    has_id: bool = True
    """False: nodes of the connection have no id of their own."""
    parse_facets: Callable[[JsonObject], Iterable[Found]] | None = None
    """Of facets: the parent's node → what it holds of this kind."""
    arranged: "Callable[[str, Sequence[Found]], Found] | None" = None
    """The parent's id, and all children in their order → the facet that is this order.

    It may be of another kind, or of the children's own: then they are read for the sake of their order alone.
    """


def facets(type: str, selection: str, parse: Callable[[JsonObject], Iterable[Found]]) -> Read:  # noqa: A002  as in Read
    """Return the read of what has no node of its own: it stands in the selection of a parent of this type."""
    return Read(type, "", selection, parse=_no_node, page_size=0, parse_facets=parse)


def _no_node(node: JsonObject) -> None:
    del node


class Settling(Enum):
    """How the store goes on after it answered a mutation."""

    AT_ONCE = "at once"
    JOB = "job"  # the payload's ``job`` tells when it is done
    MEDIA = "media"  # the ids of the payload are files that are processed


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of the repository that a mutation sends along; ``stand_in`` is the text in its variables to replace."""

    stand_in: str
    file: str
    sha256: str
    mime_type: str
    filename: str
    resource: str = "IMAGE"


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
    ids: Mapping[str, Address] = field(default_factory=dict)
    """Path into the payload, joined with dots (``product.id``) → the address that the id there is of."""
    errors: str = "userErrors"
    """The payload's list of errors."""
    separable: bool = False
    """All or nothing, and yet the rows have nothing to do with each other: without those at fault they may go again."""
    stale: frozenset[str] = frozenset()
    """Codes of userErrors that say that the store holds something else than we expected: nobody's failure."""
    settling: Settling = Settling.AT_ONCE
    uploads: tuple[Upload, ...] = ()
    results: Mapping[str, Address] = field(default_factory=dict)
    """Where one request asks for its root several times: the name of each result → the address that it writes."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Variable that holds an idempotency key → the name of the result that it belongs to."""
    independent: bool = False
    """A failure before it is no reason not to send it, unless it covers the address that failed."""
    only_marks: bool = False
    """It writes our mark, and no field of what it covers."""
    read_at: float | None = None
    """When what it overwrites was read last, by the clock of who sends it; None: it overwrites nothing."""
    makes: tuple[Change, ...] = ()
    """The changes that it is sent for, with the fields that are written; for the journal, nothing steers by them."""
    job: Job | None = None
    """The bulk operation that it begins; for the journal."""


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
    directory: Directory = field(default_factory=Directory)
    ids: Mapping[Address, str] = field(default_factory=dict)
    """The id of everything that is known by now, in other groups too."""


def _never_collide(changes: Sequence[Change]) -> bool:
    del changes
    return False


def _no_uploads(row: NestedRow) -> tuple[Upload, ...]:
    del row
    return ()


def _as_they_come(rows: "Sequence[CarriedRow]", group: Mapping[Address, Resource]) -> "Sequence[CarriedRow]":
    del group
    return rows


class Travels(Enum):
    """When children travel inside the whole-object mutation of their root."""

    ALWAYS = "always"  # the list is the whole list: one that is left out goes
    WHEN_NEW = "when new"  # only while what they hang on is being made


@dataclass(frozen=True, slots=True)
class Nesting:
    """How a child travels inside its parent's whole-object mutation."""

    field: str
    """The field of the parent's input: ``variants``; of the input row of a variant: ``inventoryQuantities``."""
    spell: Callable[[NestedRow], JsonObject]
    collide: Callable[[Sequence[Change]], bool] = _never_collide
    """Whether changes of children are in each other's way, so that no order of narrow writes could make them."""
    travels: Travels = Travels.ALWAYS
    arrange: "Callable[[Sequence[CarriedRow], Mapping[Address, Resource]], Sequence[CarriedRow]]" = _as_they_come
    """The rows, and the group as it is to be → the rows in the order in which they are sent."""
    uploads: Callable[[NestedRow], tuple[Upload, ...]] = _no_uploads


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """A child's row, spelled, with the address that it stands for, and the rows that it carries itself."""

    address: Address
    input: JsonObject
    below: Mapping[str, tuple["CarriedRow", ...]] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()

    def spelled(self) -> dict[str, Json]:
        """Return the row with those that it carries."""
        return {**self.input, **{name: [row.spelled() for row in rows] for name, rows in self.below.items()}}

    def everything(self) -> Iterable["CarriedRow"]:
        """Yield the row, and all that it carries."""
        yield self
        for rows in self.below.values():
            for row in rows:
                yield from row.everything()

    def paths(self, at: str) -> Iterable[tuple[str, Address]]:
        """Yield path and address of the row, which stands at the path, and of all that it carries."""
        yield at, self.address
        for name, rows in self.below.items():
            for position, row in enumerate(rows):
                yield from row.paths(f"{at}.{name}.{position}")


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes of one kind, in one group or of many, with all that a codec may look at to write them."""

    changes: tuple[Change, ...]
    root_id: str | None = None
    """The id of what they hang on, where all hang on one root."""
    carried: Mapping[str, tuple[CarriedRow, ...]] = field(default_factory=dict)
    """Input field → all rows of it, those that do not change too, when this kind's mutation carries children."""
    dropped: tuple[Address, ...] = ()
    """Children that go because the rows do not name them."""
    implied: tuple[Address, ...] = ()
    """Changes that come true without a row of their own, by the order of the rows."""
    root: Address | None = None
    after: Resource | None = None
    """With carried rows: the root and what it is to be; it may be carried along without a change of its own."""
    group: Mapping[Address, Resource] = field(default_factory=dict)
    """Every resource of the groups in question as it is to be."""
    live: Live = field(default_factory=Live)
    """What the store holds of the groups in question."""
    ids: Mapping[Address, str] = field(default_factory=dict)
    """The id of everything that is known by now, in other groups too. It grows with each answer, so a mutation that is
    spelled after another one was sent sees what that one made."""
    directory: Directory = field(default_factory=Directory)
    run: str = ""
    """What tells this writing from any other: the digest of the plan. Seeds idempotency keys."""


def _carries_nothing(change: Change) -> bool:
    del change
    return False


def _never_half_done(change: Change, answered: frozenset[str]) -> bool:
    del change, answered
    return False


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind is read and written."""

    kind: str
    read: Read
    write: Callable[[Batch], Iterable[Mutation]]
    """Lazily: what follows a mutation is spelled after its answer, when ``batch.ids`` holds what it told."""
    carries: Callable[[Change], bool] = _carries_nothing
    """Whether the mutation for a root's change carries the changes of its children along."""
    nesting: Nesting | None = None
    makes_whole: str | None = None
    """Of a root: the mutation that makes one with all that it carries."""
    ended_by: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """An action → the mutations whose answer is the end of it, where the store goes on after that of others."""
    half_done: Callable[[Change, frozenset[str]], bool] = _never_half_done
    """Whether a change still lacks a request, though these mutations were answered, one of ``ended_by`` among them."""
    goes_on_with: frozenset[str] = frozenset()
    """Fields that the store goes on with after it answered."""
    implied: bool = False
    """Of an order: while its root is made, it comes true by the order of the rows."""
    pooled: bool = False
    """One mutation takes changes of many groups: they are written together, by compare-and-set where the API has it."""
    scopes: frozenset[str] = frozenset()
    """Access scopes that reading and writing need."""
    documents: tuple[str, ...] = ()
    """Every mutation that ``write`` may send; of one that is spelled anew for each batch, an example."""
    since: str = "2026-01"
    """The first version of the API that has all that it asks for."""
