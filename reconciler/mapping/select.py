"""Selection: which products reach a store, and why.

A product reaches a store when it is published and assigned to the store's channel. Channels left out mean every
channel; an empty list means none.
"""

from dataclasses import dataclass

from reconciler.model.catalog import Catalog, Entry
from reconciler.model.category import CategoryEntry
from reconciler.model.origin import Place
from reconciler.model.store import Store


@dataclass(frozen=True, slots=True)
class Selection:
    """Whether a product reaches a store, with the reason and the line that decides it."""

    reaches: bool
    reason: str
    place: Place


def reaches(entry: Entry | CategoryEntry, store: Store) -> bool:
    """Return whether a product or category reaches the store."""
    document = entry.product if isinstance(entry, Entry) else entry.category
    return document.published and (document.channels is None or store.document.channel in document.channels)


def selected(catalog: Catalog, store: Store) -> tuple[str, ...]:
    """Return the keys of the products that reach the store, in the order of the catalog."""
    return tuple(key for key, entry in catalog.entries.items() if reaches(entry, store))


def why(entry: Entry | CategoryEntry, store: Store) -> Selection:
    """Return whether the product reaches the store, and what decides it."""
    return Selection(reaches(entry, store), _reason(entry, store), entry.locate(_deciding(entry)))


def _deciding(entry: Entry | CategoryEntry) -> tuple[str, ...]:
    document = entry.product if isinstance(entry, Entry) else entry.category
    if not document.published:
        return ("published",)
    return () if document.channels is None else ("channels",)


def _reason(entry: Entry | CategoryEntry, store: Store) -> str:
    document = entry.product if isinstance(entry, Entry) else entry.category
    channel = store.document.channel
    if not document.published:
        return "published is false, which takes it out of every store"
    if document.channels is None:
        return f"published, and names no channels, so every channel sells it, {channel} too"
    if channel in document.channels:
        return f"published, and assigned to {channel}, the channel of store {store.name}"
    assigned = ", ".join(document.channels) or "no channel"
    return f"assigned to {assigned}; store {store.name} sells through {channel}"
