"""Round: what one turn of the watch came to, and what a watch knows of each store since it began."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.model.json import Json

State = Literal["unchanged", "applied", "partial", "waiting", "failed", "resting"]
"""waiting: somebody has to consent, or to commit. resting: it failed, and is left alone for a while."""
STATES: tuple[State, ...] = ("unchanged", "applied", "partial", "waiting", "failed", "resting")


@dataclass(frozen=True, slots=True)
class StoreRound:
    """What a round came to in one store."""

    store: str
    state: State
    detail: str = ""
    """Why, for people."""
    applied: int = 0
    pending: int = 0
    """Changes that are not made: they wait, or failed."""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """One turn: the files as they were pulled, and every store."""

    commit: str | None
    stores: tuple[StoreRound, ...]
    pull_problem: str | None = None
    """Why the files could not be pulled; then they are those that were there."""
    warnings: tuple[str, ...] = ()
    """Hooks that could not be told."""

    @property
    def exit_code(self) -> int:
        """0 when every store is as git says; else that of the first store that is not."""
        return next((each.exit_code for each in self.stores if each.exit_code), 0)

    def document(self) -> dict[str, Json]:
        """Return it as a program reads it."""
        return {
            "commit": self.commit,
            "pull_problem": self.pull_problem,
            "stores": [
                {
                    "store": each.store,
                    "state": each.state,
                    "detail": each.detail,
                    "applied": each.applied,
                    "pending": each.pending,
                }
                for each in self.stores
            ],
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What a watch knows of one store."""

    state: State = "unchanged"
    applied: int = 0
    """Changes since the watch began."""
    failures: int = 0
    """Rounds that failed since the watch began."""
    pending: int = 0
    good_at_s: float | None = None
    """When the store was last as git says, in seconds of Unix time."""


@dataclass(frozen=True, slots=True)
class WatchState:
    """What a watch knows since it began."""

    rounds: int = 0
    pull_failures: int = 0
    beat_s: float = 0.0
    """When a round last began or ended."""
    stores: Mapping[str, Standing] = field(default_factory=dict)
