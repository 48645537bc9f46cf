"""Settled: what earlier plans of a store found equal, so that it need not be hydrated again.

Planning a group is a pure function. Where it came to nothing, that is noted under one digest of all that went in: what
git asks for (the bytes of files, the mapping, the store's file, our own code) and what the store holds. A group that is
found there is not rendered, named or compared; what the rest of a plan has to know of it is in the note. Any other
group takes the long way, so that the notes can make a plan faster, and never other than it is.

Only products are noted, in plans of everything, where they point at no other group. A difference that is only watched
is no equality.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.app.makings import Makings
from reconciler.app.notes import Notes, notes_of
from reconciler.app.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.state import FoundGroup
from reconciler.planning.digest import digest, live_digest
from reconciler.planning.respelled import Respelled
from reconciler.planning.twins import Name

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """What the rest of a plan has to know of a group that needs nothing."""

    owned: Mapping[str, int]
    """Kind → how many of it are ours."""
    names: tuple[Name, ...]
    """What its members are known by."""
    targets: Mapping[Address, str]
    """What other groups point at in it, each with its id."""


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

    def key(self, root: Address, group: FoundGroup) -> str | None:
        """Return what a group is noted under; None for one that is not to be noted."""
        made_of = self.makings.of(root)
        if made_of is None:
            return None
        return digest((self.ground, made_of, self._targets.get(root), live_digest(group))).hex()

    def note(self, key: str) -> Note | None:
        """Return the note about a group; None where there is none."""
        held = self.notes.get(key)
        if held is None:
            return None
        self.found += 1
        owned, names, targets = held
        return Note(owned, tuple(Name(*each) for each in names), {Address.parse(at): own for at, own in targets})

    def keep(self, key: str, note: Note) -> None:
        """Note that a group needs nothing."""
        targets = [[str(at), own] for at, own in note.targets.items()]
        self.notes.put(key, [dict(note.owned), [list(name) for name in note.names], targets])

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
