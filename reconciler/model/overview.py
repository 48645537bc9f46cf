"""Overview: the runs of a store's journal as one looks for them: what each was, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.model.record import Begun

RunState = Literal["complete", "partial", "unfinished"]
"""complete: all that was planned is so. partial: something was left. unfinished: it was killed, or is running."""

Beside = Literal["executed", "unknown", "written-before"]
"""What a journal knows of changes besides the results that were told.

executed: the store answered so, and nothing was told. unknown: it was asked for, and whether it was done nobody knows.
written-before: the run wrote it, or a part of it, and what was told last is that it was not done: it went on after a
kill and found it changed, or what followed was not sent.
"""


@dataclass(frozen=True, slots=True)
class RunOverview:
    """One run."""

    store: str
    began_at: str
    """UTC, ISO 8601; of a run that was resumed, when it began at first."""
    begun: Begun
    ended_at: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    """Result → how many changes; of an unfinished run, as far as it told."""
    besides: Mapping[Beside, int] = field(default_factory=dict)
    """How many changes have more to them; those written before are among the counts, too."""
    not_back: int = 0
    """Of a rollback: how many things that the run did could not be taken back."""
    state: RunState = "unfinished"
    taken_back_by: str | None = None
    """The last run that took all of it back, and was not taken back itself."""
    partly_taken_back_by: str | None = None
    """Where none did: the last one that took back some of it."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of a run afterwards."""

    run: str
    by: str
    whole: bool
    """Whether nothing of it was left out."""
