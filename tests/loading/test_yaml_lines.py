"""What is read line by line is read exactly as the reference reader reads it, or is left to that."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.loading.yaml import parse, parse_by_reference
from reconciler.loading.yaml_lines import by_lines
from reconciler.model.errors import InvalidInput

ROOT = Path(__file__).parents[2]
PRODUCT = """\
---
# one product
key: linen-shirt
name: Linen shirt  # as shoppers read it
handle: "linen # shirt"
description: >-
  <p>Washed linen:
  cut wide.</p>

  Made in Portugal.
care: |
  wash: cold
   - never bleach
seo:
    title: 'One: two'
    description:
tags: [summer, "a, b", 'it s', ]
options: {Size: "S, M", Colour: dark blue}
images:
- url: https://cdn.example.com/a.jpg?b=c#d
  alt: a - b, c [d] {e}
-   url: x

  # nothing more
variants:
  - sku: A-1
    options: {Size: S}
    price: {EUR: 49.90, USD: 1.10}
    weight: 250 g
    stock:
      Berlin: -5
      "0012": +7
    barcode: "0012"
    taxable: true
    cost: ~
  - sku: no
    price: 010
    when: 12:30:45
"""


def exact(value):
    """Tell apart what Python takes for equal: 1, True and 1.0; 1.1 and 1.10; one order of keys and another."""
    match value:
        case dict():
            return [(key, exact(member)) for key, member in value.items()]
        case list():
            return ["list", *map(exact, value)]
        case Decimal():
            return value.as_tuple()
        case _:
            return type(value), value


def outcome(reader, text):
    """Return what a reader makes of a text: its value, or its complaints."""
    try:
        return exact(reader("x.yaml", text.encode()))
    except InvalidInput as refused:
        return str(refused)


def assert_read_alike(text):
    """The reference reader says the same, or complains of the same."""
    assert outcome(parse, text) == outcome(parse_by_reference, text)


def test_a_product_is_read_without_the_reference_reader():
    text = PRODUCT.replace(", ]", "]")

    assert by_lines(text) is not None
    assert_read_alike(text)


def test_decimals_keep_their_digits():
    assert exact([Decimal("1.10"), Decimal("49.000")]) == exact(by_lines("- 1.10\n- 49.000\n"))


@pytest.mark.parametrize(
    "file",
    sorted(ROOT.glob("catalog/**/*.yaml")) + sorted(ROOT.glob("reconciler/**/*.y*ml")),
    ids=lambda file: file.name,
)
def test_files_of_ours_are_read_alike(file):
    assert_read_alike(file.read_text(encoding="utf-8"))


NASTY = [
    *("0123", "0o14", "0x1F", "1_000", "12:30:45", "2026-11-28", "1e5", "1.", ".5", "-.5", "+.5", ".inf", "-.INF"),
    *(".nan", "9" * 401, "9" * 400, "1." + "0" * 30, "no", "yes", "on", "~", "null", "Null", "nUll", "TRUE", "tRue"),
    *("&a b", "*a", "!t b", "!!str 5", "<<", "- a", "-", "--", "---", "...", "? a", ": a", "a: b", "a:", "a:b", "a :b"),
    *(
        "#",
        "a#",
        "a #b",
        "a # b: c",
        '"a',
        "'a",
        '"a\\n"',
        '"a" b',
        "'it''s'",
        "''",
        '""',
        '"a" # c',
        '"a"#c',
        "|",
        ">",
    ),
    *(
        ">-",
        "|+",
        "|2",
        ">- # c",
        "[",
        "]",
        "[a",
        "[a]]",
        "[a]b",
        "[a] # c",
        "[a]#c",
        "[a, ]",
        "[,]",
        "[]",
        "[ ]",
        "{}",
    ),
    *("{a}", "{a: }", "{a: b, a: c}", "{a: b,c: d}", "{a:b}", "{null: a}", "{a: [b]}", "[[a]]", "[a: b]", "[a #b]"),
    *("[-]", "[- a]", "[-1]", "[a?b]", '["a", b]', "['a,b']", '["a]"]', "{a: 'b: c'}", "[1.10, 0012, ~, no, true]"),
    *(
        "@a",
        "`a",
        "%a",
        "a%b",
        "a\tb",
        "\ta",
        "a\u00a0b",
        "\u00a0",
        "ß",
        "日本",
        "a\u2028b",
        "\x85",
        "a\x00b",
        "\ufeffa",
    ),
    *(
        "a  ",
        "a, b",
        "a]b",
        "a}b",
        "{a",
        "a - b",
        "=",
        "a=b",
        "$",
        "(a)",
        "\\",
        "a\\n",
        "😀",
        "x" * 1100,
        '"' + "x" * 1100 + '"',
    ),
]
KEYS = [
    *(
        "a",
        "b",
        "custom.material",
        "Shoe size",
        "a/b",
        "ß",
        '"0012"',
        "'x y'",
        '""',
        "null",
        "true",
        "no",
        "12",
        "-a",
        "1a",
    ),
    *(
        "a b c d e f",
        "_",
        "a ",
        "<<",
        "? a",
        "&x a",
        "!t a",
        "*a",
        '"a\\n"',
        "[a]",
        "{a: b}",
        "a#",
        "a #",
        "x" * 120,
        "é-1",
    ),
]
VALUES = st.one_of(st.sampled_from(["a", "b c", "1.10", '"q"', "[a, b]", "{a: 1.0}", ""]), st.sampled_from(NASTY))
LEADS = st.sampled_from(["", "  ", "    ", " ", "      "])
LINES = st.one_of(
    st.builds("{}{}: {}".format, LEADS, st.sampled_from(KEYS), VALUES),
    st.builds("{}{}:{}".format, LEADS, st.sampled_from(KEYS[:4]), st.sampled_from(["", " ", " |", " >-", " # c", "x"])),
    st.builds("{}- {}: {}".format, LEADS, st.sampled_from(KEYS), VALUES),
    st.builds("{}- {}".format, LEADS, VALUES),
    st.builds("{}{}".format, LEADS, VALUES),
    st.sampled_from(["", "  ", "# c", "   # c", "---", "..."]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(LINES, min_size=1, max_size=7), st.sampled_from(["\n", "\n", "\n", "\r\n"]), st.sampled_from(["\n", ""])
)
def test_whatever_lines_make_a_file_it_is_read_alike(lines, line_break, end):
    text = line_break.join(lines) + end
    assert_read_alike(text)


@pytest.mark.parametrize(
    "frame",
    ["a: {}\n", "a: {}\nb: c\n", "- {}\n", "a:\n  - b: {}\n    c: d\n", "a: >-\n  {}\n  x\nb: c\n"],
)
def test_every_nasty_value_is_read_alike(frame):
    for value in NASTY:
        assert_read_alike(frame.format(value))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(PRODUCT)),
            st.integers(0, 3),
            st.sampled_from(
                ["", " ", "\n", "\n  ", ":", ": ", "- ", "#", " #", '"', "'", ",", "[", "}", "&", "\t", "1.", "é"]
            ),
        ),
        max_size=3,
    )
)
def test_a_product_that_somebody_mistyped_is_read_alike(edits):
    text = PRODUCT.replace(", ]", "]")
    for at, gone, new in edits:
        text = text[:at] + new + text[at + gone :]
    assert_read_alike(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-#'\"[]{},|>& \n.1\t", max_size=40))
@example("a:\n- b\n -c")
def test_any_text_is_read_alike(text):
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "a: b\n  c: d\n", "a: b\na: c\n", "a: &x 1\n", "- a\nb: c\n"]
)
def test_what_is_refused_is_left_to_the_reference_reader(text):
    assert by_lines(text) is None
    with pytest.raises(InvalidInput):
        parse("x.yaml", text.encode())
