"""Throttle: when a request of a given cost may go. Shopify: ``extensions.cost``, a leaky bucket per app and store.

Arithmetic only; time is a number that is passed in. The store's own figures are believed: what is available after an
answer already includes the refund, so nothing is subtracted here a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.json import Json
from reconciler.shopify.errors import ImpossibleCost

# Expecting nothing means never waiting, and a hot loop once throttled. (github.com/microsoft/BCApps#10417)
LEAST_COST: Final = 10
UNSEEN_READ_COST: Final = 150  # what the dearest of our own asks for; too little is throttled, too much a short wait
_WAIT_WITHOUT_RATE_S: Final = 1.0
_SHAPES_REMEMBERED: Final = 1024


@dataclass(frozen=True, slots=True)
class Bucket:
    """What could be spent at a moment, in points."""

    available: float
    maximum: float
    restore_rate: float  # points per second
    at: float  # on the clock of whoever asks; compared with ``now`` only


def wait_s(cost_points: float, bucket: Bucket, now: float) -> float:
    """Return the seconds to wait before a request of this cost may be sent; 0.0 if it may go now.

    Points refill linearly at ``bucket.restore_rate`` per second.
    Raises ImpossibleCost if the request exceeds the bucket's size; its store is for the caller to name.
    Source: shopify.dev, "GraphQL Admin API rate limits", read 2026-08.
    """
    if cost_points > bucket.maximum:
        raise ImpossibleCost(
            "",
            f"a request costs {cost_points:.0f} points and the bucket holds {bucket.maximum:.0f}",
            "this is ours to mend: ask for smaller pages",
            int(cost_points),
            int(bucket.maximum),
        )
    refilled = max(0.0, now - bucket.at) * max(0.0, bucket.restore_rate)
    missing = cost_points - min(bucket.maximum, bucket.available + refilled)
    if missing <= 0:
        return 0.0
    # A store once answered restoreRate 0. (github.com/Cloudshelf/Shopify_CSConnector#192)
    return missing / bucket.restore_rate if bucket.restore_rate > 0 else _WAIT_WITHOUT_RATE_S


def after(cost: Json, now: float) -> Bucket | None:
    """Return the bucket as ``extensions.cost`` of an answer shows it; None when it does not say."""
    status = cost.get("throttleStatus") if isinstance(cost, Mapping) else None
    if not isinstance(status, Mapping):
        return None
    match status.get("currentlyAvailable"), status.get("maximumAvailable"), status.get("restoreRate"):
        case (int() | float() as available, int() | float() as maximum, int() | float() as rate) if maximum > 0:
            return Bucket(float(available), float(maximum), float(rate), now)
        case _:
            return None


@dataclass(slots=True)
class Estimates:
    """What each shape of request was last said to cost: the document is the shape, its variables are not."""

    _points: dict[str, int] = field(default_factory=dict)

    def of_read(self, shape: str) -> int:
        """Return the points to expect of a query; a guess for one that was never sent."""
        return max(LEAST_COST, self._points.get(shape, UNSEEN_READ_COST))

    def of_write(self, shape: str) -> int:
        """Return the points to expect of a mutation; never fewer than its base cost."""
        return max(LEAST_COST, self._points.get(shape, LEAST_COST))

    def learn(self, shape: str, requested_points: int) -> None:
        """Remember what the store asked for, dropping the oldest shape when there are too many."""
        self._points.pop(shape, None)
        self._points[shape] = requested_points
        if len(self._points) > _SHAPES_REMEMBERED:
            del self._points[next(iter(self._points))]
