"""Lines of bulk exports put together again: a root with everything that hangs on it, as a query would have told it.

Lines of one object follow it, but not at once (shopify.dev, bulk operations, 2026-10), and one root is spread over
several exports. So each file is read once to note where the lines of every root are, and a root is put together when
it is asked for: memory holds a few numbers a root, never the store. That first reading looks at the parent that a line
names and parses only lines without one, and those of what has children: each line is parsed once, all in all. The
rejected choice is a database of lines: it costs several times what parsing them does.
"""

import os
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

import orjson

from reconciler.shopify.export_documents import Branch, Export, Path

_PARENT: Final = "__parentId"
# In JSON a quotation mark within a text is escaped, so that these bytes are a name and what begins its value.
_NAMES_PARENT: Final = b'"__parentId":"'
_END_OF_PAGES: Final = {"hasNextPage": False, "endCursor": None}
Node = dict[str, Any]


class Torn(Exception):
    """Lines do not make a whole; the message says why."""


@dataclass(slots=True)
class _Place:
    """A branch of an export, as its lines meet it."""

    at: Path
    is_home: bool
    is_kept: bool
    """Something hangs on its objects, so that they are asked for by their ids."""
    everything_at: tuple[Path, ...]
    by_type: "Mapping[str | None, _Place]"
    """The type of a line below → its place; None: of whatever no other claims."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one export, and where those of each root are."""

    export: Export
    file: IO[bytes]
    runs: Mapping[bytes, Sequence[int]]
    """Root id → start and end of its first run of lines in the file, of the second one, and so on."""
    count: int
    """How many lines there are."""
    place: _Place
    """Where lines without a parent are."""

    def roots(self) -> Sequence[bytes]:
        """Return the ids of the roots, in the order of their lines."""
        return list(self.runs)

    def spelled(self, root_id: str) -> bytes:
        """Return the root's line, and those below it, as they are in the file, without the break at the end."""
        spans, file = self.runs[root_id.encode()], self.file.fileno()
        found = [os.pread(file, end - start, start) for start, end in zip(spans[::2], spans[1::2], strict=True)]
        # A line break within a text is escaped, so that those that are there part the lines.
        return b"".join(run if run.endswith(b"\n") else run + b"\n" for run in found)[:-1]

    def of(self, root_id: str) -> list[Node]:
        """Return the root's line, and those below it. Raises Torn for one that is no JSON."""
        return _rows(root_id, self.spelled(root_id))

    def first(self, root_id: str) -> Node:
        """Return the root's line. Raises Torn for one that is no JSON."""
        return _rows(root_id, self.spelled(root_id).partition(b"\n")[0])[0]


def _rows(root_id: str, spelled: bytes) -> list[Node]:
    try:
        rows: list[Node] = orjson.loads(b"[%b]" % spelled.replace(b"\n", b","))
    except ValueError as error:
        message = f"the lines of {root_id} are no JSON: {error}"
        raise Torn(message) from error
    return rows


@dataclass(slots=True)
class _Index:
    """Where lines belong, as they come."""

    carriers: frozenset[bytes]
    """The types, in quotation marks, of what hangs on a root and carries lines itself."""
    runs: dict[bytes, "array[int]"] = field(default_factory=dict)
    carried: dict[bytes, "array[int]"] = field(default_factory=dict)
    """What carries lines → where those of its root are."""
    parent: bytes = b""
    spans: "array[int]" = field(default_factory=lambda: array("Q"))
    """What the last line hung on that hung on no root, as it is spelled there, and where the lines of its root are."""

    def spans_of(self, line: bytes) -> "array[int]":
        """Return where the lines of the root are that a line belongs to. Raises Torn."""
        at = line.rfind(_NAMES_PARENT)
        if at < 0:
            return self._of_row(orjson.loads(line))
        start = at + len(_NAMES_PARENT)
        spelled = line[start : line.index(b'"', start)]
        if spelled == self.parent:
            return self.spans
        # Shopify escapes the slashes of an id, as JSON lets it: "gid:\\/\\/shopify\\/Product\\/1".
        parent = str(orjson.loads(b'"%b"' % spelled)).encode() if b"\\" in spelled else spelled
        spans = self.runs.get(parent)
        if spans is None:
            self.parent, self.spans = spelled, self._carried_by(parent)
            return self.spans
        if any(mark in line for mark in self.carriers):
            self._carries(orjson.loads(line), spans)
        return spans

    def _of_row(self, row: Node) -> "array[int]":
        """Return the same for a line that names no parent, or spells it with spaces."""
        parent = row.get(_PARENT)
        if parent is None:
            return self.runs.setdefault(str(row["id"]).encode(), array("Q"))
        spans = self.runs.get(str(parent).encode())
        if spans is None:
            return self._carried_by(str(parent).encode())
        self._carries(row, spans)
        return spans

    def _carried_by(self, parent: bytes) -> "array[int]":
        spans = self.carried.get(parent)
        if spans is None:
            message = f"a line hangs on {parent.decode()}, which did not come before it"
            raise Torn(message)
        return spans

    def _carries(self, row: Node, spans: "array[int]") -> None:
        if f'"{row.get("__typename")}"'.encode() in self.carriers:
            self.carried[str(row["id"]).encode()] = spans


def indexed(export: Export, file: IO[bytes]) -> Lines:
    """Return the lines of a file. Raises Torn where one of them names a parent that did not come before."""
    index = _Index(frozenset(f'"{branch.type}"'.encode() for branch in export.root.below if branch.below))
    spans_of, start, count = index.spans_of, 0, 0
    for line in file:
        spans = spans_of(line)
        end = start + len(line)
        if spans and spans[-1] == start:
            spans[-1] = end
        else:
            spans.append(start)
            spans.append(end)
        start, count = end, count + 1
    return Lines(export, file, index.runs, count, _place(export.root))


def _place(branch: Branch, *, is_below: bool = False) -> _Place:
    return _Place(
        branch.at,
        branch.is_home,
        branch.is_parent or not is_below,
        branch.everything_at,
        {below.type: _place(below, is_below=True) for below in branch.below},
    )


@dataclass(slots=True)
class _Whole:
    """A root in the making."""

    nodes: dict[str, Node] = field(default_factory=dict)
    """The id of what has connections → what is put together of it."""
    lists: dict[str, dict[Path, list[Node]]] = field(default_factory=dict)
    """The same id → the nodes of each of its connections."""
    places: dict[str, _Place] = field(default_factory=dict)
    """Of the export at hand: the id of what lines hang on → its place."""
    met: set[str] = field(default_factory=set)
    """What the export at hand has told of; what it should and does not has gone, or come, in between."""

    def put(self, root: _Place, rows: Iterable[Node]) -> None:
        """Put the lines of an export to where they belong. Raises Torn."""
        places, lists = self.places, self.lists
        for row in rows:
            parent_id = row.pop(_PARENT, None)
            place = root if parent_id is None else _claiming(places.get(parent_id), row)
            if place.by_type:
                places[row["id"]] = place
            if not place.is_home:
                self._carries(row["id"])
                continue
            if parent_id is not None:
                lists[parent_id][place.at].append(row)
            if place.is_kept or place.everything_at:
                self._holds(place, row)

    def _carries(self, own_id: str) -> None:
        if own_id not in self.nodes:
            message = f"{own_id} came while the store was exported"
            raise Torn(message)
        self.met.add(own_id)

    def _holds(self, place: _Place, row: Node) -> None:
        own_id = row["id"]
        self.lists[own_id] = {path: _connection(row, path) for path in place.everything_at}
        if place.is_kept:
            self.nodes[own_id] = row


def whole(exports: Sequence[Lines], root_id: str) -> Mapping[str, Node]:
    """Return id → node of the root and of what has connections of its own, each with everything below it.

    Raises Torn where the exports do not agree on what there is: the store changed while it was exported.
    """
    making, key = _Whole(), root_id.encode()
    for lines in exports:
        if key not in lines.runs:
            message = f"{root_id} is not in every export"
            raise Torn(message)
        making.met.clear()
        making.places.clear()
        making.put(lines.place, lines.of(root_id))
        _check_all_met(making, lines.export.root, root_id)
    return making.nodes


def _claiming(parent: _Place | None, row: Node) -> _Place:
    """Return the place of a line below another one. Raises Torn."""
    if parent is not None:
        place = parent.by_type.get(row["__typename"]) or parent.by_type.get(None)
        if place is not None:
            return place
    message = f"nobody asked for a {row['__typename']} there"
    raise Torn(message)


def _connection(node: Node, path: Path) -> list[Node]:
    """Return the nodes of a connection that is put into a node at a path; there are none yet."""
    *above, name = path
    for key in above:
        node = node.setdefault(key, {})
    nodes: list[Node] = []
    node[name] = {"nodes": nodes, "pageInfo": _END_OF_PAGES}
    return nodes


def _check_all_met(making: _Whole, root: Branch, root_id: str) -> None:
    """Raise Torn where an export that tells what hangs on children leaves one out: it went in the meantime."""
    for branch in root.below:
        if branch.below and not branch.is_home:
            missing = [node["id"] for node in making.lists[root_id][branch.at] if node["id"] not in making.met]
            if missing:
                message = f"{missing[0]} went while the store was exported"
                raise Torn(message)
