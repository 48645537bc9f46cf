"""Directory: what a store calls its places, and their ids. Files and plans name places; the API wants ids.

A place is something of a store that git refers to and does not make: a location, a publication. A store's file may
give it a name of its own (``locations: {berlin: Warehouse Berlin}``); otherwise it goes by the store's name for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PlaceKind = Literal["location", "publication"]


@dataclass(frozen=True, slots=True)
class Directory:
    """The places of one store, by kind: the name that git uses → id."""

    places: Mapping[PlaceKind, Mapping[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """Id → what the store calls the place, for those that git has no name for."""

    def id(self, kind: PlaceKind, name: str) -> str | None:
        """Return the id of a place; None when the store has none of that name."""
        return self.places.get(kind, {}).get(name)

    def name(self, kind: PlaceKind, place_id: str) -> str:
        """Return what git calls a place: its own name for it, else the store's, else its id."""
        for name, known in self.places.get(kind, {}).items():
            if known == place_id:
                return name
        return self.titles.get(place_id, place_id).replace("/", "-")
