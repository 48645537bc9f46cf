"""What applying will ask of a store: calls, cost points, seconds."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.model.plan import Forecast

_STANDARD_RESTORE_RATE = 100  # points a second on the smallest plan (shopify.dev, API limits, 2026-10)
_SECONDS_A_CALL = 0.35  # a usual round trip


@dataclass(frozen=True, slots=True)
class Request:
    """One request that apply would send."""

    cost_points: int


def forecast(requests: Iterable[Request]) -> Forecast:
    """Return the sum. Seconds: whichever is longer, the calls one after another, or the bucket that pays for them."""
    costs = [request.cost_points for request in requests]
    seconds = max(len(costs) * _SECONDS_A_CALL, sum(costs) / _STANDARD_RESTORE_RATE)
    return Forecast(calls=len(costs), cost_points=sum(costs), seconds=round(seconds))
