"""Where items are kept. Shopify: inventoryActivate, inventoryDeactivate, inventoryBulkToggleActivation.

Recorded are the refusals of unknown items and locations, of quantities for a level that is active already, of two
quantities at once, of quantities out of range, and of leaving the only location. An item that is not tracked starts
with nothing, whatever quantity it is stocked with. (recorded on 2025-01)
"""

from typing import Any

from reconciler.sandbox.inventory.ledger import Books, Move
from reconciler.sandbox.inventory.quantity_rules import MAX_TOTAL
from reconciler.sandbox.inventory.stocking import Obstacle, obstacle, stock, unstock
from reconciler.sandbox.resolvers.inventory_items import InventoryItem, find_item
from reconciler.sandbox.resolvers.inventory_levels import find_level_by_gid, location_of
from reconciler.sandbox.resolvers.locations import find_location
from reconciler.sandbox.resolvers.mutation import Keyed
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.inventory import LEVELS, Level, Location, find_level
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import number_of

_ARGUMENTS = {"available": "available", "onHand": "on_hand"}


def _activate(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    place = find_location(context, args["locationId"])
    if place is None or not place.is_active:
        message = "The product couldn't be stocked because the location wasn't found."
        raise Refused(user_error(("locationId",), message))
    item = find_item(context, number_of(args["inventoryItemId"], "InventoryItem"))
    if item is None:
        message = f"The product couldn't be stocked at {place.name} because the product was deleted."
        raise Refused(user_error(("inventoryItemId",), message))
    given = {name: args[name] for name in _ARGUMENTS if args.get(name) is not None}
    level = find_level(context.database, item.id, place.id)
    _check_quantities(given, place, level)
    level = stock(context, item.id, place)
    for name, quantity in given.items() if item.variant.tracked else ():
        delta = quantity - getattr(level, _ARGUMENTS[name])
        books = Books(context.shop, context.now, [item.id])
        books.post([Move(item.id, place.id, "available", delta)], "correction", None)
    return {"inventoryLevel": LEVELS.find(context.database, level.id), "userErrors": []}


def _check_quantities(given: dict[str, int], place: Location, level: Level | None) -> None:
    problems: list[UserError] = []
    start = f"The product couldn't be stocked at {place.name} because"
    if level and level.is_active:
        texts = {
            "available": "Not allowed to set available quantity when the item is already active at the location.",
            "onHand": "Not allowed to set an on_hand quantity when the item is already active at the location.",
        }
        problems = [user_error((name,), texts[name]) for name in given]
        if problems:
            raise Refused(*problems, payload={"inventoryLevel": level})
    if len(given) > 1:
        message = f"{start} not allowed to set available and on_hand quantities at the same time."
        problems = [user_error((name,), message) for name in given]
    for name, quantity in given.items():
        if not problems and abs(quantity) > MAX_TOTAL:
            message = f"{start} the quantity needs to be between -1 billion and 1 billion."
            problems.append(user_error((name,), message))
    if problems:
        raise Refused(*problems)


def _deactivate(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    level = find_level_by_gid(context, args["inventoryLevelId"])
    if level is None:
        message = "The product couldn't be unstocked because the inventory level wasn't found."
        raise Refused(user_error(("inventoryLevelId",), message))
    if level.is_active:
        found = obstacle(context.database, level)
        if found:
            message = f"The product couldn't be unstocked from {_place(context, level)} because {found.reason}."
            raise Refused(user_error(None, message))
        unstock(context, level)
    return {"userErrors": []}


def _toggle(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    item = find_item(context, number_of(args["inventoryItemId"], "InventoryItem"))
    if item is None:
        message = "The quantity couldn't be updated because the inventory item was not found."
        raise Refused(user_error(("inventoryItemId",), message, "INVENTORY_ITEM_NOT_FOUND"))
    problems: list[UserError] = []
    active: list[int] = []
    for index, row in enumerate(args["inventoryItemUpdates"]):
        at = ("inventoryItemUpdates", index, "locationId")
        place = find_location(context, row["locationId"])
        if place is None or (row["activate"] and not place.is_active):
            message = "The quantity couldn't be updated because the location was not found."
            problems.append(user_error(at, message, "LOCATION_NOT_FOUND"))
        elif row["activate"]:
            active.append(stock(context, item.id, place).id)
        else:
            found = _left(context, item, place)
            if found:
                message = f"The variant couldn't be unstocked from {place.name} because {found.reason}."
                problems.append(user_error(at, message, found.code))
    if problems:
        raise Refused(*problems)
    levels = [level for one in active if (level := LEVELS.find(context.database, one)) and level.is_active]
    return {"inventoryItem": find_item(context, item.id), "inventoryLevels": levels, "userErrors": []}


def _left(context: Context, item: InventoryItem, place: Location) -> Obstacle | None:
    """Take the item out of a location, unless something is in the way."""
    level = find_level(context.database, item.id, place.id)
    if level is None or not level.is_active:
        return None
    found = obstacle(context.database, level)
    if found is None:
        unstock(context, level)
    return found


def _place(context: Context, level: Level) -> str:
    place = location_of(level, context, {})
    return place.name if place else "the location"


SCOPES = {"write_inventory": ("inventoryActivate", "inventoryBulkToggleActivation", "inventoryDeactivate")}

IDEMPOTENT = {"inventoryActivate": Keyed()}

FIELDS: Fields = {
    "Mutation": {
        "inventoryActivate": _activate,
        "inventoryBulkToggleActivation": _toggle,
        "inventoryDeactivate": _deactivate,
    }
}
