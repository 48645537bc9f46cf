"""A key that a run moved goes back: the mark is written anew, and the group goes by its old name in the whole plan.

Unless a later run gave it another key, or something else goes by the old one: then it keeps its key, and the rest goes
back under that.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Change, Move, Update
from reconciler.model.state import Live
from reconciler.planning.later import KEY, Later


def keeps_its_key(move: Move, later: Later, in_use: Collection[Address]) -> str | None:
    """Return why a key does not go back; None where nothing keeps it. ``in_use``: the keys that other things have."""
    since = later.stands(move.address, KEY)
    if since is not None:
        before = f"its key was {move.was.key} before the run"
        return f"{move.address}: {before}, and run {since.run} {since.did} since; left alone"
    if move.was in in_use:
        taken = f"{move.was.key}, which it had before the run, is the key of another {move.was.kind} in the store now"
        cure = "remove that one, or give it another key, before this run is taken back"
        return f"{move.address} keeps its key: {taken}; {cure}"
    return None


def moved_back(move: Move, changes: Sequence[Change], live: Live) -> tuple[Change, ...]:
    """Return the changes of a group under its old key, with the move back; nothing moves that is not ours any more.

    ``move``: what the run did, under the key of now: the old one, where it went back already.
    """
    root, was = move.address, move.was
    if root not in live.owned or root == was:
        return tuple(changes)
    own = next((change for change in changes if change.address == root), None)
    if own is not None and not isinstance(own, Update):
        return tuple(changes)
    fields, known = (own.fields, own.known_by) if own is not None else ((), {})
    back = Move(was, live.ids[root], root, fields, known_by=known)
    below = (replace(change, address=_renamed(change.address, root, was)) for change in changes if change is not own)
    return (back, *below)


def under_its_old_key(live: Live, changes: Sequence[Change]) -> Live:
    """Return what a store holds of a group as its changes call it: under the old key, where the key goes back."""
    move = next((change for change in changes if isinstance(change, Move)), None)
    if move is None or move.was not in live.resources:
        return live
    names = {
        at: _renamed(at, move.was, move.address) for at in {*live.resources, *live.ids, *live.handles, *live.owned}
    }
    return replace(
        live,
        resources={names[at]: resource for at, resource in live.resources.items()},
        ids={names[at]: found for at, found in live.ids.items()},
        owned=frozenset(names[at] for at in live.owned),
        handles={names[at]: found for at, found in live.handles.items()},
        moved={move.address: move.was},
    )


def not_ours(root: Address, key: str | None) -> str:
    """Return why nothing of a root goes back. ``key``: what its mark says, where that is another key."""
    if key is None:
        return f"{root} does not carry our mark any more; left alone"
    cure = "give it the key back, or take back what you want by hand"
    return f"{root} carries the key {key} now, and no run in this journal moved it; {cure}"


def _renamed(address: Address, root: Address, was: Address) -> Address:
    return Address(address.kind, was.key + address.key.removeprefix(root.key))
