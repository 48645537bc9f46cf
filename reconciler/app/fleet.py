"""Several stores in one run, side by side; one that fails stops no other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.model.errors import ReconcilerError
from reconciler.model.store import Store

Result = TypeVar("Result")
_AT_ONCE = 8


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
    """Do the work for every store, several at a time; each waits for its own store's bucket, not for the others'."""

    def attempt(store: Store) -> Result | Failure:
        try:
            return work(store)
        except ReconcilerError as error:
            return Failure(store.name, error)

    if len(stores) == 1:
        done = [attempt(stores[0])]
    else:
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            done = list(pool.map(attempt, stores))
    return FleetResult(
        tuple(item for item in done if not isinstance(item, Failure)),
        tuple(item for item in done if isinstance(item, Failure)),
    )
