"""The leaky bucket of a shop: points are charged before a request runs and the surplus is given back after."""

from collections.abc import Callable
from dataclasses import dataclass, field

# Restore per second by plan; the bucket holds twenty times that.
# (shopify.dev, "GraphQL Admin API rate limits", read 2026-08; sizes above standard are inferred)
RESTORE_RATES = {"standard": 100, "advanced": 200, "plus": 1_000, "enterprise": 2_000}
_SECONDS_TO_FILL = 20


@dataclass(slots=True)
class Bucket:
    """Points that refill linearly with time."""

    restore_rate: int
    clock: Callable[[], float]
    _level: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._level = float(self.size)
        self._at = self.clock()

    @property
    def size(self) -> int:
        """The most points the bucket can hold."""
        return self.restore_rate * _SECONDS_TO_FILL

    def take(self, points: int) -> bool:
        """Charge the points if they are there; False leaves the bucket as it was."""
        self._refill()
        if self._level < points:
            return False
        self._level -= points
        return True

    def give_back(self, points: int) -> None:
        """Return points that were charged and not used."""
        self._refill()
        self._level = min(float(self.size), self._level + points)

    def status(self) -> dict[str, int]:
        """Return the bucket as ``extensions.cost.throttleStatus`` shows it."""
        self._refill()
        return {
            "maximumAvailable": self.size,
            "currentlyAvailable": int(self._level),
            "restoreRate": self.restore_rate,
        }

    def _refill(self) -> None:
        now = self.clock()
        self._level = min(float(self.size), self._level + (now - self._at) * self.restore_rate)
        self._at = now
