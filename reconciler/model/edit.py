"""Edit: one thing to change in a file that people write. A closed union: SetValue | SetMembers | SetCount."""

from dataclasses import dataclass

from reconciler.model.origin import FieldPath


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value at a path of a YAML file; mappings that lead to it are made where they are missing."""

    file: str
    path: FieldPath
    value: object
    order: tuple[str, ...] = ()
    """The names that may stand beside it, in the order of the model: a new one goes to its place among them."""


@dataclass(frozen=True, slots=True)
class New:
    """A member that a list does not have yet."""

    value: object


@dataclass(frozen=True, slots=True)
class SetMembers:
    """The members of a list at a path of a YAML file: the position that each has now, or a new one."""

    file: str
    path: FieldPath
    members: tuple[int | New, ...]


@dataclass(frozen=True, slots=True)
class SetCount:
    """The quantity in a row of a table of stock."""

    file: str
    line: int
    """Where the row begins."""
    sku: str
    location: str
    quantity: int


Edit = SetValue | SetMembers | SetCount
