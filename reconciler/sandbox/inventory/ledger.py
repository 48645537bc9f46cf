"""Changing quantities: every change of stock goes through here, and leaves a group that says what it was.

The API's number for what is on hand is no quantity of its own: it is the sum of all but ``incoming``, so a change of
one of those shows up in it as well, listed after the changes that were asked for. (recorded on 2026-04)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.inventory import (
    GROUPS,
    LEVELS,
    LOCATIONS,
    AdjustmentGroup,
    Level,
    levels_of_items,
    new_levels,
)
from reconciler.sandbox.storage.lists import in_lists
from reconciler.sandbox.storage.stock_totals import freeze_totals

NAMES = ("available", "committed", "damaged", "incoming", "on_hand", "quality_control", "reserved", "safety_stock")
NOT_ON_HAND = frozenset({"incoming", "on_hand"})
# How long a product goes on showing the total it had. (recorded: the old one a second later; the length is inferred)
TOTALS_LAG_S = 5.0


@dataclass(frozen=True, slots=True)
class Move:
    """A quantity of an item at a location that changes by ``delta``; ``ledger`` is the document it is booked to."""

    item_id: int
    location_id: int
    name: str
    delta: int
    ledger: str | None = None


class Books:
    """The levels of some items, changed in memory until they are closed."""

    def __init__(self, shop: Shop, now: str, item_ids: Iterable[int]) -> None:
        self._shop = shop
        self._now = now
        listed = sorted(set(item_ids))
        self._levels = {
            (level.item_id, level.location_id): level
            for levels in levels_of_items(shop.database, listed).values()
            for level in levels
        }

    def level(self, item_id: int, location_id: int) -> Level | None:
        """Return the level, or None if the item was never kept at the location."""
        return self._levels.get((item_id, location_id))

    def quantity(self, item_id: int, location_id: int, name: str) -> int:
        """Return a quantity; where the item was never kept it is 0."""
        level = self.level(item_id, location_id)
        return int(getattr(level, name)) if level else 0

    def post(self, moves: Sequence[Move], reason: str, reference: str | None) -> AdjustmentGroup | None:
        """Carry out the changes and return their group; None if nothing changes. Call inside a transaction.

        A quantity may be set where the item is not stocked: its level is made, and stays inactive. (since 2026-10)
        """
        real = [move for move in moves if move.delta]
        if not real:
            return None
        database = self._shop.database
        self._announce(real)
        on_hand: dict[tuple[int, int], int] = {}
        for move in real:
            key = (move.item_id, move.location_id)
            level = self._levels.get(key) or self._new_level(*key)
            setattr(level, move.name, getattr(level, move.name) + move.delta)
            level.moved_at = {**level.moved_at, move.name: self._now}
            level.updated_at = self._now
            if move.name not in NOT_ON_HAND:
                on_hand[key] = on_hand.get(key, 0) + move.delta
        LEVELS.update(database, [self._levels[key] for key in {(one.item_id, one.location_id) for one in real}])
        changes = [
            {
                "name": one.name,
                "delta": one.delta,
                "item": one.item_id,
                "location": one.location_id,
                "ledger": one.ledger,
            }
            for one in (*real, *(Move(*key, "on_hand", delta) for key, delta in on_hand.items() if delta))
        ]
        group = AdjustmentGroup(database.new_id(), reason, reference, changes, self._now)
        GROUPS.insert(database, [group])
        return group

    def _new_level(self, item_id: int, location_id: int) -> Level:
        database = self._shop.database
        place = LOCATIONS.find(database, location_id)
        assert place is not None  # noqa: S101 the rules have found it
        level = new_levels(database, item_id, [(place, 0)], self._now)[0]
        level.is_active = False
        self._levels[item_id, location_id] = level
        return level

    def _announce(self, moves: Sequence[Move]) -> None:
        products = products_of_items(self._shop.database, {one.item_id for one in moves if one.name == "available"})
        lag_totals(self._shop, products)
        touch_products(self._shop.database, products, self._now)


def lag_totals(shop: Shop, product_ids: Sequence[int]) -> None:
    """Let the products show their present totals for a while longer. Call before their stock changes."""
    freeze_totals(shop.database, product_ids, shop.clock(), shop.clock() + TOTALS_LAG_S)


def touch_products(database: Database, product_ids: Sequence[int], now: str) -> None:
    """Note that the products changed: their stock counts. (schema, Product.updatedAt)."""
    database.run_many("UPDATE products SET updated_at = ? WHERE id = ?", [(now, one) for one in product_ids])


def products_of_items(database: Database, item_ids: Iterable[int]) -> list[int]:
    """Return the ids of the products that the items belong to."""
    found: set[int] = set()
    listed = sorted(item_ids)
    for marks, chunk in in_lists(listed):
        sql = f"SELECT DISTINCT product_id FROM variants WHERE item_id IN ({marks})"  # noqa: S608 question marks only
        found |= {int(row[0]) for row in database.rows(sql, chunk)}
    return sorted(found)
