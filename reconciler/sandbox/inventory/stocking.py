"""Where an item is kept: stocked at a location and taken out again. Its level stays, active or not.

The sentences about committed, incoming and unavailable stock are the schema's descriptions of their codes, worded as
the recorded refusals are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.inventory.ledger import lag_totals, products_of_items, touch_products
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.inventory import (
    LEVELS,
    Level,
    Location,
    delete_levels,
    empty_levels,
    find_level,
    levels_of_items,
    new_levels,
    primary_location,
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a level cannot be made inactive: a code, and the second half of a sentence."""

    code: str
    reason: str


def stock_new_items(context: Context, item_ids: Sequence[int]) -> None:
    """Stock items that were just made: at the primary location, with nothing there. (recorded on 2026-04)."""
    place = primary_location(context.database) if item_ids else None
    if place:
        empty_levels(context.database, item_ids, place, context.now)


def forget_items(database: Database, item_ids: list[int]) -> None:
    """Remove all that is known of the stock of items that are going away."""
    delete_levels(database, item_ids)


def stock(context: Context, item_id: int, place: Location) -> Level:
    """Return the level of an item at a location, active from now on; what it held before it holds again."""
    level = find_level(context.database, item_id, place.id)
    if level is None:
        return new_levels(context.database, item_id, [(place, 0)], context.now)[0]
    if not level.is_active:
        _switch(context, level, is_active=True)
    return level


def unstock(context: Context, level: Level) -> None:
    """Make the level inactive, if it is not."""
    if level.is_active:
        _switch(context, level, is_active=False)


def obstacle(database: Database, level: Level) -> Obstacle | None:
    """Return why the level cannot be made inactive, or None; available stock alone is no obstacle. (recorded)."""
    if level.committed and level.incoming:
        return Obstacle("COMMITTED_AND_INCOMING_INVENTORY_AT_LOCATION", "it has committed and incoming quantities")
    if level.committed:
        return Obstacle("COMMITTED_INVENTORY_AT_LOCATION", "it has committed quantities")
    if level.incoming:
        return Obstacle("INCOMING_INVENTORY_AT_LOCATION", "it has incoming quantities")
    if level.reserved or level.damaged or level.quality_control or level.safety_stock:
        return Obstacle("RESERVED_INVENTORY_AT_LOCATION", "it has unavailable quantities")
    others = levels_of_items(database, [level.item_id]).get(level.item_id, [])
    if not any(one.is_active and one.id != level.id for one in others):
        reason = "products need to be stocked at a minimum of 1 location"
        return Obstacle("CANNOT_DEACTIVATE_FROM_ONLY_LOCATION", reason)
    return None


def _switch(context: Context, level: Level, *, is_active: bool) -> None:
    products = products_of_items(context.database, [level.item_id]) if level.available else []
    lag_totals(context.shop, products)
    touch_products(context.database, products, context.now)
    level.is_active = is_active
    level.updated_at = context.now
    LEVELS.update(context.database, [level])
