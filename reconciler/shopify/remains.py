"""Remains: what a store still has of what is gone, and who has a part in what is to go. Reads only.

Shopify: MediaImage, which stays among the files when its product goes; ``Product.collections``; the look-up of a
product or collection by handle. (shopify.dev, 2026-10)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.shopify.asking import Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Read
from reconciler.shopify.collection_sources import SOURCES_SELECTION, is_by_hand
from reconciler.shopify.identity import MARK_SELECTION, mark_in
from reconciler.shopify.queries import IDS_AT_ONCE

FILES: Final = "query FilesLeft($ids: [ID!]!) { nodes(ids: $ids) { id ... on MediaImage { status } } }"
_FILE: Final = "gid://shopify/MediaImage/"
COLLECTIONS: Final = (
    "query CollectionsOf($id: ID!, $after: String) { product(id: $id) { collections(first: 100, after: $after) "
    f"{{ pageInfo {{ hasNextPage endCursor }} nodes {{ id title {SOURCES_SELECTION} {MARK_SELECTION} }} }} }} }}"
)


@dataclass(frozen=True, slots=True)
class InCollection:
    """A collection that a product is in."""

    id: str
    title: str
    mark: str | None
    by_hand: bool
    """All its products were put there by hand."""


def in_collection(node: Mapping[str, Any]) -> InCollection:
    """Return what a node of ``Product.collections`` says, read with its sources and its mark."""
    return InCollection(node["id"], node["title"], mark_in(node), is_by_hand(node["sources"]))


def files_left(client: Client, ids: Sequence[str]) -> frozenset[str]:
    """Return which of these ids are images that the store can still show."""
    found: set[str] = set()
    for few in in_batches([each for each in ids if each.startswith(_FILE)], IDS_AT_ONCE):
        nodes = client.query(FILES, {"ids": list(few)}).data["nodes"]
        found |= {str(node["id"]) for node in nodes if node and node.get("status") == "READY"}
    return frozenset(found)


def collections_of(client: Client, product_id: str) -> Iterator[InCollection]:
    """Yield the collections that a product is in; none for a product that is not there."""
    after: str | None = None
    while True:
        product: Any = client.query(COLLECTIONS, {"id": product_id, "after": after}).data["product"]
        connection: Any = product["collections"] if product else {"nodes": (), "pageInfo": {"hasNextPage": False}}
        for node in connection["nodes"]:
            yield in_collection(node)
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]


def alias_document(read: Read, alias: str) -> str:
    """Return the query that finds a root by its alias. Raises ValueError for a kind that has no such look-up."""
    if read.identifier is None:
        message = f"{read.type} cannot be looked up"
        raise ValueError(message)
    return (
        f"query {read.type}By{alias.capitalize()}($alias: String!) "
        f"{{ {read.identifier}(identifier: {{{alias}: $alias}}) {{ id }} }}"
    )


def alias_holder(client: Client, read: Read, alias: str, value: str) -> str | None:
    """Return the id of the object that goes by an alias now; None when it is free."""
    found: Any = client.query(alias_document(read, alias), {"alias": value}).data[read.identifier or ""]
    return str(found["id"]) if found else None
