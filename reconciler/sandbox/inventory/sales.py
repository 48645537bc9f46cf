"""A customer's purchase, as far as stock feels it: an order placed, paid and sent in one go."""

from dataclasses import dataclass

from reconciler.sandbox.inventory.ledger import Books, Move
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.catalog import VARIANTS, Variant
from reconciler.sandbox.storage.inventory import LOCATIONS, Level, Location, levels_of_items
from reconciler.sandbox.wire.ids import number_of

_REASON = "other"


class CannotSell(Exception):
    """There is no such item, or it is not kept where it is to be sold from."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What is left at the location after the sale."""

    item_id: int
    location_id: int
    available: int
    on_hand: int


def sell(shop: Shop, *, what: str, quantity: int, location: str | None) -> Sale:
    """Take pieces of an item, named by its SKU or id, out of a location, named by its name or id.

    Without a location the oldest one that keeps the item sells it. Stock may become negative, as it does in a shop
    that goes on selling. Raises CannotSell.
    """
    with shop.lock:
        shop.before_write()
        with shop.database.transaction():
            variant = _variant(shop, what)
            level = _level(shop, variant, location)
            books = Books(shop, shop.now(), [variant.item_id])
            books.post([Move(variant.item_id, level.location_id, "available", -quantity)], _REASON, None)
            left = books.level(variant.item_id, level.location_id) or level
            return Sale(variant.item_id, level.location_id, left.available, left.on_hand)


def _variant(shop: Shop, what: str) -> Variant:
    number = number_of(what, "InventoryItem")
    column, key = ("item_id", number) if number is not None else ("sku", what)
    found = VARIANTS.select(shop.database, f"WHERE {column} = ? ORDER BY id", (key,))
    if not found:
        raise CannotSell(f"no inventory item is {what!r}; give a SKU or an id of an InventoryItem")
    return found[0]


def _level(shop: Shop, variant: Variant, location: str | None) -> Level:
    levels = [level for level in levels_of_items(shop.database, [variant.item_id])[variant.item_id] if level.is_active]
    if location is not None:
        place = _location(shop, location)
        levels = [level for level in levels if level.location_id == place.id]
    if not levels:
        raise CannotSell(f"item {variant.sku or variant.item_id} is not stocked at {location or 'any location'}")
    return levels[0]


def _location(shop: Shop, text: str) -> Location:
    number = number_of(text, "Location")
    column, key = ("id", number) if number is not None else ("name", text)
    found = LOCATIONS.select(shop.database, f"WHERE {column} = ? AND is_active", (key,))
    if not found:
        raise CannotSell(f"no active location is {text!r}; give a name or an id of a Location")
    return found[0]
