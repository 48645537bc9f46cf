"""One value, or one difference, on a line."""

from decimal import Decimal

import pytest

from reconciler.render.printable import clipped, columns, printable, quoted
from reconciler.render.style import Style, written
from reconciler.render.value import money_range, money_text, move, move_text, reading, value_text
from reconciler.render.words import counted, duration, names, wrapped
from tests.render.plans import a_field


def beside(before, after, path="price", currency="EUR"):
    return "".join(span.text for span in reading(a_field(path, before, after), currency, 80).beside)


def below(before, after, path="title", room=60):
    return written(reading(a_field(path, before, after), "EUR", room).below, Style()).splitlines()


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("49.00", "EUR", "49.00"),
        ("4900.00", "JPY", "4900"),
        ("4900.50", "JPY", "4900.5"),
        ("4.90", "KWD", "4.900"),
        ("1.2345", "EUR", "1.2345"),
        ("0.00", "JPY", "0"),
        ("123456789012345678.123456789012345678", "EUR", "123456789012345678.123456789012345678"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_loses_none(value, currency, text):
    assert text == money_text(Decimal(value), currency)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("100", "103.1", "+3.1 %"),
        ("49.00", "47.00", "-4.1 %"),
        ("1000", "1000.01", "up <0.1 %"),
        ("1000", "999.99", "down <0.1 %"),
        ("0.01", "999999999999", "+9999999999989900.0 %"),
    ],
)
def test_a_move_shows_its_direction(before, after, text):
    percent = move(Decimal(before), Decimal(after))
    assert percent is not None
    assert text == move_text(percent)


def test_a_move_from_nothing_means_nothing():
    assert None is move(Decimal(0), Decimal(5))


def test_a_price_that_appears_has_a_currency():
    assert "nothing → 47.00 EUR" == beside(None, "47.00")


def test_a_quantity_shows_by_how_much():
    assert "12 → 7  (-5)" == beside(12, 7, "quantity")


def test_true_is_not_a_number():
    assert "false → true" == beside(before=False, after=True, path="tracked")


def test_a_text_that_looks_like_money_in_another_field_is_text():
    assert '"49.00" → "47.00"' == beside("49.00", "47.00", "barcode")


def test_members_that_came_and_went():
    assert "− b  + c, d  (1 kept)" == beside(["a", "b"], ["a", "c", "d"], "tags")


def test_an_order_that_changed_is_shown_whole():
    assert "a, b → b, a" == beside(["a", "b"], ["b", "a"], "tags")


def test_words_that_hold_commas_are_quoted():
    assert '"a, b", c' == value_text("tags", ["a, b", "c"], "EUR")


def test_a_long_text_shows_where_it_differs():
    old = "x" * 500 + " French linen " + "y" * 500
    first, second = below(old, old.replace("French", "Belgian"))
    assert first.startswith("− …xxxx")
    assert " French linen yyy" in first
    assert " Belgian linen yyy" in second
    assert max(columns(first), columns(second)) <= 62


def test_a_difference_at_the_very_end_is_shown():
    first, second = below("x" * 500, "x" * 500 + "!")
    assert second.endswith('x!"')
    assert first.endswith('x"')


def test_two_right_to_left_texts_never_share_a_line():
    assert ['− "אב"', '+ "גד"'] == below("אב", "גד")


def test_a_composed_letter_is_told_from_its_parts():
    assert ['− "\\xe9"', '+ "e\\u0301"'] == below("é", "e\u0301")


def test_a_range_of_one_price_is_that_price():
    assert "49.00 EUR" == money_range([Decimal(49), Decimal("49.00")], "EUR")


@pytest.mark.parametrize(
    ("text", "shown"), [("\x1b[1m", "\\x1b[1m"), ("a\nb\tc\r", "a\\nb\\tc\\r"), ("\u202e", "\\u202e"), ("é漢", "é漢")]
)
def test_what_a_terminal_obeys_is_spelled_out(text, shown):
    assert shown == printable(text)


@pytest.mark.parametrize(
    ("text", "room", "cut"), [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("漢字漢字", 5, "漢字…")]
)
def test_a_cut_is_measured_in_columns(text, room, cut):
    assert cut == clipped(text, room)


@pytest.mark.parametrize(("text", "shown"), [("a", '"a"'), ('a"b', "'a\"b'"), ("a\"b'", '"a\\"b\'"')])
def test_a_value_cannot_end_its_own_quotes(text, shown):
    assert shown == quoted(text)


def test_names_that_do_not_fit_are_counted():
    assert "LS-1, LS-2 and 3 more" == names([f"LS-{number}" for number in range(1, 6)], 22)


def test_wrapped_names_are_all_there():
    assert ["a,", "b,", "c"] == list(wrapped(["a", "b", "c"], 3))


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (1, "variant", "1 variant"),
        (2950, "change", "2,950 changes"),
        (2, "category", "2 categories"),
        (0, "day", "0 days"),
    ],
)
def test_things_are_counted_as_people_do(count, noun, text):
    assert text == counted(count, noun)


@pytest.mark.parametrize(("seconds", "text"), [(15, "15 s"), (119, "119 s"), (540, "9 min")])
def test_a_duration_is_short(seconds, text):
    assert text == duration(seconds)
