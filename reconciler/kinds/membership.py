"""Memberships: which products were put into a collection. Shopify: the selections of a CollectionConditionsSource.

Read from the selections of our source rather than from ``Collection.products``: that list mixes all sources, and a
product that a condition brings in can neither be seen to be chosen nor be taken out. A member goes by the key of its
product, and by its id where the product carries no mark of ours. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove
from reconciler.model.json import JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Owner, Read, Travels
from reconciler.shopify.collection_sources import HANDLE, SINCE, TYPE, Row, selection_mutations
from reconciler.shopify.identity import MARK_SELECTION


class Membership(Resource):
    """That a product is in a collection."""

    member: bool | None = None


KIND = Kind(
    "membership",
    Membership,
    parent="collection",
    claimed_by_root=False,
    members="merge",
    names_root="product",
)


def _parse(node: JsonObject) -> Found:
    product: Any = node["product"]
    mark = product["metafield"]
    return Found("membership", product["id"], Membership(member=True), mark=mark["value"] if mark else product["id"])


READ = Read(
    type="CollectionInclusionProductSelection",
    connection="inclusion.selections",
    selection=f"product {{ id {MARK_SELECTION} }}",
    parse=_parse,
    page_size=250,
    has_id=False,
    owner=Owner(TYPE, HANDLE),
)


def _product(address: Address) -> Address:
    return Address("product", address.key.partition("/")[2])


def _nested(row: NestedRow) -> JsonObject:
    product = _product(row.address)
    return {"productId": row.ids.get(product) or f"new:{product}"}  # a forecast knows no ids of what is to be made


def _write(batch: Batch) -> Iterable[Mutation]:
    if batch.root is not None:
        add = [change for change in batch.changes if isinstance(change, Create)]
        remove = [(change.address, change.id) for change in batch.changes if isinstance(change, Remove)]
        yield from selection_mutations(batch, batch.root, _in_order(batch, batch.root, add), remove)


def _in_order(batch: Batch, root: Address, changes: Sequence[Change]) -> list[Row]:
    """Return the products that come in as git orders them, because a store puts each at the end."""
    order: Sequence[str] = getattr(batch.group.get(Address("product_order", root.key)), "products", None) or ()
    ranks = {key: rank for rank, key in enumerate(order)}
    products = [(change.address, _product(change.address)) for change in changes]
    products.sort(key=lambda pair: ranks.get(pair[1].key, len(ranks)))
    return [(address, batch.ids.get(product) or f"new:{product}") for address, product in products]


CODEC = Codec(
    "membership",
    read=READ,
    write=_write,
    nesting=Nesting("selections", _nested, travels=Travels.WHEN_NEW),
    scopes=frozenset({"read_products", "write_products"}),
    since=SINCE,
)
