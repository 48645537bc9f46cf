"""Measurements: a number and a unit. Shopify: ``{"value": 25.0, "unit": "CENTIMETERS"}``, whatever way it was given.

Short units are known for lengths, weights and volumes; of other measurements a unit is taken as it is spelled, in
capitals, and the store says whether it has it. (observed, 2026-04)
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_SHORT: Final[Mapping[str, Mapping[str, str]]] = {
    "dimension": {
        "in": "INCHES",
        "ft": "FEET",
        "yd": "YARDS",
        "mm": "MILLIMETERS",
        "cm": "CENTIMETERS",
        "m": "METERS",
    },
    "weight": {"oz": "OUNCES", "lb": "POUNDS", "g": "GRAMS", "kg": "KILOGRAMS"},
    "volume": {
        "ml": "MILLILITERS",
        "cl": "CENTILITERS",
        "l": "LITERS",
        "m3": "CUBIC_METERS",
        "us_fl_oz": "FLUID_OUNCES",
        "us_pt": "PINTS",
        "us_qt": "QUARTS",
        "us_gal": "GALLONS",
        "imp_fl_oz": "IMPERIAL_FLUID_OUNCES",
        "imp_pt": "IMPERIAL_PINTS",
        "imp_qt": "IMPERIAL_QUARTS",
        "imp_gal": "IMPERIAL_GALLONS",
    },
}
_WORDS: Final = re.compile(r"([-+]?[0-9.]+)\s*([^0-9.\s].*)")
_UNIT: Final = re.compile(r"[A-Z][A-Z0-9_]*")


def measurement(family: str, value: object) -> dict[str, object]:
    """Return the number and the unit of ``25 cm`` or of a mapping. Raises ValueError."""
    number, unit = _parts(value)
    try:
        exact = Decimal(str(number).strip())
        as_float = float(exact) if exact.is_finite() and not isinstance(number, bool) else None
        # A store keeps a float: two spellings of one must not differ.
        kept = Decimal(repr(as_float)) if as_float is not None else Decimal("NaN")
    except (InvalidOperation, OverflowError):
        kept = Decimal("NaN")
    if not kept.is_finite() or (kept < 0 and family in _SHORT):
        message = f"{number!r} is not a number that a {family} can have"
        raise ValueError(message)
    return {"value": kept, "unit": _spelled(family, str(unit))}


def _parts(value: object) -> tuple[Any, Any]:
    match value:
        case Mapping() if "value" in value and "unit" in value:
            return value["value"], value["unit"]
        case str() if words := _WORDS.fullmatch(value.strip()):
            return words[1], words[2]
        case _:
            message = f"{value!r} does not say value and unit; write 25 cm, or {{value: 25, unit: CENTIMETERS}}"
            raise ValueError(message)


def _spelled(family: str, unit: str) -> str:
    known = _SHORT.get(family, {})
    word = unit.strip()
    long = known.get(word.lower()) or word.upper().replace(" ", "_")
    if (known and long not in known.values()) or not _UNIT.fullmatch(long):
        hint = f"; a {family} has {', '.join(known)}" if known else ""
        message = f"{unit!r} is not a unit{hint}"
        raise ValueError(message)
    return long
