"""Makings: all that the group of a product in a store is made of, as one digest: same makings, same group.

The bytes of its file and the place in it, its pictures and its stock; the mapping, the store's file and every file that
lists what products refer to; and our own code.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from reconciler.app.repository.engine import engine
from reconciler.app.repository.store_view import StoreView
from reconciler.mapping.pictures import file_at
from reconciler.model.address import Address
from reconciler.model.catalog import Entry
from reconciler.planning.digest import SIZE, digest

_GROUPWISE: Final = ("catalog/products/", "catalog/collections/", "catalog/stock/")
"""Files that are digested with the groups that they are about."""


class Makings:
    """The makings of the products of one store, each worked out once."""

    def __init__(self, view: StoreView) -> None:
        self._view = view
        self._common = digest((engine(), sorted(_common(view))))
        self._known: dict[Address, bytes | None] = {}

    def of(self, root: Address) -> bytes | None:
        """Return the digest of what a product is made of; None for what is no product of the store."""
        if root not in self._known:
            self._known[root] = self._of(root)
        return self._known[root]

    def _of(self, root: Address) -> bytes | None:
        entry, catalog = self._view.entries.get(root), self._view.catalog
        if not isinstance(entry, Entry):
            return None
        gist = entry.gist
        pictures = [catalog.files.get(file_at(picture)) for picture in gist.pictures if picture is not None]
        rows = [(row.location, row.stock) for sku in gist.skus if sku for row in catalog.stock.get(sku, ())]
        spelled = repr((catalog.inputs[entry.file], entry.above, pictures, rows))
        return blake2b(spelled.encode("utf-8", "surrogatepass"), key=self._common, digest_size=SIZE).digest()


def _common(view: StoreView) -> Iterator[tuple[str, str]]:
    """Yield the files that speak of every product, each with the digest of it."""
    for file, content in view.inputs.items():
        if not file.startswith(_GROUPWISE) and file not in view.catalog.files:
            yield file, content
