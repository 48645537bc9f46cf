"""Fields that are mappings: compared, merged and made member by member; and kinds that nobody removes."""

from decimal import Decimal
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.state import Desired, Live
from reconciler.planning.diff import differences
from reconciler.planning.group import Policy, plan_group
from reconciler.planning.planner import changes_of
from reconciler.planning.scope import Patterns, settled
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
    assert Box(contents=merged) == settled(BOX, a_box(asked), a_box(held), policy, Patterns()).enforced


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
