"""Where a reader gets nodes from: pages and given ids, asked for as it goes, or exports of everything.

What an export holds of a root is lent while that root is looked at. What it cannot tell, because the store changed
while it was made, is asked for by ids, as is what other objects own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from reconciler.model.errors import StoreRefused
from reconciler.model.json import JsonObject
from reconciler.shopify.asking import Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Slice
from reconciler.shopify.queries import IDS_AT_ONCE, Tree, below_document, page_document
from reconciler.shopify.regrouped import Lines, Torn, whole

Given = Sequence[JsonObject | None]


class Nodes(Protocol):
    """What a reader needs of a store to read all of a kind."""

    def pages(self, tree: Tree) -> Iterator[Sequence[JsonObject]]:
        """Yield the roots, some at a time, without what hangs on them."""

    def below(self, tree: Tree, ids: Sequence[str]) -> Given:
        """Return what hangs on objects of the last page; None for one that has gone."""

    def spelled(self, root_id: str) -> bytes | None:
        """Return all that was answered about a root of the last page, where that is at hand; None: it is not, yet."""


class Paged:
    """Nodes that are asked for."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def pages(self, tree: Tree, piece: Slice | None = None) -> Iterator[Sequence[JsonObject]]:
        """Yield the pages of a root's connection, or of a slice of it, to their end."""
        document, name = page_document(tree, piece), tree.root.connection
        after: str | None = None
        while True:
            connection = self._client.query(document, {"after": after}).data[name]
            yield nodes_of(connection, name)
            after = next_page(connection, after, name)
            if after is None:
                return

    def below(self, tree: Tree, ids: Sequence[str]) -> Given:
        """Return what hangs on the objects, at most IDS_AT_ONCE."""
        return self.given(below_document(tree), ids)

    def spelled(self, root_id: str) -> None:
        """Return nothing: what hangs on roots is asked for once they are known."""
        del root_id

    def given(self, document: str, ids: Sequence[str]) -> Given:
        """Return the answer to a document about given ids, in their order."""
        nodes: Given = self._client.query(document, {"ids": list(ids)}).data["nodes"]
        if len(nodes) != len(ids):
            raise StoreRefused(f"asked for {len(ids)} objects by id, got {len(nodes)}; run the command again")
        return [node or None for node in nodes]


class Exported:
    """Nodes out of bulk exports."""

    def __init__(self, exports: Sequence[Lines], otherwise: Paged) -> None:
        self._exports = exports
        self._otherwise = otherwise
        self._held: dict[str, JsonObject] = {}
        self._torn: set[str] = set()

    def pages(self, tree: Tree) -> Iterator[Sequence[JsonObject]]:
        """Yield the roots in the order of the export."""
        del tree
        for ids in in_batches(self._exports[0].roots(), IDS_AT_ONCE):
            self._held = {}
            yield [self._exports[0].first(root_id.decode()) for root_id in ids]

    def below(self, tree: Tree, ids: Sequence[str]) -> Given:
        """Return what hangs on the objects, asking for what the exports do not hold together."""
        for root_id in ids:
            if root_id not in self._held and root_id.encode() in self._exports[0].runs:
                self._put_together(root_id)
        torn = [each for each in ids if each not in self._held]
        asked = dict(zip(torn, self._otherwise.below(tree, torn), strict=True)) if torn else {}
        return [asked[each] if each in asked else self._held[each] for each in ids]

    def spelled(self, root_id: str) -> bytes | None:
        """Return the lines of a root in all exports; None where they are known not to make a whole."""
        key = root_id.encode()
        if root_id in self._torn or any(key not in lines.runs for lines in self._exports):
            return None
        return b"\0".join(lines.spelled(root_id) for lines in self._exports)

    def _put_together(self, root_id: str) -> None:
        try:
            self._held |= whole(self._exports, root_id)
        except Torn:
            self._torn.add(root_id)


def nodes_of(connection: Mapping[str, Any], name: str) -> Sequence[JsonObject]:
    """Return the nodes of a page. Raises StoreRefused where it has holes."""
    nodes: Sequence[JsonObject | None] = connection["nodes"]
    whole_page = [node for node in nodes if node is not None]
    if len(whole_page) != len(nodes):
        raise StoreRefused(f"a page of {name} has holes, so it cannot be trusted; run the command again")
    return whole_page


def next_page(connection: Mapping[str, Any], after: str | None, name: str) -> str | None:
    """Return the cursor of what follows a page; None at the end. Raises StoreRefused where it stands still."""
    page = connection["pageInfo"]
    if not page["hasNextPage"]:
        return None
    cursor: str | None = page["endCursor"]
    if cursor is None or cursor == after:
        raise StoreRefused(f"the pages of {name} do not end: the store sent the same cursor twice")
    return cursor
