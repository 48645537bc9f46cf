"""Abreast: pieces of work on one store, as many at once as pay, each after those that it waits for.

Where one at a time pays, they are done one after another by whoever asks for it, and no thread is begun. A piece that
has to wait holds up those behind it: what it waits for is on its way already, and the order stays easy to tell.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.shopify.pace import MOST_ABREAST


@dataclass(frozen=True, slots=True)
class Piece:
    """Some work, and the names of those pieces that have to be done before."""

    name: Address
    work: Callable[[], None]
    after: frozenset[Address] = frozenset()


def done_abreast(pieces: Iterable[Piece], width: Callable[[], int]) -> None:
    """Do all pieces, begun in their order. ``width`` is asked before each how many may be on their way.

    An error of one, or of whoever yields or counts them, ends it: no other is begun, those on their way come to their
    end, and the first error in the order of pieces is raised, with what the others say noted beside it.
    """
    going: dict[Address, Future[None]] = {}
    pool = ThreadPoolExecutor(MOST_ABREAST)
    try:
        for piece in pieces:
            while going and (len(going) >= width() or not piece.after.isdisjoint(going)):
                _come_to_an_end(going)
            if going or width() > 1:
                going[piece.name] = pool.submit(piece.work)
            else:
                piece.work()
        while going:
            _come_to_an_end(going)
    except BaseException as error:
        if isinstance(error, Exception):  # else somebody interrupted us, and does not wait: they end by themselves
            first = _first(error, going)
            if first is not error:
                raise first from first.__cause__
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _come_to_an_end(going: dict[Address, Future[None]]) -> None:
    """Wait until at least one is done, and take those out that are. Raises what one failed with, and leaves it in."""
    over, _ = wait(going.values(), return_when=FIRST_COMPLETED)
    for name in [name for name, future in going.items() if future in over]:
        going[name].result()
        del going[name]


def _first(ending: Exception, going: Mapping[Address, Future[None]]) -> BaseException:
    """Return the error to be raised once all have come to their end: that of the first piece, else what ended it."""
    wait(going.values())
    failed = {name: error for name, future in going.items() if (error := future.exception()) is not None}
    for error in failed.values():
        if not isinstance(error, Exception):
            return error  # somebody interrupted us: whatever else is told of it is not why it ended
    first = next(iter(failed.values()), ending)
    others = {f"also, of {name}: ": error for name, error in failed.items()} | {"also: ": ending}
    told = [first]
    for of_whom, error in others.items():
        if any(error is each for each in told):
            continue  # several met the same one, such as a journal that is full
        told.append(error)
        first.add_note(f"{of_whom}{error if isinstance(error, ReconcilerError) else _unexpected(error)}")
    return first


def _unexpected(error: BaseException) -> str:
    return f"unexpected {type(error).__name__}: {error}"
