"""The reader reads YAML 1.2 as ruamel does, exactly, and refuses what it does not read."""

import io
import math
import time
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.loading.scalars import Inexact, plain
from reconciler.loading.source import LARGEST_FILE, WorkTree
from reconciler.loading.yaml import engine, parse, parse_by_reference
from reconciler.model.errors import Diagnostic, InvalidInput

PURE = engine(yaml.SafeLoader)


def in_pure_python(file, content):
    """Read as where libyaml is missing."""
    return parse_by_reference(file, content, PURE)


READERS = pytest.mark.parametrize("reader", [parse, parse_by_reference, in_pure_python])


def read(text):
    return parse("x.yaml", text.encode())


def refusal(content, reader=parse):
    with pytest.raises(InvalidInput) as refused:
        reader("x.yaml", content)
    return str(refused.value)


def ruamel(text):
    """What the reference reader says, with its floats spelled as decimals."""
    return _exact(YAML(typ="safe", pure=True).load(io.StringIO(text)))


def _exact(value):
    match value:
        case float():
            return Decimal(repr(value))
        case dict():
            return {key: _exact(member) for key, member in value.items()}
        case list():
            return [_exact(member) for member in value]
        case _:
            return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(word, word) for word in ("yes", "no", "on", "off", "Yes", "NO", "y", "n", "nULL", "tRUE", "None")],
        *[(word, None) for word in ("null", "Null", "NULL", "~", "")],
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("0012", 12),
        ("0b1", "0b1"),
        ("0o8", "0o8"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2026-11-23", "2026-11-23"),
        ("1.50", Decimal("1.50")),
        ("-.5", Decimal("-0.5")),
        ("5.", Decimal(5)),
        ("0.1", Decimal("0.1")),
        ("12345678901234567890.123456789", Decimal("12345678901234567890.123456789")),
        ("1.2.3", "1.2.3"),
        ("1,50", "1,50"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("e3", "e3"),
        ("١٢", "١٢"),
    ],
)
def test_unquoted_text_means_what_yaml_1_2_says(text, value):
    assert (type(value), value) == (type(plain(text)), plain(text))


def test_digits_after_the_point_are_kept():
    assert "49.00" == str(read("price: 49.00")["price"])


@pytest.mark.parametrize(
    "text", ["1e3", "1E5", "-1.5e-3", ".inf", "-.INF", "+.Inf", ".nan", ".NaN", "9" * 401, "0x10", "0o14"]
)
def test_a_number_that_is_not_exact_is_refused(text):
    with pytest.raises(Inexact):
        plain(text)


def test_a_number_to_another_base_than_ten_is_refused_with_a_cure():
    assert (
        "x.yaml:1:8: 0x10 is a number in hexadecimal; only exact decimals are read; "
        'write all its digits, or quote it if it is text: "0x10"'
    ) == refusal(b"price: 0x10")


def test_a_character_that_no_text_holds_is_refused_however_it_is_spelled():
    for content in (b'name: "a\\0b"', b'name: "a\\x00b"', b'"a\\u0000b": 1'):
        assert "U+0000" in refusal(content)
        assert "delete it" in refusal(content)


NASTY = [
    "a: yes\nb: no\nc: on\nd: ~\ne:\n",
    "a: 'it''s'\nb: \"\\u00e9\\n\\x41\\\\\"\n",
    "a: |\n  one\n   two\n\n  three\n\n",
    "a: |-\n  one\n\n",
    "a: |+\n  one\n\nb: 1\n",
    "a: >\n  one\n  two\n\n  three\n   four\n",
    "a: |2\n    indented\n  less\n",
    "a: one\n  two\n\n  three\n",
    'a: "one\n  two\\\n  three"\n',
    "a: {b: [1, 2.50, {c: d}], 'e': \"f\"}\n",
    "- - - a\n    - b\n  - c\n- d\n",
    "a:\n- 1\n- 2\nb:\n  - 3\n",
    "? a\n: b\n? c\n",
    "a: b#c\nd: e #f\n# g\n",
    "a: http://example.com/x?y=1&z=2#w\n",
    "a: -1\nb: -b\n",
    "a: 😀 שלום \u200f\nb: é\n",
    "שלום: 😀\n",
    "a: x\r\nb: |\r\n  one\r\n  two\r\n",
    "%YAML 1.2\n---\na: 1\n...\n",
    "---\n- 1\n",
    "a: 12:30\nb: '0x1F'\ne: 0123\n",
    "a: []\n",
    "a: {}\nb: []\nc: ''\n",
    "b: '<<'\n'<<': 1\n",
    "a: {x: 1,\n  y: 2}\nb:   spaced   \n",
    "a: '!'\n",
    "'0012': 0012\n\"true\": true\n",
    "a: '\n\n  x\n\n  y'\n",
    "x" * 500 + ": 1\n",
    "a: 'quoted' # comment\nb: plain # comment\n",
]


@pytest.mark.parametrize("text", NASTY)
@READERS
def test_a_nasty_file_is_read_as_ruamel_reads_it(text, reader):
    assert ruamel(text) == reader("x.yaml", text.encode())


# What both sides read alike: no exponents, which we refuse; no dates and underscores, which ruamel takes for more.
_WORDS = st.sampled_from(
    ["yes", "No", "~", "null", "true", "0012", "-5", "1.25", "'0x1F'", "0o8", "12:30", "a b", "a'b"]
)
_TEXT = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=12)


@given(
    st.recursive(_WORDS | _TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3))
)
def test_what_ruamel_writes_is_read_as_ruamel_reads_it(value):
    stream = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False  # in flow it writes what it cannot read: {a: :0}
    writer.dump({"value": value}, stream)
    assert ruamel(stream.getvalue()) == read(stream.getvalue())


@given(st.lists(st.sampled_from(list("ab01.-+:,#'\"[]{}|>&*!?%@` \n\t~x")), max_size=14).map("".join))
def test_whatever_stands_in_a_file_is_read_or_refused_with_its_place(text):
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        read(text)
    except InvalidInput as refused:
        diagnostics = refused.diagnostics
    assert all(problem.place is not None and problem.hint for problem in diagnostics)


@given(st.lists(st.sampled_from(list("ab01.-:,'\"[]{} \n~")), max_size=12).map("".join))
def test_every_reader_reads_the_same_or_refuses(text):
    answers = []
    for reader in (parse, parse_by_reference, in_pure_python):
        try:
            answers.append(reader("x.yaml", text.encode()))
        except InvalidInput:
            answers.append("refused")
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"\xff\xfek\x00",
            "x.yaml: the file is UTF-16; expected UTF-8; save it as UTF-8",
        ),
        (
            b"key: a\nname: Caf\xe9\n",
            "x.yaml:2:10: byte 0xE9 is not UTF-8; save it as UTF-8",
        ),
        (
            b"key: \x00\n",
            "x.yaml:1:6: the character U+0000 cannot stand in YAML as it is; delete it",
        ),
        (
            b"\xef\xbb\xbfkey: a\nkey: b\n",
            "x.yaml:2:1: key is given twice, first at x.yaml:1:1; keep one of them",
        ),
        (
            "é: 😀\né: 1\n".encode(),
            "x.yaml:2:1: é is given twice, first at x.yaml:1:1; keep one of them",
        ),
        (
            "a: [😀😀, 1e3]\n".encode(),
            (
                "x.yaml:1:9: 1e3 is a number with an exponent; only exact decimals are read; write all its digits, or "
                'quote it if it is text: "1e3"'
            ),
        ),
    ],
)
def test_bytes_that_are_no_yaml_are_refused_with_their_place(content, message):
    assert message == refusal(content)


def test_a_byte_order_mark_of_utf8_is_no_part_of_the_file():
    assert {"a": 1} == parse("x.yaml", b"\xef\xbb\xbfa: 1\n")


@pytest.mark.parametrize("opened", ["[", "{", "- ", "? ", "[{a: "])
@READERS
def test_nesting_without_end_is_refused_fast(opened, reader):
    started = time.process_time()
    message = refusal(opened.encode() * 100_000, reader)
    assert "x.yaml: nested deeper than 64 levels; a catalog needs fewer than ten" == message
    assert time.process_time() - started < 5


def test_sixty_levels_are_read():
    assert [] != parse("x.yaml", b"[" * 60 + b"]" * 60)


def test_a_bomb_of_aliases_is_refused_fast():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    started = time.process_time()
    assert "x.yaml:1:5: the anchor &a0 is not read" in refusal("\n".join(lines).encode())
    assert time.process_time() - started < 2


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    with (tmp_path / "x.yaml").open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(InvalidInput, match=r"^x\.yaml: the file has more than 32 MiB; split it$"):
        WorkTree(tmp_path).read("x.yaml")


def test_problems_of_one_file_are_not_told_without_end():
    assert 100 == len(refusal(b"a: 1\n" * 5000).splitlines())


def test_an_ampersand_in_text_is_no_anchor():
    html = "<p>a &amp; b *c* !d</p>"
    assert {"a": html, "b": [html]} == read(f"a: {html}\nb:\n  - {html}\n")


def test_nothing_that_is_read_is_a_float():
    assert not any(isinstance(value, float) for value in read("[1.5, .5, 5., 0.0, -1.25]"))
    assert math.isclose(1.5, read("[1.5]")[0])
