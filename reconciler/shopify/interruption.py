"""Interruption: somebody pressed Ctrl-C, which meets the main thread, while other threads ask stores.

They are asked to end where nothing is lost: before the next request. What they have sent by then is waited for by
whoever broke them off, and their notes on the store are still written.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event
from typing import Final

LAST_ANSWERS_S: Final = 10.0  # after which a run that is broken off waits for no answer any more


class Interruption:
    """Comes once, for all who share it."""

    def __init__(self) -> None:
        self._event = Event()
        self._turn = Condition()
        self._at_work = 0

    @property
    def came(self) -> bool:
        """Whether nothing more is to be asked."""
        return self._event.is_set()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count as somebody whose end is waited for."""
        with self._turn:
            self._at_work += 1
        try:
            yield
        finally:
            with self._turn:
                self._at_work -= 1
                self._turn.notify_all()

    def come(self, patience_s: float) -> None:
        """Let nobody ask any more, and wait until everybody at work has ended, so long at most."""
        self._event.set()
        with self._turn:
            self._turn.wait_for(lambda: not self._at_work, patience_s)

    def sleep(self, seconds: float) -> None:
        """Sleep, and wake up when it comes. Whoever has notes to write after that sleeps as long as they say."""
        if self.came:
            time.sleep(seconds)
        else:
            self._event.wait(seconds)
