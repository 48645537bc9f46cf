"""Pace: when the next request may go while others are on their way, and how many on their way at once pay.

Arithmetic only; time is a number that is passed in. What is on its way is counted as if none of it had reached the
store yet: the store's last word tells of some already, so they are counted twice, and the bucket is never asked for
more than it holds. Nothing is lost by that: a bucket that is not full refills all the same.

One request at a time spends what it costs in the time that it takes, which is a small part of what the bucket refills.
As many as spend it all are on their way at once, and some more while the bucket is still full. How long a request
takes is the shortest time seen of its shape: a store that gets slower the more it is asked is not asked more for that.
Rejected: a fixed number of requests. It would be too few for one plan of Shopify, and too many for another.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from reconciler.shopify import throttle
from reconciler.shopify.answer import Cost
from reconciler.shopify.throttle import Bucket, Estimates

MOST_ABREAST: Final = 32
"""Beyond it this program, not the store, is what takes the time."""
_ANSWERS_FIRST: Final = 20  # before anything is known of how long a store takes
_EMPTIED_IN_S: Final = 20.0  # a full bucket is spent over so long; Shopify's own are filled in that time
_ROOM: Final = 1.5  # for what passes between an answer and the next request
_GROWTH: Final = 1.05  # by which the shortest time is forgotten with each answer
_WEIGHT: Final = 0.1  # of the newest answer in what is usual


@dataclass(slots=True)
class Pace:
    """What is known of a store's bucket, and of the requests that are on their way."""

    bucket: Bucket | None = None
    """What could be spent after the last answer; None before the first that told."""
    estimates: Estimates = field(default_factory=Estimates)
    _on_their_way: float = 0.0
    _answers: int = 0
    _usual_cost: float = float(throttle.LEAST_COST)
    _usual_s: float = 0.0
    _shortest_s: dict[str, float] = field(default_factory=dict)

    def wait_s(self, points: float, now: float) -> float:
        """Return the seconds until a request that may cost so much can go; 0.0 if it may go now.

        Raises ImpossibleCost if the request exceeds the bucket's size.
        """
        if self.bucket is None:
            return 0.0
        if points <= self.bucket.maximum:
            points = min(points + self._on_their_way, self.bucket.maximum)
        return throttle.wait_s(points, self.bucket, now)

    def sent(self, points: float) -> None:
        """Note that a request is on its way which may cost so much."""
        self._on_their_way += points

    def landed(self, points: float) -> None:
        """Note that a request is on its way no more, whatever became of it."""
        self._on_their_way = max(0.0, self._on_their_way - points)

    def answered(self, shape: str, cost: Cost, bucket: Bucket | None, seconds: float) -> None:
        """Learn from an answer. ``shape``: the document. ``bucket``: as the answer shows it, if it does."""
        self.bucket = bucket or self.bucket
        if cost.requested is not None:
            self.estimates.learn(shape, cost.requested)
        if cost.actual is None:
            return
        shortest = min(seconds, self._shortest_s.get(shape, seconds) * _GROWTH)
        self._shortest_s[shape] = shortest
        weight = _WEIGHT if self._answers else 1.0
        self._usual_s += weight * (shortest - self._usual_s)
        self._usual_cost += weight * (max(1, cost.actual) - self._usual_cost)
        self._answers += 1

    def abreast(self, now: float) -> int:
        """Return how many requests on their way at once spend what there is; one before that can be told."""
        if self.bucket is None or self._answers < _ANSWERS_FIRST:
            return 1
        spare = min(self.bucket.maximum, self.bucket.available + (now - self.bucket.at) * self.bucket.restore_rate)
        rate = self.bucket.restore_rate + spare / _EMPTIED_IN_S
        return max(1, min(MOST_ABREAST, math.ceil(_ROOM * rate * self._usual_s / self._usual_cost)))
