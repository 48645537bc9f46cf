"""Amounts: exact from text to text, whatever the number of digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.money import amount_text, decimal_places, exact

DIGITS = st.text("0123456789", min_size=1, max_size=18)
SPELLED = st.builds(lambda sign, whole, part: f"{sign}{whole}.{part}", st.sampled_from(["", "-"]), DIGITS, DIGITS)


@given(SPELLED)
def test_an_amount_survives_its_text(text):
    assert exact(text) == exact(amount_text(exact(text)))


@given(SPELLED)
def test_the_text_of_an_amount_is_canonical(text):
    spelled = amount_text(exact(text))
    assert spelled == amount_text(exact(spelled))
    assert spelled == amount_text(exact(f"{text}0")) if len(text.partition(".")[2]) < 18 else True


@pytest.mark.parametrize(
    ("text", "expected"),
    [("49", "49.00"), ("49.9", "49.90"), ("49.900", "49.90"), ("0.125", "0.125"), ("100", "100.00"), ("-0", "0.00")],
)
def test_amount_text(text, expected):
    assert expected == amount_text(exact(text))


@pytest.mark.parametrize(
    "value",
    [
        49.0,
        True,
        None,
        "",
        "4,90",
        "1e3",
        "NaN",
        "Infinity",
        "1.",
        ".5",
        "49 €",
        [],
        "\uff14\uff19.\uff10",
        "\u0664\u0669",
    ],
)
def test_what_is_not_plain_decimal_text_is_refused(value):
    with pytest.raises(ValueError, match="is not a plain decimal number"):
        exact(value)


def test_integers_and_decimals_are_exact():
    assert (Decimal(49), Decimal("49.10")) == (exact(49), exact(Decimal("49.10")))


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_decimal_places(currency, places):
    assert places == decimal_places(currency)
