"""Review: the plans of several stores as one thing to decide: what changes alike in several of them is told once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconciler.model.change import Change, Create
from reconciler.model.plan import Plan
from reconciler.render.group import Explanations, Group, RootOf, groups


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A plan with what a reader needs beside it."""

    plan: Plan
    explanations: Explanations

    @property
    def store(self) -> str:
        """The store's name."""
        return self.plan.target.store


@dataclass(frozen=True, slots=True)
class Alike:
    """Groups that change in the same way in the same stores. ``first``: the plan to read values with."""

    stores: tuple[str, ...]
    first: Reviewed
    groups: tuple[Group, ...]


def alike(reviewed: Sequence[Reviewed], root_of: RootOf) -> tuple[Alike, ...]:
    """Return every group once, with the stores in which it changes so; what concerns most stores comes first."""
    where: dict[tuple[str, ...], list[str]] = {}
    told: dict[tuple[str, ...], tuple[Reviewed, Group]] = {}
    for each in reviewed:
        for group in groups(each.plan.changes, root_of):
            decision = (each.plan.target.currency, *(_without_id(change) for change in group.changes))
            where.setdefault(decision, []).append(each.store)
            told.setdefault(decision, (each, group))
    together: dict[tuple[str, ...], list[tuple[Reviewed, Group]]] = {}
    for decision, stores in where.items():
        together.setdefault(tuple(stores), []).append(told[decision])
    order = [each.store for each in reviewed]
    ranked = sorted(together.items(), key=lambda item: (-len(item[0]), order.index(item[0][0])))
    return tuple(Alike(stores, members[0][0], tuple(group for _, group in members)) for stores, members in ranked)


def _without_id(change: Change) -> str:
    """Return what is the same decision in every store: each store gave its own id to the thing."""
    return repr(change if isinstance(change, Create) else replace(change, id=""))
