"""One module for each kind: its fields, its KIND, its CODEC. Pure. Kinds never import one another.

MODULES is explicit: greppable, typed, ordered. A new kind is one module and one name here.
"""

from collections.abc import Mapping

from reconciler.kinds import image, image_order, mark, product, redirect, variant, variant_image
from reconciler.model.kind import KindSet
from reconciler.shopify.codec import Codec

MODULES = (mark, product, variant, image, image_order, variant_image, redirect)

KINDS = KindSet([module.KIND for module in MODULES])
CODECS: Mapping[str, Codec] = {module.CODEC.kind: module.CODEC for module in MODULES}
