"""A store that charges points, simulated to the millisecond: time passes when the simulation says so."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest

from reconciler.shopify.answer import Cost
from reconciler.shopify.pace import MOST_ABREAST, Pace
from reconciler.shopify.throttle import Bucket

READ, WRITE = "query Again", "mutation Write"
COSTS = {READ: Cost(26, 11), WRITE: Cost(12, 12)}


@dataclass
class Simulation:
    """Groups without end, each read again and then written, by a client that goes by its pace."""

    rate: float
    latency_s: Callable[[], float]
    until_s: float
    costs: dict[str, Cost] = field(default_factory=lambda: COSTS)
    now: float = 0.0
    throttled: int = 0
    spent: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Pace()
        self.size = self.level = 20.0 * self.rate
        self.filled_at = 0.0
        self.groups = self.most = 0
        self._asleep = False
        self._numbers = count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._queue: list[tuple[bool, int, str]] = []

    def run(self) -> "Simulation":
        self._begin()
        while self._events and self.now < self.until_s:
            self.now, _, happens = heapq.heappop(self._events)
            happens()
        return self

    def share(self, since_s: float) -> float:
        """Return what was spent since then of what was restored since then."""
        points = sum(points for at, points in self.spent if at >= since_s)
        return points / (self.rate * (self.until_s - since_s))

    def _in(self, seconds: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._numbers), happens))

    def _begin(self) -> None:
        while self.groups < self.pace.abreast(self.now):
            self.groups += 1
            self._ask(READ)
        self.most = max(self.most, self.groups)

    def _ask(self, shape: str) -> None:
        heapq.heappush(self._queue, (shape == READ, next(self._numbers), shape))
        self._go()

    def _go(self) -> None:
        while self._queue:
            shape = self._queue[0][2]
            points = self._points(shape)
            pause_s = self.pace.wait_s(points, self.now)
            if pause_s > 1e-9:
                self._wake(pause_s)
                return
            heapq.heappop(self._queue)
            self.pace.sent(points)
            self._send(shape, points)

    def _wake(self, pause_s: float) -> None:
        if not self._asleep:
            self._asleep = True
            self._in(pause_s, self._woken)

    def _woken(self) -> None:
        self._asleep = False
        self._go()

    def _send(self, shape: str, points: float) -> None:
        latency_s, sent_s = self.latency_s(), self.now
        self._in(latency_s / 4, lambda: self._arrives(shape, points, latency_s, sent_s))

    def _points(self, shape: str) -> int:
        estimates = self.pace.estimates
        return estimates.of_read(shape) if shape == READ else estimates.of_write(shape)

    def _arrives(self, shape: str, points: float, latency_s: float, sent_s: float) -> None:
        self._refill()
        cost = self.costs[shape]
        assert cost.requested is not None
        if self.level < cost.requested:
            self.throttled += 1
            self._in(latency_s / 4, lambda: self._throttled(shape, points))
            return
        self.level -= cost.requested
        self._in(latency_s / 2, lambda: self._executed(shape, points, latency_s, sent_s))

    def _executed(self, shape: str, points: float, latency_s: float, sent_s: float) -> None:
        self._refill()
        cost = self.costs[shape]
        assert cost.requested is not None
        assert cost.actual is not None
        self.level = min(self.size, self.level + cost.requested - cost.actual)
        self.spent.append((self.now, cost.actual))
        said = float(int(self.level))
        self._in(latency_s / 4, lambda: self._answered(shape, points, said, sent_s))

    def _answered(self, shape: str, points: float, said: float, sent_s: float) -> None:
        self.pace.landed(points)
        bucket = Bucket(said, self.size, self.rate, self.now)
        self.pace.answered(shape, self.costs[shape], bucket, self.now - sent_s)
        if shape == READ:
            self._ask(WRITE)
        else:
            self.groups -= 1
        self._begin()
        self._go()

    def _throttled(self, shape: str, points: float) -> None:
        self.pace.landed(points)
        self._ask(shape)

    def _refill(self) -> None:
        self.level = min(self.size, self.level + (self.now - self.filled_at) * self.rate)
        self.filled_at = self.now


@pytest.mark.parametrize("rate", [100, 200, 1000])
def test_nine_tenths_of_what_is_restored_are_spent_and_nothing_is_throttled(rate):
    simulation = Simulation(rate, lambda: 0.3, until_s=90.0).run()
    assert 0 == simulation.throttled
    assert simulation.share(since_s=30.0) >= 0.9
    assert 1 < simulation.most <= MOST_ABREAST


def test_the_same_holds_when_no_two_answers_take_as_long():
    draw = random.Random(7)
    simulation = Simulation(100, lambda: draw.uniform(0.1, 0.9), until_s=120.0).run()
    assert 0 == simulation.throttled
    assert simulation.share(since_s=30.0) >= 0.9


def test_the_same_holds_for_requests_of_very_different_costs():
    costs = {READ: Cost(180, 20), WRITE: Cost(450, 430)}
    simulation = Simulation(100, lambda: 0.3, until_s=200.0, costs=costs).run()
    assert 0 == simulation.throttled
    assert simulation.share(since_s=60.0) >= 0.9


def test_a_store_next_door_is_asked_one_request_at_a_time():
    simulation = Simulation(100, lambda: 0.005, until_s=30.0).run()
    assert 1 == simulation.most


def test_nobody_knows_how_many_pay_before_there_were_answers():
    pace = Pace()
    assert 1 == pace.abreast(0.0)
    for _ in range(19):
        pace.answered(READ, COSTS[READ], Bucket(2000.0, 2000.0, 100.0, 0.0), 0.3)
    assert 1 == pace.abreast(0.0)
    pace.answered(READ, COSTS[READ], Bucket(2000.0, 2000.0, 100.0, 0.0), 0.3)
    assert 1 < pace.abreast(0.0)


def test_a_store_that_grows_slower_for_being_asked_more_is_not_asked_more():
    pace = Pace()
    bucket = Bucket(2000.0, 2000.0, 100.0, 0.0)
    for _ in range(40):
        pace.answered(READ, COSTS[READ], bucket, 0.3)
    at_first = pace.abreast(0.0)
    for number in range(200):
        pace.answered(READ, COSTS[READ], bucket, 0.3 if number % 8 == 0 else 2.0)
    assert pace.abreast(0.0) <= 2 * at_first


def test_what_is_on_its_way_is_not_spent_twice():
    pace = Pace(Bucket(100.0, 2000.0, 100.0, 0.0))
    pace.sent(60)
    assert 0.0 == pace.wait_s(40, 0.0)
    assert 0.2 == pytest.approx(pace.wait_s(60, 0.0))
    pace.landed(60)
    assert 0.0 == pace.wait_s(60, 0.0)


def test_a_request_as_large_as_the_bucket_goes_although_others_are_on_their_way():
    pace = Pace(Bucket(0.0, 2000.0, 100.0, 0.0))
    pace.sent(500)
    assert 20.0 == pytest.approx(pace.wait_s(1900, 0.0))
