"""Along: what goes with a deletion and is no change of its own: said by the plan, and looked at again by apply."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove, TakenAlong, deletes
from reconciler.model.kind import KindSet
from reconciler.model.state import Live

Along = Mapping[str, Sequence[TakenAlong]]
"""The id of an object → what goes with it."""


def deleted_ids(changes: Iterable[Change], kinds: KindSet) -> tuple[str, ...]:
    """Return the ids of the objects that the changes delete."""
    return tuple(change.id for change in changes if _deletes_object(change, kinds))


def telling_along(changes: Sequence[Change], along: Along, kinds: KindSet) -> tuple[Change, ...]:
    """Return the changes, each deletion with what goes along and no other change of them removes."""
    removed = _removed(changes)
    return tuple(
        replace(change, takes_along=_unsaid(change.address, along.get(change.id, ()), removed, kinds))
        if _deletes_object(change, kinds) and along.get(change.id)
        else change
        for change in changes
    )


def came_since(changes: Sequence[Change], along: Along, kinds: KindSet) -> dict[Address, TakenAlong]:
    """Return the deletions that would take along by now what the plan did not say, each with the first of it.

    What went away in the meantime is no reason: less is lost.
    """
    removed = _removed(changes)
    found: dict[Address, TakenAlong] = {}
    for change in changes:
        if _deletes_object(change, kinds):
            now = _unsaid(change.address, along.get(change.id, ()), removed, kinds)
            new = [each for each in now if each not in change.takes_along]
            found |= {change.address: new[0]} if new else {}
    return found


def added_along(made: Iterable[Address], live: Live, along: Along, kinds: KindSet) -> Iterator[str]:
    """Yield what others added to things that a run made. Metafields are read as a kind, and compared as such."""
    for address in (each for each in made if kinds[each.kind].own_id):
        for each in along.get(live.ids[address], ()):
            if each.sort == "collection":
                yield f"{address} was put into collection {each.value!r}"
            elif each.sort not in {"metafield", "unseen"}:
                yield f"{address} has {each} now, and the run did not write it"


def _deletes_object(change: Change, kinds: KindSet) -> TypeGuard[Remove]:
    """Whether an object goes, and not only the place that it has somewhere."""
    return isinstance(change, Remove) and deletes(change) and kinds[change.address.kind].own_id


def _removed(changes: Iterable[Change]) -> frozenset[Address]:
    return frozenset(change.address for change in changes if isinstance(change, Remove))


def _unsaid(
    address: Address, along: Iterable[TakenAlong], removed: frozenset[Address], kinds: KindSet
) -> tuple[TakenAlong, ...]:
    """Return what goes along but for the metafields that are removed by changes of their own."""
    own = {at.key.removeprefix(f"{address.key}/") for at in removed if kinds.parent_of(at) == address}
    return tuple(each for each in along if each.sort != "metafield" or each.name not in own)
