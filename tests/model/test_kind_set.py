"""Kinds: parents before children, and what comes after what."""

import pytest

from reconciler.model.address import Address
from reconciler.model.kind import Kind, KindSet, by_mark
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from tests.laws.toys import TOYS


def test_kinds_come_after_their_parents_and_after_what_they_name():
    names = [kind.name for kind in TOYS]
    assert names.index("rail") < names.index("shelf") < min(names.index("box"), names.index("note"))


def test_roots_and_children_are_told_apart():
    assert ["rail", "shelf"] == [kind.name for kind in TOYS.roots()]
    assert {"box", "note"} == {kind.name for kind in TOYS.children("shelf")}
    assert () == TOYS.children("rail")


def test_a_grandchild_belongs_to_the_group_of_its_root():
    kinds = KindSet([Kind("c", Resource, parent="b"), Kind("b", Resource, parent="a"), Kind("a", Resource)])
    assert Address("a", "x") == kinds.root_of(Address("c", "x/y/z"))
    assert ["b", "c"] == [kind.name for kind in kinds.children("a")]


def test_kinds_that_wait_for_each_other_are_refused():
    with pytest.raises(ValueError, match="kinds wait for each other: a, b"):
        KindSet([Kind("a", Resource, after=("b",)), Kind("b", Resource, after=("a",))])


def test_a_place_in_a_plan_is_by_group_then_by_kind_then_by_key():
    addresses = [Address("box", "a/2"), Address("shelf", "b"), Address("rail", "z"), Address("shelf", "a")]
    in_order = sorted([*addresses, Address("box", "a/1")], key=TOYS.sort_key)
    assert ["rail/z", "shelf/a", "box/a/1", "box/a/2", "shelf/b"] == [str(address) for address in in_order]


def test_children_with_a_mark_are_named_by_it():
    note = Found("note", "N1", Resource(), mark="1")
    assert {Address("note", "a/1"): note} == by_mark(Address("shelf", "a"), {}, [note])


def test_a_child_without_a_mark_cannot_be_named_by_it():
    with pytest.raises(ValueError, match="N1 below shelf/a carries no key"):
        by_mark(Address("shelf", "a"), {}, [Found("note", "N1", Resource())])
