"""A tree of reads as bulk queries, with what is needed to put their lines together again.

A bulk query has at most five connections, two of them below each other, each selected by edges; an object becomes a
line without its connections, whose objects follow as lines that name their parent and not the connection
(shopify.dev, bulk operations, 2026-10). So a query holds, below one parent, only connections whose lines can be told
apart by their type; what does not fit goes into a further query, where the parents are repeated with nothing but
their ids. Windows (``first``) have no meaning in bulk and are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from graphql import FieldNode, InlineFragmentNode, Node, SelectionSetNode, parse, print_ast

from reconciler.shopify.queries import Tree

_CONNECTIONS: Final = 5
_DEPTH: Final = 2
_WINDOW: Final = frozenset({"first", "after"})
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A connection within an export, as a place for lines."""

    at: Path
    """Where it is in its parent: ``("inventoryItem", "inventoryLevels")``."""
    type: str | None
    """The type of its lines; None: whatever no other branch of that parent claims."""
    is_home: bool
    """Its lines are the objects themselves; elsewhere they only carry what is below them."""
    below: "tuple[Branch, ...]" = ()
    everything_at: tuple[Path, ...] = ()
    """Where an object of it has connections, in whatever export they are read."""
    is_parent: bool = False
    """Something hangs on its objects: on a connection, or as a part of them."""


@dataclass(frozen=True, slots=True)
class Export:
    """One bulk query. The root's branches are those of its lines without a parent."""

    text: str
    root: Branch


@dataclass(frozen=True, slots=True, eq=False)
class _Connection:
    """A connection of the whole tree, with what its objects hold: of their own, and below them."""

    at: Path
    spelled: str
    """Its field with the arguments that mean something in bulk: ``order: media(sortKey: POSITION)``."""
    own: str
    type: str | None
    below: "tuple[_Connection, ...]"
    is_parent: bool

    @property
    def everything_at(self) -> tuple[Path, ...]:
        """Where an object of it has connections."""
        return tuple(each.at for each in self.below)


_Draft = dict[_Connection, bool]
"""An export in the making: connection → whether this is its home."""


@cache
def exports_of(tree: Tree) -> tuple[Export, ...]:
    """Return the bulk queries that hold all of a tree, but for what other objects own; the first one has the roots.

    Raises ValueError for a tree that no bulk query can hold.
    """
    arguments = f"({tree.root.arguments})" if tree.root.arguments else ""
    text = f"{{ {tree.root.connection}{arguments} {{ nodes {{ {_deep(tree)} }} }} }}"
    (root,) = _split(_selection(parse(text).definitions[0]), (), (tree,))[1]
    drafts: list[_Draft] = [{root: True}]
    for chain in _chains(root.below):
        draft = next((each for each in drafts if _fits(each, root, chain)), None)
        if draft is None:
            draft = {root: False}
            drafts.append(draft)
        for connection in chain:
            draft.setdefault(connection, connection is chain[-1])
    return tuple(
        Export(f"query Export_{tree.root.connection}_{number} {{ {_text(root, draft)} }}", _branch(root, draft))
        for number, draft in enumerate(drafts, start=1)
    )


def _deep(tree: Tree) -> str:
    """Return the selection of a node with all that hangs on it, by ``nodes``."""
    own = f"id {tree.root.selection}" if tree.root.has_id else tree.root.selection
    return " ".join([own, *(_below(child) for child in tree.children if child.root.owner is None)])


def _below(child: Tree) -> str:
    if not child.root.connection:
        return child.root.selection
    *above, connection = child.root.connection.split(".")
    arguments = f"({child.root.arguments})" if child.root.arguments else ""
    text = f"{connection}{arguments} {{ nodes {{ {_deep(child)} }} }}"
    for name in reversed(above):
        text = f"{name} {{ {text} }}"
    return text


def _selection(node: Node) -> SelectionSetNode:
    found = getattr(node, "selection_set", None)
    return found if isinstance(found, SelectionSetNode) else SelectionSetNode(selections=())


def _split(inner: SelectionSetNode, way: Path, children: tuple[Tree, ...]) -> tuple[list[str], tuple[_Connection, ...]]:
    """Return what stays in an object's own line, as text, and the connections that leave it."""
    own: list[str] = []
    connections: list[_Connection] = []
    for node in inner.selections:
        if not isinstance(node, FieldNode) or node.selection_set is None:
            own.append(print_ast(node))
            continue
        key = node.alias.value if node.alias else node.name.value
        nodes = _nodes_of(node.selection_set)
        if nodes is not None:
            connections.append(_connection(node, (*way, key), nodes, children))
            continue
        kept, inside = _split(node.selection_set, (*way, key), children)
        connections += inside
        if kept:
            own.append(f"{_spelled(node)} {{ {' '.join(kept)} }}")
    return own, tuple(connections)


def _nodes_of(inner: SelectionSetNode) -> SelectionSetNode | None:
    """Return what is selected of a connection's nodes; None where it is none."""
    fields = {node.name.value: node for node in inner.selections if isinstance(node, FieldNode)}
    return fields["nodes"].selection_set if "nodes" in fields else None


def _connection(field: FieldNode, at: Path, nodes: SelectionSetNode, children: tuple[Tree, ...]) -> _Connection:
    child = None if field.alias else _child_at(children, at)
    own, below = _split(nodes, (), child.children if child is not None else ())
    # What is asked for by fragments may be of several types.
    is_of_one = child is not None and not any(isinstance(node, InlineFragmentNode) for node in nodes.selections)
    line_type = child.root.type if child is not None and is_of_one else None
    is_parent = child is not None and bool(child.children)
    return _Connection(at, _spelled(field), " ".join(own), line_type, below, is_parent)


def _child_at(children: tuple[Tree, ...], at: Path) -> Tree | None:
    return next((child for child in children if child.root.connection == ".".join(at)), None)


def _spelled(field: FieldNode) -> str:
    name = f"{field.alias.value}: {field.name.value}" if field.alias else field.name.value
    meant = [print_ast(each) for each in field.arguments or () if each.name.value not in _WINDOW]
    return f"{name}({', '.join(meant)})" if meant else name


def _chains(below: tuple[_Connection, ...], above: tuple[_Connection, ...] = ()) -> Iterator[tuple[_Connection, ...]]:
    """Yield every connection with those on the way to it, from the root's down."""
    for connection in below:
        chain = (*above, connection)
        if len(chain) > _DEPTH:
            message = f"{connection.spelled} is too deep for a bulk query"
            raise ValueError(message)
        yield chain
        yield from _chains(connection.below, chain)


def _fits(draft: _Draft, root: _Connection, chain: tuple[_Connection, ...]) -> bool:
    new = [connection for connection in chain if connection not in draft]
    return len(draft) + len(new) <= _CONNECTIONS and not any(
        connection.type == other.type
        for parent, connection in zip((root, *chain), chain, strict=False)
        if connection in new
        for other in parent.below
        if other in draft
    )


def _text(connection: _Connection, draft: _Draft) -> str:
    below = [each for each in connection.below if each in draft]
    parts = ["__typename", connection.own if draft[connection] else "id", *(_text(each, draft) for each in below)]
    text = f"{connection.spelled} {{ edges {{ node {{ {' '.join(parts)} }} }} }}"
    for name in reversed(connection.at[:-1]):
        text = f"{name} {{ {text} }}"
    return text


def _branch(connection: _Connection, draft: _Draft) -> Branch:
    below = tuple(_branch(each, draft) for each in connection.below if each in draft)
    return Branch(
        connection.at, connection.type, draft[connection], below, connection.everything_at, connection.is_parent
    )
