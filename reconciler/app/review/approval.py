"""May this plan be applied here and now? Every reason why not, before anything is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, get_args

from pydantic import ValidationError

from reconciler import __version__
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.limits.claims import shown_broken
from reconciler.limits.facts import Finding
from reconciler.mapping.pricing import too_fine
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Move, Remove, after
from reconciler.model.errors import LimitBroken, PlanRefused, WrongUsage
from reconciler.model.json import Json
from reconciler.model.kind import Kind, as_facet
from reconciler.model.limits import Switchable
from reconciler.model.meant import meant
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.plan import Plan, Target, Violation
from reconciler.model.resource import Resource
from reconciler.planning.guard import adoptions, lost_along
from reconciler.planning.names_since import renamed
from reconciler.planning.takes_back import takes_back
from reconciler.planning.unsettled import Decides, conflicts, unexplained
from reconciler.planning.written import Written

_SHOWN_ADDRESSES = 3
_LIMITS: Final = frozenset(
    {*get_args(Switchable), *(f"{kind.name}-removed" for kind in KINDS), "takes-along", "adopt", "conflict"}
)
_NOT_OURS = "the file is not what `reconciler plan` wrote; run plan again"


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


def refuse_understated(plan: Plan, changes: Sequence[Change], view: StoreView) -> None:
    """Raise PlanRefused for a plan that breaks limits which it does not name, as far as its own changes show that.

    ``changes``: the plan's, with the causes that history tells.
    """
    said = {(violation.rule, address) for violation in plan.violations for address in violation.addresses}
    for finding in _shown(plan, changes, view):
        if (finding.rule, finding.address) not in said:
            broken = f"its changes break it ({finding.address}: {finding.words})"
            raise PlanRefused(
                f"store {plan.target.store}: the plan does not say that {finding.rule} is broken, but {broken}: "
                f"{_NOT_OURS}"
            )


def refuse_untrue(plan: Plan, undone: Written | None) -> None:
    """Raise PlanRefused for a plan that says it takes a run back, and does something else. ``undone``: that run."""
    if undone is None:
        return
    names = {change.address: change.was for change in plan.changes if isinstance(change, Move)}
    belongs = takes_back(undone, KINDS)
    for change in plan.changes:
        if not belongs(replace(change, address=renamed(change.address, names, KINDS))):
            raise PlanRefused(
                f"store {plan.target.store}: {change.address}: it does not take back what run {plan.undoes} wrote: "
                "the file is not what `reconciler rollback` writes now; run rollback again"
            )


def refuse_made_up(plan: Plan, view: StoreView) -> None:
    """Raise PlanRefused for what `reconciler plan` never writes: values of no kind, consents that no file gives."""
    store = plan.target.store
    # What a rollback puts back the store held itself, however fine it is.
    currency = plan.target.currency if plan.undoes is None else None
    for at in plan.references:
        problem = _nameless(at)
        if problem:
            raise PlanRefused(f"store {store}: {at} among what the plan refers to: {problem}: {_NOT_OURS}")
    for change in plan.changes:
        problem = _made_up(change, currency)
        if problem:
            raise PlanRefused(f"store {store}: {change.address}: {problem}: {_NOT_OURS}")
    for violation in plan.violations:
        consent = violation.acceptance
        if consent is not None and (consent.rule != violation.rule or consent not in view.store.document.limits.accept):
            raise PlanRefused(
                f"store {store}: the plan says that {violation.rule} is accepted until {consent.until}, limits.accept "
                f"of {view.store.file} does not: {_NOT_OURS}"
            )


def _made_up(change: Change, currency: str | None) -> str | None:
    """Return what is wrong with what a change names, expects and writes, for its kind."""
    others = (*change.depends_on, *((change.was,) if isinstance(change, Move) else ()))
    for at in (change.address, *others):
        problem = _nameless(at)
        if problem is not None:
            return problem if at == change.address else f"it names {at}: {problem}"
    kind = KINDS[change.address.kind]
    for field in change.fields:
        if field.path not in kind.resource.model_fields:
            return f"{field.path} is no field of a {kind.name}"
        if not _may_have_been(field, kind, change):
            return f"{field.path} is said to have been {field.before!r}, which it cannot be"
        goes = isinstance(change, Remove) and field.after is None
        problem = None if goes else _impossible(field, kind, currency)
        if problem is not None:
            return f"{field.path} is to be {field.after!r}, {problem}"
    given = {field.path for field in change.fields if field.after is not None}
    cleared = {field.path for field in change.fields if field.after is None}
    lacking = kind.needed - given if isinstance(change, Create) else kind.needed & cleared
    if lacking and not isinstance(change, Remove):
        return f"it would be without {', '.join(sorted(lacking))}"
    if isinstance(change, Create) and _validated(kind, after(change)) is None:
        return "what it is to be made with does not go together"
    return None


def _nameless(address: Address) -> str | None:
    """Return why nothing can have an address; None where something can."""
    if address.kind not in KINDS:
        return f"there is no kind {address.kind}"
    kind = KINDS[address.kind]
    of_its_own = kind.parent is None or kind.match is as_facet
    return None if of_its_own or all(address.key.partition("/")) else f"no {kind.name} has a key without a slash"


def _may_have_been(field: FieldChange, kind: Kind, change: Change) -> bool:
    """Return whether a store can have held what a field is said to have been."""
    if field.before is None:
        return isinstance(change, Create) or not kind.is_order
    if kind.pointing is not None:  # a store may hold metafields of types that no file can ask for
        return isinstance(field.before, str)
    return _validated(kind, {field.path: field.before}) is not None


def _impossible(field: FieldChange, kind: Kind, currency: str | None) -> str | None:
    """Return why a field cannot get its value; None where it can."""
    if isinstance(field.after, str) and "\0" in field.after:
        return "and no text holds the character U+0000"
    resource = _validated(kind, {field.path: field.after})
    if resource is None:
        return "which it cannot be"
    value = getattr(resource, field.path)
    if currency is not None and isinstance(value, Decimal) and too_fine(value, currency):
        return f"which {currency} has no coin for"  # the store would round it to another price
    return None


def _validated(kind: Kind, fields: Mapping[str, Json]) -> Resource | None:
    """Return the fields as the kind has them; None where it has none such."""
    try:
        return kind.resource.model_validate(fields)
    except (
        ValidationError,
        LookupError,
        TypeError,
        AttributeError,
    ):  # what a kind makes canonical first may be no list
        return None


def _shown(plan: Plan, changes: Sequence[Change], view: StoreView) -> Iterator[Finding]:
    decides = decides_of(view)
    unknown = frozenset(unexplained(changes, KINDS, decides)) if plan.undoes is None else frozenset[Address]()
    yield from shown_broken(changes, view.store.document.limits, view.categories_of, unknown)
    for broken in (*adoptions(changes), *lost_along(changes)):
        yield from (Finding(broken.rule, address, broken.summary) for address in broken.addresses)
    for address, path in conflicts(changes, decides):
        yield Finding("conflict", address, f"{path} changed in git and in the store")


def decides_of(view: StoreView) -> Decides:
    """Return what says whether the repository itself says that git wins a field."""

    @cache
    def policy(root: Address) -> OwnershipPolicy:
        return view.mapper.ownership.overridden(view.group(root).ownership if root in view.entries else {})

    return lambda address, field_name: policy(KINDS.root_of(address)).decides(address.kind, field_name)


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
            f"store {plan.target.store}: {violation.rule}: {violation.summary}{_listed(violation.unsaid)}; "
            f"to let it through: {violation.allow}"
            for violation in broken
        ]
        raise LimitBroken("\n".join(lines))


def _listed(addresses: Sequence[Address]) -> str:
    more = ", …" if len(addresses) > _SHOWN_ADDRESSES else ""
    return f" ({', '.join(map(str, addresses[:_SHOWN_ADDRESSES]))}{more})" if addresses else ""


def needless_consents(plans: Collection[Plan], accepted: Collection[str]) -> tuple[str, ...]:
    """Return the consents that no plan asks for: a job that always gives them has to go on without.

    Raises WrongUsage for what is no limit at all.
    """
    asked = {violation.rule for plan in plans for violation in plan.violations}
    needless = tuple(sorted(set(accepted) - asked))
    known = asked | _LIMITS
    for rule in needless:
        if rule not in known:
            broken = ", ".join(sorted(asked)) or "none"
            message = f"--accept {rule}: there is no limit of that name (broken here: {broken}); {meant(rule, known)}"
            raise WrongUsage(message)
    return needless
