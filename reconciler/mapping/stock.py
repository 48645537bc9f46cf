"""Stock: the quantities of a variant at the locations of one store, from its product's file and from tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconciler.mapping.member import Member
from reconciler.model.address import Address
from reconciler.model.catalog import Entry, StockRow, Variant
from reconciler.model.origin import Place
from reconciler.model.ownership import Ownership
from reconciler.model.stocktaking import Stock
from reconciler.model.store import Store

_OWNERS: Final[Mapping[str, Ownership]] = {"set": "enforce", "seed": "seed", "observe": "observe"}


def stock_members(
    entry: Entry, position: int, address: Address, rows: Sequence[StockRow], store: Store
) -> Iterator[Member]:
    """Yield the quantities of a variant where the store has a location of that name; other stores have the others."""
    variant = entry.product.variants[position]
    for location, stock, place in _given(entry, position, variant, rows):
        if location not in store.document.locations:
            continue
        if stock is None:
            yield Member(Address("stock", f"{address.key}/{location}"), None, place)
        elif stock.adjust is not None:
            change = Address("adjustment", f"{address.key}/{location}: {stock.reference}")
            yield Member(change, {"delta": stock.adjust}, place, owner="seed")
        else:
            intent = stock.intent or store.document.locations[location].intent or store.document.stock
            level = Address("stock", f"{address.key}/{location}")
            yield Member(level, {"available": stock.quantity}, place, owner=_OWNERS[intent])


def _given(
    entry: Entry, position: int, variant: Variant, rows: Sequence[StockRow]
) -> Iterator[tuple[str, Stock | None, Place]]:
    for location, stock in (variant.stock or {}).items():
        yield location, stock, entry.locate(("variants", position, "stock", location))
    for row in rows:
        yield row.location, row.stock, row.place
