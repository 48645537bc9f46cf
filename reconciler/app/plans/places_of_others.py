"""Places of others: collections of ours that people put things into which a run made. They are lost with those things.

What goes along with a deletion speaks of collections that are not ours, so that only the others are looked at here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create
from reconciler.shopify.along import LookedAlong
from reconciler.shopify.asking import Client
from reconciler.shopify.remains import InCollection


@dataclass(frozen=True)
class PlacesOfOthers:
    """The places of what a run made, less those that the run itself gave it."""

    wrote: Mapping[Address, Change]
    """What the run wrote, by addresses as they were before the plan that takes it back."""
    kinds: Collection[str]
    """Those that the store has, and that our token may read."""
    client: Client

    def of(self, root: Address, root_id: str, seen: LookedAlong, then: Mapping[Address, Address]) -> Iterator[str]:
        """Yield where people put a thing that the run made, and ``seen.along`` does not say it.

        ``then``: the address of a collection now → before the plan, where that moves it. Who is in more collections
        than one request shows is looked up by itself. Raises StoreRefused.
        """
        if not isinstance(self.wrote.get(root), Create):
            return
        for kind in KINDS:
            if kind.names_root != root.kind or kind.parent is None or kind.name not in self.kinds:
                continue
            said = {each.name for each in seen.along.get(root_id, ()) if each.sort == "collection"}
            own = self._given.get(root, frozenset())
            for each in seen.places(self.client, root_id):
                is_unsaid = each.by_hand and each.id.rpartition("/")[2] not in said
                if is_unsaid and _holder(kind.parent, each, then) not in own:
                    yield f"it was put into {kind.parent} {each.title!r}"

    @cached_property
    def _given(self) -> Mapping[Address, frozenset[Address]]:
        """What is in collections → those that the run put it into."""
        found: dict[Address, set[Address]] = {}
        for at, change in self.wrote.items():
            named = KINDS.named_root(at)
            if named is not None and isinstance(change, Create):
                found.setdefault(named, set()).add(KINDS.root_of(at))
        return {named: frozenset(holders) for named, holders in found.items()}


def _holder(kind: str, place: InCollection, then: Mapping[Address, Address]) -> Address | None:
    if place.mark is None:
        return None
    now = Address(kind, place.mark)
    return then.get(now, now)
