"""Went back: what is at the commit before a run again, once changes of its rollback are done. Pure.

That is not only what both wrote. A key that moves back gives all of a thing other addresses; and what was counted is
taken out by something else that is counted, while the quantity that it moved may have been written by neither.
"""

from collections.abc import Collection, Iterator, Sequence

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Move, after
from reconciler.model.kind import KindSet
from reconciler.planning.names_since import renamed
from reconciler.planning.written import Written


def went_back(
    changes: Sequence[Change], done: Collection[Address], wrote: Written, kinds: KindSet
) -> frozenset[Address]:
    """Return what of a run went back; what moved back by both names: until git is reverted it asks by the run's.

    ``changes``: those of the rollback. ``done``: the addresses of those that are true.
    """
    moves = [change for change in changes if isinstance(change, Move)]
    in_the_run = {move.address: move.was for move in moves}
    before = {move.was: move.address for move in moves if move.address in done}
    known = {*wrote.changes, *wrote.held}
    back = known.intersection(renamed(at, in_the_run, kinds) for at in done)
    for change in changes:
        if change.address in done and isinstance(change, Create):
            counted = _taken_out(change, kinds)
            back.update(renamed(at, in_the_run, kinds) for at in counted)
    return frozenset(back | {renamed(at, before, kinds) for at in back})


def _taken_out(change: Create, kinds: KindSet) -> Iterator[Address]:
    """Yield what something counts against, and the quantity that it moves."""
    kind = kinds[change.address.kind]
    countered = kind.counting.countered(change.address) if kind.counting is not None else None
    if kind.counting is None or countered is None:
        return
    yield kind.counting.counts(change.address, kind.resource.model_validate(after(change)))[0]
    while countered is not None:  # a run that was brought again is taken out by what counts against that
        yield countered
        countered = kind.counting.countered(countered)
