"""Facts: one group that a plan changes, as it is and as it will be; what limits and side effects look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.resource import Resource


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """One group as it is, and as it will be once the plan is applied."""

    root: Address
    changes: tuple[Change, ...]
    before: Mapping[Address, Resource]
    after: Mapping[Address, Resource]
    collections: frozenset[str] = frozenset()
    """The keys of the collections that git puts the product into."""
    is_leaving: bool = False
    """Git does not ask for it any more: what it loses, it loses by the store's own policy."""
    unread: frozenset[str] = frozenset()
    """Kinds of which the store is still working on something: unknown, not empty."""
    unexplained: frozenset[Address] = frozenset()
    """Counts of which nobody knows whether customers moved them."""

    def lost(self, kind: str) -> int:
        """Return how many of a kind there are, where none will be left; 0 where some will, or nobody knows."""
        if kind in self.unread or any(address.kind == kind for address in self.after):
            return 0
        return sum(address.kind == kind for address in self.before)

    def gained(self, kind: str) -> int:
        """Return how many of a kind there will be, where there is none; 0 where there is one, or nobody knows."""
        if kind in self.unread or any(address.kind == kind for address in self.before):
            return 0
        return sum(address.kind == kind for address in self.after)
