"""Weights: grams and a unit, as Shopify exports them, become the weight that somebody once typed.

An export holds grams with few decimals and the unit that the admin shows. The weight in that unit is the one with the
fewest decimals whose grams are those of the file, digit for digit: 226.796185 g in lb are 0.5 lb.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

GRAMS: Final = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}
_UNITS: Final = {"grams": "g", "kilograms": "kg", "ounces": "oz", "pounds": "lb"}
_MOST_PLACES: Final = 18  # of an amount; a weight that needs more does not end


def weight_text(grams: Decimal, unit: str) -> str:
    """Return the weight in the unit, such as ``0.5 lb``. Raises KeyError for a unit that Shopify does not have."""
    places = max(0, -int(grams.as_tuple().exponent))
    with localcontext() as context:
        context.prec = 60
        context.rounding = ROUND_HALF_UP
        exact = grams / GRAMS[unit]
        tolerance = Decimal(1).scaleb(-places) / 2
        candidates = (exact.quantize(Decimal(1).scaleb(-decimals)) for decimals in range(_MOST_PLACES + 1))
        fitting = (weight for weight in candidates if abs(weight * GRAMS[unit] - grams) <= tolerance)
        return f"{_plain(next(fitting))} {unit}"


def plain_weight(amount: Decimal | int | str, unit: str) -> str:
    """Return a weight with its unit, which APIs spell in several ways: ``KILOGRAMS`` is kg. An unknown one is kept."""
    word = unit.lower()
    text = amount if isinstance(amount, str) else format(Decimal(amount), "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {_UNITS.get(word, word)}"


def _plain(weight: Decimal) -> str:
    text = format(weight, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
