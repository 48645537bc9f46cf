"""The order of a collection's products, where it is sorted by hand. Shopify: ``collectionReorderProducts``.

Ours among the products of others: what git orders comes in git's order, and what else is there stays between. It is
read again after the members were written, so that moves start from where these really stand. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Remove
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind, as_facet
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.batches import INPUT_ROWS, in_batches
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Read, Settling, Travels
from reconciler.shopify.collection_sources import SINCE
from reconciler.shopify.identity import MARK_SELECTION, mark_in
from reconciler.shopify.moves import moves


class ProductOrder(Resource):
    """The keys of products, in their order; the ids of those that carry no mark of ours."""

    products: tuple[str, ...] | None = None
    """The keys of the products, in the order that a shopper sees."""


def _seen(asked: Resource, held: Resource) -> Resource:
    """Return the order of the store as far as git names the products."""
    if not (isinstance(asked, ProductOrder) and isinstance(held, ProductOrder)):
        return held
    named = frozenset(asked.products or ())
    return ProductOrder(products=tuple(key for key in held.products or () if key in named))


def _arranges(parent: Resource | None) -> bool:
    return parent is not None and parent.managed().get("sort_order") == "MANUAL"


def _resolve(resource: Resource, addresses: Mapping[str, Address]) -> Resource:
    """Return the order with the keys of products that carry no mark yet: a neighbour, or the product itself, tells."""
    held = resource.products if isinstance(resource, ProductOrder) else None
    if held is None:
        return resource
    known = {key: addresses[key].key for key in held if key in addresses}
    return ProductOrder(products=tuple(_own_part(known[key]) if key in known else key for key in held))


def _own_part(key: str) -> str:
    """Return the product's own key out of that of its membership, which begins with the collection's."""
    return key.partition("/")[2] or key


KIND = Kind(
    "product_order",
    ProductOrder,
    parent="collection",
    after=("membership",),
    match=as_facet,
    claimed_by_root=False,
    removable=False,
    resolve=_resolve,
    seen=_seen,
    arranges=_arranges,
    own_id=False,
)


def _parse(node: JsonObject) -> Found:
    product: Any = node
    return Found("product_order", product["id"], ProductOrder(), mark=mark_in(product) or product["id"])


def _arranged(parent_id: str, found: Sequence[Found]) -> Found:
    keys = tuple(each.mark or each.id for each in found)
    handles = {each.mark or each.id: each.id for each in found}
    return Found("product_order", parent_id, ProductOrder(products=keys), handles=handles)


READ = Read(
    type="Product",
    connection="products",
    selection=MARK_SELECTION,
    parse=_parse,
    page_size=250,
    arguments="sortKey: MANUAL",
    names="product",
    arranged=_arranged,
)

_REORDER = """\
mutation ReorderProducts($id: ID!, $moves: [MoveInput!]!) {
  collectionReorderProducts(id: $id, moves: $moves) {
    job { id done }
    userErrors { code field message }
  }
}"""


def _nested(row: NestedRow) -> JsonObject:
    order = row.resource.spelled()
    return {"products": order.get("products") or []}


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        if isinstance(change, Remove):
            continue
        wanted: Any = next(field.after for field in change.fields if field.path == "products")
        held: Sequence[str] = getattr(batch.live.resources.get(change.address), "products", None) or ()
        collection = Address("collection", change.address.key)
        steps: list[Json] = [
            {"id": _id(batch, change.address, key), "newPosition": str(place)}
            for key, place in moves(held, wanted or ())
        ]
        for few in in_batches(steps, INPUT_ROWS):
            yield Mutation(
                root="collectionReorderProducts",
                document=_REORDER,
                variables={
                    "id": batch.ids.get(collection) or collection.stand_in,
                    "moves": [*few],
                },
                covers=(change.address,),
                repeatable=False,
                independent=True,
                settling=Settling.JOB,
            )


def _id(batch: Batch, order: Address, key: str) -> str:
    product = Address("product", key)
    return batch.ids.get(product) or batch.live.handles.get(order, {}).get(key) or product.stand_in


CODEC = Codec(
    "product_order",
    read=READ,
    write=_write,
    ended_by={"create": frozenset({"collectionCreate"})},
    nesting=Nesting("order", _nested, travels=Travels.WHEN_NEW),
    pooled=True,
    scopes=frozenset({"read_products", "write_products"}),
    since=SINCE,
    documents=(_REORDER,),
)
