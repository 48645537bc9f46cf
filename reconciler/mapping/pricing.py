"""Pricing: pick the currency, multiply, add, round to an ending; in that order, exactly.

An ending is what the digits of the result end in: with 0.95 results are 0.95, 1.95, 2.95 and so on; with 9.99 they
are 9.99, 19.99, 29.99; with 90, for currencies without decimals, 90, 190, 290. So results are one step apart, and
the step is the smallest power of ten above the ending, but never less than 1. ``nearest`` takes the higher of two
that are equally near, as a shop that rounds halves up does; ``down`` never goes below the ending itself, so that no
price becomes negative. An ending is applied to the exact product, not to one rounded before: rounding twice can move
a price across the middle. The rejected choice is a multiple to round to (0.05, then minus 0.01): it cannot say 9.99.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from enum import Enum
from typing import Final

from reconciler.mapping.refusal import Refused
from reconciler.model.money import decimal_places
from reconciler.model.rules import PriceRule, Rounding

# Amounts have at most 18 + 18 digits, so 100 hold every product and sum of them without rounding.
EXACT: Final = Context(prec=100)
_BEYOND: Final = Decimal(10) ** 18
_UNITS: Final = tuple(Decimal(1).scaleb(-places) for places in range(4))
"""Decimal places → the smallest unit."""
_ROUNDINGS: Final[Mapping[Rounding, str]] = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}


class _Step(Enum):
    """What is done to an amount."""

    MULTIPLY = "multiply"
    ADD = "add"
    ROUND = "round"
    END = "end"


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One step of a price: what was done, and the amount after it."""

    did: str
    amount: Decimal


def pick(prices: Mapping[str, Decimal], currency: str) -> Decimal | None:
    """Return the amount in the currency; an amount without a code is in whichever currency is asked for."""
    return prices.get(currency, prices.get(""))


def too_fine(amount: Decimal, currency: str) -> bool:
    """Whether the amount has digits below the currency's smallest unit."""
    return amount != _cut(amount, currency, ROUND_FLOOR)


def cut(amount: Decimal, currency: str, rounding: Rounding) -> Decimal:
    """Return the amount rounded to the currency's smallest unit."""
    return _cut(amount, currency, _ROUNDINGS[rounding])


def capacity(currency: str) -> str:
    """Return how many decimals the currency has, to end a sentence with."""
    places = decimal_places(currency)
    return f"{currency} has ({places})" if places else f"{currency}, which has none"


def priced(amount: Decimal, rule: PriceRule, currency: str) -> Decimal:
    """Return the price that the rule makes of an amount, in the store's currency. Raises Refused."""
    for _, result in _steps(amount, rule, currency):
        amount = result
    if not 0 <= amount < _BEYOND:
        problem = "below zero" if amount < 0 else "more than a store can hold"
        raise Refused(f"the price comes to {amount:f}, which is {problem}")
    return amount


def price_steps(amount: Decimal, rule: PriceRule, currency: str) -> tuple[PriceStep, ...]:
    """Return what the rule does to an amount, for people."""
    return tuple(PriceStep(_told(did, rule, currency), result) for did, result in _steps(amount, rule, currency))


def ending_problem(rule: PriceRule, currency: str) -> Refused | None:
    """Return why no price in the currency can have the rule's ending; None when one can."""
    ending = rule.ending
    if ending is None:
        return None
    if ending < 0:
        return Refused(f"end_with {ending} is below zero", "it is what the digits end in, such as 0.95")
    if too_fine(ending, currency):
        example = "90" if decimal_places(currency) == 0 else "0.95"
        return Refused(f"end_with {ending} has more decimals than {capacity(currency)}", f"take one such as {example}")
    return None


def with_ending(amount: Decimal, ending: Decimal, rounding: Rounding) -> Decimal:
    """Return the amount with that ending which is nearest, or next above or below; never less than the ending.

    Neither amount nor ending is below zero.
    """
    step = Decimal(1)
    while step <= ending:
        step *= 10
    whole_steps = EXACT.divide_int(EXACT.subtract(amount, ending), step)  # towards zero: 0 below the first ending
    below = EXACT.add(ending, EXACT.multiply(whole_steps, step))
    if amount <= below or rounding == "down":
        return below
    above = EXACT.add(below, step)
    nearer_below = EXACT.subtract(amount, below) < EXACT.subtract(above, amount)
    return below if rounding == "nearest" and nearer_below else above


def _steps(amount: Decimal, rule: PriceRule, currency: str) -> Iterator[tuple[_Step, Decimal]]:
    if rule.multiply is not None:
        amount = EXACT.multiply(amount, rule.multiply)
        yield _Step.MULTIPLY, amount
    if rule.add is not None:
        amount = EXACT.add(amount, rule.add)
        yield _Step.ADD, amount
    if amount < 0:
        return
    if rule.ending is None:
        yield _Step.ROUND, _cut(amount, currency, _ROUNDINGS[rule.rounding])
    else:
        yield _Step.END, with_ending(amount, rule.ending, rule.rounding)


def _told(step: _Step, rule: PriceRule, currency: str) -> str:
    """Return a step in words; few are ever told."""
    match step:
        case _Step.MULTIPLY:
            return f"multiply {rule.multiply}"
        case _Step.ADD:
            return f"add {rule.add}"
        case _Step.ROUND:
            places = decimal_places(currency)
            unit = f"{places} decimals" if places else "whole amounts"
            return f"round to {unit} of {currency}, {rule.rounding}"
        case _Step.END:
            return f"end with {rule.ending}, {rule.rounding}"


def _cut(amount: Decimal, currency: str, rounding: str) -> Decimal:
    return amount.quantize(_unit(currency), rounding=rounding, context=EXACT)


def _unit(currency: str) -> Decimal:
    return _UNITS[decimal_places(currency)]
