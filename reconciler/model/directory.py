"""Directory: what a store calls its places, and their ids. Files and plans name places; the API wants ids.

A place is something of a store that git refers to and does not make: a location, a publication. A store's file may
give it a name of its own (``locations: {berlin: Warehouse Berlin}``); otherwise it goes by the store's name for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

PlaceKind = Literal["location", "publication"]


@dataclass(frozen=True, slots=True)
class Directory:
    """The places of one store, by kind: the name that git uses → id."""

    places: Mapping[PlaceKind, Mapping[str, str]] = field(default_factory=dict)
    titles: Mapping[PlaceKind, Mapping[str, str]] = field(default_factory=dict)
    """By kind: id → what the store calls the place, whether or not git has a name for it."""
    _called: Mapping[PlaceKind, Mapping[str, Sequence[str]]] = field(init=False, repr=False, compare=False)
    """By kind: a title, or an id, as addresses spell it → the ids of the places that may be meant by it."""

    def __post_init__(self) -> None:
        found: dict[PlaceKind, dict[str, list[str]]] = {}
        for kind, titles in self.titles.items():
            of_kind = found.setdefault(kind, {})
            for place_id, title in titles.items():
                for name in dict.fromkeys((_spelled(title), _spelled(place_id))):
                    of_kind.setdefault(name, []).append(place_id)
        object.__setattr__(self, "_called", found)

    def id(self, kind: PlaceKind, name: str) -> str | None:
        """Return the id of the place that ``name`` gives this name; None when the store has none, or several.

        Git's own name wins over the title of another place.
        """
        found = self.places.get(kind, {}).get(name)
        if found is not None:
            return found
        return next((each for each in self._meant(kind, name) if self.name(kind, each) == name), None)

    def name(self, kind: PlaceKind, place_id: str) -> str:
        """Return what git calls a place: its own name for it, else the store's, else its id. None share a name."""
        named = self.places.get(kind, {})
        for name, known in named.items():
            if known == place_id:
                return name
        title = _spelled(self.titles.get(kind, {}).get(place_id, place_id))
        shared = title in named or len(self._meant(kind, title)) > 1
        return _spelled(place_id) if shared else title

    def lacking(self, kind: PlaceKind, name: str) -> str | None:
        """Return why a name stands for no place of the store, and what to do about it; None where it stands for one."""
        if self.id(kind, name) is not None:
            return None
        called = self._meant(kind, name)
        ask = f"under {kind}s: in the store's file"
        if len(called) > 1:
            meant = " or ".join(f"{name}: {each}" for each in sorted(called))
            return f"{len(called)} {kind}s of the store are called {name}; write which one is meant {ask}: {meant}"
        if called:
            return f"{kind} {name} is called {self.name(kind, called[0])} by now; give it the name {name} {ask}"
        return f"the store has no {kind} {name} any more; give this name to the one that takes its place, {ask}"

    def _meant(self, kind: PlaceKind, name: str) -> Sequence[str]:
        return self._called.get(kind, {}).get(name, ())


def _spelled(title: str) -> str:
    """Return a title as a part of an address."""
    return title.replace("/", "-")
