"""Abreast: pieces of work on one store, as many at once as pay, each after those that it waits for.

Where one at a time pays, they are done one after another by whoever asks for it, and no thread is begun. A piece that
has to wait holds up those behind it: what it waits for is on its way already, and the order stays easy to tell.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.shopify.pace import MOST_ABREAST


@dataclass(frozen=True, slots=True)
class Piece:
    """Some work, and the names of those pieces that have to be done before."""

    name: Address
    work: Callable[[], None]
    after: frozenset[Address] = frozenset()


def done_abreast(pieces: Iterable[Piece], width: Callable[[], int]) -> None:
    """Do all pieces, begun in their order. ``width`` is asked before each how many may be on their way.

    An error of one ends it: no other is begun, those on their way come to their end, and the error is raised.
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
    finally:
        # Whoever was interrupted here does not wait; those on their way end by themselves.
        pool.shutdown(wait=False)
    while going:
        _come_to_an_end(going)


def _come_to_an_end(going: dict[Address, Future[None]]) -> None:
    """Wait until at least one is done, and take it out; where one failed, until all are. Raises what it failed with."""
    over, _ = wait(going.values(), return_when=FIRST_COMPLETED)
    if any(each.exception() is not None for each in over):
        wait(going.values())
    for name in [name for name, future in going.items() if future in over]:
        going.pop(name).result()
