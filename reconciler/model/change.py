"""Change: one thing that apply will do, as a value. A closed union: Create | Adopt | Move | Update | Remove."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from reconciler.model.address import AddressText
from reconciler.model.json import Json
from reconciler.model.origin import Origin

RELEASE = "release"
"""The way of removing that takes our mark off a root, and nothing else: it stays in the store, and is not ours."""

Cause = Literal["git", "store", "both", "sold", "new"]
"""Why a field differs. ``git``: changed in git. ``store``: edited in the store. ``both``: a conflict."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what the store held when the plan was made, and what it is to hold."""

    path: str
    """The field; a dot goes into a mapping."""
    before: Json
    """What the store held when the plan was made; null for nothing."""
    after: Json
    """What it is to hold; null clears it."""
    cause: Cause | None = None
    """Why it differs; null: without a base nobody knows."""
    origin: Origin | None = None
    """Where git's value comes from. For people; never steers apply."""


@dataclass(frozen=True, slots=True)
class Create:
    """Something that the store does not have."""

    address: AddressText
    """What it is about."""
    fields: tuple[FieldChange, ...]
    """The fields that it gets."""
    depends_on: tuple[AddressText, ...] = ()
    """Changes that have to be made before it."""
    action: Literal["create"] = "create"
    """What is done."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """Something that the store has without our mark; taking it over needs consent."""

    address: AddressText
    """What it is about."""
    id: str
    """Its id in the store."""
    fields: tuple[FieldChange, ...]
    """The fields that differ from what git asks for."""
    depends_on: tuple[AddressText, ...] = ()
    """Changes that have to be made before it."""
    known_by: Mapping[str, Json] = field(default_factory=dict)
    """What people knew it by when the plan was made; apply refuses to write something else."""
    action: Literal["adopt"] = "adopt"
    """What is done."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something of ours whose key is another one in git now: its mark is written anew, and it stays what it is."""

    address: AddressText
    """What it is about."""
    id: str
    """Its id in the store."""
    was: AddressText
    """The address that its mark still says."""
    fields: tuple[FieldChange, ...] = ()
    """The mark that is written."""
    depends_on: tuple[AddressText, ...] = ()
    """Changes that have to be made before it."""
    known_by: Mapping[str, Json] = field(default_factory=dict)
    """What people knew it by when the plan was made; apply refuses to write something else."""
    action: Literal["move"] = "move"
    """What is done."""


@dataclass(frozen=True, slots=True)
class Update:
    """Something of ours with fields that differ."""

    address: AddressText
    """What it is about."""
    id: str
    """Its id in the store."""
    fields: tuple[FieldChange, ...]
    """The fields that differ."""
    depends_on: tuple[AddressText, ...] = ()
    """Changes that have to be made before it."""
    known_by: Mapping[str, Json] = field(default_factory=dict)
    """What people knew it by when the plan was made, such as a SKU; apply refuses to write something else."""
    action: Literal["update"] = "update"
    """What is done."""


Sort = Literal["metafield", "translation", "media", "fixed price", "customs", "field", "collection", "unseen"]
"""What it is that goes along. ``unseen``: something that could not be looked at, so that nobody knows."""


@dataclass(frozen=True, slots=True, order=True)
class TakenAlong:
    """Something that goes with what is removed, and that the plan does not speak of otherwise."""

    sort: Sort
    """What it is."""
    name: str
    """Whatever tells it from others of its sort: ``custom.care``, ``de title``."""
    value: str
    """For people; a long one is cut, with a digest of the whole."""

    @property
    def comes_back(self) -> bool:
        """Whether a rollback brings it back: apply reads and keeps it before it goes."""
        return self.sort == "metafield"

    def __str__(self) -> str:
        return f"{self.sort} {self.name}{f' {self.value}' if self.value else ''}"


@dataclass(frozen=True, slots=True)
class Remove:
    """Something of ours that git no longer asks for."""

    address: AddressText
    """What it is about."""
    id: str
    """Its id in the store."""
    fields: tuple[FieldChange, ...]
    """What is lost with it."""
    how: str = "delete"
    """delete, or a way that the kind knows, such as archive."""
    depends_on: tuple[AddressText, ...] = ()
    """Changes that have to be made before it."""
    known_by: Mapping[str, Json] = field(default_factory=dict)
    """What people knew it by when the plan was made; apply refuses to write something else."""
    takes_along: tuple[TakenAlong, ...] = ()
    """What a deletion takes with it; apply deletes nothing that would take along more by then."""
    action: Literal["remove"] = "remove"
    """What is done."""


Change = Annotated[Create | Adopt | Move | Update | Remove, Field(discriminator="action")]


def live_id(change: Change) -> str | None:
    """Return the id of the object that the change is about; None when it is to be made."""
    return None if isinstance(change, Create) else change.id


def deletes(change: Change) -> bool:
    """Return whether the change takes something out of the store."""
    return isinstance(change, Remove) and change.how == "delete"


def releases(change: Change) -> bool:
    """Return whether the change takes our mark off."""
    return isinstance(change, Remove) and change.how == RELEASE


def after(change: Change) -> dict[str, Json]:
    """Return the fields that the change writes."""
    return {field.path: field.after for field in change.fields}
