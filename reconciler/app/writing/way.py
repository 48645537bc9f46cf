"""The way of a run: how it reads and writes its store, and who is told, who keeps and who looks beside it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.app.journal.repeated import Before
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.directory import Directory
from reconciler.model.outcome import Outcome
from reconciler.model.state import Live
from reconciler.shopify.along import LookedAlong
from reconciler.shopify.bulk_jobs import LineAnswer
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import ShopError
from reconciler.shopify.reader import Reader
from reconciler.shopify.writer import Sender, Settle

Watch = Callable[[Sequence[Outcome]], None]
"""Is told what became of changes, as soon as it is known."""


Keep = Callable[[Address, Sequence[Change], Live], Mapping[Address, str]]
"""Keeps what changes of a group are about to take away; returns what could not be kept, with the reason."""


def keeping_nothing(root: Address, changes: Sequence[Change], live: Live) -> Mapping[Address, str]:
    """Return that everything may go."""
    del root, changes, live
    return {}


Look = Callable[[Iterable[str]], LookedAlong]
"""Looks at what goes along with the objects of these ids, should they be deleted. Raises StoreRefused."""


def looking_at_nothing(ids: Iterable[str]) -> LookedAlong:
    """Return that nothing goes along."""
    del ids
    return LookedAlong({}, {})


Touched = Callable[[Sequence[Change], str, LookedAlong], Mapping[Address, str]]
"""Says what others did since the plan to what deletions of one group take away.

Is given the id of its root, and what would go along. Raises StoreRefused.
"""


def touched_by_nobody(going: Sequence[Change], root_id: str, seen: LookedAlong) -> Mapping[Address, str]:
    """Return that nobody did anything."""
    del going, root_id, seen
    return {}


class Bulk(Protocol):
    """What has many requests of one shape done as a job of the store."""

    def files(self, mutations: Sequence[Mutation]) -> Iterator[list[Mutation]]:
        """Yield mutations that one job takes."""

    def done(self, mutations: Sequence[Mutation]) -> Mapping[int, LineAnswer]:
        """Return the answers by the place of their mutation, as far as there are any.

        Raises NotInBulk, or a ShopError, where nothing was begun; BulkUnfinished where it may still be at work.
        """

    def stay(self) -> None:
        """Keep the lease of the run, while thousands of requests are put together and none is sent."""


def unheard(error: ShopError) -> None:
    """Tell nobody that the whole store refused us."""
    del error


def one_at_a_time() -> int:
    """Return that one request at a time is sent."""
    return 1


def waiting_for_nothing(points: int) -> None:
    """Return at once: any request can go."""
    del points


@dataclass(frozen=True, slots=True)
class Way:
    """How a run reads and writes its store."""

    reader: Reader
    sender: Sender
    settle: Settle
    directory: Directory = field(default_factory=Directory)
    keep: Keep = keeping_nothing
    look: Look = looking_at_nothing
    touched: Touched = touched_by_nobody
    refused: Callable[[ShopError], None] = unheard
    """Is told the answer that concerns the whole store, after which nothing is sent."""
    run: str = ""
    """The run's name in the journal, which tells its writing from any other."""
    written: Before = field(default_factory=Before)
    """What the very same plan wrote before."""
    abreast: Callable[[], int] = one_at_a_time
    """Says how many groups at once are worth being written by now."""
    make_room: Callable[[int], None] = waiting_for_nothing
    """Waits until something can be read and a request of so many points can go."""
    clock: Callable[[], float] = time.monotonic
    bulk: Bulk | None = None
    """Makes what is new as jobs of the store; None: by requests."""
