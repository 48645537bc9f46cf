"""Progress: what long work says of itself while it runs, as values. It steers nothing, and may go unheard."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

AwaitedThing = Literal["bucket", "retry", "job", "media", "bulk"]
"""What is waited for. bucket: the store's rate limit. retry: the next attempt. job, media, bulk: what it works on."""


@dataclass(frozen=True, slots=True)
class Began:
    """A part of the work begins; the part before is over."""

    store: str
    """Empty where the work is about the repository."""
    doing: str
    expected: int | None = None
    """How many things there are to be done, as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """Some things of the part are done."""

    store: str
    done: int
    unforeseen: int = 0
    """How many of these were not expected."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is done for some seconds; it may be told again when they have passed."""

    store: str
    awaited: AwaitedThing
    seconds: float


Event: TypeAlias = Began | Advanced | Waiting
Listener: TypeAlias = Callable[[Event], None]
"""Whoever shows progress. It is told from several threads at once."""


def unheard(event: Event) -> None:
    """Take no notice."""
    del event


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of the work on one store."""

    store: str = ""
    listener: Listener = unheard

    def began(self, doing: str, expected: int | None = None) -> None:
        """Tell that a part of the work begins."""
        self.listener(Began(self.store, doing, expected))

    def advanced(self, done: int = 1, *, unforeseen: int = 0) -> None:
        """Tell that things are done, some of which were not expected."""
        self.listener(Advanced(self.store, done, unforeseen))

    def waiting(self, awaited: AwaitedThing, seconds: float) -> None:
        """Tell what is waited for."""
        self.listener(Waiting(self.store, awaited, seconds))


SILENT = Teller()
"""Tells nobody."""
