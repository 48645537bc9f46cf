"""Plan one store: live groups stream past, each is met with what git asks for, and only the changes are kept."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from reconciler.app.plans.passing import LiveStore, Passing
from reconciler.app.repository.base import StoreBase
from reconciler.app.repository.store_view import StoreView
from reconciler.app.writing.way import Look
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Create
from reconciler.model.plan import Plan
from reconciler.planning.along import deleted_ids, telling_along
from reconciler.planning.group import GroupPlan
from reconciler.planning.planner import Circumstances, assembled

_UNKNOWN: Final = "which side changed is not known"


def with_what_goes_along(groups: Sequence[GroupPlan], look: Look) -> list[GroupPlan]:
    """Return the groups, each deletion with what goes along; looks at all of them at once. Raises StoreRefused."""
    ids = [each for group in groups for each in deleted_ids(group.changes, KINDS)]
    along = look(ids).along if ids else {}
    return (
        [replace(group, changes=telling_along(group.changes, along, KINDS)) for group in groups] if along else [*groups]
    )


def plan_store(
    view: StoreView, store: LiveStore, circumstances: Circumstances, *, roots: Collection[Address] | None = None
) -> Plan:
    """Return the plan of a store. ``roots`` narrows it to some of what git asks for; None means all.

    Raises InvalidInput for values that do not map, StoreRefused when the store cannot be read.
    """
    pass_by = Passing(view, store, circumstances, roots)
    pass_by.side_effects.look_ahead()
    for kind in view.roots_read():
        pass_by.meet(kind)
        if kind.standing and store.lookup is not None and not circumstances.scope.only:
            pass_by.seek(store.lookup)
    pass_by.plans.plan_what_points()
    plans = pass_by.all_there()
    groups = with_what_goes_along(list(plans.values()), store.look)
    facts = list(pass_by.reckoning.facts_of(plans))
    money = pass_by.reckoning.money(facts, pass_by.all_managed)
    inputs = replace(circumstances.inputs, base_commit=store.base.commit)
    return assembled(
        groups,
        replace(circumstances, inputs=inputs),
        kinds=KINDS,
        managed=pass_by.all_managed,
        requests=pass_by.reckoning.requests(),
        money=money,
        effects=pass_by.side_effects.effects(facts, money.violations, pass_by.unread),
        unread=pass_by.unread,
        notes=(
            *store.base.blind_spots,
            *_of_base(store.base, groups),
            *pass_by.notes(change for group in groups for change in group.changes),
        ),
        references=pass_by.plans.references(groups),
    )


def why_unknown(plan: Plan) -> str:
    """Return what a plan says of causes that nobody knows, with the cure."""
    return next((note for note in plan.notes if note.startswith(_UNKNOWN)), _UNKNOWN)


def _of_base(base: StoreBase, groups: Sequence[GroupPlan]) -> tuple[str, ...]:
    """Return what to say about the causes of differences, where there are some."""
    changes = [change for group in groups for change in group.changes if not isinstance(change, Create)]
    blind = sum(each.cause is None for change in changes for each in change.fields)
    if blind and base.lacks is not None:
        return (f"{_UNKNOWN}: {base.lacks}",)
    if blind:
        why = (
            "said in files that are or were in no commit, written by a plan of some fields, or left over by the first "
            "apply; it is known after the next whole apply of a commit"
        )
        return (f"{_UNKNOWN} of {blind} field{'s' if blind > 1 else ''}: {why}", *base.notes)
    return base.notes if changes else ()
