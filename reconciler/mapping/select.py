"""Selection: which products reach a store, and why.

A product reaches a store when it is published and assigned to the store's channel. Channels left out mean every
channel; an empty list means none.
"""

from dataclasses import dataclass

from reconciler.model.catalog import Catalog, Entry
from reconciler.model.origin import Place
from reconciler.model.store import Store


@dataclass(frozen=True, slots=True)
class Selection:
    """Whether a product reaches a store, with the reason and the line that decides it."""

    reaches: bool
    reason: str
    place: Place


def selected(catalog: Catalog, store: Store) -> tuple[str, ...]:
    """Return the keys of the products that reach the store, in the order of the catalog."""
    return tuple(key for key, entry in catalog.entries.items() if _reaches(entry, store))


def why(entry: Entry, store: Store) -> Selection:
    """Return whether the product reaches the store, and what decides it."""
    return Selection(_reaches(entry, store), _reason(entry, store), entry.locate(_deciding(entry)))


def _reaches(entry: Entry, store: Store) -> bool:
    product = entry.product
    return product.published and (product.channels is None or store.document.channel in product.channels)


def _deciding(entry: Entry) -> tuple[str, ...]:
    product = entry.product
    if not product.published:
        return ("published",)
    return () if product.channels is None else ("channels",)


def _reason(entry: Entry, store: Store) -> str:
    product, channel = entry.product, store.document.channel
    if not product.published:
        return "published is false, which takes it out of every store"
    if product.channels is None:
        return f"published, and names no channels, so every channel sells it, {channel} too"
    if channel in product.channels:
        return f"published, and assigned to {channel}, the channel of store {store.name}"
    assigned = ", ".join(product.channels) or "no channel"
    return f"assigned to {assigned}; store {store.name} sells through {channel}"
