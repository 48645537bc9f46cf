"""Which embedded stores a repository names, and what a new one of them has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.app.repository.workspace import VOCABULARY
from reconciler.app.stores.connect import places_of_new
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.model.errors import WrongUsage
from reconciler.model.meant import meant


@dataclass(frozen=True, slots=True)
class EmbeddedStore:
    """An embedded store as it is made, whoever asks for it first."""

    name: str
    currency: str | None
    """None: one that is there already, and that no store file names."""
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


def embedded_store(root: Path, name: str, there: Sequence[str]) -> EmbeddedStore:
    """Return an embedded store as the repository says, or one of those that are there.

    Raises WrongUsage for a name that neither has: a misspelled one would seem to be an empty store.
    """
    known = {store.name: store for store in embedded_in(root)}
    if name in known:
        return known[name]
    if name in there:
        return EmbeddedStore(name, None)
    hint = meant(name, {*known, *there}, None if known or there else "name it in a store's file: url: sandbox:NAME")
    message = f"there is no embedded store {name}; {hint}"
    raise WrongUsage(message)
