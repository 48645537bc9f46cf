"""What applying will ask of a store: calls, cost points, seconds."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.model.plan import Forecast

_STANDARD_RESTORE_RATE = 100  # points a second on the smallest plan (shopify.dev, API limits, 2026-10)
_SECONDS_A_CALL = 0.35  # a usual round trip
_CALLS_ALONE = 20  # one after another, before as many go at once as the bucket pays for
_CALLS_ABREAST = 32  # at most


@dataclass(frozen=True, slots=True)
class Request:
    """One request that apply would send."""

    cost_points: int


def forecast(requests: Iterable[Request]) -> Forecast:
    """Return the sum. Seconds: whichever is longer, the calls, or the bucket that pays for them.

    The first calls are sent one after another, later ones several at once.
    """
    costs = [request.cost_points for request in requests]
    alone = min(len(costs), _CALLS_ALONE)
    calls_s = (alone + (len(costs) - alone) / _CALLS_ABREAST) * _SECONDS_A_CALL
    seconds = max(calls_s, sum(costs) / _STANDARD_RESTORE_RATE)
    return Forecast(calls=len(costs), cost_points=sum(costs), seconds=round(seconds))
