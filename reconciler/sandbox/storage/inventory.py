"""Locations, the levels of items at them, and the groups of changes: rows and look-ups.

A level is kept once made: unstocking an item makes its level inactive, and stocking it again finds the same row. A
level's id in the API is the number of its location's stock with the item's number, so each location has such a number.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.mates import Mates
from reconciler.sandbox.storage.table import Table

DEFAULT_LOCATION = "Shop location"


@dataclass(slots=True)
class Location:
    """A place with stock; ``stock_number`` is the first half of its levels' ids."""

    id: int
    stock_number: int
    name: str
    is_primary: bool
    is_active: bool
    fulfills_online_orders: bool
    address1: str | None
    address2: str | None
    city: str | None
    country_code: str | None
    province_code: str | None
    zip: str | None
    phone: str | None
    created_at: str
    updated_at: str
    deactivated_at: str | None
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})


@dataclass(slots=True)
class Level:
    """The quantities of an item at a location; ``moved_at`` says when each of them last changed."""

    id: int
    item_id: int
    location_id: int
    stock_number: int
    created_at: str
    updated_at: str
    moved_at: dict[str, Any]
    is_active: bool = True
    available: int = 0
    committed: int = 0
    damaged: int = 0
    incoming: int = 0
    quality_control: int = 0
    reserved: int = 0
    safety_stock: int = 0
    mates: Mates | None = field(default=None, compare=False, repr=False, metadata={"stored": False})

    @property
    def on_hand(self) -> int:
        """What is physically there: every quantity but what is on its way."""
        own = self.available + self.committed + self.damaged
        return own + self.quality_control + self.reserved + self.safety_stock

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing of the item, nor anything on its way."""
        names = ("available", "committed", "damaged", "incoming", "quality_control", "reserved", "safety_stock")
        return not any(getattr(self, name) for name in names)


@dataclass(slots=True)
class AdjustmentGroup:
    """Changes made by one call; each is {name, delta, item, location, ledger} with row numbers."""

    id: int
    reason: str
    reference: str | None
    changes: list[dict[str, Any]]
    created_at: str


LOCATIONS = Table("locations", Location, Location)
LEVELS = Table("inventory_levels", Level, Level)
GROUPS = Table("inventory_groups", AdjustmentGroup, AdjustmentGroup)


def new_location(database: Database, name: str, now: str, **known: Any) -> Location:
    """Add an active location of which nothing is known but this. Call inside a transaction."""
    ids = database.new_ids(2)
    blank: dict[str, Any] = dict.fromkeys(("address1", "address2", "city", "country_code", "province_code"))
    blank |= {"zip": None, "phone": None, "deactivated_at": None, "is_primary": False, "is_active": True}
    dates = {"created_at": now, "updated_at": now, "fulfills_online_orders": True}
    row = Location(id=ids[0], stock_number=ids[1], name=name, **(blank | dates | known))
    LOCATIONS.insert(database, [row])
    return row


def all_locations(database: Database) -> list[Location]:
    """Return every location, oldest first."""
    return LOCATIONS.select(database, "ORDER BY id")


def primary_location(database: Database) -> Location | None:
    """Return the location that new variants are stocked at: the primary one, else the oldest that is active."""
    found = LOCATIONS.select(database, "WHERE is_active ORDER BY is_primary DESC, id LIMIT 1")
    return found[0] if found else None


def new_levels(database: Database, item_id: int, stock: Sequence[tuple[Location, int]], now: str) -> list[Level]:
    """Add active levels of an item at locations, with what is available there. Call inside a transaction."""
    ids = database.new_ids(len(stock)) if stock else ()
    rows = [
        Level(row_id, item_id, place.id, place.stock_number, now, now, {"available": now}, available=amount)
        for row_id, (place, amount) in zip(ids, stock, strict=True)
    ]
    LEVELS.insert(database, rows)
    return rows


def empty_levels(database: Database, item_ids: Sequence[int], place: Location, now: str) -> None:
    """Add an active level without stock at one location for each item. Call inside a transaction."""
    rows = [
        Level(row_id, item_id, place.id, place.stock_number, now, now, {"available": now}, available=0)
        for row_id, item_id in zip(database.new_ids(len(item_ids)), item_ids, strict=True)
    ]
    LEVELS.insert(database, rows)


def find_level(database: Database, item_id: int, location_id: int) -> Level | None:
    """Return the level of an item at a location, active or not, or None."""
    found = LEVELS.select(database, "WHERE item_id = ? AND location_id = ?", (item_id, location_id))
    return found[0] if found else None


def levels_of_items(database: Database, item_ids: Sequence[int]) -> dict[int, list[Level]]:
    """Return all levels of many items, oldest first."""
    grouped: dict[int, list[Level]] = defaultdict(list)
    for level in LEVELS.among(database, "item_id", item_ids, order="item_id, id"):
        grouped[level.item_id].append(level)
    return grouped


def delete_levels(database: Database, item_ids: Sequence[int]) -> None:
    """Remove every level of these items."""
    database.run_many("DELETE FROM inventory_levels WHERE item_id = ?", [(one,) for one in item_ids])


def ensure_locations(database: Database, names: Sequence[str], now: str) -> None:
    """Make sure that there is a primary location, and one of each name. Call inside a transaction.

    In a shop without locations the first name is the primary's.
    """
    known = {row.name for row in all_locations(database)}
    if not known:
        first = names[0] if names else DEFAULT_LOCATION
        new_location(database, first, now, is_primary=True)
        known.add(first)
    for name in names:
        if name not in known:
            new_location(database, name, now)
            known.add(name)
