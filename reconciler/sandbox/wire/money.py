"""Amounts: Money text with the currency's decimals, MoneyV2 amounts in their shortest form."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
_EXPONENTS = {code: exponent for exponent, codes in _DECIMALS.items() for code in codes.split()}
TOO_LARGE = Decimal(1000000000000000000)


def money_text(amount: Decimal, currency: str) -> str:
    """Return an amount as a Money scalar: ``10.00``, in yen ``10``."""
    return str(amount.quantize(_unit(currency), rounding=ROUND_HALF_UP))


def shortest(amount: str | Decimal) -> str:
    """Return an amount as MoneyV2 writes it: no trailing zeros, one decimal at least."""
    text = format(Decimal(amount).normalize(), "f")
    return text if "." in text else text + ".0"


def money_v2(amount: str | Decimal, currency: str) -> dict[str, Any]:
    """Return a MoneyV2."""
    return {"amount": shortest(amount), "currencyCode": currency}


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-_EXPONENTS.get(currency, 2))
