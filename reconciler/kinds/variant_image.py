"""Which image shows a variant. Shopify: ``productVariantAppendMedia``, ``productVariantDetachMedia``.

A variant has one at most, of the images of its product, and only one that is READY. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Remove, Update, after
from reconciler.model.json import JsonObject
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
_DETACH = """\
mutation HideVariants($productId: ID!, $variantMedia: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $productId, variantMedia: $variantMedia) {
    userErrors { code field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    """A variant that has an image loses it before it gets another: the API refuses two."""
    held = [change for change in batch.changes if isinstance(change, Update | Adopt | Remove)]
    shown = [change for change in batch.changes if not isinstance(change, Remove)]
    for few in in_batches(held, _AT_ONCE):
        rows = [_row(change, batch, batch.live.handles[change.address]["media"]) for change in few]
        yield _pairs("productVariantDetachMedia", _DETACH, rows, few, batch)
    for some in in_batches(shown, _AT_ONCE):
        rows = [_row(change, batch, _image(change, batch)) for change in some]
        yield _pairs("productVariantAppendMedia", _APPEND, rows, some, batch)


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
    _KIND, read=READ, write=_write, scopes=frozenset({"read_products", "write_products"}), documents=(_APPEND, _DETACH)
)
