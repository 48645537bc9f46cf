"""The order of a product's images; the first one is featured. Shopify: ``productReorderMedia``, a job.

Media that git does not name (videos, other people's images) have no place in it: ours come first.
(shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Remove, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind, as_facet
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, Settling, facets

_KIND = "image_order"


class ImageOrder(Resource):
    """The keys of images, in the order in which a shopper sees them."""

    images: tuple[str, ...] = ()
    """The keys of the images, the first one first."""


def _seen(asked: Resource, held: Resource) -> Resource:
    """Return the order of the store as far as git names the images."""
    if not (isinstance(asked, ImageOrder) and isinstance(held, ImageOrder)):
        return held
    named = frozenset(asked.images)
    return ImageOrder(images=tuple(image for image in held.images if image in named))


def _resolve(resource: Resource, addresses: Mapping[str, Address]) -> Resource:
    images = resource.images if isinstance(resource, ImageOrder) else ()
    named = (addresses.get(image) for image in images)
    return ImageOrder(images=tuple(address.key.rpartition("/")[2] for address in named if address is not None))


KIND = Kind(
    _KIND,
    ImageOrder,
    parent="product",
    after=("image",),
    match=as_facet,
    removable=False,
    claimed_by_root=False,
    resolve=_resolve,
    seen=_seen,
    own_id=False,
)


def _facets(node: JsonObject) -> Iterator[Found]:
    product: Any = node
    images = tuple(media["id"] for media in product["order"]["nodes"])
    if images:
        yield Found(_KIND, f"{product['id']}#{_KIND}", ImageOrder(images=images))


READ = facets("Product", "order: media(first: 250, sortKey: POSITION) { nodes { id } }", _facets)

_REORDER = """\
mutation ReorderImages($id: ID!, $moves: [MoveInput!]!) {
  productReorderMedia(id: $id, moves: $moves) {
    job { id done }
    mediaUserErrors { code field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        if isinstance(change, Remove):
            continue
        keys: Any = after(change)["images"]
        ids = [batch.ids[Address("image", f"{change.address.key}/{key}")] for key in keys]
        # Every image is given its place, from the first: that holds whatever the order is by now.
        moves: list[Json] = [{"id": media, "newPosition": str(place)} for place, media in enumerate(ids)]
        yield Mutation(
            root="productReorderMedia",
            document=_REORDER,
            variables={"id": batch.root_id, "moves": moves},
            covers=(change.address,),
            errors="mediaUserErrors",
            settling=Settling.JOB,
        )


CODEC = Codec(
    _KIND,
    read=READ,
    write=_write,
    ended_by={"create": frozenset({"productSet"})},
    implied=True,
    scopes=frozenset({"read_products", "write_products"}),
    documents=(_REORDER,),
)
