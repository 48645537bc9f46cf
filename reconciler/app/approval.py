"""May this plan be applied here and now? Every reason why not, before anything is written."""

from collections.abc import Collection
from datetime import date

from reconciler import __version__
from reconciler.model.errors import LimitBroken, PlanRefused, WrongUsage
from reconciler.model.plan import Plan, Target, Violation

_SHOWN_ADDRESSES = 3


def refuse_foreign(plan: Plan, target: Target, inputs_digest: str) -> None:
    """Raise PlanRefused unless the plan was made by this engine, for this store, from these files."""
    made_for = plan.target
    store = target.store
    if plan.engine != __version__:
        raise PlanRefused(
            f"store {store}: the plan was made by reconciler {plan.engine}, this is {__version__}; run plan again"
        )
    for what, of_plan, now in (
        ("store", made_for.store, target.store),
        ("shop", made_for.shop_id, target.shop_id),
        ("API version", made_for.api_version, target.api_version),
        ("currency", made_for.currency, target.currency),
    ):
        if of_plan != now:
            raise PlanRefused(f"store {store}: the plan is for {what} {of_plan}, this is {now}; run plan again")
    if plan.inputs.digest != inputs_digest:
        raise PlanRefused(
            f"store {store}: the files changed after the plan was made (plan {plan.inputs.digest[:12]}, "
            f"now {inputs_digest[:12]}); run plan again, or check out what it was made from"
        )
    if plan.errored:
        raise PlanRefused(f"store {store}: a part of the store could not be read for this plan; run plan again")


def unaccepted(plan: Plan, accepted: Collection[str], today: date) -> list[Violation]:
    """Return the limits that nobody accepted by name: neither here, nor in the store's file until a day."""
    return [
        violation
        for violation in plan.violations
        if violation.rule not in accepted and not (violation.acceptance and today <= violation.acceptance.until)
    ]


def refuse_unaccepted(plan: Plan, accepted: Collection[str], today: date) -> None:
    """Raise LimitBroken for limits that nobody accepted by name."""
    broken = unaccepted(plan, accepted, today)
    if broken:
        lines = [
            f"store {plan.target.store}: {violation.rule}: {violation.summary} "
            f"({', '.join(map(str, violation.addresses[:_SHOWN_ADDRESSES]))}"
            f"{', …' if len(violation.addresses) > _SHOWN_ADDRESSES else ''}); to let it through: {violation.allow}"
            for violation in broken
        ]
        raise LimitBroken("\n".join(lines))


def refuse_unknown_consents(plans: Collection[Plan], accepted: Collection[str]) -> None:
    """Raise WrongUsage for a consent that no plan asks for: it may be misspelled, or meant for another plan."""
    asked = {violation.rule for plan in plans for violation in plan.violations}
    unknown = sorted(set(accepted) - asked)
    if unknown:
        known = ", ".join(sorted(asked)) or "none"
        raise WrongUsage(f"--accept {unknown[0]}: no plan breaks a limit of that name; broken: {known}")
