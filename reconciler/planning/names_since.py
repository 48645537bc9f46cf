"""Names since: keys that moved after a run. It is met under the keys of now, and later runs under those of the run.

Only the journal knows of moves; a mark that says another key without one was written by somebody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, Move
from reconciler.model.json import Json
from reconciler.model.kind import KindSet

Names = Mapping[Address, Address]
"""Root → what it is called instead."""


class NamesSince:
    """The names of roots while later runs move them."""

    def __init__(self, kinds: KindSet) -> None:
        self._kinds = kinds
        self._then: dict[Address, Address] = {}
        """Name of now → name in the run."""

    def move(self, moves: Iterable[Move]) -> None:
        """Take in what one run moved, all at once."""
        found = list(moves)
        then = {move.address: self._then.get(move.was, move.was) for move in found}
        gone = {move.was for move in found}
        self._then = {now: was for now, was in self._then.items() if now not in gone} | then

    def then(self, changes: Mapping[Address, Change]) -> dict[Address, Change]:
        """Return changes of a later run under the names that the run in question knew."""
        return {renamed(address, self._then, self._kinds): change for address, change in changes.items()}

    def now(self) -> Names:
        """Return what the roots of the run are called now, where that is something else."""
        return {then: now for now, then in self._then.items() if now != then}


def renamed(address: Address, names: Names, kinds: KindSet) -> Address:
    """Return an address under other names of its root, and of the root that it names."""
    if not names or address.kind not in kinds:
        return address
    root = kinds.root_of(address)
    key = names.get(root, root).key + address.key.removeprefix(root.key)
    named = kinds.named_root(address)
    if named is not None and named in names:
        key = key.removesuffix(named.key) + names[named].key
    return Address(address.kind, key)


def renamed_change(change: Change, names: Names, kinds: KindSet) -> Change:
    """Return a change under other names; an order of things that it names, too."""
    address = renamed(change.address, names, kinds)
    fields = tuple(_renamed_field(change.address, each, names, kinds) for each in change.fields)
    return replace(change, address=address, fields=fields)


def renamed_fields(address: Address, fields: Mapping[str, Json], names: Names, kinds: KindSet) -> dict[str, Json]:
    """Return the fields of something under other names."""
    return {path: _renamed_value(address, value, names, kinds) for path, value in fields.items()}


def _renamed_field(address: Address, change: FieldChange, names: Names, kinds: KindSet) -> FieldChange:
    before, after = (_renamed_value(address, value, names, kinds) for value in (change.before, change.after))
    return replace(change, before=before, after=after)


def _renamed_value(address: Address, value: Json, names: Names, kinds: KindSet) -> Json:
    """Return the value of an order with the keys of its members as they are now; any other value as it is."""
    kind = kinds[address.kind]
    ordered = {kinds[member].names_root for member in kind.after} - {None} if kind.is_order else set()
    if not ordered or not isinstance(value, list | tuple):
        return value
    keys: Any = value
    (root_kind,) = ordered
    return [names.get(Address(str(root_kind), key), Address(str(root_kind), key)).key for key in keys]
