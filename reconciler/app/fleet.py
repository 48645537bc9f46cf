"""Several stores in one run, side by side; one that fails stops no other."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.model.errors import ReconcilerError
from reconciler.model.store import Store

Result = TypeVar("Result")
_AT_ONCE = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A store that could not be planned or applied, with the reason."""

    store: str
    error: ReconcilerError


@dataclass(frozen=True, slots=True)
class FleetResult(Generic[Result]):
    """What came of every store, in the order in which the stores were named."""

    results: tuple[Result, ...]
    failures: tuple[Failure, ...]


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
    results: list[Result] = []
    failures: list[Failure] = []
    for (store, future), error in zip(waiting, errors, strict=True):
        if error is None:
            results.append(future.result())
        elif isinstance(error, ReconcilerError):
            failures.append(Failure(store.name, error))
        else:
            _log.debug("store %s: unexpected %s", store.name, type(error).__name__, exc_info=error)
            failures.append(Failure(store.name, _defect(store, error)))
    return FleetResult(tuple(results), tuple(failures))


def _defect(store: Store, error: BaseException) -> ReconcilerError:
    kind = type(error).__name__
    return ReconcilerError(
        f"store {store.name}: unexpected {kind}; this is a defect of ours: run it with -v, report it"
    )
