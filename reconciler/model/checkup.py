"""Checkup: what the connection test found out about a store, check by check, each failure with its cure."""

from dataclasses import dataclass
from typing import Literal

from reconciler.model.errors import Diagnostic

Result = Literal["ok", "failed", "not looked at"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, or could not be."""

    name: str
    found: tuple[str, ...] = ()
    """What the store said, for people."""
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong; the hint is the cure."""
    exit_code: int = 0
    """Of a check that failed: 3 where files are to be changed, 7 where the store, or the app there, is."""
    because: str | None = None
    """The check without which this one could not be looked at."""

    @property
    def result(self) -> Result:
        """What came of it, in a word."""
        if self.because is not None:
            return "not looked at"
        return "failed" if self.problems else "ok"


@dataclass(frozen=True, slots=True)
class Checkup:
    """All checks of one store, in the order in which they build on each other."""

    store: str
    checks: tuple[Check, ...]

    @property
    def well(self) -> bool:
        """Whether everything was looked at, and nothing is wrong."""
        return all(check.result == "ok" for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 when all is well; a store that refuses us counts for more than a file that is wrong."""
        return max((check.exit_code for check in self.checks), default=0)
