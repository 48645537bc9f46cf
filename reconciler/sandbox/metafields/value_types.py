"""The types a metafield may have, in the order in which the API lists them."""

_PLAIN = (
    "antenna_gain area battery_charge_capacity battery_energy_capacity boolean capacitance color "
    "concentration data_storage_capacity data_transfer_rate date_time date dimension display_density "
    "distance duration electric_current electrical_resistance energy frequency id illuminance inductance "
    "json jurisdiction language link luminous_flux mass_flow_rate money multi_line_text_field "
    "number_decimal number_integer power pressure rating resolution rich_text_field rotational_speed "
    "single_line_text_field sound_level speed temperature thermal_power url voltage volume "
    "volumetric_flow_rate weight"
)
_MEASURED = (
    "antenna_gain area battery_charge_capacity battery_energy_capacity capacitance concentration "
    "data_storage_capacity data_transfer_rate dimension display_density distance duration "
    "electric_current electrical_resistance energy frequency illuminance inductance luminous_flux "
    "mass_flow_rate power pressure resolution rotational_speed sound_level speed temperature "
    "thermal_power voltage volume volumetric_flow_rate weight"
)
_POINTING = (
    "company customer product collection variant file product_taxonomy_value metaobject mixed disclosure page "
    "article order"
)

PLAIN = _PLAIN.split()
MEASUREMENTS = frozenset(_MEASURED.split())
REFERENCES = _POINTING.split()
_NEVER_LISTED = frozenset({"boolean", "id", "json", "language", "money", "multi_line_text_field", "rich_text_field"})
UNIQUE_CAPABLE = frozenset({"id", "number_integer", "single_line_text_field", "url"})
_CATEGORIES = {
    "boolean": "TRUE_FALSE",
    "color": "COLOR",
    "date": "DATE_TIME",
    "date_time": "DATE_TIME",
    "id": "ID",
    "json": "JSON",
    "jurisdiction": "TEXT",
    "language": "LANGUAGE",
    "link": "LINK",
    "money": "MONEY",
    "multi_line_text_field": "TEXT",
    "number_decimal": "NUMBER",
    "number_integer": "NUMBER",
    "rating": "RATING",
    "rich_text_field": "TEXT",
    "single_line_text_field": "TEXT",
    "url": "URL",
}


def valid_types() -> list[str]:
    """Return all type names, in the order of the API's own message."""
    listed = sorted(f"list.{name}" for name in PLAIN if name not in _NEVER_LISTED)
    plain = sorted([*PLAIN, *listed], key=_message_order)
    return plain + [name for one in REFERENCES for name in _reference_names(one)]


def listed_types() -> list[str]:
    """Return the type names that a location's metafields are told to choose from. (recorded on 2026-04).

    Names long out of use are among them, and the newest ones are not.
    """
    beyond = {"jurisdiction", "list.jurisdiction"}
    known = [name for name in valid_types() if name not in beyond and "disclosure" not in name]
    plain = [name for name in known if not is_reference(name)]
    old = ["float", "integer", "json_string", "string", "list.boolean", "list.multi_line_text_field"]
    return sorted([*plain, *old], key=_message_order) + [name for name in known if is_reference(name)]


def is_known(name: str) -> bool:
    """Say whether a definition may have this type."""
    return name in _KNOWN


def is_storable(name: str) -> bool:
    """Say whether a value may have this type; without a definition a few more lists pass. (recorded on 2026-04)."""
    return name in _KNOWN or name in {"list.boolean", "list.multi_line_text_field"}


def is_reference(name: str) -> bool:
    """Say whether values of the type point at other resources."""
    return name.endswith("_reference")


def is_filterable(name: str) -> bool:
    """Say whether lists in the admin can be filtered by values of the type."""
    return name not in {"json", "rich_text_field", "multi_line_text_field", "link"}


def category(name: str) -> str:
    """Return the category of a type, as MetafieldDefinitionType shows it."""
    single = name.removeprefix("list.")
    if is_reference(single):
        return "REFERENCE"
    return "MEASUREMENT" if single in MEASUREMENTS else _CATEGORIES.get(single, "TEXT")


def _message_order(name: str) -> str:
    # date_time before date, json_string before json, volume before volumetric: as if the end came after an underscore.
    return name + "`"


def _reference_names(kind: str) -> list[str]:
    if kind == "product_taxonomy_value":
        name = f"{kind}_reference"
        return [name, f"list.{name}", "product_taxonomy_disclosure_reference"]
    return [f"{kind}_reference", f"list.{kind}_reference"]


_KNOWN = frozenset(valid_types())
