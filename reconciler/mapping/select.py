"""Selection: which products reach a store, and why.

A product reaches a store when it is published and assigned to the store's channel. Channels left out mean every
channel; an empty list means none.
"""

from dataclasses import dataclass

from reconciler.model.catalog import Catalog, Entry, ListedEntry
from reconciler.model.category import CategoryEntry
from reconciler.model.origin import Place
from reconciler.model.store import Store


@dataclass(frozen=True, slots=True)
class Selection:
    """Whether a product reaches a store, with the reason and the line that decides it."""

    reaches: bool
    reason: str
    place: Place


def reaches(entry: Entry | CategoryEntry | ListedEntry, store: Store) -> bool:
    """Return whether a product, a category or what a file lists reaches the store."""
    published, channels = _published(entry)
    return published and (channels is None or store.document.channel in channels)


def selected(catalog: Catalog, store: Store) -> tuple[str, ...]:
    """Return the keys of the products that reach the store, in the order of the catalog."""
    return tuple(key for key, entry in catalog.entries.items() if reaches(entry, store))


def why(entry: Entry | CategoryEntry | ListedEntry, store: Store) -> Selection:
    """Return whether it reaches the store, and what decides it."""
    return Selection(reaches(entry, store), _reason(entry, store), entry.locate(_deciding(entry)))


def _published(entry: Entry | CategoryEntry | ListedEntry) -> tuple[bool, tuple[str, ...] | None]:
    match entry:
        case Entry(gist=gist):
            return gist.published, gist.channels
        case CategoryEntry(category=category):
            return category.published, category.channels
        case ListedEntry():
            return True, entry.channels


def _deciding(entry: Entry | CategoryEntry | ListedEntry) -> tuple[str, ...]:
    published, channels = _published(entry)
    if not published:
        return ("published",)
    return () if channels is None else ("channels",)


def _reason(entry: Entry | CategoryEntry | ListedEntry, store: Store) -> str:
    published, channels = _published(entry)
    channel = store.document.channel
    verb = "sells" if isinstance(entry, Entry) else "has"
    if not published:
        return "published is false, which takes it out of every store"
    if channels is None:
        return f"published, and names no channels, so every channel {verb} it, {channel} too"
    if channel in channels:
        return f"published, and assigned to {channel}, the channel of store {store.name}"
    return f"assigned to {', '.join(channels) or 'no channel'}; store {store.name} sells through {channel}"
