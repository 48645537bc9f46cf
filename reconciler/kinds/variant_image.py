"""Which image shows a variant. Shopify: ``productVariantAppendMedia``, ``…DetachMedia``, ``productVariantsBulkUpdate``.

A variant has one at most, of the images of its product, and only one that is READY. Appending is refused where it has
one, so that a picture which somebody gave it meanwhile stays. Another one in its place is a row of the bulk update:
detaching and appending would leave the variant without any where a run dies between the two. (shopify.dev, 2026-10)
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, Remove, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind, as_facet
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Batch, Codec, Mutation, facets

_KIND = "variant_image"
_AT_ONCE = 100


class VariantImage(Resource):
    """The key of an image of the product."""

    image: str | None = None
    """The key of the image that shows the variant."""


def _resolve(resource: Resource, addresses: Mapping[str, Address]) -> Resource:
    image = resource.image if isinstance(resource, VariantImage) else None
    address = addresses.get(image or "")
    return resource if address is None else VariantImage(image=address.key.rpartition("/")[2])


KIND = Kind(
    _KIND,
    VariantImage,
    parent="variant",
    after=("image",),
    match=as_facet,
    needed=frozenset({"image"}),
    claimed_by_root=False,
    resolve=_resolve,
    own_id=False,
)


def _facets(node: JsonObject) -> Iterator[Found]:
    variant: Any = node
    for media in variant["media"]["nodes"]:
        yield Found(_KIND, f"{variant['id']}#{_KIND}", VariantImage(image=media["id"]), handles={"media": media["id"]})


READ = facets("ProductVariant", "media(first: 1) { nodes { id } }", _facets)

_APPEND = """\
mutation ShowVariants($productId: ID!, $variantMedia: [ProductVariantAppendMediaInput!]!) {
  productVariantAppendMedia(productId: $productId, variantMedia: $variantMedia) {
    userErrors { code field message }
  }
}"""
_REPLACE = """\
mutation ShowOtherwise($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants) {
    userErrors { code field message }
  }
}"""
_DETACH = """\
mutation HideVariants($productId: ID!, $variantMedia: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $productId, variantMedia: $variantMedia) {
    userErrors { code field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    for few in in_batches([change for change in batch.changes if isinstance(change, Create)], _AT_ONCE):
        rows = [_row(change, batch, _image(change, batch)) for change in few]
        yield _pairs("productVariantAppendMedia", _APPEND, rows, few, batch)
    others = [change for change in batch.changes if isinstance(change, Update)]
    if others:
        yield _replaced(others, batch)
    for gone in in_batches([change for change in batch.changes if isinstance(change, Remove)], _AT_ONCE):
        rows = [_row(change, batch, batch.live.handles[change.address]["media"]) for change in gone]
        yield _pairs("productVariantDetachMedia", _DETACH, rows, gone, batch)


def _replaced(changes: Sequence[Change], batch: Batch) -> Mutation:
    rows: list[Json] = [
        {"id": batch.ids[Address("variant", change.address.key)], "mediaId": _image(change, batch)}
        for change in changes
    ]
    return Mutation(
        root="productVariantsBulkUpdate",
        document=_REPLACE,
        variables={"productId": batch.root_id, "variants": rows},
        covers=tuple(change.address for change in changes),
        rows={f"variants.{position}": change.address for position, change in enumerate(changes)},
        cost_points=10 + math.ceil(0.2 * len(changes)),  # (shopify.dev, variants input complexity, 2026-10)
        separable=True,
    )


def _image(change: Change, batch: Batch) -> str:
    return batch.ids[Address("image", f"{change.address.root_key}/{after(change)['image']}")]


def _row(change: Change, batch: Batch, media: str) -> JsonObject:
    return {"variantId": batch.ids[Address("variant", change.address.key)], "mediaIds": [media]}


def _pairs(root: str, document: str, rows: Sequence[JsonObject], changes: Sequence[Change], batch: Batch) -> Mutation:
    return Mutation(
        root=root,
        document=document,
        variables={"productId": batch.root_id, "variantMedia": [dict(row) for row in rows]},
        covers=tuple(change.address for change in changes),
        rows={f"variantMedia.{position}": change.address for position, change in enumerate(changes)},
        repeatable=False,
    )


CODEC = Codec(
    _KIND,
    read=READ,
    write=_write,
    scopes=frozenset({"read_products", "write_products"}),
    documents=(_APPEND, _REPLACE, _DETACH),
)
