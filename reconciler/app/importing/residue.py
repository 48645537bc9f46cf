"""Residue: what a plan of an imported catalog would still change, because a rule of the store makes something else.

Each group is planned as it was read, as if it were ours: what is taken over now is ours in the plan after that, which
is to be empty too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from reconciler.app.importing.holdings import Holdings
from reconciler.app.repository.store_view import StoreView
from reconciler.app.repository.workspace import VOCABULARY
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.resource import Resource
from reconciler.model.state import FoundGroup
from reconciler.planning.group import plan_group
from reconciler.planning.identity import named
from reconciler.planning.pointing import asked_with_ids
from reconciler.planning.scope import Policy

Overrides = Mapping[Address, Mapping[str, object]]


def residue(view: StoreView, holdings: Holdings, ids: Mapping[Address, str]) -> Mapping[Address, tuple[Change, ...]]:
    """Return root → what a plan would change of it; what would change nothing is left out.

    ``ids``: of what values may name by address. Raises InvalidInput for what the store's mapping cannot make anything
    of, such as an amount in a currency that the store does not have.
    """
    policy = Policy(view.mapper.ownership, view.store.document.on_remove)
    found: dict[Address, tuple[Change, ...]] = {}
    problems: list[Diagnostic] = []
    for root, group in _groups(holdings):
        if root not in view.entries:
            continue
        try:
            desired = asked_with_ids(view.group(root), ids, KINDS)
        except InvalidInput as error:
            problems += error.diagnostics
            continue
        owned = replace(group, root=replace(group.root, mark=root.key))
        live = named(root, owned, desired.resources, KINDS, holdings.directory, unmarked=holdings.unmarked)
        changes = plan_group(desired, live, kinds=KINDS, policy=policy).changes
        if changes:
            found[root] = changes
    if problems:
        raise InvalidInput(problems)
    return found


def _groups(holdings: Holdings) -> Iterator[tuple[Address, FoundGroup]]:
    yield from ((address, holding.group) for address, holding in holdings.roots.items())
    for kind, members in holdings.listed.items():
        yield from ((Address(kind, str(each.mark)), FoundGroup(each)) for each in members)


def clears(changes: tuple[Change, ...]) -> bool:
    """Return whether the store holds nothing somewhere, and a rule makes something."""
    return any(field.before is None for change in changes for field in change.fields)


def overrides(changes: Iterator[Change]) -> tuple[Overrides, list[Change]]:
    """Return what the store's file has to say for nothing to change, and the changes that it cannot prevent."""
    found: dict[Address, dict[str, object]] = {}
    beyond: list[Change] = []
    for change in changes:
        fields = _override(change)
        if fields:
            found[change.address] = fields
        else:
            beyond.append(change)
    return found, beyond


def _override(change: Change) -> dict[str, object]:
    """Return the fields that keep things as they are; none where an override cannot."""
    may = VOCABULARY.overridable.get(change.address.kind, frozenset())
    names = [field.path for field in change.fields]
    match change:
        case Create():
            return {"published": False} if "published" in may else {}
        case Remove():
            return {}
        case _ if may.issuperset(names):
            kind = KINDS[change.address.kind].resource
            return {field.path: _as_held(field, kind) for field in change.fields}
        case _:
            return {}


def _as_held(field: FieldChange, resource: type[Resource]) -> object:
    """Return a value as people write it: an amount as a number."""
    try:
        held = resource.model_validate({field.path: field.before}).managed()[field.path]
    except ValueError:
        return field.before
    return held if isinstance(held, Decimal) else field.before
