"""One module for each kind: its fields, its KIND, its CODEC. Pure. Kinds never import one another.

MODULES is explicit: greppable, typed, ordered. A new kind is one module and one name here. A module of one kind has
KIND and CODEC, one of a family KINDS and CODECS: the same kind on several owners.
"""

from collections.abc import Iterator, Mapping
from types import ModuleType

from reconciler.kinds import (
    adjustment,
    collection,
    collection_image,
    image,
    image_order,
    mark,
    membership,
    metafield,
    metafield_definition,
    product,
    product_order,
    publication,
    redirect,
    stock,
    variant,
    variant_image,
)
from reconciler.model.kind import Kind, KindSet
from reconciler.shopify.codec import Codec

# What defines comes before what it defines: a plan makes roots in this order.
MODULES: tuple[ModuleType, ...] = (
    mark,
    metafield_definition,
    product,
    variant,
    image,
    image_order,
    variant_image,
    stock,
    adjustment,
    collection,
    membership,
    product_order,
    collection_image,
    metafield,
    publication,
    redirect,
)


def _kinds(modules: tuple[ModuleType, ...]) -> Iterator[Kind]:
    for module in modules:
        yield from getattr(module, "KINDS", None) or (module.KIND,)


def _codecs(modules: tuple[ModuleType, ...]) -> Iterator[Codec]:
    for module in modules:
        yield from getattr(module, "CODECS", None) or (module.CODEC,)


KINDS = KindSet(list(_kinds(MODULES)))
CODECS: Mapping[str, Codec] = {codec.kind: codec for codec in _codecs(MODULES)}
