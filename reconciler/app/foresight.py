"""Foresight: the requests that the changes of a plan will send, counted group by group, what is pooled together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.app.window import may_lose
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, deletes
from reconciler.model.directory import Directory
from reconciler.planning.forecast import Request
from reconciler.shopify.along import COST_POINTS, TYPES
from reconciler.shopify.codec import Mutation
from reconciler.shopify.queries import IDS_AT_ONCE
from reconciler.shopify.steps import GROUPS_IN_A_POOL, Compiler, GroupWrite, Known

REREAD_COST_POINTS = 31
"""What apply asks for to read one product again, with 50 variants: 1 + 6 objects + 2 + 7 × 5, less what it returns."""


class Foresight:
    """Counts requests. ``ids``: those of roots that are known by now; it grows while groups are met."""

    def __init__(self, ids: Mapping[Address, str], directory: Directory) -> None:
        self._compiler = Compiler(KINDS, CODECS)
        self._ids = ids
        self._directory = directory
        self._alone: dict[Address, list[Request]] = {}
        self._pooled: list[Request] = []
        self._to_pool: list[GroupWrite] = []

    def count(self, write: GroupWrite) -> None:
        """Count the requests of a group's changes; those of changes that are pooled once there are enough groups."""
        pooled = [change for change in write.changes if self._compiler.is_pooled(change.address)]
        own = [Request(REREAD_COST_POINTS)] if len(pooled) < len(write.changes) else []
        own += [Request(COST_POINTS)] if takes_something_along(write.changes) else []
        if pooled:
            self._to_pool.append(write)
        else:
            own += self._requests([write])
        self._alone[write.root] = own
        if len(self._to_pool) == GROUPS_IN_A_POOL:
            self.pool()

    def pool(self) -> None:
        """Count what is pooled of the groups so far."""
        rereads = -(-len(self._to_pool) // IDS_AT_ONCE)
        self._pooled += [Request(REREAD_COST_POINTS)] * rereads
        self._pooled += self._requests(self._to_pool)
        self._to_pool = []

    def forget(self, root: Address) -> None:
        """Leave out a group that will not be written after all, unless it was pooled with others already."""
        self._alone.pop(root, None)
        self._to_pool = [write for write in self._to_pool if write.root != root]

    def requests(self) -> list[Request]:
        """Return all that was counted."""
        return [*(request for own in self._alone.values() for request in own), *self._pooled]

    def _requests(self, writes: Sequence[GroupWrite]) -> list[Request]:
        known = Known(self._ids, self._directory)
        changes = (change for write in writes for change in write.changes)
        return list(with_rereads(self._compiler.forecast(writes, known), changes))


def with_rereads(mutations: Iterable[Mutation], changes: Iterable[Change]) -> Iterator[Request]:
    """Yield what requests ask for, and the read before each further one of a group that overwrites something."""
    by_address = {change.address: change for change in changes}
    met: set[Address] = set()
    written: set[Address] = set()
    for mutation in mutations:
        if mutation.covers and not CODECS[mutation.covers[0].kind].pooled:
            root = KINDS.root_of(mutation.covers[0])
            overwrites = any(at in by_address and may_lose(by_address[at]) for at in {*mutation.covers} - written)
            if root in met and overwrites:
                yield Request(REREAD_COST_POINTS)
            met.add(root)
            written.update(mutation.covers)
        yield Request(mutation.cost_points)


def takes_something_along(changes: Sequence[Change]) -> bool:
    """Return whether apply looks at what goes along with one of these changes, before it deletes."""
    return any(deletes(change) and CODECS[change.address.kind].read.type in TYPES for change in changes)
