"""Quantities that come with variants: stated for new ones, adjusted for old ones. All of it counts as available.

Shopify: productSet (inventoryQuantities), productVariantsBulkCreate (inventoryQuantities), productVariantsBulkUpdate
(quantityAdjustments). A new variant is stocked exactly where its quantities say; an old one in productSet only where
it is stocked already. Messages not recorded are the descriptions of their codes in the schema.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.inventory.ledger import Books, Move
from reconciler.sandbox.inventory.quantity_rules import MAX_TOTAL, SETTABLE
from reconciler.sandbox.inventory.stocking import obstacle, stock, unstock
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.inventory import (
    LOCATIONS,
    Level,
    Location,
    delete_levels,
    find_level,
    new_levels,
)
from reconciler.sandbox.wire.errors import UserError, invalid_arguments, user_error
from reconciler.sandbox.wire.ids import number_of

MAX_QUANTITIES = 50_000
_REASON = "other"

At = tuple[str | int, ...]
Given = Sequence[Mapping[str, Any]]


def too_many_quantities(rows: Sequence[Mapping[str, Any]], name: str, at: At) -> list[UserError]:
    """Return the error of a mutation that carries more quantities than one may."""
    if sum(len(row.get(name) or []) for row in rows) <= MAX_QUANTITIES:
        return []
    message = (
        f"Inventory quantity input exceeds the limit of {MAX_QUANTITIES}. "
        "Consider using separate `inventorySetQuantities` mutations."
    )
    return [user_error(at, message, "INVENTORY_QUANTITIES_LIMIT_EXCEEDED")]


def open_stock(context: Context, item_id: int, rows: Given, at: At) -> list[UserError]:
    """Stock a new item where the rows say, with what they say; return what is wrong."""
    places, problems = _places(context, rows, at)
    if problems or not rows:
        return problems
    delete_levels(context.database, [item_id])
    stated = {place.id: (place, _quantity(row)) for place, row in zip(places, rows, strict=True)}
    new_levels(context.database, item_id, list(stated.values()), context.now)
    return []


def restate_stock(context: Context, item_id: int, rows: Given, at: At) -> list[UserError]:
    """Set the quantities of an item that is there already; return what is wrong."""
    places, problems = _places(context, rows, at)
    if problems or not rows:
        return problems
    books = Books(context.shop, context.now, [item_id])
    moves: dict[int, Move] = {}
    for index, (place, row) in enumerate(zip(places, rows, strict=True)):
        level = books.level(item_id, place.id)
        if level is None or not level.is_active:
            message = "Inventory quantities can only be set at locations where the variant is already stocked."
            problems.append(user_error((*at, index, "locationId"), message, "INVALID_VARIANT"))
            continue
        delta = _quantity(row) - books.quantity(item_id, place.id, row.get("name") or "available")
        moves[place.id] = Move(item_id, place.id, "available", delta)
    if not problems:
        books.post(list(moves.values()), _REASON, None)
    return problems


def adjust_stock(context: Context, item_id: int, rows: Given, at: At) -> list[UserError]:
    """Change the available quantities of an item by the rows' deltas; null takes it out of the location."""
    if any("changeFromQuantity" not in row for row in rows):
        raise invalid_arguments("InventoryAdjustmentInput must include the following argument: changeFromQuantity.")
    problems: list[UserError] = []
    moves: list[Move] = []
    books = Books(context.shop, context.now, [item_id])
    for index, row in enumerate(rows):
        here: At = (*at, index)
        place = _active(context, row["locationId"])
        if place is None:
            problems.append(_missing((*here, "locationId")))
            continue
        level = books.level(item_id, place.id)
        expected = row["changeFromQuantity"]
        if expected is not None and expected != books.quantity(item_id, place.id, "available"):
            message = "The changeFromQuantity argument no longer matches the persisted quantity."
            problems.append(user_error((*here, "changeFromQuantity"), message, "INVALID_INPUT"))
        elif row.get("adjustment") is None:
            problems += _taken_out(context, level, place, here)
        else:
            if level is None or not level.is_active:
                stock(context, item_id, place)
            moves.append(Move(item_id, place.id, "available", row["adjustment"]))
    if moves and not problems:
        Books(context.shop, context.now, [item_id]).post(moves, _REASON, None)
    return problems


def _taken_out(context: Context, level: Level | None, place: Location, at: At) -> list[UserError]:
    level = find_level(context.database, level.item_id, place.id) if level else None
    if level is None or not level.is_active:
        return []
    found = obstacle(context.database, level)
    if found:
        message = f"The variant couldn't be unstocked from {place.name} because {found.reason}."
        return [user_error((*at, "adjustment"), message, "INVALID_INPUT")]
    unstock(context, level)
    return []


def _places(context: Context, rows: Given, at: At) -> tuple[list[Location], list[UserError]]:
    places: list[Location] = []
    problems: list[UserError] = []
    for index, row in enumerate(rows):
        here: At = (*at, index)
        place = _active(context, row["locationId"])
        if place:
            places.append(place)
        else:
            problems.append(_missing((*here, "locationId")))
        if row.get("name") is not None and row["name"] not in SETTABLE:
            message = "The quantity name must be either 'available' or 'on_hand'."
            problems.append(user_error((*here, "name"), message, "INVALID_INPUT"))
        if not -MAX_TOTAL <= _quantity(row) <= MAX_TOTAL:
            message = "The quantity needs to be between -1 billion and 1 billion."
            problems.append(user_error(here, message, "INVALID_INPUT"))
    return places, problems


def _active(context: Context, text: str) -> Location | None:
    place = LOCATIONS.find(context.database, number_of(text, "Location"))
    return place if place and place.is_active else None


def _missing(at: At) -> UserError:
    message = "Quantity could not be set. The location was not found."
    return user_error(at, message, "TRACKED_VARIANT_LOCATION_NOT_FOUND")


def _quantity(row: Mapping[str, Any]) -> int:
    found: int = row["quantity"] if "quantity" in row else row["availableQuantity"]
    return found
