"""Putting products into collections by hand, taking them out, and ordering them. Shopify: the legacy mutations.

They are for collections without conditions; what is put in is a selection of the collection's first source.
"""

from collections.abc import Iterable, Sequence

from reconciler.sandbox.collections.membership import collection_ids_of, member_ids
from reconciler.sandbox.collections.sources import new_source
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.collections import (
    COLLECTIONS,
    Collection,
    append_positions,
    deselect_products,
    parts_of,
    positions_of,
    rewrite_positions,
    select_products,
)
from reconciler.sandbox.wire.ids import number_of

_NOWHERE = 2**62


def is_smart(context: Context, collection_id: int) -> bool:
    """Say whether the collection finds its products itself."""
    parts = parts_of(context.database, [collection_id]).get(collection_id, [])
    return any(one.source.kind == "subCollections" or one.on("inclusion") for one in parts)


def add_products(context: Context, collection: Collection, product_ids: Sequence[int]) -> None:
    """Put products into a collection, at the end of its manual order; those that are in it stay where they are."""
    parts = parts_of(context.database, [collection.id]).get(collection.id, [])
    source = parts[0].source if parts else new_source(context, collection.id, collection.title)
    select_products(context.database, source.id, "inclusion", product_ids)
    append_positions(context.database, collection.id, product_ids)
    _touch(context, collection)


def remove_products(context: Context, collection: Collection, product_ids: Sequence[int]) -> None:
    """Take products out of a collection; what is not in it is passed over."""
    parts = parts_of(context.database, [collection.id]).get(collection.id, [])
    ids = [one.source.id for one in parts if one.source.kind == "conditions"]
    if deselect_products(context.database, ids, "inclusion", product_ids):
        sql = "DELETE FROM collection_positions WHERE collection_id = ? AND product_id = ?"
        context.database.run_many(sql, [(collection.id, one) for one in product_ids])
        _touch(context, collection)


def join(context: Context, product_id: int, texts: Iterable[str]) -> None:
    """Put a product into the collections with these ids; unknown and smart ones are passed over."""
    for collection in _manual(context, texts):
        add_products(context, collection, [product_id])


def leave(context: Context, product_id: int, texts: Iterable[str]) -> None:
    """Take a product out of the collections with these ids; others are passed over."""
    for collection in _manual(context, texts):
        remove_products(context, collection, [product_id])


def follow(context: Context, product_id: int, other_id: int) -> None:
    """Put a product into the collections that another one was put into by hand."""
    for collection_id in collection_ids_of(context.database, [other_id])[other_id]:
        collection = COLLECTIONS.find(context.database, collection_id)
        if collection is not None and not is_smart(context, collection_id):
            add_products(context, collection, [product_id])


def belong(context: Context, product_id: int, texts: Sequence[str]) -> None:
    """Make these the collections that a product was put into by hand."""
    wanted = {collection.id for collection in _manual(context, texts)}
    for collection_id in collection_ids_of(context.database, [product_id])[product_id]:
        if collection_id not in wanted and not is_smart(context, collection_id):
            collection = COLLECTIONS.find(context.database, collection_id)
            assert collection is not None  # noqa: S101 it has the product
            remove_products(context, collection, [product_id])
    join(context, product_id, texts)


def reorder(context: Context, collection: Collection, moves: Sequence[tuple[int, int]]) -> None:
    """Move products, one after the other, each to a place counted from 0; beyond the end is the end."""
    order = ordered_ids(context, collection.id)
    for product_id, place in moves:
        order.remove(product_id)
        order.insert(place, product_id)
    rewrite_positions(context.database, collection.id, order)
    _touch(context, collection)


def ordered_ids(context: Context, collection_id: int) -> list[int]:
    """Return the products of a collection in its manual order; those without a place come last, oldest first."""
    ids = sorted(member_ids(context.database, collection_id))
    places = positions_of(context.database, collection_id, ids)
    return sorted(ids, key=lambda one: places.get(one, _NOWHERE))


def _manual(context: Context, texts: Iterable[str]) -> list[Collection]:
    numbers = [number for text in texts if (number := number_of(text, "Collection")) is not None]
    found = [COLLECTIONS.find(context.database, number) for number in dict.fromkeys(numbers)]
    return [one for one in found if one is not None and not is_smart(context, one.id)]


def _touch(context: Context, collection: Collection) -> None:
    collection.updated_at = context.now
    COLLECTIONS.update(context.database, [collection])
