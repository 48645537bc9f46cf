"""When an export is made instead of turning pages: by what a page took, and by what the bucket gives back."""

from typing import Any

import pytest

from reconciler.app.sessions.habit import NotedHabit
from reconciler.kinds import CODECS, KINDS
from reconciler.shopify.answer import Answer
from reconciler.shopify.large import PAGES_AT_MOST_S, Large, PageCost, pages_take_s
from reconciler.shopify.queries import Tree, trees
from reconciler.shopify.throttle import Bucket

TREE: Tree = next(tree for tree in trees(KINDS, CODECS) if tree.root.connection == "products")
FULL = Bucket(available=2000, maximum=2000, restore_rate=100, at=0)
EMPTY = Bucket(available=0, maximum=2000, restore_rate=100, at=0)
FAST = Bucket(available=20000, maximum=20000, restore_rate=1000, at=0)


@pytest.mark.parametrize(
    ("seconds", "points", "roots", "bucket", "expected"),
    [
        pytest.param(0.5, 0, 1000, FULL, 5.0, id="each page is waited for"),
        pytest.param(0.5, 200, 1000, EMPTY, 20.0, id="the bucket gives back 100 points a second"),
        pytest.param(0.5, 200, 1000, FULL, 5.0, id="what it holds is there at once"),
        pytest.param(0.5, 200, 100_000, FULL, 1980.0, id="and is soon gone"),
        pytest.param(0.5, 200, 100_000, FAST, 500.0, id="a larger plan is waited for, not for its bucket"),
        pytest.param(0.5, 200, 1000, None, 5.0, id="a store that says nothing of its bucket"),
        pytest.param(0.5, 200, 0, EMPTY, 0.0, id="nothing is left"),
    ],
)
def test_the_pages_that_are_left_take_as_long_as_the_slower_of_the_two(seconds, points, roots, bucket, expected):
    assert expected == pages_take_s(PageCost(100, seconds, points), roots, bucket)


def test_a_bucket_that_gives_nothing_back_says_nothing():
    still = Bucket(available=0, maximum=2000, restore_rate=0, at=0)
    assert 5.0 == pages_take_s(PageCost(100, 0.5, 200), 1000, still)


class Counting:
    """A client of a store with so many products, whose bucket is never empty."""

    bucket = None

    def __init__(self, count: int) -> None:
        self.count = count

    def query(self, document: str, variables: Any = None) -> Answer:
        del document, variables
        return Answer({str(TREE.root.counted_by): {"count": self.count}})


@pytest.mark.parametrize(
    ("last", "pages_s", "exported"),
    [
        (None, PAGES_AT_MOST_S + 1, True),
        (None, PAGES_AT_MOST_S - 1, False),
        (True, PAGES_AT_MOST_S / 2, True),
        (True, PAGES_AT_MOST_S / 4, False),
        (False, PAGES_AT_MOST_S * 2, False),
        (False, PAGES_AT_MOST_S * 4, True),
    ],
)
def test_a_store_is_read_as_it_was_read_last_unless_that_takes_far_longer(tmp_path, last, pages_s, exported):
    if last is not None:
        NotedHabit(tmp_path, "eu").note("products", exported=last)
    client: Any = Counting(101)
    large = Large(client, habit=NotedHabit(tmp_path, "eu"))
    assert exported == large.pays(TREE, PageCost(1, pages_s / 100, 10))
    assert exported == NotedHabit(tmp_path, "eu").was_exported("products")
    assert None is NotedHabit(tmp_path, "eu").was_exported("collections")
