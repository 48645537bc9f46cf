"""What a plan says about itself: whole or not, something to do or not, and what it would cost."""

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange
from reconciler.model.limits import Limits
from reconciler.model.plan import Inputs, Observed, Plan, Scope, Summary, Target
from reconciler.model.plan_text import plan_digest
from reconciler.planning.diff import explained
from reconciler.planning.forecast import BulkJob, Request, forecast
from reconciler.planning.group import GroupPlan
from reconciler.planning.planner import Circumstances, assembled
from tests.laws.toys import TOYS

MADE = Create(Address("shelf", "a"), (FieldChange("label", None, "x"),))


def a_plan(*groups: GroupPlan, only: tuple[str, ...] = (), unread: tuple[str, ...] = ()) -> Plan:
    circumstances = Circumstances(
        engine="reconciler 0",
        target=Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR"),
        inputs=Inputs("0"),
        scope=Scope(only=only),
        limits=Limits(),
    )
    reasons = dict.fromkeys(unread, "no scope")
    return assembled(groups, circumstances, kinds=TOYS, managed={}, requests=[Request(31)], unread=reasons)


@pytest.mark.parametrize(
    ("only", "unread", "complete", "errored"),
    [((), (), True, False), (("shelf/*",), (), False, False), ((), ("note",), False, True)],
    ids=["whole", "scoped", "unread"],
)
def test_a_plan_is_complete_when_nothing_was_left_out_and_everything_could_be_read(only, unread, complete, errored):
    plan = a_plan(only=only, unread=unread)
    assert (complete, errored) == (plan.complete, plan.errored)


@pytest.mark.parametrize(("groups", "applyable"), [([], False), ([GroupPlan(())], False), ([GroupPlan((MADE,))], True)])
def test_a_plan_is_applyable_when_there_is_something_to_do(groups, applyable):
    assert applyable == a_plan(*groups).applyable


def test_what_could_not_be_read_is_said_with_its_reason():
    assert ("box could not be read: no scope", "note could not be read: no scope") == a_plan(
        unread=("note", "box")
    ).notes


def test_what_is_observed_comes_in_the_order_of_groups():
    seen = [Observed(Address("shelf", key), "label", "x", "y") for key in ("b", "a")]
    assert ["shelf/a", "shelf/b"] == [str(item.address) for item in a_plan(GroupPlan((), tuple(seen))).observed]


def test_a_plan_is_sealed_and_counted():
    plan = a_plan(GroupPlan((MADE,)))
    assert Summary(create=1, fields=1) == plan.summary
    assert plan_digest(plan) == plan.digest


@pytest.mark.parametrize(
    ("costs", "calls", "points", "seconds"),
    [([], 0, 0, 0), ([10] * 10, 10, 100, 4), ([1] * 340, 340, 340, 10), ([1000], 1, 1000, 10)],
    ids=["nothing", "calls one after another", "later calls at once", "the bucket pays"],
)
def test_a_forecast_is_the_longer_of_calls_and_points(costs, calls, points, seconds):
    said = forecast([Request(cost) for cost in costs])
    assert (calls, points, seconds) == (said.calls, said.cost_points, said.seconds)


def test_a_forecast_says_how_many_bulk_jobs_there_are_and_that_they_take_time():
    said = forecast([Request(10), BulkJob(6000), BulkJob(600)])
    assert (2, 1 + 2 * 4 + 63 + 9) == (said.bulk_jobs, said.calls)
    assert (round(0.35 + 630 + 90), 10 + 2 * 40 + 63 + 9) == (said.seconds, said.cost_points)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a", "b", ()),
        (["a", "b"], ["b", "c"], ("- a", "+ c")),
        (["a", "b"], ["b", "a"], ("order changed",)),
        (None, ["a"], ()),
    ],
)
def test_a_long_value_is_explained_by_its_members(before, after, lines):
    assert lines == explained(before, after)


def test_a_line_of_dashes_or_pluses_is_a_line_like_any_other():
    assert ("--- a rule", "+++ another") == explained("a\n-- a rule", "a\n++ another")[-2:]


def test_a_long_text_is_explained_line_by_line():
    assert ("-b", "+c") == explained("a\nb", "a\nc")[-2:]
