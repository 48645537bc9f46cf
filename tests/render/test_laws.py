"""What holds for the text of any plan, however hostile its values."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Create, FieldChange, Move, Remove, Update
from reconciler.model.effect import AddressMoved, CollectionName, MembersMoved, OffSale, OptionValueGone, Unforeseen
from reconciler.model.origin import Origin, Place
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport, Failed, Skipped, Stale
from reconciler.model.plan import Observed, Violation
from reconciler.render.printable import printable
from reconciler.render.report import report_text
from reconciler.render.style import Colour, Detail, Style
from reconciler.render.text import plan_text
from reconciler.render.words import child_name, name
from tests.render.plans import a_field, a_plan, an_update

OUR_CODES = re.compile(r"\x1b\[(1|2|31|32|33|1;31|1;33)?m|\x1b\[0m")
NASTY = "\x1b\n\r\t\x07\x00\x7f\x9b\u061c\u200b\u200e\u2028\u202e\u2066\u2069\ufeff\u0301"
LETTERS = "ab1. /[m\"'\\,:;-é漢שع👩\u200d"
TEXTS = st.text(st.sampled_from(NASTY + LETTERS), max_size=10)
LONG = TEXTS.map(lambda text: f"{text}{'woven ' * 40}{text}")
KEYS = TEXTS.map(lambda text: text.replace("/", "") or "k")
AMOUNTS = st.integers(0, 10**14).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS, AMOUNTS, LONG),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=4,
)
ORIGINS = st.one_of(st.none(), st.builds(Origin, st.builds(Place, TEXTS, st.integers(0, 99)), st.tuples(TEXTS)))
FIELDS = st.builds(
    FieldChange,
    st.one_of(st.sampled_from(["price", "title", "status", "option_values", "tags"]), TEXTS),
    JSON,
    JSON,
    st.sampled_from(["git", "store", "both", "sold", "new", None]),
    ORIGINS,
)
SOME_FIELDS = st.lists(FIELDS, max_size=3).map(tuple)
ROOTS = st.builds(Address, st.sampled_from(["product", "collection"]), st.one_of(st.sampled_from("abc"), KEYS))
CHILDREN = st.builds(
    lambda kind, root, key: Address(kind, f"{root.key}/{key}"),
    st.sampled_from(["variant", "image"]),
    ROOTS,
    KEYS,
)
ADDRESSES = st.one_of(ROOTS, CHILDREN)
CHANGES = st.one_of(
    st.builds(Create, ADDRESSES, SOME_FIELDS),
    st.builds(Adopt, ADDRESSES, TEXTS, SOME_FIELDS),
    st.builds(Move, ADDRESSES, TEXTS, ADDRESSES, SOME_FIELDS),
    st.builds(Update, ADDRESSES, TEXTS, SOME_FIELDS),
    st.builds(Remove, ADDRESSES, TEXTS, SOME_FIELDS, st.one_of(st.sampled_from(["delete", "archive"]), TEXTS)),
)
NAMED = st.builds(CollectionName, TEXTS, st.one_of(st.none(), ROOTS), st.none())
SOME_ROOTS = st.lists(ROOTS, max_size=9).map(tuple)
EFFECTS = st.one_of(
    st.builds(AddressMoved, ROOTS, TEXTS, TEXTS),
    st.builds(OffSale, ROOTS, st.just("status"), TEXTS),
    st.builds(OptionValueGone, ROOTS, TEXTS, TEXTS),
    st.builds(MembersMoved, NAMED, SOME_ROOTS, SOME_ROOTS, because=st.tuples(TEXTS)),
    st.builds(Unforeseen, NAMED, st.tuples(TEXTS), SOME_ROOTS),
)
PLANS = st.builds(
    lambda changes, observed, violations, notes, effects: a_plan(
        *changes, observed=tuple(observed), violations=tuple(violations), notes=tuple(notes), effects=tuple(effects)
    ),
    st.lists(CHANGES, max_size=8, unique_by=lambda change: change.address),
    st.lists(st.builds(Observed, ADDRESSES, TEXTS, JSON, JSON), max_size=2),
    st.lists(st.builds(Violation, TEXTS, TEXTS, st.lists(ADDRESSES, max_size=4).map(tuple), TEXTS), max_size=3),
    st.lists(TEXTS, max_size=3),
    st.lists(EFFECTS, max_size=2),
)
SMALL_PLANS = st.lists(CHANGES, max_size=2).map(lambda changes: a_plan(*changes))
LIMITS = st.one_of(st.none(), st.integers(0, 5))
DETAILS = st.sampled_from(Detail)


def is_unsafe(char: str) -> bool:
    hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return hidden and char not in "\n\u200c\u200d"


def unsafe_in(text: str) -> list[str]:
    return [char for char in text if is_unsafe(char)]


@given(PLANS, LIMITS, DETAILS)
def test_nothing_that_a_terminal_obeys_gets_out(plan, limit, detail):
    assert [] == unsafe_in(plan_text(plan, style=Style(), limit=limit, detail=detail))


@given(PLANS, LIMITS, DETAILS)
def test_colours_change_nothing_but_colours(plan, limit, detail):
    coloured = plan_text(plan, style=Style(Colour.ON), limit=limit, detail=detail)
    stripped = "".join(f"{line.rstrip(' ')}\n" for line in OUR_CODES.sub("", coloured).split("\n")[:-1])
    plain = plan_text(plan, style=Style(), limit=limit, detail=detail)
    assert "".join(f"{line.rstrip(' ')}\n" for line in plain.split("\n")[:-1]) == stripped


@given(PLANS)
@example(a_plan(Create(Address("variant", "a/: "), ())))
def test_without_a_limit_every_changed_address_is_named(plan):
    text = plan_text(plan, style=Style(), limit=None, detail=Detail.FULL)
    missing = [change.address for change in plan.changes if name(child_name(change.address)) not in text]
    assert [] == missing


@given(PLANS, LIMITS)
def test_every_group_is_shown_or_counted(plan, limit):
    text = plan_text(plan, style=Style(), limit=limit)
    roots = {f"{change.address.root_key}" for change in plan.changes}
    hidden = re.search(r"^… (.*); show all with", text, re.MULTILINE)
    counted = sum(int(count) for count in re.findall(r"(\d+) more", hidden[1])) if hidden else 0
    shown = re.findall(r"^[~+!>-] ", text, re.MULTILINE)
    assert len(shown) + counted >= len(roots)


@given(PLANS, st.integers(0, 5), DETAILS)
def test_the_limit_bounds_the_lines(plan, limit, detail):
    lines = plan_text(plan, style=Style(), limit=limit, detail=detail).count("\n")
    assert lines <= 110 + 27 * limit + 3 * len(plan.violations)


@given(st.text())
def test_printable_twice_is_printable_once(text):
    assert printable(text) == printable(printable(text))


def test_every_character_that_hides_or_commands_is_spelled_out():
    everything = "".join(map(chr, range(0x110000)))
    assert [] == [char for char in unsafe_in(printable(everything)) if unicodedata.category(char) != "Cf"]
    assert "" == "".join(set("\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u200b\ufeff") & set(printable(everything)))


OUTCOMES = st.one_of(
    st.builds(Applied, ADDRESSES),
    st.builds(AlreadySo, ADDRESSES),
    st.builds(Stale, ADDRESSES, TEXTS),
    st.builds(Failed, ADDRESSES, TEXTS),
    st.builds(Skipped, ADDRESSES, TEXTS),
)
REPORTS = st.builds(
    ApplyReport,
    TEXTS,
    TEXTS,
    st.lists(OUTCOMES, max_size=6, unique_by=lambda outcome: outcome.address).map(tuple),
    st.lists(ADDRESSES, max_size=4).map(tuple),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 9999),
    st.booleans(),
    st.lists(TEXTS, max_size=3).map(tuple),
)


@given(REPORTS, SMALL_PLANS, LIMITS)
def test_a_report_lets_nothing_out_either(report, plan, limit):
    assert [] == unsafe_in(report_text(report, plan, Style(), limit=limit))


@given(REPORTS)
def test_a_report_counts_every_outcome(report):
    text = report_text(report, a_plan(), Style())
    for result, count in report.counts().items():
        said = f"{count} {result.replace('-', ' ')}"
        assert (count > 0) == (re.search(rf"^(.*, )?{said}(,.*)?$", text, re.MULTILINE) is not None)


@pytest.mark.parametrize("count", [1_000, 60_000])
def test_a_long_plan_is_short_to_read(count):
    plan = a_plan(*(an_update(f"variant/p-{number // 4}/S-{number}", a_field()) for number in range(count)))
    assert plan_text(plan, style=Style()).count("\n") < 100
