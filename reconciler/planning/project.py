"""The live state as it would be after a plan: for the laws, and for reviewers."""

from collections.abc import Iterable
from typing import Any

from reconciler.model.change import Adopt, Change, Create, FieldChange, Move, Remove, releases
from reconciler.model.kind import KindSet
from reconciler.model.resource import Resource
from reconciler.model.state import Live


def projected(live: Live, changes: Iterable[Change], kinds: KindSet) -> Live:
    """Return what the store would hold if every change were applied."""
    changes = tuple(changes)
    resources, ids, owned, moved = dict(live.resources), dict(live.ids), set(live.owned), dict(live.moved)
    for change in changes:
        address = change.address
        if isinstance(change, Remove) and change.how == "delete":
            for gone in (resources, ids):
                gone.pop(address, None)
            owned.discard(address)
            continue
        resources[address] = _written(kinds[address.kind].resource, resources.get(address), change.fields)
        if isinstance(change, Create):
            ids[address] = address.stand_in
        if isinstance(change, Create | Adopt):
            owned.add(address)
        if isinstance(change, Move):
            moved.pop(address, None)
    released = {change.address for change in changes if releases(change)}
    owned |= {address for address in resources if kinds.root_of(address) in owned}
    owned -= {address for address in owned if kinds.root_of(address) in released}
    return Live(resources, ids, frozenset(owned), live.unread, live.handles, moved, live.twins)


def _written(resource: type[Resource], held: Resource | None, fields: Iterable[FieldChange]) -> Resource:
    values: dict[str, Any] = held.spelled() if held is not None else {}
    for field in fields:
        name, dot, key = field.path.partition(".")
        if dot:
            values[name] = {**(values.get(name) or {}), key: field.after}
        else:
            values[name] = field.after
    return resource.model_validate(values)
