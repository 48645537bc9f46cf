"""Reads → what a store holds, group by group: a root with everything that hangs on it, never the whole store.

A read is complete or it fails: a page without its end, a hole in a list or a cursor that stands still is an error,
because what is not there would be created a second time, or removed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from reconciler.model.errors import StoreRefused
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import KindSet
from reconciler.model.state import Found, FoundGroup
from reconciler.shopify.codec import Codec, Read
from reconciler.shopify.queries import IDS_AT_ONCE, Tree, ids_document, mark_document, page_document, rest_document


class Answer(Protocol):
    """What a client's query returns, as far as a reader looks at it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the response; there were no errors."""


class Client(Protocol):
    """What a reader needs of a client."""

    def query(self, document: str, variables: Mapping[str, Json]) -> Answer:
        """Return the answer, or raise a ReconcilerError."""


class Reader:
    """Reads the groups of one store."""

    def __init__(self, client: Client, kinds: KindSet, codecs: Mapping[str, Codec]) -> None:
        self._client = client
        self._trees = {root.name: _tree(root.name, kinds, codecs) for root in kinds.roots()}

    def groups(self, root_kind: str) -> Iterator[FoundGroup]:
        """Yield every group of a root kind, a page at a time, in the order of their ids."""
        tree = self._trees[root_kind]
        after: str | None = None
        while True:
            data = self._client.query(page_document(tree), {"after": after}).data
            connection = data[tree.root.connection]
            yield from (self._group(tree, node) for node in _nodes(connection, tree.root.connection))
            after = _next_page(connection, after, tree.root.connection)
            if after is None:
                return

    def by_id(self, root_kind: str, ids: Sequence[str]) -> Iterator[FoundGroup | None]:
        """Yield the group of each id, in order; None where there is nothing any more."""
        tree = self._trees[root_kind]
        for start in range(0, len(ids), IDS_AT_ONCE):
            few = list(ids[start : start + IDS_AT_ONCE])
            nodes = self._client.query(ids_document(tree), {"ids": list(few)}).data["nodes"]
            if len(nodes) != len(few):
                raise StoreRefused(f"asked for {len(few)} objects by id, got {len(nodes)}; run the command again")
            for node in nodes:
                yield self._group(tree, node) if node else None

    def by_mark(self, root_kind: str, key: str) -> FoundGroup | None:
        """Return the group whose root carries this key, if there is one."""
        tree = self._trees[root_kind]
        if tree.root.identifier is None:
            return next((group for group in self.groups(root_kind) if group.root.mark == key), None)
        node = self._client.query(mark_document(tree), {"key": key}).data[tree.root.identifier]
        return self._group(tree, node) if node else None

    def _group(self, tree: Tree, node: JsonObject) -> FoundGroup:
        root = tree.root.parse(node)
        children: list[Found] = []
        for child in tree.children:
            children += self._children(tree.root, child, root.id, node)
        return FoundGroup(root, tuple(children))

    def _children(self, parent: Read, child: Read, parent_id: str, node: Mapping[str, Any]) -> Iterator[Found]:
        connection = node[child.connection]
        after: str | None = None
        while True:
            yield from (child.parse(each) for each in _nodes(connection, child.connection))
            after = _next_page(connection, after, child.connection)
            if after is None:
                return
            answer = self._client.query(rest_document(parent.type, child), {"id": parent_id, "after": after})
            owner = answer.data["node"]
            if owner is None:
                raise StoreRefused(f"{parent_id} went away while it was read; run the command again")
            connection = owner[child.connection]


def _tree(root: str, kinds: KindSet, codecs: Mapping[str, Codec]) -> Tree:
    return Tree(codecs[root].read, tuple(codecs[kind.name].read for kind in kinds.children(root)))


def trees(kinds: KindSet, codecs: Mapping[str, Codec]) -> tuple[Tree, ...]:
    """Return what is read of every root kind."""
    return tuple(_tree(root.name, kinds, codecs) for root in kinds.roots())


def _nodes(connection: Mapping[str, Any], name: str) -> Sequence[JsonObject]:
    nodes: Sequence[JsonObject | None] = connection["nodes"]
    whole = [node for node in nodes if node is not None]
    if len(whole) != len(nodes):
        raise StoreRefused(f"a page of {name} has holes, so it cannot be trusted; run the command again")
    return whole


def _next_page(connection: Mapping[str, Any], after: str | None, name: str) -> str | None:
    page = connection["pageInfo"]
    if not page["hasNextPage"]:
        return None
    cursor: str | None = page["endCursor"]
    if cursor is None or cursor == after:
        raise StoreRefused(f"the pages of {name} do not end: the store sent the same cursor twice")
    return cursor
