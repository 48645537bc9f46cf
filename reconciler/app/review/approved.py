"""Approved plans: what a merged request was reviewed with, held against the files as they are now.

Plans of these very files are applied as they were approved; ``apply`` reads every value again before it writes. When
the branch moved in between, what is planned now has to be what was approved: the same writes, from the same values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reconciler.app.review.approval import refuse_unaccepted
from reconciler.app.review.comparison import refuse_other
from reconciler.app.review.planfile import plan_of
from reconciler.forge.forge import Approval
from reconciler.model.errors import LimitBroken, PlanRefused
from reconciler.model.plan import Plan

BY_HAND = (
    "Run the workflow by hand on this branch: it plans what is missing, shows it, and waits for whoever guards "
    "production. Or review it in a request of its own."
)


@dataclass(frozen=True, slots=True)
class Approved:
    """Plans that may be applied, and why."""

    plans: tuple[Plan, ...]
    because: Literal["same files", "same writes"]
    request: str


def approved(approval: Approval, inputs: Mapping[str, str], plan_again: Callable[[], Sequence[Plan]]) -> Approved:
    """Return the plans to apply. ``inputs``: the digest of the files of each store, as they are now.

    Raises PlanRefused when what would be written is not what was approved.
    """
    before = {plan.target.store: plan for plan in (plan_of(data, name) for name, data in approval.files.items())}
    if inputs == {store: plan.inputs.digest for store, plan in before.items()}:
        return Approved(tuple(before.values()), "same files", approval.request)
    now = {plan.target.store: plan for plan in plan_again()}
    try:
        refuse_other(before, now)
    except PlanRefused as error:
        moved = f"the files are not those that {approval.request} was planned with, and its plan would be another now"
        raise PlanRefused(f"{error}\n{moved}. {BY_HAND}") from None
    return Approved(tuple(now.values()), "same writes", approval.request)


def refuse_unaccepted_in_git(plans: Sequence[Plan], today: date) -> None:
    """Raise LimitBroken for limits that no store's file accepts: in CI there is no other way to accept one."""
    broken: list[str] = []
    for plan in plans:
        try:
            refuse_unaccepted(plan, (), today)
        except LimitBroken as error:
            broken.append(str(error))
    if broken:
        way = "in CI a limit is accepted in git: under limits: accept: in the store's file, with a reason and an end"
        raise LimitBroken("\n".join([*broken, way]))
