"""Recaused: the causes of a plan's changes, worked out again from what git decided before and asks for now. Pure.

Only of fields that show enough: those that get just what files ask for, and those that go. What is written with ids in
place of names, and orders, which are seen through what files name, keep the cause that the plan gives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Move, Remove, Update
from reconciler.model.kind import KindSet, as_read
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.resource import Resource
from reconciler.planning.cause import Base, Causes
from reconciler.planning.precondition import values_by_path


@dataclass(frozen=True, slots=True)
class History:
    """What git decided in one group, and asks for now; both with names where a store has ids."""

    base: Base
    asked: Mapping[Address, Resource]
    ownership: OwnershipPolicy

    def recaused(self, change: Change, kinds: KindSet) -> Change:
        """Return a change with the causes that history tells."""
        kind = kinds[change.address.kind]
        if not isinstance(change, Update | Move | Remove) or kind.is_order:
            return change
        try:
            held = kind.resource.model_validate(_before(change.fields))
        except ValidationError:
            return change  # no store holds that, so that it is stale
        causes = Causes(lambda: self.base, self.asked, {change.address: held}, kinds, self.ownership)
        names_ids = kind.resolve is not as_read or kind.pointing is not None
        asked = self.asked.get(change.address)
        wanted = values_by_path(asked) if asked is not None else {}

        def fields() -> Iterator[FieldChange]:
            for each in change.fields:
                if each.cause == "both":
                    yield each  # what the plan itself calls a conflict is held to be one
                elif isinstance(change, Remove):
                    is_told = asked is None and not names_ids
                    yield replace(each, cause=causes.of_removal(*_goes(change, each))) if is_told else each
                elif each.path in wanted and wanted[each.path] == each.after:
                    yield replace(each, cause=causes.of(change.address, each.path))
                else:
                    yield each

        return replace(change, fields=tuple(fields()))


def _goes(change: Remove, field: FieldChange) -> tuple[Address, str, object]:
    return change.address, field.path, field.after


def _before(fields: tuple[FieldChange, ...]) -> dict[str, object]:
    """Return what a plan saw of a resource; of a mapping the members that it speaks of."""
    found: dict[str, object] = {}
    for each in fields:
        name, dot, key = each.path.partition(".")
        if not dot:
            found[name] = each.before
        elif each.before is not None:
            inside = found.setdefault(name, {})
            if isinstance(inside, dict):
                inside[key] = each.before
    return found
