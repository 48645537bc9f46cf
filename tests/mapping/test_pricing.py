"""Prices: the table of what people expect, and the laws behind it."""

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.mapping.pricing import ending_problem, pick, price_steps, priced, too_fine, with_ending
from reconciler.mapping.refusal import Refused
from reconciler.model.rules import Rounding
from tests.mapping.builders import a_price_rule

PRICES = [
    # amount, currency, what the rule says, the price
    ("49.00", "EUR", {}, "49.00"),
    ("49", "EUR", {}, "49.00"),
    ("0", "EUR", {}, "0.00"),
    ("49.00", "EUR", {"multiply": "1.1"}, "53.90"),
    ("19.99", "EUR", {"multiply": "1.19"}, "23.79"),
    ("19.95", "EUR", {"multiply": "0.5"}, "9.98"),  # 9.975: halves go up
    ("0.01", "EUR", {"multiply": "0.5"}, "0.01"),  # 0.005
    ("0.01", "EUR", {"multiply": "0.49"}, "0.00"),
    ("10.00", "EUR", {"multiply": "0.333", "rounding": "up"}, "3.33"),
    ("10.00", "EUR", {"multiply": "0.3331", "rounding": "up"}, "3.34"),
    ("10.00", "EUR", {"multiply": "0.3339", "rounding": "down"}, "3.33"),
    ("10.00", "EUR", {"add": "2.50"}, "12.50"),
    ("10.00", "EUR", {"add": "-2.50"}, "7.50"),
    ("10.00", "EUR", {"multiply": "2", "add": "1"}, "21.00"),  # first multiply, then add
    ("49.00", "JPY", {}, "49"),
    ("49", "JPY", {"multiply": "162.37"}, "7956"),
    ("49", "JPY", {"multiply": "0.5"}, "25"),  # 24.5
    ("1.234", "KWD", {}, "1.234"),
    ("1.2345", "KWD", {}, "1.235"),
    ("49.00", "KWD", {"multiply": "0.3333"}, "16.332"),
    # endings of one whole unit
    ("49.00", "EUR", {"ending": "0.95"}, "48.95"),
    ("49.45", "EUR", {"ending": "0.95"}, "49.95"),  # a tie: 48.95 and 49.95 are equally near, the higher wins
    ("49.44", "EUR", {"ending": "0.95"}, "48.95"),
    ("49.46", "EUR", {"ending": "0.95"}, "49.95"),
    ("49.95", "EUR", {"ending": "0.95"}, "49.95"),
    ("49.95", "EUR", {"ending": "0.95", "rounding": "up"}, "49.95"),
    ("49.95", "EUR", {"ending": "0.95", "rounding": "down"}, "49.95"),
    ("49.96", "EUR", {"ending": "0.95", "rounding": "up"}, "50.95"),
    ("50.94", "EUR", {"ending": "0.95", "rounding": "down"}, "49.95"),
    ("0.30", "EUR", {"ending": "0.95"}, "0.95"),
    ("0.30", "EUR", {"ending": "0.95", "rounding": "down"}, "0.95"),  # never negative
    ("0", "EUR", {"ending": "0.99"}, "0.99"),
    ("48.951", "EUR", {"multiply": "1", "ending": "0.95", "rounding": "up"}, "49.95"),  # not rounded before
    ("44.95", "EUR", {"multiply": "1.1", "ending": "0.95"}, "48.95"),  # 49.445: rounded first it would be 49.95
    ("7.20", "EUR", {"ending": "0"}, "7"),
    ("7.50", "EUR", {"ending": "0.00"}, "8.00"),
    ("7.20", "EUR", {"ending": "0.50"}, "7.50"),
    ("7.02", "EUR", {"ending": "0.05"}, "7.05"),
    # endings that look at the tens, and further
    ("53.00", "EUR", {"ending": "9.99"}, "49.99"),
    ("55.00", "EUR", {"ending": "9.99"}, "59.99"),
    ("54.99", "EUR", {"ending": "9.99"}, "59.99"),  # a tie
    ("54.98", "EUR", {"ending": "9.99"}, "49.99"),
    ("3.00", "EUR", {"ending": "9.99"}, "9.99"),
    ("1234.00", "USD", {"ending": "99"}, "1199"),
    ("1249.00", "USD", {"ending": "99", "rounding": "up"}, "1299"),
    ("7956", "JPY", {"ending": "90"}, "7990"),
    ("7939", "JPY", {"ending": "90"}, "7890"),
    ("7940", "JPY", {"ending": "90"}, "7990"),
    ("8", "JPY", {"ending": "10"}, "10"),
    ("1.2", "KWD", {"ending": "0.995"}, "0.995"),
    # huge
    ("999999999999999.99", "EUR", {}, "999999999999999.99"),
    ("999999999999999.99", "EUR", {"multiply": "1.000000000000000001"}, "999999999999999.99"),
    ("123456789012345678", "JPY", {"ending": "0"}, "123456789012345678"),
    ("99999999999999999.44", "EUR", {"ending": "0.95"}, "99999999999999998.95"),
    ("999999999999999999", "JPY", {"multiply": "0.999999999999999999"}, "999999999999999998"),
]


@pytest.mark.parametrize(("amount", "currency", "parts", "expected"), PRICES)
def test_a_price_is_what_people_expect(amount, currency, parts, expected):
    price = priced(Decimal(amount), a_price_rule(**parts), currency)
    assert Decimal(expected) == price


@pytest.mark.parametrize(
    ("amount", "parts", "says"),
    [
        ("3.00", {"add": "-5"}, "below zero"),
        ("3.00", {"multiply": "-1", "ending": "0.95"}, "below zero"),
        ("999999999999999999", {"multiply": "10"}, "more than a store can hold"),
        ("999999999999999999.995", {"ending": "9.99", "rounding": "up"}, "more than a store can hold"),
    ],
)
def test_a_price_that_no_store_can_hold_is_refused(amount, parts, says):
    with pytest.raises(Refused, match=says):
        priced(Decimal(amount), a_price_rule(**parts), "EUR")


@pytest.mark.parametrize(
    ("ending", "currency", "says"),
    [
        ("0.95", "JPY", "end_with 0.95 has more decimals than JPY, which has none"),
        ("0.995", "EUR", "end_with 0.995 has more decimals than EUR has (2)"),
        ("0.9999", "KWD", "end_with 0.9999 has more decimals than KWD has (3)"),
        ("-0.05", "EUR", "end_with -0.05 is below zero"),
    ],
)
def test_an_ending_that_the_currency_cannot_have_is_a_problem(ending, currency, says):
    problem = ending_problem(a_price_rule(ending=ending), currency)
    assert problem is not None
    assert says == problem.summary


@pytest.mark.parametrize(("ending", "currency"), [("0.95", "EUR"), ("90", "JPY"), ("0.995", "KWD"), ("0.950", "EUR")])
def test_an_ending_that_the_currency_can_have_is_none(ending, currency):
    assert ending_problem(a_price_rule(ending=ending), currency) is None


def test_the_currency_asked_for_comes_before_the_amount_without_one():
    assert Decimal(2) == pick({"": Decimal(1), "EUR": Decimal(2)}, "EUR")
    assert Decimal(1) == pick({"": Decimal(1), "EUR": Decimal(2)}, "USD")
    assert pick({"EUR": Decimal(2)}, "USD") is None


def test_the_steps_of_a_price_end_in_the_price():
    rule = a_price_rule(multiply="1.1", add="0.50", ending="0.95")
    steps = price_steps(Decimal("49.00"), rule, "EUR")
    assert [("multiply 1.1", "53.900"), ("add 0.50", "54.400"), ("end with 0.95, nearest", "53.95")] == [
        (step.did, str(step.amount)) for step in steps
    ]


AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=3)
ENDINGS = st.decimals(min_value=0, max_value=9999, places=2)
ROUNDINGS: st.SearchStrategy[Rounding] = st.sampled_from(["nearest", "up", "down"])


def _step(ending: Decimal) -> Decimal:
    return Decimal(10) ** max(0, len(str(int(ending))) if ending >= 1 else 0)


@given(AMOUNTS, ENDINGS, ROUNDINGS)
def test_the_result_has_the_ending(amount, ending, rounding):
    result = with_ending(amount, ending, rounding)
    assert ending == result % _step(ending)
    assert result >= ending


@given(AMOUNTS, ENDINGS)
def test_the_nearest_is_within_half_a_step(amount, ending):
    assume(amount >= ending)
    assert abs(with_ending(amount, ending, "nearest") - amount) <= _step(ending) / 2


@given(AMOUNTS, ENDINGS)
def test_up_and_down_enclose_the_amount_within_a_step(amount, ending):
    assume(amount >= ending)
    down, up = with_ending(amount, ending, "down"), with_ending(amount, ending, "up")
    assert down <= amount <= up
    assert up - down in {0, _step(ending)}


@given(AMOUNTS, ENDINGS, ROUNDINGS)
def test_rounding_to_an_ending_twice_changes_nothing(amount, ending, rounding):
    once = with_ending(amount, ending, rounding)
    assert once == with_ending(once, ending, rounding)


@given(st.integers(0, 10**17), st.integers(0, 10**17), st.integers(0, 10**15))
def test_multiply_and_add_are_exact(amount, factor, addend):
    rule = a_price_rule(multiply=str(Decimal(factor).scaleb(-9)), add=str(Decimal(addend).scaleb(-2)))
    steps = price_steps(Decimal(amount).scaleb(-2), rule, "EUR")
    assert steps[1].amount.as_integer_ratio() == _ratio(amount * factor + addend * 10**9, 10**11)


def _ratio(numerator: int, denominator: int) -> tuple[int, int]:
    divisor = math.gcd(numerator, denominator) or 1
    return numerator // divisor, denominator // divisor


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]), ROUNDINGS)
def test_without_an_ending_the_result_fits_the_currency(amount, currency, rounding):
    assert not too_fine(priced(amount, a_price_rule(rounding=rounding), currency), currency)
