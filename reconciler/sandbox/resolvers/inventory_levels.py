"""Reading stock: levels with their quantities. Shopify: InventoryLevel, inventoryLevel, inventoryProperties.

Levels of a page of items are read together, and so are their items and locations. ``isInUse`` of a quantity name is
inferred: a name that any level has ever had a quantity under, beside the three that every shop uses.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.inventory.ledger import NAMES, NOT_ON_HAND
from reconciler.sandbox.inventory.stock_reads import variant_levels
from reconciler.sandbox.inventory.stocking import obstacle
from reconciler.sandbox.resolvers.inventory_items import InventoryItem
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, list_page, row_page
from reconciler.sandbox.search.stock import LEVEL_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import VARIANTS, Variant
from reconciler.sandbox.storage.inventory import LEVELS, LOCATIONS, Level, Location, find_level
from reconciler.sandbox.storage.mates import Mates, together
from reconciler.sandbox.wire.ids import gid, number_of, parse_gid

_ALWAYS_IN_USE = frozenset({"available", "committed", "on_hand"})


def level_gid(level: Level) -> str:
    """Return the level's global id: its location's stock number, and the item's number behind a question mark."""
    return f"{gid('InventoryLevel', level.stock_number)}?inventory_item_id={level.item_id}"


def find_level_by_gid(context: Context, text: str) -> Level | None:
    """Return the level with this global id, or None."""
    parsed = parse_gid(text)
    name, _, item = parsed.query.partition("=") if parsed and parsed.kind == "InventoryLevel" else ("", "", "")
    if parsed is None or name != "inventory_item_id" or not item.isdigit():
        return None
    clause = "WHERE stock_number = ? AND item_id = ?"
    found = LEVELS.select(context.database, clause, (parsed.number, int(item)))
    return found[0] if found else None


def _item_levels(item: InventoryItem, context: Context, args: Args) -> Page[Level]:
    if args.get("query"):
        return _searched(context, ("item_id = ?", item.id), args)
    levels = [one for one in variant_levels(item.variant, context) if one.is_active or args.get("includeInactive")]
    return list_page(levels, Order("", lambda row: row.id), args)


def _item_level(item: InventoryItem, context: Context, args: Args) -> Level | None:
    location_id = number_of(args["locationId"], "Location")
    for level in variant_levels(item.variant, context):
        if level.location_id == location_id and (level.is_active or args.get("includeInactive")):
            return level
    return None


def _levels_at(place: Location, context: Context, args: Args) -> Page[Level]:
    return _searched(context, ("location_id = ?", place.id), args)


def _level_at(place: Location, context: Context, args: Args) -> Level | None:
    item_id = number_of(args["inventoryItemId"], "InventoryItem")
    level = find_level(context.database, item_id, place.id) if item_id is not None else None
    return level if level and (level.is_active or args.get("includeInactive")) else None


def _searched(context: Context, owner: tuple[str, int], args: Args) -> Page[Level]:
    condition, parameters = search(context, LEVEL_SEARCH, args.get("query"))
    active = "1" if args.get("includeInactive") else "is_active"
    where = (f"{owner[0]} AND {active} AND ({condition})", [owner[1], *parameters])
    page = row_page(context.database, LEVELS, where, Order("id", lambda row: row.id), args)
    together(page.nodes)
    return page


def item_of(level: Level, context: Context, _args: Args) -> InventoryItem | None:
    """Return the level's item, read with those of its mates."""

    def load(ids: list[int]) -> dict[int, Variant]:
        keys = [row.item_id for row in LEVELS.among(context.database, "id", ids)]
        found = {row.item_id: row for row in VARIANTS.among(context.database, "item_id", sorted(set(keys)))}
        together(list(found.values()))
        return found

    variant = _of_mates(level, "items", load).get(level.item_id)
    return InventoryItem(variant) if variant else None


def location_of(level: Level, context: Context, _args: Args) -> Location | None:
    """Return the level's location, read with those of its mates."""

    def load(_ids: list[int]) -> dict[int, Location]:
        found = {row.id: row for row in LOCATIONS.select(context.database, "")}
        together(list(found.values()))
        return found

    return _of_mates(level, "locations", load).get(level.location_id)


def _of_mates(level: Level, key: str, load: Any) -> dict[int, Any]:
    """Return what ``load`` finds for all the level's mates, under keys of its own."""
    if level.mates is None:
        together([level])
    mates = level.mates or Mates([level.id])
    if key not in mates.children:
        mates.children[key] = load(mates.ids)
    return mates.children[key]


def _quantities(level: Level, _context: Context, args: Args) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{gid('InventoryQuantity', level.id)}?name={name}",
            "name": name,
            "quantity": getattr(level, name),
            "updatedAt": level.moved_at.get(name),
        }
        for name in dict.fromkeys(args["names"])
        if name in NAMES
    ]


def _alert(level: Level, context: Context, _args: Args) -> str | None:
    found = obstacle(context.database, level) if level.is_active else None
    return f"The item can't be unstocked because {found.reason}." if found else None


def _can_deactivate(level: Level, context: Context, _args: Args) -> bool:
    return not level.is_active or obstacle(context.database, level) is None


def _properties(_root: Any, context: Context, _args: Args) -> dict[str, Any]:
    sql = "SELECT DISTINCT key FROM inventory_levels, json_each(inventory_levels.moved_at)"
    used = {str(row[0]) for row in context.database.rows(sql)} | _ALWAYS_IN_USE
    comprised = [name for name in NAMES if name not in NOT_ON_HAND]
    names = [
        {
            "name": name,
            "displayName": name.replace("_", " ").capitalize(),
            "isInUse": name in used,
            "belongsTo": ["on_hand"] if name in comprised else [],
            "comprises": comprised if name == "on_hand" else [],
        }
        for name in NAMES
    ]
    return {"quantityNames": names}


def _locations_count(item: InventoryItem, context: Context, _args: Args) -> dict[str, Any]:
    return count(sum(level.is_active for level in variant_levels(item.variant, context)), None)


KINDS = {Level: "InventoryLevel"}

SCOPES = {"read_inventory": ("inventoryLevel", "inventoryProperties")}

FIELDS: Fields = {
    "QueryRoot": {
        "inventoryLevel": lambda _root, context, args: find_level_by_gid(context, args["id"]),
        "inventoryProperties": _properties,
    },
    "InventoryItem": {
        "inventoryLevel": _item_level,
        "inventoryLevels": _item_levels,
        "locationsCount": _locations_count,
    },
    "Location": {"inventoryLevel": _level_at, "inventoryLevels": _levels_at},
    "InventoryLevel": {
        "id": lambda level, _context, _args: level_gid(level),
        "isActive": attrgetter("is_active"),
        "item": item_of,
        "location": location_of,
        "quantities": _quantities,
        "canDeactivate": _can_deactivate,
        "deactivationAlert": _alert,
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
    },
}
