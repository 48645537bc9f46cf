"""Outcome: what became of a change. Counts come from these, never from the plan."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from reconciler.model.address import AddressText

_PLAN_AGAIN: Final = "run plan again"
"""What the reasons say is to be done, whatever made the plan."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The store confirmed it."""

    address: AddressText
    result: Literal["applied"] = "applied"


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """The store held the new value before we wrote."""

    address: AddressText
    result: Literal["already-so"] = "already-so"


@dataclass(frozen=True, slots=True)
class Stale:
    """The store changed after the plan was made; no field of it was written, and our mark only where that is said."""

    address: AddressText
    reason: str
    marked: bool = False
    """Of a taking over, or a move: our mark was written all the same."""
    result: Literal["stale"] = "stale"


@dataclass(frozen=True, slots=True)
class Failed:
    """The store refused it or a part of it, or nobody knows whether it was done; the reason says which."""

    address: AddressText
    reason: str
    marked: bool = False
    """Of a taking over, or a move: our mark was written all the same."""
    result: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not tried, or not to its end, because of something else."""

    address: AddressText
    reason: str
    marked: bool = False
    """Of a taking over, or a move: our mark was written all the same."""
    result: Literal["skipped"] = "skipped"


NotDone = Stale | Failed | Skipped
Outcome = Applied | AlreadySo | NotDone


def though_marked(outcome: Outcome) -> Outcome:
    """Return what became of the taking over of something that carries our mark by now, whatever else came of it."""
    return outcome if isinstance(outcome, Applied | AlreadySo) else replace(outcome, marked=True)


def of_a_rollback(outcome: Outcome) -> Outcome:
    """Return what became of a change of a rollback: a plan of git made again would ask for what the run wrote."""
    if isinstance(outcome, Applied | AlreadySo):
        return outcome
    return replace(outcome, reason=outcome.reason.replace(_PLAN_AGAIN, "run rollback again"))


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What one apply did to one store."""

    store: str
    plan: str  # the plan's digest
    outcomes: tuple[Outcome, ...]
    left_over: tuple[AddressText, ...]
    """What still differs, by a plan made after the last write."""
    mutations: int
    """All of them; a repeated attempt counts again."""
    requests: int
    cost_points: int
    bookkeeping: int = 0
    """The mutations among them that write our notes on the store: the lease, and what was applied."""
    verified: bool | None = True
    """False: the store could not be read again; None: nothing was written, so nobody looked."""
    notes: tuple[str, ...] = field(default=())
    run: str | None = None
    """The run's name in the journal; None: there was nothing to do."""
    earlier: tuple[AddressText, ...] = ()
    """What the same run had written before it was killed, and this apply did not write again, as its journal tells."""
    in_doubt: int = 0
    """Requests of the same run that nobody heard an answer to before it was killed, and that not all came true of."""
    recorded: bool = True  # False: the journal or the store could not be told what was done
    refused: bool = False  # the whole store refused us, or could not be reached: the rest was not tried

    @property
    def writes(self) -> int:
        """The mutations that write something of the catalog."""
        return self.mutations - self.bookkeeping

    @property
    def wrote(self) -> bool:
        """Whether the run wrote something of the plan, be it before it was killed."""
        return bool(self.earlier) or any(
            isinstance(each, Applied) or (isinstance(each, NotDone) and each.marked) for each in self.outcomes
        )

    @property
    def complete(self) -> bool:
        """Whether everything in the plan is so now, and nothing is left over."""
        done = all(isinstance(outcome, Applied | AlreadySo) for outcome in self.outcomes)
        return done and self.verified is not False and self.recorded and not self.left_over

    def counts(self) -> Mapping[str, int]:
        """Return how many changes had each result, the results that did not occur included."""
        seen = Counter(outcome.result for outcome in self.outcomes)
        return {result: seen[result] for result in ("applied", "already-so", "stale", "failed", "skipped")}
