"""The source of a collection that is ours to write: where its conditions and its hand-picked products stand.

Shopify: Collection.sources, a union of sources; an inline CollectionConditionsSource holds conditions and selections.
It is written by deltas that name it by its id. Ours is the one of our title, or else the oldest of its sort: that of a
collection which was there before us. Other sources, shareable ones and exclusions are left alone. (shopify.dev,
2026-10)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.json import Json
from reconciler.shopify.batches import INPUT_ROWS
from reconciler.shopify.codec import Batch, Mutation, Settling
from reconciler.shopify.conditions import CONDITION_SELECTION

TITLE: Final = "Catalog"
HANDLE: Final = "source"
"""The handle of a collection that holds the id of our source."""
SINCE: Final = "2026-07"
"""The first version of the API that has sources."""
TYPE: Final = "CollectionConditionsSource"
BY_HAND: Final = "by hand"
"""The handle of a collection that has but one source, without conditions: whatever puts a product in puts it there."""

UNSAID: Final = "unsaid"
"""The handle of a collection that holds how many conditions of our source no file can say."""

SOURCES_SELECTION: Final = (
    f"sources {{ __typename id title ... on {TYPE} {{ shareable targetType "
    f"inclusion {{ matchType conditions {{ {CONDITION_SELECTION} }} }} }} }}"
)
"""The field of a collection that holds its sources."""

UPDATE: Final = """\
mutation UpdateCollection($collection: CollectionUpdateInput!) {
  collectionUpdate(collection: $collection) {
    job { id done }
    userErrors { field message }
  }
}"""
_ADD: Final = """\
mutation AddProducts($id: ID!, $productIds: [ID!]!) {
  collectionAddProductsV2(id: $id, productIds: $productIds) {
    job { id done }
    userErrors { code field message }
  }
}"""
SELECTING: Final = (_ADD, UPDATE)
"""What changes a selection."""

Row = tuple[Address, str]
"""A membership, with the id of its product."""


def own_source(nodes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the source that is ours to write; None when the collection has none of its sort."""
    fit = [
        node
        for node in nodes
        if node["__typename"] == TYPE and not node["shareable"] and node["targetType"] == "PRODUCTS"
    ]
    fit.sort(key=lambda node: (node["title"] != TITLE, len(node["id"]), node["id"]))
    return fit[0] if fit else None


def is_by_hand(nodes: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether all products of a collection with these sources were put into the one that is ours."""
    own = own_source(nodes)
    return len(nodes) == 1 and own is not None and not own["inclusion"]["conditions"]


def source_address(collection: Address) -> Address:
    """Return the name under which the id of a collection's source is learned from the answer that made it."""
    return Address("collection_source", collection.key)


def new_source(inclusion: Mapping[str, Json]) -> Json:
    """Return the input that makes our source."""
    return {"source": {"title": TITLE, "inclusion": dict(inclusion)}}


def source_update(source_id: str, inclusion: Mapping[str, Json]) -> Json:
    """Return the input that changes our source."""
    return {"condition": {"id": source_id, "inclusion": dict(inclusion)}}


def source_id(batch: Batch, collection: Address) -> str | None:
    """Return the id of a collection's source, as it was read or as an answer told it."""
    known = batch.live.handles.get(collection, {}).get(HANDLE)
    return known or batch.ids.get(source_address(collection))


def chosen(rows: Sequence[Row]) -> list[Json]:
    """Return the input of products chosen by hand."""
    return [{"productId": product_id} for _, product_id in rows]


def selection_mutations(
    collection_id: str, source: str | None, add: Sequence[Row], remove: Sequence[Row]
) -> Iterator[Mutation]:
    """Yield the mutations that put products into our source and take others out, as few as can be.

    Where a collection has no source to write, the first call makes it, and the legacy mutation adds to it: an answer
    does not tell which of the sources is the new one.
    """
    for start in range(0, max(len(add), len(remove)), INPUT_ROWS):
        come, go = add[start : start + INPUT_ROWS], remove[start : start + INPUT_ROWS]
        if source is not None:
            yield _update(collection_id, source, come, go)
        elif start == 0:
            created: list[Json] = [new_source({"selections": chosen(come)})]
            path = "collection.sourcesToCreate.0.source.inclusion.selections"
            yield _mutation({"id": collection_id, "sourcesToCreate": created}, come, {path: come}, repeatable=False)
        else:
            ids: list[Json] = [product_id for _, product_id in come]
            yield Mutation(
                root="collectionAddProductsV2",
                document=_ADD,
                variables={"id": collection_id, "productIds": ids},
                covers=tuple(address for address, _ in come),
                independent=True,
                settling=Settling.JOB,
            )


def _update(collection_id: str, source: str, come: Sequence[Row], go: Sequence[Row]) -> Mutation:
    lists = {"selectionsToAdd": come, "selectionsToRemove": go}
    inclusion: dict[str, Json] = {name: chosen(rows) for name, rows in lists.items() if rows}
    updated: list[Json] = [source_update(source, inclusion)]
    path = "collection.sourcesToUpdate.0.condition.inclusion"
    paths = {f"{path}.{name}": rows for name, rows in lists.items()}
    return _mutation({"id": collection_id, "sourcesToUpdate": updated}, [*come, *go], paths)


def _mutation(
    collection: Mapping[str, Json], rows: Sequence[Row], paths: Mapping[str, Sequence[Row]], *, repeatable: bool = True
) -> Mutation:
    return Mutation(
        root="collectionUpdate",
        document=UPDATE,
        variables={"collection": dict(collection)},
        covers=tuple(address for address, _ in rows),
        rows=row_paths(paths),
        repeatable=repeatable,
        independent=True,
        settling=Settling.JOB,
    )


def row_paths(paths: Mapping[str, Sequence[Row]]) -> dict[str, Address]:
    """Return the path of each row in an input, which errors are traced by. ``paths``: those of the lists."""
    return {f"{path}.{at}": address for path, rows in paths.items() for at, (address, _) in enumerate(rows)}
