"""Weights: a number and a unit, such as ``250 g``. Shopify: Weight and WeightInput, whose value is a float."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from reconciler.model.json import Json

UNITS: Final[Mapping[str, str]] = {"g": "GRAMS", "kg": "KILOGRAMS", "oz": "OUNCES", "lb": "POUNDS"}
_NAMES: Final = {name: unit for unit, name in UNITS.items()}
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_REMEMBERED: Final = 4096  # a catalog has few weights


def weight(text: str) -> tuple[Decimal, str]:
    """Return the number and the unit of a weight. Raises ValueError for what is none."""
    number, _, unit = text.partition(" ")
    if unit not in UNITS or not _NUMBER.fullmatch(number):
        message = f"{text!r} is not a weight, such as 250 g, 1.2 kg, 8 oz or 2 lb"
        raise ValueError(message)
    return Decimal(number), unit


@lru_cache(maxsize=_REMEMBERED)
def canonical_weight(text: str) -> str:
    """Return the weight without needless zeros. Raises ValueError for what is none."""
    number, unit = weight(text)
    return f"{format(number.normalize(), 'f')} {unit}"


def weight_text(node: Mapping[str, Any]) -> str:
    """Return the weight that a store holds."""
    return canonical_weight(f"{Decimal(str(node['value'])):f} {_NAMES[node['unit']]}")


def weight_input(text: str) -> dict[str, Json]:
    """Return the input that writes a weight."""
    number, _, unit = text.partition(" ")
    return {"value": float(number), "unit": UNITS[unit]}  # the API's type is Float
