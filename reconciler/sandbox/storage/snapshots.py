"""A shop as it was a moment ago, for searches whose index lags behind the writes.

SQLite keeps the past for whoever still reads it: a connection that began to read before a write goes on to see the
rows without it. So one is opened before a write, and kept for as long as the write is to stay unseen. Rejected: a copy
of the searched rows with times of their own, which every table and every write would have to take part in.
"""

from dataclasses import dataclass
from pathlib import Path

from reconciler.sandbox.storage.database import Snapshot

_STEPS = 8  # a window is kept in about so many snapshots: writes close to one another come into view together
_MOST = 4 * _STEPS  # connections; what is written beyond comes into view with what was written before it


@dataclass(frozen=True, slots=True)
class Lag:
    """How far searches are behind, in milliseconds or in requests, whichever is more; nothing is not at all."""

    milliseconds: int = 0
    requests: int = 0

    def __bool__(self) -> bool:
        """Say whether there is a lag."""
        return bool(self.milliseconds or self.requests)

    def hides(self, then: "Moment", now: "Moment") -> bool:
        """Say whether a write of then is not seen now."""
        return (now.at_s - then.at_s) * 1000 < self.milliseconds or now.request - then.request <= self.requests

    def longer(self, other: "Lag") -> "Lag":
        """Return the lag that covers both."""
        return Lag(max(self.milliseconds, other.milliseconds), max(self.requests, other.requests))


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in a shop's life: the time, and the number of the request."""

    at_s: float
    request: int


class Snapshots:
    """The past of one shop's file, as far as somebody may search in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: list[tuple[Moment, Snapshot]] = []

    def before_write(self, now: Moment, lag: Lag) -> None:
        """Keep the present, in which a write is about to happen that searches with this lag shall not see."""
        self._forget(now, lag)
        if not lag:
            return
        if len(self._kept) >= _MOST:
            return
        if self._kept:
            last = self._kept[-1][0]
            step = Lag(lag.milliseconds // _STEPS, lag.requests // _STEPS - 1)
            if step.hides(last, now):
                return
        self._kept.append((now, Snapshot(self._path)))

    def as_of(self, now: Moment, lag: Lag) -> Snapshot | None:
        """Return the shop without the writes that this lag hides; None when it hides none."""
        return next((snapshot for then, snapshot in self._kept if lag.hides(then, now)), None) if lag else None

    def close(self) -> None:
        """Forget all."""
        for _, snapshot in self._kept:
            snapshot.close()
        self._kept.clear()

    def _forget(self, now: Moment, lag: Lag) -> None:
        while self._kept and not (lag and lag.hides(self._kept[0][0], now)):
            self._kept.pop(0)[1].close()
