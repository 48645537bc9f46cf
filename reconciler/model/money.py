"""Amount: exact decimals, built from text. No float ever becomes money.

Decimal places of currencies: ISO 4217. Shopify's ``Money`` input takes decimal text (Admin API 2026-10).
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_WITHOUT_MINOR_UNIT = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905  reads as a table
)
_WITH_THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_TEXT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")  # digits of other scripts look like another number


def decimal_places(currency: str) -> int:
    """Return how many decimals the currency has: 2 for most."""
    if currency in _WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in _WITH_THREE_PLACES else 2


def exact(value: object) -> Decimal:
    """Return the decimal that ``value`` spells, digit for digit.

    Raises ValueError for floats, exponents, infinities and anything else that is not plain decimal text.
    """
    if isinstance(value, Decimal):
        text = format(value, "f")
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        text = str(value).strip()
    else:
        text = ""  # a float has lost its digits already
    amount = _spelled(text)
    if amount is None:
        message = f"{str(value)!r} is not a plain decimal number, such as 49.00"
        raise ValueError(message)
    return amount


@lru_cache(maxsize=4096)
def _spelled(text: str) -> Decimal | None:
    """Return what a text spells, None for no plain number. Prices end alike, and variants share them."""
    return Decimal(text) if _TEXT.fullmatch(text) else None


def amount_text(amount: Decimal) -> str:
    """Return the canonical text: plain digits, at least two decimals, no trailing zeros beyond them."""
    # Not normalize(): it rounds to the 28 digits of the decimal context.
    whole, _, fraction = format(amount or abs(amount), "f").partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


Amount = Annotated[
    Decimal,
    BeforeValidator(exact),
    PlainSerializer(amount_text, return_type=str),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}], "examples": ["49.00"]}
    ),
]
"""An exact decimal without a currency; the store's currency is implied. Travels as text in JSON."""
