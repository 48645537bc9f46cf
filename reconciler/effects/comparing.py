"""Comparing: one condition of an automatic collection against what a product, or one variant, holds of its subject.

Text is compared without regard to case (help.shopify.com, conditions for automated collections, read 2026-11). Whether
an accent makes a difference is written nowhere: where it would, nobody can say. The same goes for a price that is not
set and a condition that says ``is_not``.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import contains, eq, gt, lt, ne
from typing import Final, TypeAlias

from reconciler.effects.verdict import Verdict, every, negated, some
from reconciler.model.automatic import Comparison

_GRAMS: Final[Mapping[str, Decimal]] = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}
_THOUSANDTH: Final = Decimal("0.001")
_MONEY: Final = frozenset({"price", "compare_at_price"})
_CONTRARY: Final = {"is_not": "is", "does_not_contain": "contains"}
_SETS: Final = frozenset({"is_set", "is_not_set"})


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the two spellings that a store may compare: without regard to case, and without accents either."""

    lower: str
    plain: str


Held: TypeAlias = tuple[Text | Decimal, ...]
"""What there is of a subject: nothing, one value, or many, as of tags."""
Holds: TypeAlias = Callable[[Held], Verdict]


def text(words: str) -> Text:
    """Return words to compare."""
    lower = words.lower()
    if lower.isascii():
        return Text(lower, lower)
    apart = unicodedata.normalize("NFKD", words.casefold())
    return Text(lower, "".join(character for character in apart if not unicodedata.combining(character)))


def grams(weight: str) -> Decimal | None:
    """Return a weight such as ``1.2 kg`` in grams, to a thousandth; None for what is none."""
    number, _, unit = weight.partition(" ")
    held = decimal(number)
    return (held * _GRAMS[unit]).quantize(_THOUSANDTH) if held is not None and unit in _GRAMS else None


def decimal(words: str) -> Decimal | None:
    """Return a number; None for what is none."""
    try:
        number = Decimal(words)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def compiled(comparison: Comparison, currency: str) -> Holds:
    """Return the condition as a function of what is held. ``currency``: that of the store's prices."""
    if comparison.relation in _SETS:
        return lambda held: bool(held) == (comparison.relation == "is_set")
    of_one = [_of_one(comparison, value, currency) for value in comparison.values]
    join = every if comparison.match == "all" else some
    return lambda held: join(holds(held) for holds in of_one)


def _of_one(comparison: Comparison, value: str, currency: str) -> Holds:
    subject, relation = comparison.subject, comparison.relation
    if subject == "category":
        holds = _category(value, is_deep=comparison.deep)
        return holds if relation == "is" else lambda held: negated(holds(held))
    if subject in _MONEY:
        amount, _, of = value.partition(" ")
        return _number(relation, decimal(amount) if of in {"", currency} else None)
    if subject == "weight":
        return _number(relation, grams(value))
    if subject == "inventory":
        return _number(relation, decimal(value))
    return _words(subject, relation, value)


def _category(code: str, *, is_deep: bool) -> Holds:
    below = f"{code.lower()}-"

    def holds(held: Held) -> Verdict:
        return any(
            isinstance(each, Text) and (each.lower == code.lower() or (is_deep and each.lower.startswith(below)))
            for each in held
        )

    return holds


_NUMBERS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {"is": eq, "is_not": ne, "above": gt, "below": lt}


def _number(relation: str, operand: Decimal | None) -> Holds:
    compare = _NUMBERS.get(relation)
    if compare is None or operand is None:
        return _nobody_knows

    def holds(held: Held) -> Verdict:
        if not held:
            return None if relation == "is_not" else False
        return any(isinstance(each, Decimal) and compare(each, operand) for each in held)

    return holds


_TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "is": eq,
    "includes": eq,
    "contains": contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def _words(subject: str, relation: str, value: str) -> Holds:
    """Return the comparison of texts; of metafields, numbers among them are compared as such."""
    if relation in _CONTRARY:
        contrary = _words(subject, _CONTRARY[relation], value)
        return lambda held: negated(contrary(held))
    if relation in {"above", "below"}:
        return _number(relation, decimal(value))
    compare = _TEXTS.get(relation)
    if compare is None:
        return _nobody_knows
    operand, number, is_false = text(value), decimal(value), "metafield" in subject and value == "false"

    def holds(held: Held) -> Verdict:
        if not held and is_false:
            return None  # whether nothing counts as false is written nowhere
        return some(_alike(compare, each, operand, number) for each in held)

    return holds


def _alike(compare: Callable[[str, str], bool], held: Text | Decimal, operand: Text, number: Decimal | None) -> Verdict:
    if isinstance(held, Decimal):
        return held == number if compare is eq else None
    by_case = compare(held.lower, operand.lower)
    return by_case if by_case == compare(held.plain, operand.plain) else None


def _nobody_knows(held: Held) -> Verdict:
    del held
    return None
