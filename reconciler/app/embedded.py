"""Which embedded stores a repository names, and what a new one of them has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.app.connect import places_of_new
from reconciler.app.workspace import VOCABULARY
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores


@dataclass(frozen=True, slots=True)
class EmbeddedStore:
    """An embedded store as it is made, whoever asks for it first."""

    name: str
    currency: str
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The names of its locations and publications."""


def embedded_in(root: Path) -> tuple[EmbeddedStore, ...]:
    """Return every embedded store that a store file names."""
    stores = load_stores(WorkTree(root), VOCABULARY)
    return tuple(
        EmbeddedStore(store.sandbox_name, store.currency, places_of_new(store))
        for store in stores
        if store.sandbox_name is not None
    )


def embedded_store(root: Path, name: str, currency_of_stranger: str) -> EmbeddedStore:
    """Return an embedded store as the repository says; one that no store file names has the given currency."""
    known = {store.name: store for store in embedded_in(root)}
    return known.get(name) or EmbeddedStore(name, currency_of_stranger)
