"""Comparison: whether a plan is the one that was approved, although the branch moved in between.

What counts is what would be written, to what, and from which value; line numbers, times and the digest of the files
may differ. So may causes, but for one: by now the same writes may put back what somebody edited in the store, after
they were approved and made once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.app.review.planfile import read_plan
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.errors import PlanRefused, WrongUsage
from reconciler.model.plan import Plan

_EDITED = frozenset({"store", "both"})
_NAMED = 5


def plans_in(folder: Path) -> Mapping[str, Plan]:
    """Return the plans of a folder, or of one file, by their store. Raises WrongUsage when there is none."""
    found = sorted(folder.glob("*.json")) if folder.is_dir() else [folder]
    if not found:
        raise WrongUsage(f"{folder}: no plan files in it; expected those that `reconciler plan --out` wrote")
    return {plan.target.store: plan for plan in map(read_plan, found)}


def refuse_other(approved: Mapping[str, Plan], planned: Mapping[str, Plan]) -> None:
    """Raise PlanRefused unless every plan is what was approved for its store."""
    problems = [problem for store in sorted({*approved, *planned}) for problem in _problems(store, approved, planned)]
    if problems:
        raise PlanRefused("\n".join([*problems, "have it reviewed again: nothing was written"]))


def _problems(store: str, approved: Mapping[str, Plan], planned: Mapping[str, Plan]) -> Iterator[str]:
    if store not in planned:
        yield f"store {store}: it was approved, and is not planned now"
    elif store not in approved:
        yield f"store {store}: it is planned now, and was not approved"
    else:
        yield from _differences(store, approved[store], planned[store])


def _differences(store: str, approved: Plan, planned: Plan) -> Iterator[str]:
    if approved.target != planned.target:
        yield f"store {store}: the plan is for another shop, API version or currency than the approved one"
    before, now = _intents(approved.changes), _intents(planned.changes)
    edited = _edited(planned.changes) - _edited(approved.changes)
    for what, addresses in (
        ("planned now, and not approved", now.keys() - before.keys()),
        ("approved, and not planned now", before.keys() - now.keys()),
        ("planned otherwise than approved", {at for at in now.keys() & before.keys() if now[at] != before[at]}),
        ("edited in the store by now, which was not known when it was approved", {address for address, _ in edited}),
    ):
        if addresses:
            yield f"store {store}: {_listed(addresses)}: {what}"
    broken = {violation.rule for violation in planned.violations} - {
        violation.rule for violation in approved.violations
    }
    if broken:
        yield f"store {store}: limits are broken now that were not: {', '.join(sorted(broken))}"


def _intents(changes: Sequence[Change]) -> dict[Address, Change]:
    """Return the changes by address without what only tells people where a value came from."""
    return {
        change.address: replace(
            change, fields=tuple(replace(field, origin=None, cause=None) for field in change.fields), depends_on=()
        )
        for change in changes
    }


def _edited(changes: Sequence[Change]) -> set[tuple[Address, str]]:
    """Return the fields that somebody edited in the store, as far as that is known."""
    return {(change.address, field.path) for change in changes for field in change.fields if field.cause in _EDITED}


def _listed(addresses: set[Address]) -> str:
    named = [str(address) for address in sorted(addresses)[:_NAMED]]
    more = len(addresses) - _NAMED
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")
