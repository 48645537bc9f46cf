"""Progress of long work, on stderr: bars on a terminal, elsewhere a plain line now and then, nothing with --json."""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TextIO, assert_never

from reconciler.cli.options import Common
from reconciler.cli.output import said
from reconciler.model.progress import Advanced, AwaitedThing, Began, Event, Listener, Waiting, unheard

LINE_EVERY_S = 30.0
"""Short work says nothing; of long work a log shows that it goes on."""

_AWAITED: Mapping[AwaitedThing, str] = {
    "bucket": "the rate limit",
    "retry": "another try",
    "job": "the store's work",
    "media": "pictures",
    "bulk": "a bulk operation",
}


class Progress:
    """Is told of work and shows it, while it is entered; it may be left for a question, and entered again."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._shown: Listener = unheard
        self._open = ExitStack()

    def __enter__(self) -> Self:
        if self._common.json:
            self._shown = unheard
        elif has_bars(sys.stderr, os.environ) and not self._common.verbose:  # the log would run through the bars
            from reconciler.cli.bars import bars

            self._shown = self._open.enter_context(bars(sys.stderr))
        else:
            self._shown = Lines()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown = unheard
        self._open.close()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        self._shown(event)


def has_bars(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether a stream is a terminal that can go back over a line, with a person in front of it."""
    dumb = environment.get("TERM", "dumb") == "dumb"
    return stream.isatty() and not dumb and environment.get("CI", "") in {"", "0", "false"}


def awaited_words(awaited: AwaitedThing, seconds: float) -> str:
    """Return what is waited for, in words; how long, from a second on."""
    return f"waiting for {_AWAITED[awaited]}" + (f", {seconds:.0f} s" if seconds >= 1 else "")


@dataclass(slots=True)
class _Work:
    """How far the work on one store is."""

    doing: str
    expected: int | None
    since_s: float
    done: int = 0
    awaited: str = ""

    def words(self) -> str:
        """Return it as it stands in a line."""
        counted = f", {self.done} of {max(self.done, self.expected)}" if self.expected else ""
        counted = counted or (f", {self.done} so far" if self.done else "")
        return f"{self.doing}{counted}{self.awaited}"


class Lines:
    """Says where long work is, in a line for a log."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, say: Callable[[str], None] = said) -> None:
        self._clock = clock
        self._say = say
        self._works: dict[str, _Work] = {}
        self._turn = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Note an event, and say how far the work is if nothing was said for a while."""
        with self._turn:
            work = self._noted(event)
            if work is not None and self._clock() - work.since_s >= LINE_EVERY_S:
                work.since_s = self._clock()
                self._say(f"{event.store or 'repository'}: {work.words()}")

    def _noted(self, event: Event) -> _Work | None:
        before = self._works.get(event.store)
        match event:
            case Began(store, doing, expected):
                since_s = before.since_s if before is not None else self._clock()
                self._works[store] = _Work(doing, expected, since_s)
            case Advanced(_, done, unforeseen) if before is not None:
                before.done += done
                before.expected = before.expected + unforeseen if before.expected is not None else None
                before.awaited = ""
            case Waiting(_, awaited, seconds) if before is not None:
                before.awaited = f", {awaited_words(awaited, seconds)}"
            case Advanced() | Waiting():
                pass  # nothing was said to have begun
            case _:
                assert_never(event)
        return self._works.get(event.store)
