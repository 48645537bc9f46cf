"""Foresight: the requests that the changes of a plan will send, counted group by group, what is pooled together.

Of a look at what goes along one request is counted, the least that it takes: languages and price lists are the store's.
What is read before the first change and after the last, to make a plan, is not counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reconciler.app.plans.rereading import NOT_THERE_COST_POINTS, keeping, kept_first, openings, reading
from reconciler.app.writing.bulk import can_be_made_in_bulk
from reconciler.app.writing.keeping import needs_keeping
from reconciler.app.writing.last_look import takes_something_along
from reconciler.app.writing.window import may_lose
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Remove
from reconciler.model.directory import Directory
from reconciler.model.store import Writing
from reconciler.planning.forecast import Asked, BulkJob, Request, seconds_of
from reconciler.shopify.along import COST_POINTS
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Mutation
from reconciler.shopify.queries import IDS_AT_ONCE
from reconciler.shopify.steps import GROUPS_IN_A_POOL, Compiler, GroupWrite, Known

REQUESTS_AT_MOST_S: Final = 300.0
"""The seconds of making what is new by requests from which on bulk operations make it instead."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What it takes to make one group: by requests, or a line of each document."""

    requests: tuple[Request, ...]
    documents: tuple[str, ...]


class Foresight:
    """Counts requests. ``ids``: those of roots that are known by now; it grows while groups are met."""

    def __init__(self, ids: Mapping[Address, str], directory: Directory, writing: Writing = "auto") -> None:
        self._writing = writing
        self._making: dict[Address, _Making] = {}
        self._compiler = Compiler(KINDS, CODECS)
        self._ids = ids
        self._directory = directory
        self._alone: dict[Address, list[Request]] = {}
        self._pooled: list[Request] = []
        self._to_pool: list[GroupWrite] = []
        self._kept_first: list[Request] = []

    def count(self, write: GroupWrite) -> None:
        """Count the requests of a group's changes; those of changes that are pooled once there are enough groups."""
        making = self._made(write)
        if making is not None:
            self._making[write.root] = making
            return
        pooled = [change for change in write.changes if self._compiler.is_pooled(change.address)]
        own = [*openings(write)] if len(pooled) < len(write.changes) else []
        own += [*looks_before(write)]
        self._kept_first = self._kept_first or [*kept_first(write.changes)]
        if pooled:
            self._to_pool.append(write)
        else:
            own += self._requests([write])
        self._alone[write.root] = own
        if len(self._to_pool) == GROUPS_IN_A_POOL:
            self.pool()

    def pool(self) -> None:
        """Count what is pooled of the groups so far."""
        for _, of_kind in groupby(self._to_pool, key=lambda write: write.root.kind):
            for few in in_batches([*of_kind], IDS_AT_ONCE):
                self._pooled += reading(few, {change.address.kind for write in few for change in write.changes})
        self._pooled += self._requests(self._to_pool)
        self._to_pool = []

    def forget(self, root: Address) -> None:
        """Leave out a group that will not be written after all, unless it was pooled with others already."""
        self._alone.pop(root, None)
        self._making.pop(root, None)
        self._to_pool = [write for write in self._to_pool if write.root != root]

    def requests(self) -> list[Asked]:
        """Return all that was counted."""
        alone = (request for own in self._alone.values() for request in own)
        by_requests = [request for making in self._making.values() for request in making.requests]
        if self._pays(by_requests):
            return [*self._kept_first, *self._in_bulk(), *alone, *self._pooled]
        return [*self._kept_first, *by_requests, *alone, *self._pooled]

    def _pays(self, by_requests: Sequence[Request]) -> bool:
        """Whether bulk operations make what is new."""
        match self._writing:
            case "requests":
                return False
            case "bulk":
                return bool(by_requests)
            case "auto":
                return seconds_of(request.cost_points for request in by_requests) > REQUESTS_AT_MOST_S

    def _in_bulk(self) -> Iterator[Asked]:
        looks = -(-len(self._making) // IDS_AT_ONCE)
        yield from [Request(NOT_THERE_COST_POINTS * IDS_AT_ONCE)] * looks
        lines = Counter(document for making in self._making.values() for document in making.documents)
        yield from map(BulkJob, lines.values())

    def _made(self, write: GroupWrite) -> _Making | None:
        """Return what it takes to make a group that can be made in bulk; None where something of it is pooled."""
        if not can_be_made_in_bulk(write.root, write.changes):
            return None
        sent = list(self._compiler.forecast([write], Known(self._ids, self._directory)))
        if any(CODECS[at.kind].pooled for mutation in sent for at in mutation.covers[:1]):
            return None
        requests = (Request(NOT_THERE_COST_POINTS), *with_rereads(sent, [write]))
        return _Making(requests, tuple(mutation.document for mutation in sent))

    def _requests(self, writes: Sequence[GroupWrite]) -> list[Request]:
        known = Known(self._ids, self._directory)
        return list(with_rereads(self._compiler.forecast(writes, known), writes))


def looks_before(write: GroupWrite) -> Iterator[Request]:
    """Yield what is looked at before something of a group goes."""
    yield from keeping(write)
    if takes_something_along(write.changes):
        yield Request(COST_POINTS)


def with_rereads(mutations: Iterable[Mutation], writes: Sequence[GroupWrite]) -> Iterator[Request]:
    """Yield what requests ask for, and the read before each of a group that overwrites something.

    The first of a group was read with the group, unless something was kept in between.
    """
    by_address = {change.address: change for write in writes for change in write.changes}
    groups = {write.root: write for write in writes}
    at_risk = {at for at, change in by_address.items() if may_lose(change)}
    by_step: dict[tuple[Address, str, bool], set[Address]] = {}
    for at, change in by_address.items():
        by_step.setdefault(_step_of(at, change), set()).add(at)
    opened = {KINDS.root_of(at) for at, change in by_address.items() if needs_keeping(change)}
    for mutation in mutations:
        if mutation.covers and not CODECS[mutation.covers[0].kind].pooled:
            at = mutation.covers[0]
            # All that a step overwrites is looked at before the first of its requests, and again before its own.
            beside = by_step.pop(_step_of(at, by_address.get(at)), set())
            if KINDS.root_of(at) in opened and not at_risk.isdisjoint(beside.union(mutation.covers)):
                group = groups[KINDS.root_of(at)]
                yield from reading([group], {each.kind for each in beside.union(mutation.covers)})
            opened.add(KINDS.root_of(at))
            at_risk.difference_update(() if mutation.only_marks else mutation.covers)
        yield Request(mutation.cost_points)


def _step_of(address: Address, change: Change | None) -> tuple[Address, str, bool]:
    """Return what tells the step of a change from any other: what removes comes after what makes."""
    return KINDS.root_of(address), address.kind, isinstance(change, Remove)
