"""Metafields, as files say them: values of a merchant's own, by namespace and key, of any of Shopify's types."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StrictStr

from reconciler.model.document import AttributeValue, Document

# 3 to 255 characters of a namespace, 2 to 64 of a key; $app is the app's own. (shopify.dev, 2026-10)
_NAME = re.compile(r"(?:\$app(?::[\w-]{1,250})?|[\w-]{3,255})\.[\w-]{2,64}", re.ASCII)


METAFIELDS_ON: Final[Mapping[str, str]] = {
    "product": "metafield",
    "variant": "variant_metafield",
    "collection": "collection_metafield",
}
"""Kind of the owner → the kind of its metafields."""
RESERVED = "$app:reconciler"
"""The namespace that no file may write to."""


def metafield_name(text: str) -> str:
    """Return the text if it names a metafield. Raises ValueError."""
    if not _NAME.fullmatch(text):
        message = f"{text!r} does not name a metafield; expected NAMESPACE.KEY, such as custom.material"
        raise ValueError(message)
    if text.startswith(f"{RESERVED}."):
        message = f"{text!r} is the reconciler's own: there stands which object is which; use another namespace"
        raise ValueError(message)
    return text


class TypedValue(Document):
    """A value with its type, for metafields that have no definition in ``catalog/metafields.yaml``."""

    type: Annotated[StrictStr, Field(pattern=r"^[a-z_]+(\.[a-z_]+)?$")]
    """One of Shopify's types: ``single_line_text_field``, ``list.number_integer``, ``dimension``."""
    value: AttributeValue
    """The value, as YAML spells it for its type: text, number, list or mapping."""


MetafieldName = Annotated[StrictStr, AfterValidator(metafield_name)]
# Left to right, because to pydantic a mapping of type and value fits any mapping better than a model.
Metafields = dict[MetafieldName, Annotated[TypedValue | AttributeValue, Field(union_mode="left_to_right")]]
"""Name → value, with the type of its definition; or ``{type: ..., value: ...}``. null removes it."""
