"""One text for each value: what a store answers is what was asked for, whatever the type and the spelling.

The store is the embedded one's own rule for values, which shares no code with ours.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.sandbox.metafields.value_types import MEASUREMENTS as STORED_MEASUREMENTS
from reconciler.sandbox.metafields.value_types import valid_types
from reconciler.sandbox.metafields.values import World, stored_value
from reconciler.shopify.metafield_types import KNOWN, MEASUREMENTS, REFERENCES
from reconciler.shopify.metafield_values import canonical_validation, canonical_value

EXAMPLES = settings().max_examples // 4  # for each of a hundred types
WORLD = World("EUR", frozenset({"EUR", "USD"}), lambda gid: True)
UNITS = {
    "weight": ["g", "KILOGRAMS", "lb", "oz", " Grams "],
    "dimension": ["cm", "METERS", "in", "ft", "yd", "mm"],
    "volume": ["ml", "LITERS", "us_fl_oz", "m3"],
}

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20)
LINES = TEXT.filter(lambda text: bool(text.strip()))
NUMBERS = st.decimals(-(10**9), 10**9, places=4)
POSITIVE = st.decimals(0, 10**9, places=4)
MOMENTS = st.builds(
    lambda day, time, offset: f"{day}T{time}{offset}",
    st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    st.times(),
    st.sampled_from(["", "Z", "+00:00", "+05:30", "-11:00"]),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def measurements(family: str) -> st.SearchStrategy[Any]:
    units = st.sampled_from(UNITS.get(family, ["amperes", "CELSIUS", "some_unit"]))
    return st.tuples(POSITIVE, units).flatmap(
        lambda pair: st.sampled_from([{"value": pair[0], "unit": pair[1]}, f"{pair[0]} {pair[1]}"])
    )


def references(name: str) -> st.SearchStrategy[Any]:
    kinds = st.sampled_from(sorted(REFERENCES[name]) or ["Anything"])
    return st.builds(lambda kind, number: f"gid://shopify/{kind}/{number}", kinds, st.integers(1, 10**12))


SINGLE: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans() | st.sampled_from(["t", " TRUE", "1", "f", "False ", "0"]),
    "color": st.from_regex(r"\A#[0-9A-Fa-f]{6}\Z"),
    "date": st.dates().map(lambda day: day.isoformat()),
    "date_time": MOMENTS,
    "id": LINES,
    "json": TREES.filter(lambda tree: not isinstance(tree, str)),
    "jurisdiction": LINES,
    "language": st.sampled_from(["en", "pt-BR"]),
    "link": st.builds(lambda text, path: {"text": text, "url": f"https://example.com/{path}"}, TEXT, st.integers()),
    "money": st.builds(lambda amount: {"amount": amount, "currency_code": "EUR"}, POSITIVE),
    "multi_line_text_field": st.lists(LINES, min_size=1, max_size=3).map("\r\n".join),
    "number_decimal": st.decimals(-(10**5), 10**5, places=9) | st.integers(-(10**12), 10**12),
    "number_integer": st.integers(-(2**53) + 1, 2**53 - 1) | st.integers(-99, 99).map(lambda number: f"{number}.0"),
    "rating": st.decimals(1, 5, places=2).map(lambda each: {"value": each, "scale_max": "5", "scale_min": "1.0"}),
    "rich_text_field": st.lists(st.dictionaries(TEXT, TEXT), max_size=2).map(
        lambda children: {"type": "root", "children": children}
    ),
    "single_line_text_field": LINES,
    "url": st.integers().map(lambda number: f"https://example.com/{number}"),
    **{family: measurements(family) for family in MEASUREMENTS},
    **{name: references(name) for name in REFERENCES},
}


def values(type_name: str) -> st.SearchStrategy[Any]:
    if type_name.startswith("list."):
        return st.lists(SINGLE[type_name.removeprefix("list.")], max_size=4)
    return SINGLE[type_name]


def as_others_send(type_name: str, value: Any) -> str | None:
    """The text of a value as another client would send it; None for what only our files can say: ``25 cm``."""
    members = value if type_name.startswith("list.") else [value]
    if type_name.removeprefix("list.") in MEASUREMENTS and any(isinstance(each, str) for each in members):
        return None
    if isinstance(value, str):
        return value
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value, default=float, indent=1)


def test_every_type_of_a_store_is_known() -> None:
    assert set(valid_types()) - KNOWN == set()
    assert {name.removeprefix("list.") for name in KNOWN} == set(SINGLE)
    assert STORED_MEASUREMENTS == MEASUREMENTS


@pytest.mark.parametrize("type_name", sorted(KNOWN))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_what_a_store_answers_is_what_was_asked_for(type_name: str, data: st.DataObject) -> None:
    value = data.draw(values(type_name))
    asked = canonical_value(type_name, value)
    assert asked == canonical_value(type_name, asked)
    assert asked == canonical_value(type_name, stored_value(type_name, asked, WORLD))
    by_others = as_others_send(type_name, value)
    if by_others is not None:
        assert asked == canonical_value(type_name, stored_value(type_name, by_others, WORLD))


@pytest.mark.parametrize(
    ("type_name", "value", "expected"),
    [
        ("boolean", True, "true"),
        ("number_integer", "-0", "0"),
        ("number_integer", Decimal("5.0"), "5"),
        ("number_decimal", "0.12345678999", "0.123456789"),
        ("number_decimal", "-0.0000000001", "0"),
        ("number_decimal", Decimal("10.40"), "10.4"),
        ("list.number_decimal", [10, "10.40"], '["10","10.4"]'),
        ("list.boolean", ["t", False], "[true,false]"),
        ("date_time", "2024-01-01 12:30", "2024-01-01T12:30:00+00:00"),
        ("date_time", "2024-01-01T00:30:00.9+02:00", "2023-12-31T22:30:00+00:00"),
        ("dimension", "25cm", '{"unit":"CENTIMETERS","value":25}'),
        ("weight", {"value": "1.50", "unit": "kg"}, '{"unit":"KILOGRAMS","value":1.5}'),
        ("temperature", {"value": -4, "unit": "celsius"}, '{"unit":"CELSIUS","value":-4}'),
        ("speed", "3 kilometers per hour", '{"unit":"KILOMETERS_PER_HOUR","value":3}'),
        ("money", {"amount": "5", "currency_code": "jpy"}, '{"amount":"5","currency_code":"JPY"}'),
        ("json", '{"b": 1.50, "a": [1e2, "é"]}', '{"a":[100,"é"],"b":1.5}'),
        ("json", '"text"', '"text"'),
        ("json", 1, "1"),
        ("color", "#1E3A5F", "#1e3a5f"),
        ("multi_line_text_field", "a\r\nb\n", "a\nb"),
        ("list.product_reference", ["product/a"], '["product/a"]'),
        ("variant_reference", "variant/a/A / B", "variant/a/A / B"),
    ],
)
def test_canonical_values(type_name: str, value: Any, expected: str) -> None:
    assert expected == canonical_value(type_name, value)


@pytest.mark.parametrize(
    ("type_name", "value", "message"),
    [
        (
            "single_line_text",
            "a",
            "'single_line_text' is not a type of metafields; did you mean single_line_text_field",
        ),
        ("single_line_text_field", 12, "12 is not text; quote it, or give the metafield another type"),
        ("single_line_text_field", "a\nb", "has more than one line; a multi_line_text_field takes them"),
        ("single_line_text_field", " ", "it is blank; write null to remove it"),
        ("single_line_text_field", "\ud800", "half a character"),
        ("boolean", "yes", "'yes' is not true or false"),
        ("number_integer", "1.5", "'1.5' is not a whole number"),
        ("number_integer", "+5", "is not a whole number"),
        ("number_integer", "9" * 400, "is not a whole number"),
        ("number_integer", True, "True is not a whole number"),
        ("number_decimal", "NaN", "'NaN' is not a number"),
        ("number_decimal", 10**13, "more than 13 digits before the point"),
        ("date", "2026-02-30", "is not a date, such as 2026-12-01"),
        ("date_time", "2026-12-01", "is not a date and time"),
        ("date_time", "0001-01-01T00:00:00+14:00", "is not a date and time"),
        ("dimension", "25", "does not say value and unit; write 25 cm"),
        ("dimension", "25 kg", "'kg' is not a unit; a dimension has in, ft, yd, mm, cm, m"),
        ("weight", {"value": "1e999", "unit": "g"}, "is not a number that a weight can have"),
        ("weight", "-1 g", "is not a number that a weight can have"),
        ("money", "5.99", "does not say amount and currency_code; write {amount: 5.99, currency_code: EUR}"),
        ("money", {"amount": "1", "currency_code": "euro"}, "'EURO' is not a currency code|'euro' is not a currency"),
        ("rating", {"value": 6, "scale_min": 1, "scale_max": 5}, "6 is not between 1 and 5"),
        ("color", "red", "'red' is not a colour"),
        ("url", "example.com", "is not an address that begins with http, https, mailto, sms, tel"),
        ("link", {"url": "javascript:alert(1)"}, "is not an address that begins with"),
        ("json", "{", "is not JSON"),
        ("json", "NaN", "NaN is not a number"),
        ("json", "x" * 200_000, "is not JSON"),
        ("rich_text_field", {"type": "paragraph", "children": []}, "expected root"),
        ("multi_line_text_field", "x" * 70_000, "70000 bytes are too many; a multi_line_text_field takes 65536"),
        ("list.number_integer", 5, "5 is not a list"),
        ("list.number_integer", list(range(129)), "129 members are too many; a list takes 128"),
        ("list.number_integer", [1, "b"], "'b' is not a whole number"),
        (
            "product_reference",
            "gid://shopify/Collection/1",
            "write gid://shopify/Product/... or product/KEY|, or product",
        ),
        ("product_reference", "variant/a/B", "is nothing that a product_reference points at"),
        ("variant_reference", "variant/a", "or variant/KEY/SKU"),
        ("metaobject_reference", "metaobject/a", "write gid://shopify/Metaobject/..."),
    ],
)
def test_what_does_not_fit_its_type_is_refused(type_name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        canonical_value(type_name, value)


@pytest.mark.parametrize(
    ("type_name", "name", "value", "expected"),
    [
        ("single_line_text_field", "max", 50, "50"),
        ("single_line_text_field", "choices", ["a", "b"], '["a","b"]'),
        ("single_line_text_field", "choices", '[ "a", "b" ]', '["a","b"]'),
        ("single_line_text_field", "regex", "[a-z]+", "[a-z]+"),
        ("number_decimal", "min", "1.50", "1.5"),
        ("list.date_time", "max", "2026-12-01T00:00:00+01:00", "2026-11-30T23:00:00+00:00"),
        ("weight", "min", "1 kg", '{"unit":"KILOGRAMS","value":1}'),
        ("number_integer", "max", "many", "many"),
    ],
)
def test_canonical_validations(type_name: str, name: str, value: Any, expected: str) -> None:
    assert expected == canonical_validation(type_name, name, value)
    assert expected == canonical_validation(type_name, name, expected)
