"""Large stores: when it pays to have everything exported instead of turning pages.

What a first page took, in points and in seconds, foretells what the others will: the bucket refills at its rate, and
every page is waited for. An export costs the same few points for any store, but starts slowly and goes through the
whole of it. How long Shopify takes for it is nowhere published, so the threshold is a setting.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from reconciler.shopify.export_documents import exports_of
from reconciler.shopify.exporting import PATIENCE, ExportingClient, exported
from reconciler.shopify.lane import Counters
from reconciler.shopify.queries import Tree, count_document
from reconciler.shopify.regrouped import Lines
from reconciler.shopify.throttle import Bucket
from reconciler.shopify.wait import Wait

PAGES_AT_MOST_S: Final = 60.0
"""The seconds of turning pages from which on an export is made instead."""
_STAYING: Final = 3.0
"""How many times longer one way may take before the other is taken instead of it: what is known of a store's answers is
known by their bytes, and each way has its own."""


class MeasuredClient(ExportingClient, Protocol):
    """A client that says what it has spent."""

    @property
    def counters(self) -> Counters:
        """What was sent so far."""

    @property
    def bucket(self) -> Bucket | None:
        """What could be spent after the last answer."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a page was begun, and what had been spent by then."""

    at_s: float
    points: int


@dataclass(frozen=True, slots=True)
class PageCost:
    """What a page took."""

    roots: int
    seconds: float
    points: int


def pages_take_s(page: PageCost, roots: int, bucket: Bucket | None) -> float:
    """Return the seconds that the pages of as many further roots would take, by one that was read."""
    pages = roots / page.roots
    waiting_s = pages * page.seconds
    if bucket is None or bucket.restore_rate <= 0:
        return waiting_s
    return max(waiting_s, (pages * page.points - bucket.available) / bucket.restore_rate)


class Habit(Protocol):
    """Remembers how a store was read last. ``connection``: what was read, as products."""

    def was_exported(self, connection: str) -> bool | None:
        """Return whether an export was made; None where nobody knows."""

    def note(self, connection: str, *, exported: bool) -> None:
        """Remember whether one is made this time."""


class NoHabit:
    """Remembers nothing."""

    def was_exported(self, connection: str) -> None:
        """Return that nobody knows."""

    def note(self, connection: str, *, exported: bool) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Large:
    """How a store is read when it is large."""

    client: MeasuredClient
    pages_at_most_s: float = PAGES_AT_MOST_S
    habit: Habit = field(default_factory=NoHabit)
    wait: Wait = PATIENCE
    clock: Callable[[], float] = time.monotonic

    def started(self) -> Start:
        """Return the moment before a page is read."""
        return Start(self.clock(), self.client.counters.cost_points)

    def taken(self, start: Start, roots: int) -> PageCost:
        """Return what a page of so many roots took, that was begun then."""
        return PageCost(roots, self.clock() - start.at_s, self.client.counters.cost_points - start.points)

    def pays(self, tree: Tree, page: PageCost) -> bool:
        """Whether an export is made instead of the pages that follow this one."""
        counted = self.client.query(count_document(tree.root)).data[str(tree.root.counted_by)]
        rest = max(0, int(counted["count"]) - page.roots)
        exported = pages_take_s(page, rest, self.client.bucket) > self._at_most_s(tree.root.connection)
        self.habit.note(tree.root.connection, exported=exported)
        return exported

    def _at_most_s(self, connection: str) -> float:
        was_exported = self.habit.was_exported(connection)
        if was_exported is None:
            return self.pages_at_most_s
        return self.pages_at_most_s / _STAYING if was_exported else self.pages_at_most_s * _STAYING

    @contextmanager
    def exported(self, tree: Tree) -> Iterator[tuple[Lines, ...]]:
        """Have everything of a tree exported, and lend the lines. Raises NoExport."""
        with exported(self.client, exports_of(tree), wait=self.wait) as lines:
            yield lines
