"""Toy kinds, and worlds of them to search: what git asks for, what a store holds, what a store lets a plan do.

A rail stands alone and is never removed. A shelf comes after rails, is recognised by its label, may close or be
deleted. On it stand boxes, known by their size, which hold counted things; and notes, which nobody removes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Protocol, TypeVar

from hypothesis import strategies as st
from pydantic import AfterValidator

from reconciler.model.address import Address
from reconciler.model.kind import Kind, KindSet
from reconciler.model.money import Amount
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Found, Live
from reconciler.planning.scope import Patterns, Policy

Value = TypeVar("Value")


class Draw(Protocol):
    """What hypothesis hands to a composite strategy."""

    def __call__(self, strategy: st.SearchStrategy[Value], /) -> Value: ...


def _as_set(tags: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(sorted(set(tags or ())))


class Rail(Resource):
    length: Amount | None = None


class Shelf(Resource):
    label: str | None = None
    state: str | None = None
    tags: Annotated[tuple[str, ...] | None, AfterValidator(_as_set)] = None


class Box(Resource):
    size: str | None = None
    price: Amount | None = None
    contents: dict[str, Amount | None] | None = None


class Note(Resource):
    text: str | None = None


def by_size(root: Address, wanted: Mapping[Address, Resource], found: Sequence[Found]) -> Mapping[Address, Found]:
    """Name boxes by the first wanted one of their size, and the others by their number."""
    named: dict[Address, Found] = {}
    for box in found:
        size = getattr(box.resource, "size", None)
        fits = [address for address, asked in wanted.items() if getattr(asked, "size", None) == size]
        named[next((address for address in fits if address not in named), Address("box", f"{root.key}/{box.id}"))] = box
    return named


RAIL = Kind("rail", Rail, removable=False)
SHELF = Kind(
    "shelf", Shelf, after=("rail",), alias="label", retire={"close": {"state": "CLOSED", "tags": []}, "keep": {}}
)
BOX = Kind("box", Box, parent="shelf", match=by_size)
NOTE = Kind("note", Note, parent="shelf", removable=False)
TOYS = KindSet([NOTE, BOX, SHELF, RAIL])
SOLD = KindSet([NOTE, replace(BOX, sold=frozenset({"price"})), SHELF, RAIL])
"""The same, where customers move the prices of boxes."""

ROOTS = (Address("rail", "r"), Address("rail", "s"), Address("shelf", "a"), Address("shelf", "b"))
CHILDREN = tuple(
    Address(kind, f"{shelf}/{key}") for shelf in "ab" for kind, key in [("box", "1"), ("box", "2"), ("note", "1")]
)

TEXT = st.sampled_from(["x", "y", "long text"])
AMOUNT = st.sampled_from(["1", "1.0", "1.00", "2.5", "0", "-3"])
VALUES: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "rail": {"length": AMOUNT},
    "shelf": {
        "label": TEXT,
        "state": st.sampled_from(["OPEN", "CLOSED"]),
        "tags": st.lists(st.sampled_from("tuv"), max_size=3).map(tuple),
    },
    "box": {
        "size": TEXT,
        "price": AMOUNT,
        "contents": st.dictionaries(st.sampled_from(["nut", "bolt.m3", ""]), st.none() | AMOUNT, max_size=3),
    },
    "note": {"text": TEXT},
}
FIELDS = tuple(f"{kind}.{name}" for kind, fields in VALUES.items() for name in fields)


ASKED = {
    kind: st.fixed_dictionaries({}, optional={name: values | st.none() for name, values in fields.items()}).map(
        lambda given, resource=TOYS[kind].resource: resource(**given)  # type: ignore[misc]
    )
    for kind, fields in VALUES.items()
}
"""A resource as git asks for it: some of the fields, some of them null."""
HELD = {
    kind: st.fixed_dictionaries({name: values | st.none() for name, values in fields.items()}).map(
        lambda given, resource=TOYS[kind].resource: resource(**given)  # type: ignore[misc]
    )
    for kind, fields in VALUES.items()
}
"""A resource as a store holds it: every field."""
_OFTEN = st.sampled_from([True, True, False])


def _some(draw: Draw) -> list[Address]:
    """Draw some addresses, more often there than not; children only with their root."""
    roots = [root for root in ROOTS if draw(_OFTEN)]
    return [*(child for child in CHILDREN if TOYS.root_of(child) in roots and draw(_OFTEN)), *roots]


@st.composite
def desires(draw: Draw) -> Desired:
    """Draw what git asks for."""
    return Desired({address: draw(ASKED[address.kind]) for address in _some(draw)})


@st.composite
def lives(draw: Draw, unread: st.SearchStrategy[frozenset[str]] | None = None) -> Live:
    """Draw what a store holds; some of the roots are ours, and some of those under a key that they had before."""
    addresses = _some(draw)
    ours = {root for root in ROOTS if root in addresses and draw(_OFTEN)}
    moved = [root for root in ROOTS if root in ours and draw(st.booleans())]
    return Live(
        resources={address: draw(HELD[address.kind]) for address in addresses},
        ids={address: f"id:{address}" for address in addresses},
        owned=frozenset(address for address in addresses if TOYS.root_of(address) in ours),
        unread=draw(unread) if unread is not None else frozenset(),
        moved={root: Address(root.kind, f"old-{root.key}") for root in moved},
    )


OWNERSHIP = st.dictionaries(
    st.sampled_from([*FIELDS, "box"]), st.sampled_from(["enforce", "seed", "observe", "merge"]), max_size=4
)
PATTERN = st.sampled_from(
    ["shelf/a", "shelf/*", "box/*", "box/a/1", "note/b/*", "rail/r", "field:price", "field:t*", "field:state"]
)
PATTERNS = st.builds(
    Patterns, only=st.lists(PATTERN, max_size=2).map(tuple), exclude=st.lists(PATTERN, max_size=2).map(tuple)
)
ON_REMOVE = st.sampled_from(["close", "delete", "keep"])
POLICIES = st.builds(Policy, ownership=st.builds(OwnershipPolicy, OWNERSHIP), on_remove=ON_REMOVE)
SCOPED_POLICIES = st.builds(
    Policy, ownership=st.builds(OwnershipPolicy, OWNERSHIP), on_remove=ON_REMOVE, patterns=PATTERNS
)
UNREAD = st.frozensets(st.sampled_from([kind.name for kind in TOYS]))
