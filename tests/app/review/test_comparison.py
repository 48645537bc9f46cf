"""Plans held against the approved ones: causes may differ, unless a person's edit would be put back unseen."""

import pytest

from reconciler.app.review.comparison import refuse_other
from reconciler.model.errors import PlanRefused
from reconciler.model.plan import Plan
from tests.render.plans import a_field, a_plan, an_update

VARIANT = "variant/linen-shirt/LS-1"


def a_price(cause, before="49.00") -> dict[str, Plan]:
    return {"eu": a_plan(an_update(VARIANT, a_field("price", before, "47.00", cause=cause)))}


@pytest.mark.parametrize(
    ("approved", "now"), [("git", "git"), (None, "git"), ("store", "store"), ("both", "both"), ("store", "git")]
)
def test_the_same_writes_are_what_was_approved(approved, now):
    refuse_other(a_price(approved), a_price(now))


@pytest.mark.parametrize(("approved", "now"), [("git", "store"), ("git", "both"), (None, "store"), ("new", "both")])
def test_the_same_writes_over_an_edit_that_nobody_saw_are_another_plan(approved, now):
    with pytest.raises(PlanRefused, match=f"store eu: {VARIANT}: edited in the store by now"):
        refuse_other(a_price(approved), a_price(now))


def test_another_value_before_is_another_plan():
    with pytest.raises(PlanRefused, match="planned otherwise than approved"):
        refuse_other(a_price("git"), a_price("git", before="48.00"))
