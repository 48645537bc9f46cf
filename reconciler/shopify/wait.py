"""Waiting for a store that goes on working by itself: how long, and how often it is looked at."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait, and how often to look."""

    first_s: float = 0.1
    longest_s: float = 5.0
    limit_s: float = 120.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    paused: Callable[[float], object] = float
    """Is told each pause, in seconds."""

    def until(self, is_done: Callable[[], bool]) -> bool:
        """Look until it is done; False when the limit passed before."""
        pause_s, end = self.first_s, self.clock() + self.limit_s
        while not is_done():
            if self.clock() + pause_s > end:
                return False
            self.paused(pause_s)
            self.sleep(pause_s)
            pause_s = min(pause_s * 2, self.longest_s)
        return True
