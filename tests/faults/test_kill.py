"""Killed anywhere and applied again, a run ends as if nobody had killed it: nothing twice, nothing missing.

Each round begins on the evening before a busy day, kills the day's apply a few times, and lets the last one end. The
points of all rounds are drawn from every boundary of the journal and from the clock; the draw is seeded.
RECONCILER_KILLS says how many kills there are all in all: 30, unless it is set. Rounds know nothing of each other, so
that several processes can share them.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import pytest

from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.record import Begun, Ended, Requested, Told
from tests.faults.busy_shop import BusyShop, a_busy_shop
from tests.faults.processes import Point, Where, at, dies, ended, forked, killed_after, points

KILLS = int(os.environ.get("RECONCILER_KILLS", "30"))
SIZES = (1, 3, 6, 10)  # kills of a round
ONE_IN_BY_TIME = 6
TRIES = 8

pytestmark = pytest.mark.slow


def rounds() -> list[range]:
    """Return the kills of each round, numbered through: rounds of every size in turn, until there are enough."""
    found: list[range] = []
    done = 0
    for size in cycle(SIZES):
        if done == KILLS:
            break
        found.append(range(done, min(done + size, KILLS)))
        done = found[-1].stop
    return found


@dataclass(frozen=True)
class Day:
    """The day as it ends when nobody kills anything, and where a run of it can be killed."""

    shop: BusyShop
    held: Any
    requests: int
    seconds: float
    points: list[Point | None]  # as drawn, one for each kill


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores) -> BusyShop:
    return a_busy_shop(tmp_path_factory.mktemp("busy"), "busy", embedded)


@pytest.fixture(scope="module")
def day(shop: BusyShop) -> Day:
    started = time.monotonic()
    report = shop.apply()
    seconds = time.monotonic() - started
    assert report.complete
    assert report.run is not None
    several = islice(drawn(points(shop.journal.entries(), report.run), random.Random(20261128)), KILLS)
    return Day(shop, shop.held(), report.requests, seconds, list(several))


@pytest.mark.parametrize("kills", rounds(), ids=lambda kills: f"{kills.start + 1}-{kills.stop} of {KILLS}")
def test_a_run_that_was_killed_anywhere_ends_as_if_it_was_not(kills: range, day: Day) -> None:
    draw = random.Random(kills.start)
    day.shop.put_back()
    several = day.points[kills.start : kills.stop]
    for point in sorted(several, key=lambda each: each.request if each else draw.randrange(day.requests)):
        is_killed(day.shop, point, draw.uniform(0, day.seconds))
    assert_it_ends_as_expected(day.shop, day.held, several)


def drawn(boundaries: list[Point], draw: random.Random) -> Iterator[Point | None]:
    """Yield points without end: every boundary once before any comes again; None: by the clock."""
    while True:
        draw.shuffle(boundaries)
        for point in boundaries:
            if draw.randrange(ONE_IN_BY_TIME) == 0:
                yield None
            where = point.where if point.where is Where.BEFORE else draw.choice([Where.AFTER, *Where])
            yield Point(point.request, point.event, where)


def is_killed(shop: BusyShop, point: Point | None, seconds: float) -> None:
    """Have one apply killed at a point, or after so long: by the clock it may end before, and then it is tried anew."""
    for tries in range(TRIES):
        if died(shop, point, seconds / 2**tries) == -signal.SIGKILL:
            return
        shop.put_back()
    pytest.fail(f"{TRIES} runs came to their end before they could be killed at {point}")


def died(shop: BusyShop, point: Point | None, seconds: float) -> int:
    """Apply in a process that dies at a point, or after so long; return how it ended."""

    def work() -> None:
        if point is not None:
            at(point, dies)
        shop.apply()

    pid = forked(work)
    if point is None:
        killed_after(pid, seconds)
    return ended(pid)


def assert_it_ends_as_expected(shop: BusyShop, expected: Any, several: list[Point | None]) -> None:
    report = shop.apply()
    assert report.complete, (several, report)
    assert expected == shop.held(), several
    found = shop.verified()
    assert found.broken is None, (several, found)
    entries = [entry.record for entry in shop.journal.entries()]
    begun = [record for record in entries if isinstance(record, Begun) and record.plan == shop.plan.digest]
    names = {record.run for record in begun}
    ends = [record for record in entries if isinstance(record, Ended) and record.run in names]
    assert sorted(names) == sorted(each.run for each in ends), several  # a run has one name until it comes to its end
    fences = [each.fence for each in begun]  # killed before it held the store, a run was noted and not had its lease
    assert sorted(fences) == fences, several
    for end in ends:
        of_run = [record for record in entries if record.run == end.run]
        numbers = [record.request for record in of_run if isinstance(record, Requested)]
        assert numbers == list(range(1, len(numbers) + 1)), several
        told = {each.address: each.result for record in of_run if isinstance(record, Told) for each in record.outcomes}
        assert +Counter(end.counts) == Counter(told.values()), several  # the overview of runs counts what was told


def test_the_journal_says_under_one_name_what_a_killed_run_and_its_heir_did(shop: BusyShop) -> None:
    shop.put_back()
    assert -signal.SIGKILL == died(shop, Point(20, "answered"), 0)
    report = shop.apply()
    begun = [entry.record for entry in shop.journal.entries() if isinstance(entry.record, Begun)]
    assert [report.run] * 2 == [record.run for record in begun if record.plan == shop.plan.digest]
    assert f"run {report.run} had not come to its end; this went on with it" in report.notes
