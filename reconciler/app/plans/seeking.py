"""Seeking: the roots that a scope names, asked for by their marks and handles instead of reading the whole store.

It costs what changed, not what there is. What needs the whole store is read whole: roots that leave git, whose share
of all is limited, and keys that moved. What nobody can look up is said: the same SKU in other products, and how much
of the rest the store holds; git's own count stands for that.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reconciler.app.plans.roots import Roots
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.model.directory import Directory
from reconciler.model.kind import Kind
from reconciler.model.state import Desired, FoundGroup, Live
from reconciler.planning.alias import Alias, Holder
from reconciler.planning.identity import named
from reconciler.planning.pointing import asked_targets
from reconciler.shopify.lookup import Lookup, Seen
from reconciler.shopify.reader import Reader

NOTE: Final = (
    "read by their keys: what changed, and nothing else; whether other products have the same SKUs is not known, and "
    "limits that go by the share of all count what git asks for"
)


def can_be_sought(view: StoreView, roots: Collection[Address]) -> bool:
    """Whether roots can be read by their marks alone, and are few beside the others."""
    moved = set(view.formerly.values())
    return 2 * len(roots) < view.size and all(
        CODECS[root.kind].read.identifier and root in view.entries and root not in moved for root in roots
    )


@dataclass(slots=True)
class Seeking:
    """The roots that are read."""

    view: StoreView
    reader: Reader
    directory: Directory
    lookup: Lookup
    roots: Collection[Address]
    _ids: dict[Address, str | None] = field(default_factory=dict)
    _targets: dict[Address, Mapping[Address, str]] = field(default_factory=dict)

    def wanted(self, kind: Kind) -> list[Address]:
        """Return the roots of a kind that are read, in the order of the catalog."""
        return [root for root in self.view.addresses(kind.name) if root in self.roots]

    def groups(self, kind: Kind, roots: Roots, holders: MutableMapping[Alias, Holder]) -> Iterator[FoundGroup]:
        """Yield the live groups; what has the handles that git gives is noted, wherever it is."""
        wanted = self.wanted(kind)
        asked = {root: alias for root in wanted if (alias := self._alias(kind, root)) is not None}
        by_mark, by_handle = self._looked_up(kind, wanted, list(asked.values()))
        for alias, seen in zip(asked.values(), by_handle, strict=True):
            if seen is not None:
                self._note(kind, alias, seen, roots, holders)
        ids = [seen.id for seen in by_mark if seen is not None]
        self._ids |= {root: seen.id if seen else None for root, seen in zip(wanted, by_mark, strict=True)}
        yield from (group for group in self.reader.by_id(kind.name, ids) if group is not None)

    def _alias(self, kind: Kind, root: Address) -> str | None:
        alias = getattr(self.view.group(root).resources.get(root), kind.alias, None) if kind.alias else None
        return None if alias is None else str(alias)

    def _looked_up(
        self, kind: Kind, wanted: Sequence[Address], handles: Sequence[str]
    ) -> tuple[Sequence[Seen | None], Sequence[Seen | None]]:
        return self.lookup(CODECS[kind.name].read, [root.key for root in wanted], handles)

    def _note(self, kind: Kind, alias: str, seen: Seen, roots: Roots, holders: MutableMapping[Alias, Holder]) -> None:
        """Note who has a handle, as meeting it would have."""
        if seen.mark is None:
            roots.unmarked[alias] = seen.id
            return
        marked = Address(kind.name, seen.mark)
        holder = self.view.formerly.get(marked, marked)
        if holder not in self.view.entries:
            roots.leaving[alias] = holder
        holders[kind.name, alias] = Holder(str(holder), holder)

    def ids_of(self, roots: Collection[Address]) -> dict[Address, str]:
        """Return the ids of other roots, as far as they are in the store."""
        new = sorted(root for root in roots if root not in self._ids)
        for kind in sorted({root.kind for root in new}):
            these = [root for root in new if root.kind == kind]
            found, _ = self._looked_up(KINDS[kind], these, ())
            self._ids |= {root: seen.id if seen else None for root, seen in zip(these, found, strict=True)}
        return {root: own_id for root in roots if (own_id := self._ids.get(root)) is not None}

    def named(self, desired: Desired, live: Live) -> dict[Address, str]:
        """Return the ids of the roots that members name which join a group, or leave it."""
        moving = desired.resources.keys() ^ live.resources.keys()
        named = (KINDS.named_root(address) for address in moving)
        return self.ids_of({root for root in named if root is not None})

    def targets(self, desired: Desired) -> dict[Address, str]:
        """Return the ids of what values of a group point at in roots that are not read anyway."""
        asked = {each for each in asked_targets(desired, KINDS) if KINDS.root_of(each) not in self.roots}
        for root in sorted({KINDS.root_of(each) for each in asked} - self._targets.keys()):
            self._targets[root] = self._below(root)
        return {each: own_id for each in asked if (own_id := self._targets[KINDS.root_of(each)].get(each)) is not None}

    def _below(self, root: Address) -> Mapping[Address, str]:
        """Return the ids of a root that is only pointed at, and of what hangs on it."""
        root_id = self.ids_of([root]).get(root)
        group = next(self.reader.by_id(root.kind, [root_id])) if root_id is not None else None
        if group is None:
            return {}
        return named(root, group, self.view.group(root).resources, KINDS, self.directory, unmarked={}).ids

    def rest(self) -> Counter[str]:
        """Return how many of each kind git asks for beside what was read."""
        found: Counter[str] = Counter()
        for root, entry in self.view.entries.items():
            if root not in self.roots:
                found[root.kind] += 1
                found["variant"] += len(entry.gist.skus) if isinstance(entry, Entry) else 0
        return found
