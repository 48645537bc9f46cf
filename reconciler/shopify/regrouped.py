"""Lines of bulk exports put together again: a root with everything that hangs on it, as a query would have told it.

Lines of one object follow it, but not at once (shopify.dev, bulk operations, 2026-10), and one root is spread over
several exports. So each file is read once to note where the lines of every root are, and a root is put together when
it is asked for: memory holds a few numbers a root, never the store. The rejected choice is a database of lines: it
costs several times what parsing them does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

import orjson

from reconciler.shopify.export_documents import Branch, Export, Path

_PARENT: Final = "__parentId"
_END_OF_PAGES: Final = {"hasNextPage": False, "endCursor": None}
Node = dict[str, Any]


class Torn(Exception):
    """Lines do not make a whole; the message says why."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one export, and where those of each root are."""

    export: Export
    file: IO[bytes]
    runs: Mapping[str, Sequence[tuple[int, int]]]
    """Root id → start and end of its lines in the file, in their order."""
    count: int
    """How many lines there are."""

    def of(self, root_id: str) -> Iterator[Node]:
        """Yield the root's line, and those below it."""
        for start, end in self.runs[root_id]:
            self.file.seek(start)
            yield from map(orjson.loads, self.file.read(end - start).splitlines())


@dataclass(slots=True)
class _Whole:
    """A root in the making: what was put where, by id."""

    nodes: dict[str, Node] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    """What the export at hand has told of; what it should and does not has gone, or come, in between."""


def indexed(export: Export, file: IO[bytes]) -> Lines:
    """Return the lines of a file. Raises Torn where one of them names a parent that did not come before."""
    runs: dict[str, list[tuple[int, int]]] = {}
    carried: dict[str, str] = {}
    carriers = {branch.type for branch in export.root.below if branch.below}
    start = count = 0
    for line in file:
        end = start + len(line)
        row = orjson.loads(line)
        root_id = _root_of(row, runs, carried)
        if row.get("__typename") in carriers and row.get(_PARENT) == root_id:
            carried[row["id"]] = root_id
        its_runs = runs.setdefault(root_id, [])
        if its_runs and its_runs[-1][1] == start:
            its_runs[-1] = (its_runs[-1][0], end)
        else:
            its_runs.append((start, end))
        start, count = end, count + 1
    return Lines(export, file, runs, count)


def _root_of(row: Node, runs: Mapping[str, object], carried: Mapping[str, str]) -> str:
    parent = row.get(_PARENT)
    if parent is None:
        return str(row["id"])
    if parent in runs:
        return str(parent)
    if parent in carried:
        return carried[parent]
    message = f"a line hangs on {parent}, which did not come before it"
    raise Torn(message)


def root_line(lines: Lines, root_id: str) -> Node:
    """Return what the first export says of the root itself."""
    return next(lines.of(root_id))


def whole(exports: Sequence[Lines], root_id: str) -> Mapping[str, Node]:
    """Return id → node of the root and of what has connections of its own, each with everything below it.

    Raises Torn where the exports do not agree on what there is: the store changed while it was exported.
    """
    making = _Whole()
    for lines in exports:
        if root_id not in lines.runs:
            message = f"{root_id} is not in every export"
            raise Torn(message)
        making.met.clear()
        branches: dict[str, Branch] = {}
        for row in lines.of(root_id):
            _put(making, lines.export.root, branches, row)
        _check_all_met(making, lines.export.root, root_id)
    return making.nodes


def _put(making: _Whole, root: Branch, branches: dict[str, Branch], row: Node) -> None:
    parent_id = row.pop(_PARENT, None)
    branch = root if parent_id is None else _claiming(branches.get(parent_id), row)
    if branch.below:
        branches[row["id"]] = branch
    if branch.is_home:
        if parent_id is not None:
            _connection(making.nodes[parent_id], branch.at)["nodes"].append(row)
        for path in branch.everything_at:
            _connection(row, path)
        if branch.is_parent or parent_id is None:
            making.nodes[row["id"]] = row
    elif row["id"] not in making.nodes:
        message = f"{row['id']} came while the store was exported"
        raise Torn(message)
    making.met.add(row.get("id", ""))


def _claiming(parent: Branch | None, row: Node) -> Branch:
    by_type = {branch.type: branch for branch in parent.below} if parent is not None else {}
    branch = by_type.get(row["__typename"]) or by_type.get(None)
    if branch is None:
        message = f"nobody asked for a {row['__typename']} there"
        raise Torn(message)
    return branch


def _connection(node: Node, path: Path) -> Node:
    """Return the connection of a node at a path, an empty one where nothing was put there yet."""
    *above, name = path
    for key in above:
        node = node.setdefault(key, {})
    connection: Node = node.setdefault(name, {"nodes": [], "pageInfo": _END_OF_PAGES})
    return connection


def _check_all_met(making: _Whole, root: Branch, root_id: str) -> None:
    """Raise Torn where an export that tells what hangs on children leaves one out: it went in the meantime."""
    for branch in root.below:
        if branch.below and not branch.is_home:
            held = _connection(making.nodes[root_id], branch.at)["nodes"]
            missing = [node["id"] for node in held if node["id"] not in making.met]
            if missing:
                message = f"{missing[0]} went while the store was exported"
                raise Torn(message)
