"""Settled: what earlier plans of a store found equal, so that it need not be hydrated again.

Planning a group is a pure function. Where it came to nothing, that is noted under one digest of all that went in: what
git asks for (the bytes of files, the mapping, the store's file, our own code) and what the store answered. A group that
is found there is not parsed, rendered, named or compared; what the rest of a plan has to know of it is in the note. Any
other group takes the long way, so that the notes can make a plan faster, and never other than it is.

Only products are noted, in plans of everything, where they point at no other group. A difference that is only watched
is no equality.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from reconciler.app.repository.makings import Makings
from reconciler.app.repository.notes import Notes, notes_of
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.state import Desired, FoundGroup, Live
from reconciler.planning.digest import SIZE, digest
from reconciler.planning.respelled import Respelled
from reconciler.planning.twins import Name, names_of
from reconciler.shopify.gathered import Knows

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EqualGroup:
    """What the rest of a plan has to know of a group that needs nothing."""

    alias: str | None
    """The handle that it has."""
    owned: Mapping[str, int]
    """Kind → how many of it are ours."""
    names: tuple[Name, ...]
    """What its members are known by."""
    targets: Mapping[Address, str]
    """What other groups point at in it, each with its id."""

    def spelled(self) -> list[object]:
        """Return it as JSON has it."""
        targets = [[str(at), own] for at, own in self.targets.items()]
        return [self.alias, dict(self.owned), [list(name) for name in self.names], targets]

    @classmethod
    def parsed(cls, spelled: Sequence[Any]) -> "EqualGroup":
        """Return what came back from JSON."""
        alias, owned, names, targets = spelled
        return cls(alias, owned, tuple(Name(*each) for each in names), {Address.parse(at): own for at, own in targets})


def equal_group(root: Address, desired: Desired, live: Live, targets: Collection[Address]) -> EqualGroup | None:
    """Return what is noted of a group that came to nothing; None where that waits, or depends, on something else.

    ``targets``: what is pointed at in any group.
    """
    if root not in live.owned or live.moved or live.unread or live.twins:
        return None
    return EqualGroup(
        getattr(live.resources[root], KINDS[root.kind].alias or "", None),
        Counter(each.kind for each in live.owned),
        tuple(names_of(root, desired, live, KINDS)),
        {target: live.ids[target] for target in targets if target in live.ids},
    )


@dataclass(slots=True)
class Settled:
    """The notes of one store. ``ground``: the digest of all that speaks of every group."""

    ground: bytes
    makings: Makings
    view: StoreView
    notes: Notes
    found: int = 0
    """How many groups were not hydrated."""
    _targets: dict[Address, list[Address]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for target in sorted(self.view.targets):
            root = KINDS.root_of(target) if target.kind in KINDS else target
            self._targets.setdefault(root, []).append(target)

    def key(self, root: Address, answered: bytes) -> str | None:
        """Return what a group is noted under, with the digest of what the store answered; None for no product."""
        made_of = self.makings.of(root)
        if made_of is None:
            return None
        taken = blake2b(made_of + answered, key=self.ground, digest_size=SIZE)
        if root in self._targets:
            taken.update(repr(self._targets[root]).encode("utf-8", "surrogatepass"))
        return taken.hexdigest()

    def knows(self, kind: str) -> Knows[EqualGroup]:
        """Return what tells of the roots of a kind that they were found equal, by their mark and what was answered."""

        def known(mark: str, answered: bytes) -> EqualGroup | None:
            root = Address(kind, mark)
            key = self.key(root, answered) if root not in self.view.formerly else None
            held = self.notes.get(key) if key is not None else None
            if held is None:
                return None
            self.found += 1
            return EqualGroup.parsed(held)

        return known

    def keep(self, root: Address, group: FoundGroup, equal: EqualGroup) -> None:
        """Note that a group needs nothing, where what was answered about it says all of it."""
        key = self.key(root, group.answered) if group.answered is not None else None
        if key is not None:
            self.notes.put(key, equal.spelled())

    def save(self) -> None:
        """Write the notes down for the next plan."""
        _log.debug("store %s: %d groups found as they were, not hydrated", self.view.store.name, self.found)
        self.notes.save()


def settled(root: Path, view: StoreView, directory: Directory, respelled: Respelled) -> Settled:
    """Return what is noted of a store in a repository."""
    ground = (
        sorted(view.formerly.items()),
        directory,
        sorted((str(address), sorted(pairs.items())) for address, pairs in respelled.items()),
    )
    return Settled(digest(ground), Makings(view), view, notes_of(root, f"settled-{view.store.name}"))
