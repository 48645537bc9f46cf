"""Changing quantities. Shopify: inventorySetQuantities, inventoryAdjustQuantities, InventoryAdjustmentGroup.

So do inventoryMoveQuantities, and inventorySetOnHandQuantities, which is deprecated.

A call is all or nothing. Changes list no quantity afterwards: the real API leaves it null. (recorded on 2026-04)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from reconciler.sandbox.inventory.quantity_rules import Row, adjust_rows, books_for, move_rows, set_rows
from reconciler.sandbox.resolvers.inventory_items import InventoryItem
from reconciler.sandbox.resolvers.mutation import Keyed
from reconciler.sandbox.resolvers.shop import App
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import VARIANTS
from reconciler.sandbox.storage.inventory import GROUPS, LOCATIONS, AdjustmentGroup, Location
from reconciler.sandbox.storage.mates import together
from reconciler.sandbox.wire.errors import ApiError
from reconciler.sandbox.wire.ids import gid, number_of

# What the real API answers to every app that reads who on the staff it was. (recorded on 2025-01)
_STAFF_ACCESS = (
    "`read_users` access scope. Also: The app must be a finance embedded app or installed on a Shopify Plus or "
    "Advanced store. Contact Shopify Support to enable this scope for your app."
)


class StaffMember:
    """Somebody who works for the shop; apps here may not see any."""

    def __init__(self, number: int) -> None:
        self.id = number


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a group, with the rows that it is about as far as they are still there."""

    stored: Mapping[str, Any]
    item: InventoryItem | None
    location: Location | None


def _set(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    return _posted(context, given, set_rows(context, given, name=given["name"], rows_name="quantities"))


def _set_on_hand(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    return _posted(context, given, set_rows(context, given, name="on_hand", rows_name="setQuantities"))


def _adjust(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    return _posted(context, args["input"], adjust_rows(context, args["input"]))


def _move(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    return _posted(context, args["input"], move_rows(context, args["input"]))


def _posted(context: Context, given: Mapping[str, Any], rows: list[Row]) -> dict[str, Any]:
    books = books_for(context, rows)
    moves = [row.move(books) for row in rows]
    group = books.post(moves, given["reason"], given.get("referenceDocumentUri"))
    return {"inventoryAdjustmentGroup": group, "userErrors": []}


def _changes(group: AdjustmentGroup, context: Context, args: Args) -> list[Change]:
    stored = [one for one in group.changes if _is_asked(one, args)]
    variants = VARIANTS.among(context.database, "item_id", sorted({one["item"] for one in stored}))
    together(variants)
    places = LOCATIONS.among(context.database, "id", sorted({one["location"] for one in stored}))
    together(places)
    items = {variant.item_id: InventoryItem(variant) for variant in variants}
    by_id = {place.id: place for place in places}
    return [Change(one, items.get(one["item"]), by_id.get(one["location"])) for one in stored]


def _is_asked(change: Mapping[str, Any], args: Args) -> bool:
    for name, part, kind in (("inventoryItemIds", "item", "InventoryItem"), ("locationIds", "location", "Location")):
        if args.get(name) is not None and change[part] not in {number_of(text, kind) for text in args[name]}:
            return False
    return args.get("quantityNames") is None or change["name"] in args["quantityNames"]


def _staff(_group: AdjustmentGroup, _context: Context, _args: Args) -> None:
    message = f"Access denied for staffMember field. Required access: {_STAFF_ACCESS}"
    documentation = "https://shopify.dev/api/usage/access-scopes"
    raise ApiError("ACCESS_DENIED", message, documentation=documentation, requiredAccess=_STAFF_ACCESS)


KINDS = {AdjustmentGroup: "InventoryAdjustmentGroup", StaffMember: "StaffMember"}
NODES = {"InventoryAdjustmentGroup": lambda context, number: GROUPS.find(context.database, number)}

SCOPES = {
    "write_inventory": (
        "inventoryAdjustQuantities",
        "inventoryMoveQuantities",
        "inventorySetOnHandQuantities",
        "inventorySetQuantities",
    ),
}

_ONCE = Keyed(fails_for_good=True)
IDEMPOTENT = {name: _ONCE for names in SCOPES.values() for name in names}

FIELDS: Fields = {
    "Mutation": {
        "inventoryAdjustQuantities": _adjust,
        "inventoryMoveQuantities": _move,
        "inventorySetOnHandQuantities": _set_on_hand,
        "inventorySetQuantities": _set,
    },
    "InventoryAdjustmentGroup": {
        "id": lambda group, _context, _args: gid("InventoryAdjustmentGroup", group.id),
        "app": lambda _group, context, _args: App(context.settings),
        "changes": _changes,
        "createdAt": attrgetter("created_at"),
        "reason": attrgetter("reason"),
        "referenceDocumentUri": attrgetter("reference"),
        "staffMember": _staff,
    },
    "InventoryChange": {
        "name": lambda change, _context, _args: change.stored["name"],
        "delta": lambda change, _context, _args: change.stored["delta"],
        "item": attrgetter("item"),
        "location": attrgetter("location"),
        "ledgerDocumentUri": lambda change, _context, _args: change.stored["ledger"],
        "quantityAfterChange": lambda _change, _context, _args: None,
    },
    "StaffMember": {"id": lambda member, _context, _args: gid("StaffMember", member.id)},
}
