"""What a store spells otherwise: which values count as one, and for how long."""

from decimal import Decimal

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove, Update
from reconciler.model.json import Json
from reconciler.planning.respelled import (
    digest,
    is_respelling,
    remembered,
    respellings,
    without_respelled,
    without_respellings,
)
from tests.laws.toys import Box

BOX = Address("box", "a/1")
ONE, TWO = Decimal(1), Decimal(2)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Blue mug", "blue-mug"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("<p>Soft &amp; warm</p>", "<div><p>Soft &#38; warm</p></div>"),
        ("a  b", "a b"),
        ("49.00", "49.0"),
        (["Summer", "linen"], ["linen", "summer"]),
    ],
)
def test_the_same_words_and_numbers_are_another_spelling(ours: Json, theirs: Json) -> None:
    assert is_respelling(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Blue mug", "Green mug"),
        ("Blue mug", "Mug, blue"),
        ("1.50", "15.0"),
        ("1.5 kg", "15 kg"),
        ("-5", "5"),
        ("!!!", "???"),
        ("49", None),
        (49, 50),
        (True, False),
        (["a"], ["a", "b"]),
        ("a", ["a"]),
    ],
)
def test_another_value_is_no_spelling_of_ours(ours: Json, theirs: Json) -> None:
    assert not is_respelling(ours, theirs)


def an_update(path: str, before: Json, after: Json) -> Update:
    return Update(BOX, "1", (FieldChange(path, before, after),))


def test_what_comes_back_otherwise_than_written_is_found() -> None:
    (found,) = respellings([an_update("size", "x", "Large L")], [an_update("size", "LARGE-L", "Large L")])
    assert (BOX, "size", "Large L", "LARGE-L") == (found.address, found.path, found.ours, found.theirs)


@pytest.mark.parametrize(
    "again",
    [
        an_update("size", "x", "Large"),  # it was not written at all
        an_update("size", None, "Large"),
        an_update("size", "LARGE", "Larger"),  # git asks for something else by now
        an_update("price", "LARGE", "Large"),
        an_update("size", "Small", "Large"),
    ],
)
def test_what_the_store_does_not_spell_otherwise_is_left_over(again: Change) -> None:
    written = [an_update("size", "x", "Large")]
    assert [] == list(respellings(written, [again]))


def test_a_change_is_left_over_unless_all_its_fields_are_spelled_otherwise() -> None:
    written = [Update(BOX, "1", (FieldChange("size", "x", "Large"), FieldChange("price", "1", "2")))]
    now = Update(BOX, "1", (FieldChange("size", "LARGE", "Large"), FieldChange("price", "1", "2")))
    found = list(respellings(written, [now]))
    assert [now] == list(without_respellings([now], found))
    alone = Update(BOX, "1", now.fields[:1])
    assert [] == list(without_respellings([alone], found))


def test_the_two_are_equal_until_either_side_changes() -> None:
    pairs = {"size": (digest("Large"), digest("LARGE"))}
    assert {} == without_respelled(Box(size="Large"), Box(size="LARGE"), pairs).managed()
    for ours, theirs in (("Large", "large"), ("Larger", "LARGE")):
        assert {"size": ours} == without_respelled(Box(size=ours), Box(size=theirs), pairs).managed()


def test_a_member_of_a_mapping_is_spelled_otherwise_by_itself() -> None:
    pairs = {"contents.nut": (digest("1.00"), digest("2.00"))}
    asked, held = Box(contents={"nut": ONE, "bolt": ONE}, size="x"), Box(contents={"nut": TWO, "bolt": TWO}, size="x")
    assert Box(contents={"bolt": ONE}, size="x") == without_respelled(asked, held, pairs)


def test_what_is_written_again_or_removed_is_not_remembered() -> None:
    other, gone = Address("box", "a/2"), Address("box", "a/3")
    known = {BOX: {"size": ("1", "2"), "price": ("3", "4")}, other: {"size": ("5", "6")}, gone: {"size": ("7", "8")}}
    written: list[Change] = [an_update("size", "x", "y"), Remove(gone, "3", ()), Create(Address("box", "b/1"), ())]
    assert {BOX: {"price": ("3", "4")}, other: {"size": ("5", "6")}} == remembered(known, written, [])
