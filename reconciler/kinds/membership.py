"""Memberships: which products were put into a collection. Shopify: the selections of a CollectionConditionsSource.

Read from the selections of our source rather than from ``Collection.products``: that list mixes all sources, and a
product that a condition brings in can neither be seen to be chosen nor be taken out. A member goes by the key of its
product, and by its id where the product carries no mark of ours. One product in many collections is one call that names
the product, ``productUpdate``, where all of these are filled by hand. (shopify.dev, 2026-10)
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Create, Remove
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.batches import INPUT_ROWS
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Owner, Read, Travels
from reconciler.shopify.collection_sources import (
    BY_HAND,
    HANDLE,
    SELECTING,
    SINCE,
    TYPE,
    Row,
    row_paths,
    selection_mutations,
    source_id,
)
from reconciler.shopify.identity import MARK_SELECTION, mark_in


class Membership(Resource):
    """That a product is in a collection."""

    member: bool | None = None
    """Whether the product is in the collection."""


KIND = Kind(
    "membership",
    Membership,
    parent="collection",
    claimed_by_root=False,
    members="merge",
    names_root="product",
    own_id=False,
)


def _parse(node: JsonObject) -> Found:
    product: Any = node["product"]
    return Found("membership", product["id"], Membership(member=True), mark=mark_in(product) or product["id"])


READ = Read(
    type="CollectionInclusionProductSelection",
    connection="inclusion.selections",
    selection=f"product {{ id {MARK_SELECTION} }}",
    parse=_parse,
    page_size=250,
    has_id=False,
    names="product",
    owner=Owner(TYPE, HANDLE),
)


def _product(address: Address) -> Address:
    return Address("product", address.key.partition("/")[2])


def _nested(row: NestedRow) -> JsonObject:
    product = _product(row.address)
    return {"productId": row.ids.get(product) or product.stand_in}  # a forecast knows no ids of what is to be made


_UPDATE = """\
mutation PutProduct($product: ProductUpdateInput!) {
  productUpdate(product: $product) {
    userErrors { field message }
  }
}"""


@dataclass(slots=True)
class _Rows:
    """What comes into a collection, and what goes."""

    come: list[Row] = field(default_factory=list)
    go: list[Row] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """How many calls that name the collection it takes."""
        return math.ceil(max(len(self.come), len(self.go)) / INPUT_ROWS)


def _write(batch: Batch) -> Iterable[Mutation]:
    """Yield calls that name a collection, or calls that name a product with its collections, whichever are fewer."""
    rows = _rows(batch)
    by_hand = {at: each for at, each in rows.items() if batch.live.handles.get(at, {}).get(BY_HAND)}
    products = {product for each in by_hand.values() for _, product in (*each.come, *each.go)}
    if len(products) < sum(each.calls for each in by_hand.values()):
        yield from _by_product(batch, by_hand)
        rows = {at: each for at, each in rows.items() if at not in by_hand}
    for collection, each in rows.items():
        collection_id = batch.ids.get(collection) or collection.stand_in
        yield from selection_mutations(collection_id, source_id(batch, collection), each.come, each.go)


def _rows(batch: Batch) -> dict[Address, _Rows]:
    found: dict[Address, _Rows] = {}
    for change in batch.changes:
        rows = found.setdefault(Address("collection", change.address.root_key), _Rows())
        if isinstance(change, Create):
            product = _product(change.address)
            rows.come.append((change.address, batch.ids.get(product) or product.stand_in))
        elif isinstance(change, Remove):
            rows.go.append((change.address, change.id))
    for collection, rows in found.items():  # a store puts each at the end, so they come in git's order
        order: Sequence[str] = (
            getattr(batch.group.get(Address("product_order", collection.key)), "products", None) or ()
        )
        ranks = {key: rank for rank, key in enumerate(order)}
        rows.come.sort(key=lambda row, ranks=ranks: ranks.get(_product(row[0]).key, len(ranks)))  # type: ignore[misc]
    return found


def _by_product(batch: Batch, rows: Mapping[Address, _Rows]) -> Iterable[Mutation]:
    lists: dict[str, dict[str, list[Row]]] = {}
    for collection, each in rows.items():
        for name, own in (("collectionsToJoin", each.come), ("collectionsToLeave", each.go)):
            for address, product in own:
                row = (address, batch.ids.get(collection) or collection.stand_in)
                lists.setdefault(product, {}).setdefault(name, []).append(row)
    for product, named in lists.items():
        for start in range(0, max(map(len, named.values())), INPUT_ROWS):
            few = {name: own[start : start + INPUT_ROWS] for name, own in named.items()}
            ids: dict[str, Json] = {name: [row[1] for row in own] for name, own in few.items() if own}
            yield Mutation(
                root="productUpdate",
                document=_UPDATE,
                variables={"product": {"id": product, **ids}},
                covers=tuple(address for own in few.values() for address, _ in own),
                rows=row_paths({f"product.{name}": own for name, own in few.items()}),
                independent=True,
            )


CODEC = Codec(
    "membership",
    read=READ,
    write=_write,
    # Any other is a job.
    ended_by={"create": frozenset({"collectionCreate", "productUpdate"}), "remove": frozenset({"productUpdate"})},
    nesting=Nesting("selections", _nested, travels=Travels.WHEN_NEW),
    pooled=True,
    scopes=frozenset({"read_products", "write_products"}),
    since=SINCE,
    documents=(*SELECTING, _UPDATE),
)
