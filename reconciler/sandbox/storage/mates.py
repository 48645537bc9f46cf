"""Rows that were read together, so that their children are read together: one query a page, not one a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Mates:
    """The ids of rows read in one go, and what was read for them since."""

    ids: list[int]
    children: dict[object, dict[int, Any]] = field(default_factory=dict)


class Mated(Protocol):
    """A row that knows which rows it was read with."""

    id: int
    mates: Mates | None


def together(rows: Sequence[Mated]) -> None:
    """Make the rows mates of one another."""
    mates = Mates([row.id for row in rows])
    for row in rows:
        row.mates = mates


def child(row: Mated, key: object, load: Callable[[list[int]], dict[int, T]]) -> T | None:
    """Return what ``load`` finds for this row; it is called once for all its mates."""
    if row.mates is None:
        together([row])
    mates = row.mates or Mates([row.id])
    if key not in mates.children:
        mates.children[key] = load(mates.ids)
    found: T | None = mates.children[key].get(row.id)
    return found
