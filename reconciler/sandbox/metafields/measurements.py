"""Measurements, ``{"value": number, "unit": word}``: stored with a decimal and an upper-case unit."""

import re
from typing import Any

import orjson

# Families whose units are known by abbreviation as well; other families take any unit word.
_UNITS = {
    "weight": {"OUNCES": "oz", "POUNDS": "lb", "GRAMS": "g", "KILOGRAMS": "kg"},
    "dimension": {
        "INCHES": "in",
        "FEET": "ft",
        "YARDS": "yd",
        "MILLIMETERS": "mm",
        "CENTIMETERS": "cm",
        "METERS": "m",
    },
    "volume": {
        "MILLILITERS": "ml",
        "CENTILITERS": "cl",
        "LITERS": "l",
        "CUBIC_METERS": "m3",
        "FLUID_OUNCES": "us_fl_oz",
        "PINTS": "us_pt",
        "QUARTS": "us_qt",
        "GALLONS": "us_gal",
        "IMPERIAL_FLUID_OUNCES": "imp_fl_oz",
        "IMPERIAL_PINTS": "imp_pt",
        "IMPERIAL_QUARTS": "imp_qt",
        "IMPERIAL_GALLONS": "imp_gal",
    },
}
_SHORT = {long: short for family in _UNITS.values() for long, short in family.items()}
_MAY_BE_NEGATIVE = frozenset({"temperature", "antenna_gain", "sound_level"})


def measurement_text(family: str, text: str) -> str:
    """Return a measurement as it is stored. Raises ValueError with the API's sentence."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise ValueError("Value must be a stringified JSON object with value and unit fields.") from problem
    if not isinstance(content, dict) or not {"value", "unit"} <= content.keys():
        raise ValueError("Value must be a stringified JSON object with value and unit fields.")
    number = _number(content["value"])
    if number is None or (number < 0 and family not in _MAY_BE_NEGATIVE):
        raise ValueError("Value must be a non-negative number.")
    unit = _unit(family, str(content["unit"]))
    if unit is None:
        raise ValueError("Value must be a supported unit.")
    return orjson.dumps({"value": number, "unit": unit}).decode()


def measurement_json(content: dict[str, Any]) -> dict[str, Any]:
    """Return a measurement of a list as ``jsonValue`` shows it: short or lower-case unit, whole numbers whole."""
    value = content["value"]
    unit = str(content["unit"])
    return {
        "value": int(value) if float(value).is_integer() else value,
        "unit": _SHORT.get(unit, unit.lower()),
    }


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _unit(family: str, word: str) -> str | None:
    known = _UNITS.get(family)
    upper = word.strip().upper()
    if known is None:
        return upper if re.fullmatch(r"[A-Z][A-Z0-9_]*", upper) else None
    if upper in known:
        return upper
    return next((long for long, short in known.items() if short == word.strip().lower()), None)
