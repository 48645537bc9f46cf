"""Metafield types: which there are, which can be listed, and what references of each may point at.

As the Admin API lists them when it refuses one. (observed, 2026-04)
"""

from collections.abc import Mapping
from typing import Final

from reconciler.model.meant import meant

LIST: Final = "list."
_MEASURED: Final = (
    "antenna_gain area battery_charge_capacity battery_energy_capacity capacitance concentration "
    "data_storage_capacity data_transfer_rate dimension display_density distance duration electric_current "
    "electrical_resistance energy frequency illuminance inductance luminous_flux mass_flow_rate power pressure "
    "resolution rotational_speed sound_level speed temperature thermal_power voltage volume volumetric_flow_rate weight"
)
MEASUREMENTS: Final = frozenset(_MEASURED.split())
_ALONE: Final = frozenset({"id", "json", "language", "money", "rich_text_field"})
_LISTABLE: Final = frozenset(
    {"boolean", "color", "date", "date_time", "jurisdiction", "link", "multi_line_text_field", "number_decimal"}
    | {"number_integer", "rating", "single_line_text_field", "url"}
)
REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "article_reference": frozenset({"Article"}),
    "collection_reference": frozenset({"Collection"}),
    "company_reference": frozenset({"Company"}),
    "customer_reference": frozenset({"Customer"}),
    "disclosure_reference": frozenset(),
    "file_reference": frozenset({"ExternalVideo", "GenericFile", "MediaImage", "Model3d", "Video"}),
    "metaobject_reference": frozenset({"Metaobject"}),
    "mixed_reference": frozenset({"Metaobject"}),
    "order_reference": frozenset({"Order"}),
    "page_reference": frozenset({"OnlineStorePage", "Page"}),
    "product_reference": frozenset({"Product"}),
    "product_taxonomy_disclosure_reference": frozenset(),
    "product_taxonomy_value_reference": frozenset({"TaxonomyValue"}),
    "variant_reference": frozenset({"ProductVariant"}),
}
"""Type → the types of the ids that its values may be; empty: not known."""
TARGETS: Final[Mapping[str, str]] = {
    "collection_reference": "collection",
    "product_reference": "product",
    "variant_reference": "variant",
}
"""Type → the kind whose addresses its values may be instead: ``product/linen-shirt``."""

SINGLE: Final = MEASUREMENTS | _ALONE | _LISTABLE | REFERENCES.keys()
KNOWN: Final = SINGLE | {f"{LIST}{name}" for name in SINGLE - _ALONE}


def known_type(name: str) -> str:
    """Return the type if there is one of this name. Raises ValueError with the nearest that there is."""
    if name in KNOWN:
        return name
    hint = meant(name, KNOWN, "write one such as single_line_text_field or list.number_integer")
    message = f"{name!r} is not a type of metafields; {hint}"
    raise ValueError(message)


def element_type(name: str) -> str:
    """Return the type of the members of a list, or the type itself."""
    return name.removeprefix(LIST)
