"""Origin: where a value came from, as a place in a file and the rules that it passed through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

FieldPath: TypeAlias = "tuple[str | int, ...]"
"""A way into a document: keys and list positions, such as ``("variants", 2, "price")``."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file of the repository. Lines and columns count from 1; 0 means the whole file."""

    file: str
    """The file, from the repository's folder."""
    line: int = 0
    """The line, from 1; 0: the whole file."""
    column: int = 0
    """The column, from 1; 0: the whole line."""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place that is found when somebody asks for it: finding it takes composing its file again."""

    file: str
    path: FieldPath
    locate: Callable[[FieldPath], Place] = field(compare=False, repr=False)

    @property
    def place(self) -> Place:
        """The place itself."""
        return self.locate(self.path)


def place_of(where: Place | Whereabouts) -> Place:
    """Return the place, found now if it was not yet."""
    return where if isinstance(where, Place) else where.place


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of the value in the catalog, when it has one, and the mapping rules, first to last."""

    place: Place | None
    """Where the value stands; null where a rule alone made it."""
    trail: tuple[str, ...] = ()
    """The rules that it went through, first to last."""
