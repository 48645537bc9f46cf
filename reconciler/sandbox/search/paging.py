"""Connections: windows over rows, their cursors and page flags."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reconciler.sandbox.shops.context import Args
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Row, Table
from reconciler.sandbox.wire.clock import milliseconds, timestamp
from reconciler.sandbox.wire.errors import bad_request
from reconciler.sandbox.wire.ids import Cursor, MalformedCursor, decode_cursor, encode_cursor

T = TypeVar("T")
R = TypeVar("R", bound=Row)
LONGEST_PAGE = 250
_NO_END = 2**62
_WHOLE: ContextVar[bool] = ContextVar("whole lists", default=False)


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """What rows are sorted by: an SQL expression, and the same key of a row in memory. Ties go by id."""

    sql: str
    key: Callable[[T], Any]
    is_time: bool = False

    def cursor(self, row_id: int, row: T) -> str:
        """Return the cursor of a row."""
        value = self.key(row)
        return encode_cursor(Cursor(row_id, milliseconds(value) if self.is_time else value))

    def position(self, cursor: Cursor) -> Any:
        """Return the sort key that a cursor stands for."""
        return timestamp(int(cursor.last_value) / 1000) if self.is_time else cursor.last_value


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A window of a connection, as the fields of its GraphQL type."""

    nodes: list[T]
    cursor_of: Callable[[T], str]
    has_next: bool
    has_previous: bool

    @property
    def edges(self) -> list[dict[str, Any]]:
        """The rows with their cursors."""
        return [{"node": node, "cursor": self.cursor_of(node)} for node in self.nodes]

    @property
    def pageInfo(self) -> dict[str, Any]:  # noqa: N802 the field's name
        """The flags and the cursors at the ends."""
        return {
            "hasNextPage": self.has_next,
            "hasPreviousPage": self.has_previous,
            "startCursor": self.cursor_of(self.nodes[0]) if self.nodes else None,
            "endCursor": self.cursor_of(self.nodes[-1]) if self.nodes else None,
        }


@dataclass(frozen=True, slots=True)
class _Window:
    size: int
    is_backward: bool
    after: Cursor | None
    before: Cursor | None


def row_page(
    database: Database, table: Table[R], where: tuple[str, Sequence[Any]], order: Order[R], args: Args
) -> Page[R]:
    """Return a window over the rows of a table that match a condition."""
    window = _window(args)
    is_descending = bool(args.get("reverse")) != window.is_backward
    conditions, parameters = [where[0]], list(where[1])
    for cursor, is_after in ((window.after, True), (window.before, False)):
        if cursor:
            sign = ">" if is_after != bool(args.get("reverse")) else "<"
            conditions.append(f"({order.sql}, id) {sign} (?, ?)")
            parameters += [order.position(cursor), cursor.last_id]
    direction = "DESC" if is_descending else "ASC"
    clause = f"WHERE {' AND '.join(conditions)} ORDER BY {order.sql} {direction}, id {direction} LIMIT ?"
    rows = table.select(database, clause, (*parameters, window.size + 1))
    has_more = len(rows) > window.size
    return _page(rows[: window.size], order, window, has_more=has_more)


def list_page(rows: Sequence[R], order: Order[R], args: Args, longest: int = LONGEST_PAGE) -> Page[R]:
    """Return a window over rows in memory; they need not be sorted."""
    window = _window(args, longest)
    is_reversed = bool(args.get("reverse"))
    place = {id(row): (order.key(row), row.id) for row in rows}
    kept = sorted(rows, key=lambda row: place[id(row)], reverse=is_reversed)
    for cursor, is_after in ((window.after, True), (window.before, False)):
        if cursor:
            edge = (order.position(cursor), cursor.last_id)
            wants_greater = is_after != is_reversed
            kept = [row for row in kept if (place[id(row)] > edge) == wants_greater and place[id(row)] != edge]
    has_more = len(kept) > window.size
    if window.is_backward:
        return _page(kept[::-1][: window.size], order, window, has_more=has_more)
    return _page(kept[: window.size], order, window, has_more=has_more)


def _page(rows: list[R], order: Order[R], window: _Window, *, has_more: bool) -> Page[R]:
    def cursor_of(row: R) -> str:
        return order.cursor(row.id, row)

    if window.is_backward:
        return Page(rows[::-1], cursor_of, has_next=window.before is not None, has_previous=has_more)
    is_empty = window.size == 0
    return Page(rows, cursor_of, has_next=has_more and not is_empty, has_previous=window.after is not None)


@contextmanager
def whole_lists() -> Iterator[None]:
    """Within the block a connection without a window is read whole, as in a bulk query, where windows mean nothing."""
    token = _WHOLE.set(True)
    try:
        yield
    finally:
        _WHOLE.reset(token)


def _window(args: Args, longest: int = LONGEST_PAGE) -> _Window:
    first, last = args.get("first"), args.get("last")
    if first is None and last is None and _WHOLE.get():
        return _Window(_NO_END, is_backward=False, after=None, before=None)
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    name, size = ("first", first) if first is not None else ("last", last)
    if not 0 <= int(size or 0) <= longest:
        # The limit is documented, the sentence is ours.
        raise bad_request(f"{name} must be between 0 and {longest}")
    return _Window(int(size or 0), last is not None, _cursor(args.get("after")), _cursor(args.get("before")))


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    try:
        return decode_cursor(text)
    except MalformedCursor as problem:
        raise bad_request("Malformed cursor") from problem
