"""Fields that are mappings: compared, merged and made member by member; and kinds that nobody removes."""

from decimal import Decimal
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.kind import Kind, KindSet
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.plan import Observed
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Found, FoundGroup, Live
from reconciler.planning.diff import differences
from reconciler.planning.group import plan_group
from reconciler.planning.identity import named
from reconciler.planning.planner import changes_of
from reconciler.planning.scope import Patterns, Policy, divided
from tests.laws.toys import TOYS, Box, Note, Rail, Shelf

BOX = Address("box", "a/1")


def a_box(contents: dict[str, str | None] | None) -> Box:
    return Box.model_validate({"contents": contents})


@pytest.mark.parametrize(
    ("asked", "held", "expected"),
    [
        ({"nut": "1"}, {"nut": "1.00", "bolt": "2"}, []),
        ({"nut": "3"}, {"nut": "1", "bolt": "2"}, [("contents.nut", "1.00", "3.00")]),
        ({"nut": "3", "bolt": "4"}, None, [("contents.bolt", None, "4.00"), ("contents.nut", None, "3.00")]),
        ({"nut": None}, {"nut": "1"}, [("contents.nut", "1.00", None)]),
        ({"nut": None}, {"bolt": "1"}, []),
        ({}, {"nut": "1"}, []),
        (None, {"nut": "1"}, [("contents", {"nut": "1.00"}, None)]),
        (None, None, []),
    ],
)
def test_a_mapping_differs_member_by_member_and_what_git_does_not_name_is_left_alone(asked, held, expected):
    assert expected == list(differences(a_box(asked), a_box(held)))


def test_a_mapping_of_something_new_is_written_whole():
    assert [("contents", None, {"nut": "1.00"})] == list(differences(a_box({"nut": "1"}), None))


@pytest.mark.parametrize(
    ("asked", "held", "merged"),
    [
        ({"nut": "3"}, {"nut": "1", "bolt": "2"}, {"nut": Decimal(3), "bolt": Decimal(2)}),
        ({"nut": "3"}, None, {"nut": Decimal(3)}),
        (None, {"bolt": "2"}, {"bolt": Decimal(2)}),
        (None, None, None),
    ],
)
def test_a_merged_mapping_keeps_the_members_of_others(asked, held, merged):
    policy = OwnershipPolicy({"box.contents": "merge"})
    assert Box(contents=merged) == divided(BOX, a_box(asked), a_box(held), policy, Patterns()).enforced


def a_live(*, owned: bool) -> Live:
    held: dict[Address, Any] = {
        Address("rail", "r"): Rail(),
        Address("shelf", "a"): Shelf(label="x"),
        Address("note", "a/1"): Note(text="x"),
    }
    return Live(held, {address: f"id:{address}" for address in held}, frozenset(held) if owned else frozenset())


@pytest.mark.parametrize("on_remove", ["close", "delete", "keep"])
@pytest.mark.parametrize("desired", [{}, {Address("shelf", "a"): Shelf(label="x")}], ids=["nothing", "the shelf"])
def test_a_kind_that_is_not_removable_is_never_removed(desired, on_remove):
    changes = changes_of(Desired(desired), a_live(owned=True), kinds=TOYS, policy=Policy(on_remove=on_remove))
    assert {"shelf"} >= {change.address.kind for change in changes}


def test_what_is_not_ours_is_not_removed_whatever_the_policy():
    group = plan_group(Desired({}), a_live(owned=False), kinds=TOYS, policy=Policy(on_remove="delete"))
    assert () == group.changes


def with_lamps(*found: Found) -> tuple[KindSet, Live]:
    """A shelf with lamps, of which some are switched off."""
    kinds = KindSet([Kind("shelf", Shelf), LAMP])
    group = FoundGroup(Found("shelf", "S", Shelf(label="x"), mark="a"), found)
    return kinds, named(Address("shelf", "a"), group, {}, kinds, Directory({"location": {"hall": "L1"}}))


def lit(asked: Resource, held: Resource | None, parent: Resource | None) -> str | None:
    return f"{getattr(asked, 'text', '')}, {held is None}, {getattr(parent, 'label', None)}"


LAMP = Kind("lamp", Note, parent="shelf", claimed_by_root=False, removable=False, refers_to="location", remark=lit)
LAMPS = [Address("lamp", f"a/hall: {number}") for number in range(5)]


def a_lamp(number: int, *, dormant: bool = False) -> Found:
    return Found("lamp", f"N{number}", Note(text="on"), f"L1: {number}", handles={"watt": "40"}, dormant=dormant)


def test_what_is_switched_off_is_not_there_but_known():
    kinds, live = with_lamps(a_lamp(0), a_lamp(1, dormant=True))
    assert {Address("shelf", "a"), LAMPS[0]} == set(live.resources) == set(live.owned)
    assert ("N1", "40") == (live.ids[LAMPS[1]], live.handles[LAMPS[1]]["watt"])
    desired = Desired({Address("shelf", "a"): Shelf(), LAMPS[1]: Note(text="on")})
    (change,) = plan_group(desired, live, kinds=kinds, policy=Policy()).changes
    assert ("create", LAMPS[1]) == (change.action, change.address)


def test_what_only_is_watched_is_shown_and_not_made():
    kinds, live = with_lamps()
    desired = Desired({Address("shelf", "a"): Shelf(), LAMPS[0]: Note(text="on")}, owners={LAMPS[0]: "observe"})
    group = plan_group(desired, live, kinds=kinds, policy=Policy())
    assert ((), (Observed(LAMPS[0], "text", None, "on"),)) == (group.changes, group.observed)


def test_one_remark_on_many_is_made_once():
    kinds, live = with_lamps()
    desired = Desired({Address("shelf", "a"): Shelf(label="y"), **{lamp: Note(text="on") for lamp in LAMPS}})
    notes = plan_group(desired, live, kinds=kinds, policy=Policy()).notes
    assert ("lamp/a/hall: 0, lamp/a/hall: 1, lamp/a/hall: 2 and 2 more: on, True, y",) == notes


def test_reading_a_kind_reads_what_comes_before_it_in_its_group():
    kinds = KindSet([Kind("shelf", Shelf), LAMP, Kind("shade", Note, "shelf", ("lamp",), claimed_by_root=False)])
    assert {"shelf", "lamp", "shade"} == kinds.with_parents(["shade"])
    assert {"shelf", "lamp"} == kinds.with_parents(["lamp"])
