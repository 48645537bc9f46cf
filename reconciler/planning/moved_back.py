"""A key that a run moved goes back: the mark is written anew, and the group goes by its old name in the whole plan."""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Change, Move, Update
from reconciler.model.state import Live


def moved_back(move: Move, changes: Sequence[Change], live: Live) -> tuple[Change, ...]:
    """Return the changes of a group under its old key, with the move back; nothing moves that is not ours any more."""
    root, was = move.address, move.was
    if root not in live.owned:
        return tuple(changes)
    own = next((change for change in changes if change.address == root), None)
    if own is not None and not isinstance(own, Update):
        return tuple(changes)
    fields, known = (own.fields, own.known_by) if own is not None else ((), {})
    back = Move(was, live.ids[root], root, fields, known_by=known)
    below = (replace(change, address=_renamed(change.address, root, was)) for change in changes if change is not own)
    return (back, *below)


def _renamed(address: Address, root: Address, was: Address) -> Address:
    return Address(address.kind, was.key + address.key.removeprefix(root.key))
