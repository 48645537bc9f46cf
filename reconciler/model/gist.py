"""Gist: what the rest of a catalog has to know of a product: most need not be read as a whole to be left alone."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Given(NamedTuple):
    """A quantity that a product's own file gives."""

    position: int
    """Of the variant."""
    location: str
    reference: str | None
    """Of a change that counts once; None: it is a quantity."""


class Gist(NamedTuple):
    """What decides which stores have a product, what it may not share with another, and what it refers to."""

    key: str
    moved: tuple[str, ...]
    handle: str | None
    published: bool
    channels: tuple[str, ...] | None
    categories: tuple[str, ...] | None
    pictures: tuple[str | None, ...]
    """The file of each picture, relative to ``catalog/``; None: it has an address."""
    skus: tuple[str | None, ...]
    """Of each variant."""
    keyed: tuple[bool, ...]
    """Whether a variant goes by a key of its own, and not by its SKU."""
    stock: tuple[Given, ...]

    def spelled(self) -> list[object]:
        """Return the gist as JSON has it."""
        return [*self[:-1], [list(given) for given in self.stock]]

    @classmethod
    def parsed(cls, spelled: Sequence[Any]) -> "Gist":
        """Return the gist that came back from JSON, as a list of its fields. Raises TypeError and ValueError."""
        key, moved, handle, published, channels, categories, pictures, skus, keyed, stock = spelled
        return cls(
            key,
            tuple(moved),
            handle,
            published,
            None if channels is None else tuple(channels),
            None if categories is None else tuple(categories),
            tuple(pictures),
            tuple(skus),
            tuple(keyed),
            tuple(Given(*each) for each in stock),
        )
