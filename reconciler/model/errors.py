"""What can go wrong, for people.

::

    ReconcilerError          exit 1   anything that we can explain
    ├── InvalidInput         exit 3   files that are not right; carries every Diagnostic
    ├── LimitBroken          exit 4   the plan breaks a limit that nobody accepted
    ├── PlanRefused          exit 5   the plan is stale, foreign or damaged; nothing was written
    ├── SnapshotRefused      exit 5   the snapshot is damaged, foreign, or does not hold what is asked
    ├── StoreRefused         exit 7   a store could not be reached, or refused us
    └── WrongUsage           exit 64  the command line asks for what cannot be done

A message says where, what is wrong, what was expected and what to do. Never a token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from reconciler.model.origin import Place

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem of one file: what it is, where, and what to do about it."""

    summary: str
    place: Place | None = None
    hint: str | None = None
    severity: Severity = "error"
    misses: str | None = None
    """The name that was looked for, and is nowhere; a document that says it, and cannot be read, is at fault then."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}{self.summary}{hint}"


def notes_beside(error: BaseException) -> Sequence[str]:
    """Return what was noted beside an error."""
    return tuple(getattr(error, "__notes__", ()))


class ReconcilerError(Exception):
    """An error that we can explain; ``str`` is the whole message, with what was noted beside it (``add_note``)."""

    exit_code: ClassVar[int] = 1

    def message(self) -> str:
        """Return what went wrong, without notes."""
        return super().__str__()

    def __str__(self) -> str:
        return "\n".join([self.message(), *notes_beside(self)])


class InvalidInput(ReconcilerError):
    """Configuration or catalog is not right. Carries all problems at once, in file order."""

    exit_code = 3

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(
            sorted(diagnostics, key=lambda d: (d.place.file, d.place.line, d.place.column) if d.place else ("", 0, 0))
        )
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))


class LimitBroken(ReconcilerError):
    """The plan breaks a limit that nobody accepted by name."""

    exit_code = 4


class PlanRefused(ReconcilerError):
    """The plan is stale, foreign or damaged. Nothing was written."""

    exit_code = 5


class SnapshotRefused(ReconcilerError):
    """The snapshot is damaged, of another store or version, or does not hold what a plan asks for."""

    exit_code = 5


class StoreRefused(ReconcilerError):
    """The store could not be reached, or refused us; the message says which, and the cure."""

    exit_code = 7


class WrongUsage(ReconcilerError):
    """The command line asks for something that cannot be done."""

    exit_code = 64
