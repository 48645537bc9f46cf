"""Several stores in one run, side by side; one that fails stops no other. Who does the work is a fleet."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from reconciler.model.errors import ReconcilerError, notes_beside
from reconciler.model.outcome import ApplyReport
from reconciler.model.store import Store

Result = TypeVar("Result")
Answered_co = TypeVar("Answered_co", covariant=True)
_AT_ONCE = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A store that could not be planned or applied, with the reason."""

    store: str
    error: ReconcilerError


@dataclass(frozen=True, slots=True)
class FleetResult(Generic[Result]):
    """What came of every store, in the order in which the stores were named.

    A store may be among both: something came of it, and it failed all the same.
    """

    results: tuple[Result, ...]
    failures: tuple[Failure, ...]


def failures_noted(fleet: FleetResult[ApplyReport]) -> FleetResult[ApplyReport]:
    """Return what came of an apply, with the reports of stores that failed all the same saying so before all else.

    What was done there is known, and its record is not where it belongs.
    """
    errors = {failure.store: str(failure.error).splitlines() for failure in fleet.failures}
    reports = (
        replace(each, recorded=False, notes=(*errors[each.store], *each.notes)) if each.store in errors else each
        for each in fleet.results
    )
    return replace(fleet, results=tuple(reports))


def failures_without_report(fleet: FleetResult[ApplyReport]) -> tuple[Failure, ...]:
    """Return the failures that no report of their store tells of: as far as anybody knows, nothing was done there."""
    reported = {report.store for report in fleet.results}
    return tuple(failure for failure in fleet.failures if failure.store not in reported)


@dataclass(frozen=True, slots=True)
class Checkout:
    """The repository as a phase sees it: enough to have the same elsewhere, and to know that it is the same."""

    root: Path
    commit: str | None
    dirty: bool
    inputs: Callable[[], Mapping[str, str]]
    """The digest of what the plan of each store is made from, by the store's name."""
    files: Callable[[], frozenset[str]]
    """The files that stores are made of, pictures among them."""


class Phase(Protocol[Answered_co]):
    """One thing that is to be done for each store; in this process, or told to somebody and heard back."""

    @property
    def name(self) -> str:
        """What it is called where it is done."""

    @property
    def writes(self) -> bool:
        """Whether it writes stores, and so their journals."""

    @property
    def checkout(self) -> Checkout:
        """The files that it is done with."""

    def here(self, store: Store) -> Answered_co:
        """Do it."""

    def told(self, store: Store) -> bytes:
        """Return what somebody else has to know, beside the repository, to do it.

        Raises WrongUsage for what nobody else can do.
        """

    def break_off(self) -> None:
        """Let what is done here end early, because somebody interrupted us; return once it has, or is too slow."""

    def heard(self, answer: bytes) -> Answered_co:
        """Return what came of it, as told by who did it."""


class Fleet(Protocol):
    """Whoever does a phase for several stores."""

    def map(self, stores: Sequence[Store], phase: Phase[Result]) -> FleetResult[Result]:
        """Return what came of every store, in their order. A store that fails stops no other."""


class SideBySide:
    """Threads of this process."""

    def map(self, stores: Sequence[Store], phase: Phase[Result]) -> FleetResult[Result]:
        """Return what came of every store, in their order. Ctrl-C meets us here: the threads are told."""
        try:
            return side_by_side(stores, phase.here)
        except KeyboardInterrupt:
            phase.break_off()
            raise


def side_by_side(stores: Sequence[Store], work: Callable[[Store], Result]) -> FleetResult[Result]:
    """Do the work for every store, several at a time; each waits for its own store's bucket, not for the others'.

    An interruption is not kept waiting by requests that are on their way.
    """
    pool = ThreadPoolExecutor(max_workers=_AT_ONCE)
    try:
        waiting = [(store, pool.submit(work, store)) for store in stores]
        errors = [future.exception() for _, future in waiting]
    finally:
        # By now all is done, or somebody pressed Ctrl-C, wherever that met us: leaving a `with` would wait.
        pool.shutdown(wait=False, cancel_futures=True)
    failures = [
        failure_of(store, error) for (store, _), error in zip(waiting, errors, strict=True) if error is not None
    ]
    results = [future.result() for (_, future), error in zip(waiting, errors, strict=True) if error is None]
    return FleetResult(tuple(results), tuple(failures))


def failure_of(store: Store, error: BaseException) -> Failure:
    """Return what is told of a store whose work ended with an error."""
    if isinstance(error, ReconcilerError):
        return Failure(store.name, error)
    _log.debug("store %s: unexpected %s", store.name, type(error).__name__, exc_info=error)
    return Failure(store.name, _defect(store, error))


def _defect(store: Store, error: BaseException) -> ReconcilerError:
    kind = type(error).__name__
    defect = ReconcilerError(
        f"store {store.name}: unexpected {kind}; this is a defect of ours: run it with -v, report it"
    )
    for note in notes_beside(error):
        defect.add_note(note)
    return defect
