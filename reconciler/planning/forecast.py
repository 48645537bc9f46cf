"""What applying will ask of a store: calls, cost points, seconds."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.model.plan import Forecast

_STANDARD_RESTORE_RATE = 100  # points a second on the smallest plan (shopify.dev, API limits, 2026-10)
_SECONDS_A_CALL = 0.35  # a usual round trip
_CALLS_ALONE = 20  # one after another, before as many go at once as the bucket pays for
_CALLS_ABREAST = 32  # at most
# Both are guesses: how long Shopify takes for a bulk operation is published nowhere.
_BEFORE_LINES_S = 30
_LINES_A_SECOND = 10
_JOB_CALLS, _JOB_POINTS = 4, 40  # its upload, its start, two entries of the lease
_SECONDS_A_LOOK = 10


@dataclass(frozen=True, slots=True)
class Request:
    """One request that apply would send."""

    cost_points: int


@dataclass(frozen=True, slots=True)
class BulkJob:
    """A bulk operation that apply would have the store run, of so many lines."""

    lines: int

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return _BEFORE_LINES_S + self.lines / _LINES_A_SECOND

    @property
    def looks(self) -> int:
        """How often it is looked at meanwhile."""
        return math.ceil(self.seconds / _SECONDS_A_LOOK)


Asked: TypeAlias = Request | BulkJob


def forecast(asked: Iterable[Asked]) -> Forecast:
    """Return the sum. Seconds: whichever is longer, the calls, or the bucket that pays for them; and the bulk jobs.

    The first calls are sent one after another, later ones several at once.
    """
    asked = tuple(asked)
    jobs = [each for each in asked if isinstance(each, BulkJob)]
    costs = [each.cost_points for each in asked if isinstance(each, Request)]
    looks = sum(job.looks for job in jobs)
    seconds = seconds_of(costs) + sum(job.seconds for job in jobs)
    return Forecast(
        calls=len(costs) + _JOB_CALLS * len(jobs) + looks,
        cost_points=sum(costs) + _JOB_POINTS * len(jobs) + looks,
        seconds=round(seconds),
        bulk_jobs=len(jobs),
    )


def seconds_of(costs: Iterable[int]) -> float:
    """Return how long requests of these costs take."""
    costs = tuple(costs)
    alone = min(len(costs), _CALLS_ALONE)
    calls_s = (alone + (len(costs) - alone) / _CALLS_ABREAST) * _SECONDS_A_CALL
    return max(calls_s, sum(costs) / _STANDARD_RESTORE_RATE)
