"""Rereading: what apply asks before it writes: groups again, and all of one that loses something. For forecasts.

Points are those that a store charges for what it returns: an object 1, a connection of which n were asked for
``2 + max(1, floor(2·ln n)) × (1 + node)``, less where fewer come back. (shopify.dev, rate limits, measured 2026-11)
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from reconciler.app.writing.keeping import needs_keeping
from reconciler.kinds import CODECS, KINDS
from reconciler.model.change import Change, Create, deletes
from reconciler.model.kind import Kind
from reconciler.planning.forecast import Request
from reconciler.shopify.codec import Read
from reconciler.shopify.queries import IDS_AT_ONCE
from reconciler.shopify.steps import GroupWrite

NOT_THERE_COST_POINTS: Final = 1
"""What it is charged for to look for something by our mark that is not there."""
_KEPT_FIRST: Final = (6, 2, 3, 3)
"""What is asked once where something is kept: the shop, the app, its locations, its publications."""
_FIELD: Final = re.compile(r"(?P<fragment>\.\.\. on )?(?P<name>\w+)(?:\((?P<window>[^)]*)\))?\s*\{")
_FIRST: Final = re.compile(r"first: (\d+)")
_IN_A_WINDOW: Final = frozenset({"nodes", "edges"})
_FREE: Final = frozenset({"measurement", "weight", "unitCost", "value", "pageInfo"})
"""Fields whose values belong to the row that they are read from."""
_REST: Final = 250
_COLLECTIONS_COST_POINTS: Final = 12
"""What it asks for to look for the collections of a product that is in none."""


def openings(write: GroupWrite) -> Iterator[Request]:
    """Yield what is read of a group before the first of its requests."""
    if any(change.address == write.root and isinstance(change, Create) for change in write.changes):
        yield Request(NOT_THERE_COST_POINTS)
    else:
        yield from reading([write], {change.address.kind for change in write.changes})


def keeping(write: GroupWrite) -> Iterator[Request]:
    """Yield what is read of a group to keep what it loses; neither its files nor its places in collections of ours."""
    if any(map(needs_keeping, write.changes)):
        below = {kind.name for kind in KINDS.children(write.root.kind)}
        yield from reading([write], below)
        leaves = any(change.address == write.root and deletes(change) for change in write.changes)
        if leaves and any(kind.names_root == write.root.kind for kind in KINDS):
            yield Request(_COLLECTIONS_COST_POINTS)


def kept_first(changes: Iterable[Change]) -> Iterator[Request]:
    """Yield what is asked once, where one of all changes needs something to be kept."""
    if any(map(needs_keeping, changes)):
        yield from map(Request, _KEPT_FIRST)


def reading(groups: Sequence[GroupWrite], kinds: Collection[str]) -> Iterator[Request]:
    """Yield the requests that read groups of one kind of root, as many as one request takes, of these kinds."""
    root_kind = groups[0].root.kind
    counts = [Counter(at.kind for at in group.live.resources) for group in groups]
    wanted = [kind for kind in KINDS.children(root_kind) if kind.name in KINDS.with_parents(kinds)]
    own = [kind for kind in wanted if kind.parent == root_kind and CODECS[kind.name].read.owner is None]
    most = {kind.name: max(each[kind.name] for each in counts) for kind in wanted}
    yield Request(1 + _objects(CODECS[root_kind].read.selection) + sum(_below(kind, most[kind.name]) for kind in own))
    for kind in own:
        yield from (request for each in counts for request in _rest(kind, each[kind.name]))
    for kind in wanted:
        total = sum(each[kind.name] for each in counts)
        further = [each for each in wanted if each.parent == kind.name]
        if further and total:
            rows = {each.name: -(-most[each.name] // max(1, most[kind.name])) for each in further}
            points = 1 + sum(_below(each, rows[each.name]) for each in further)
            yield from [Request(points)] * -(-total // IDS_AT_ONCE)
        if CODECS[kind.name].read.owner is not None:
            yield Request(1 + _below(kind, most[kind.name]))


def _rest(kind: Kind, rows: int) -> Iterator[Request]:
    """Yield the requests for those children of one thing that its first page does not hold."""
    read = CODECS[kind.name].read
    if read.connection and rows > read.page_size:
        points = 1 + _window(_REST, min(rows, _REST), _objects(read.selection))
        yield from [Request(points)] * -(-(rows - read.page_size) // _REST)


def _below(kind: Kind, rows: int) -> int:
    """Return the points of children of a kind within the reading of what they hang on."""
    read: Read = CODECS[kind.name].read
    node = _objects(read.selection)
    return read.connection.count(".") + _window(read.page_size, rows, node) if read.connection else node


def _window(asked: int, rows: int, node: int) -> int:
    factor = max(1, math.floor(2 * math.log(asked)))
    return 2 + (math.ceil(factor * min(1.0, rows / asked)) * (1 + node) if rows else factor)


def _objects(selection: str) -> int:
    """Return the points of what a selection asks for; connections inside count as if nothing was in them."""
    points = 0
    for field in _FIELD.finditer(selection):
        name, first = field["name"], _FIRST.search(field["window"] or "")
        if first is not None:
            points += _window(int(first[1]), 0, 0)
        elif not field["fragment"] and name not in _FREE and name not in _IN_A_WINDOW:
            points += 1
    return points
