"""Moves: the fewest steps from one order to another. Shopify: MoveInput, one after the other, positions from 0.

What is in the right order already stays: the longest run of it, found in n log n; everything else moves once, to where
it follows what it is to follow. Rejected: moving each thing to its final place from the left, which moves all others
when one goes from the front to the end.
"""

from bisect import bisect_left
from collections.abc import Sequence


def moves(now: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, int]]:
    """Return what moves where, in turn, so that the wanted ones come in their order.

    ``now`` may hold others, which are not moved. What is wanted and not there is passed over.
    """
    there = frozenset(now)
    order = [name for name in wanted if name in there]
    ranks = {name: rank for rank, name in enumerate(order)}
    staying = _longest_run([ranks[name] for name in now if name in ranks])
    at = list(now)
    found: list[tuple[str, int]] = []
    for rank, name in enumerate(order):
        if rank not in staying:
            at.remove(name)
            place = at.index(order[rank - 1]) + 1 if rank else min(map(at.index, order[1:]), default=0)
            at.insert(place, name)
            found.append((name, place))
    return found


def _longest_run(ranks: Sequence[int]) -> frozenset[int]:
    """Return the longest ascending subsequence: by the smallest end of each length, with the way back from it."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for rank in ranks:
        length = bisect_left(ends, rank)
        before[rank] = ends[length - 1] if length else None
        if length == len(ends):
            ends.append(rank)
        else:
            ends[length] = rank
    run: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        run.add(last)
        last = before[last]
    return frozenset(run)
