"""Told: what groups tell of a store before it is asked anything, noted so that few have to be mapped for it again.

A group is a pure function of its makings. What is wrong with one shows when it is mapped, so that only those are noted
with which nothing is; what several of them come to together is looked at each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from reconciler.app.repository.makings import Makings
from reconciler.app.repository.notes import Notes, notes_of
from reconciler.app.repository.store_view import StoreView
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.state import Desired
from reconciler.planning.pointing import asked_targets


@dataclass(frozen=True, slots=True)
class Told:
    """What one group tells."""

    kinds: frozenset[str]
    """The kinds that git speaks of in it."""
    targets: tuple[Address, ...] = ()
    """What it points at."""
    alias: str | None = None
    """The handle that it is to have."""


def told_by(root: Address, group: Desired) -> Told:
    """Return what a group tells."""
    spoken = {address.kind for address in (*group.resources, *group.absent)}
    spoken.update(kind for _, kind in group.claimed if kind in KINDS)
    alias = KINDS[root.kind].alias
    given = group.resources[root].managed().get(alias) if alias and root in group.resources else None
    return Told(frozenset(spoken), tuple(sorted(asked_targets(group, KINDS))), given)


class Memory(Protocol):
    """What is remembered of the groups of one view."""

    def told(self, root: Address) -> Told | None:
        """Return what a group told when it was mapped; None where it has to be mapped."""

    def keep(self, root: Address, told: Told) -> None:
        """Remember what a group told, with which nothing is wrong."""


Remembered: TypeAlias = Callable[[StoreView], Memory]


class _Nothing:
    """Of a view that nobody remembers anything of."""

    def told(self, root: Address) -> Told | None:
        del root
        return None

    def keep(self, root: Address, told: Told) -> None:
        del root, told


def nothing_remembered(view: StoreView) -> Memory:
    """Return that every group has to be mapped."""
    del view
    return _Nothing()


@dataclass(frozen=True, slots=True)
class NotedView:
    """What earlier runs noted of the groups of one view."""

    makings: Makings
    notes: Notes

    def told(self, root: Address) -> Told | None:
        """Return what a group told when it was mapped; None where it has to be mapped."""
        key = self._key(root)
        held = self.notes.get(key) if key is not None else None
        if held is None:
            return None
        kinds, targets, alias = held
        return Told(frozenset(kinds), tuple(Address.parse(target) for target in targets), alias)

    def keep(self, root: Address, told: Told) -> None:
        """Note what a group told."""
        key = self._key(root)
        if key is not None:
            self.notes.put(key, [sorted(told.kinds), list(map(str, told.targets)), told.alias])

    def _key(self, root: Address) -> str | None:
        made_of = self.makings.of(root)
        return made_of.hex() if made_of is not None else None


class NotedViews:
    """The views of a repository, with what is noted of each."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._opened: list[NotedView] = []

    def __call__(self, view: StoreView) -> Memory:
        """Return what is noted of a view."""
        noted = NotedView(Makings(view), notes_of(self._root, f"mapped-{view.store.name}"))
        self._opened.append(noted)
        return noted

    def save(self) -> None:
        """Write the notes down for the next run."""
        for noted in self._opened:
            noted.notes.save()
