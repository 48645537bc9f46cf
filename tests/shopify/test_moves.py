"""Moves from one order to another: they lead there, the way the API applies them, and there are no fewer."""

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.shopify.moves import moves

NAMES = "abcdefg"
NOW = st.permutations(NAMES).flatmap(lambda order: st.integers(0, len(NAMES)).map(lambda size: order[:size]))
WANTED = st.lists(st.sampled_from(NAMES + "xy"), unique=True)


def moved(now: Sequence[str], steps: Sequence[tuple[str, int]]) -> list[str]:
    """The order after the steps, one after the other, each from where the ones before left things."""
    order = list(now)
    for name, place in steps:
        order.remove(name)
        order.insert(place, name)
    return order


@given(NOW, WANTED)
def test_the_wanted_ones_come_in_their_order(now, wanted):
    after = moved(now, moves(now, wanted))
    assert [name for name in wanted if name in now] == [name for name in after if name in wanted]


@given(NOW, WANTED)
def test_only_what_is_wanted_moves_and_only_once(now, wanted):
    names = [name for name, _ in moves(now, wanted)]
    assert len(names) == len(set(names))
    assert set(names) <= set(wanted)


@given(NOW, WANTED)
def test_no_more_stay_in_place_than_do(now, wanted):
    order = [name for name in now if name in wanted]
    ranks = {name: rank for rank, name in enumerate(wanted)}
    runs = (
        size
        for size in range(len(order), -1, -1)
        if any(sorted(kept, key=ranks.__getitem__) == list(kept) for kept in combinations(order, size))
    )
    assert len(order) - next(runs) == len(moves(now, wanted))


def test_the_first_to_the_end_of_2000_is_one_move():
    names = [f"{number}" for number in range(2000)]
    assert [("0", 1999)] == moves(names, [*names[1:], "0"])
