"""Stock: the quantities of a variant at the locations of one store, from its product's file and from tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.mapping.member import Member
from reconciler.model.address import Address
from reconciler.model.catalog import Entry, StockRow, Variant
from reconciler.model.errors import Diagnostic
from reconciler.model.origin import Place, Whereabouts, place_of
from reconciler.model.ownership import Ownership, OwnershipPolicy
from reconciler.model.stocktaking import Stock
from reconciler.model.store import Store

_OWNERS: Final[Mapping[str, Ownership]] = {"set": "enforce", "seed": "seed", "observe": "observe"}


@dataclass(frozen=True, slots=True)
class Counted:
    """A variant whose stock is asked for, with the rows of tables that speak of it."""

    entry: Entry
    variant: Variant
    position: int
    address: Address
    rows: Sequence[StockRow]
    is_tracked: bool
    """False: git says that the store does not count its stock."""


def stock_members(
    counted: Counted, store: Store, owners: OwnershipPolicy, problems: list[Diagnostic]
) -> Iterator[Member]:
    """Yield the quantities of a variant where the store has a location of that name; other stores have the others.

    An intent that a quantity, its location or its store was given is closer than what ``owners`` say of all stock.
    """
    set_at: set[str] = set()
    adjusted_at: dict[str, Member] = {}
    for location, stock, where in _given(counted):
        if location not in store.document.locations:
            continue
        if stock is not None and not counted.is_tracked:
            summary = f"{counted.address} is not tracked, so that its stock counts for nothing"
            problems.append(Diagnostic(summary, place_of(where), "give the variant tracked: true, or delete its stock"))
            continue
        level = Address("stock", f"{counted.address.key}/{location}")
        if stock is None:
            yield Member(level, None, where)
        elif stock.adjust is not None:
            change = Address("adjustment", f"{counted.address.key}/{location}: {_in_a_key(stock.reference or '')}")
            adjusting = Member(change, {"delta": stock.adjust}, where, owner="seed")
            adjusted_at.setdefault(location, adjusting)
            yield adjusting
        else:
            owner = _owner(stock, location, store)
            set_at |= {location} if (owner or owners.of("stock", "available")) == "enforce" else set()
            yield Member(level, {"available": stock.quantity}, where, owner=owner)
    for location in sorted(set_at & adjusted_at.keys()):
        summary = f"{counted.address} is both set and adjusted at {location}: what is set undoes each change"
        problems.append(
            Diagnostic(summary, adjusted_at[location].place, "keep one of them, or give the quantity intent: seed")
        )


def _owner(stock: Stock, location: str, store: Store) -> Ownership | None:
    """Return what the nearest intent says; None where there is none."""
    of_store = store.document.stock if "stock" in store.document.model_fields_set else None
    intent = stock.intent or store.document.locations[location].intent or of_store
    return _OWNERS[intent] if intent is not None else None


def _in_a_key(reference: str) -> str:
    """Return a reference without the slash, which divides the parts of a key."""
    return reference.replace("%", "%25").replace("/", "%2F")


def _given(counted: Counted) -> Iterator[tuple[str, Stock | None, Place | Whereabouts]]:
    entry = counted.entry
    for location, stock in (counted.variant.stock or {}).items():
        path = ("variants", counted.position, "stock", location)
        yield location, stock, Whereabouts(entry.file, path, entry.locate)
    for row in counted.rows:
        yield row.location, row.stock, row.place
