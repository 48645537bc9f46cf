"""Inventory items: what a variant is as goods; one a variant here. Shopify: InventoryItem, inventoryItemUpdate."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from reconciler.sandbox.products.variant_input import apply_item, item_problems
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, list_page, row_page
from reconciler.sandbox.search.stock import ITEM_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.catalog import VARIANTS, Variant, load_tree, save_tree
from reconciler.sandbox.storage.mates import together
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import gid, number_of
from reconciler.sandbox.wire.money import money_v2


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """The inventory item of a variant."""

    variant: Variant

    @property
    def id(self) -> int:
        """The item's own number."""
        return self.variant.item_id


_BY_ITEM: Order[Variant] = Order("item_id", lambda row: row.item_id)


def find_item(context: Context, number: int | None) -> InventoryItem | None:
    """Return the item with this number, or None."""
    found = VARIANTS.select(context.database, "WHERE item_id = ?", (number,)) if number is not None else []
    return InventoryItem(found[0]) if found else None


def _items(_root: Any, context: Context, args: Args) -> Page[InventoryItem]:
    where = search(context, ITEM_SEARCH, args.get("query"))
    page = row_page(context.database, VARIANTS, where, _BY_ITEM, args)
    together(page.nodes)
    items = [InventoryItem(variant) for variant in page.nodes]

    def cursor_of(item: InventoryItem) -> str:
        return page.cursor_of(item.variant)

    return Page(items, cursor_of, page.has_next, page.has_previous)


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    found = find_item(context, number_of(args["id"], "InventoryItem"))
    if found is None:
        raise Refused(user_error(["id"], "The product couldn't be updated because it does not exist."))
    problems = item_problems(args["input"], ("input",))
    if problems:
        raise Refused(*problems, payload={"inventoryItem": found})
    tree = load_tree(context.database, found.variant.product_id)
    assert tree is not None  # noqa: S101 a variant has a product
    variant = next(one for one in tree.variants if one.id == found.variant.id)
    apply_item(variant, args["input"])
    save_tree(context.database, tree, context.now)
    return {"inventoryItem": find_item(context, found.id), "userErrors": []}


def _duplicates(item: InventoryItem, context: Context, _args: Args) -> int:
    if not item.variant.sku:
        return 0
    found = context.database.row("SELECT count(*) FROM variants WHERE sku = ?", (item.variant.sku,))
    return int(found[0]) - 1 if found else 0


def _cost(item: InventoryItem, context: Context, _args: Args) -> dict[str, Any] | None:
    return money_v2(item.variant.cost, context.settings.currency) if item.variant.cost is not None else None


def _measurement(item: InventoryItem, _context: Context, _args: Args) -> dict[str, Any]:
    weight = {"unit": item.variant.weight_unit, "value": item.variant.weight_value}
    return {"__typename": "InventoryItemMeasurement", "id": gid("InventoryItemMeasurement", item.id), "weight": weight}


def _variants(item: InventoryItem, _context: Context, args: Args) -> Page[Variant]:
    if args.get("first") is None and args.get("last") is None:
        args = {**args, "first": 1}
    return list_page([item.variant], Order("id", lambda row: row.id), args)


KINDS = {InventoryItem: "InventoryItem"}
NODES = {"InventoryItem": find_item}

SCOPES = {
    "read_inventory": (
        "inventoryItem",
        "inventoryItems",
    ),
    "write_inventory": ("inventoryItemUpdate",),
}

FIELDS: Fields = {
    "QueryRoot": {
        "inventoryItem": lambda _root, context, args: find_item(context, number_of(args["id"], "InventoryItem")),
        "inventoryItems": _items,
    },
    "Mutation": {"inventoryItemUpdate": _update},
    "InventoryItem": {
        "id": lambda item, _context, _args: gid("InventoryItem", item.id),
        "legacyResourceId": attrgetter("id"),
        "sku": attrgetter("variant.sku"),
        "tracked": attrgetter("variant.tracked"),
        "trackedEditable": lambda _item, _context, _args: {"locked": False, "reason": None},
        "requiresShipping": attrgetter("variant.requires_shipping"),
        "unitCost": _cost,
        "measurement": _measurement,
        "countryCodeOfOrigin": attrgetter("variant.country_of_origin"),
        "provinceCodeOfOrigin": attrgetter("variant.province_of_origin"),
        "harmonizedSystemCode": attrgetter("variant.harmonized_code"),
        "duplicateSkuCount": _duplicates,
        "variant": attrgetter("variant"),
        "variants": _variants,
        "createdAt": attrgetter("variant.created_at"),
        "updatedAt": attrgetter("variant.item_updated_at"),
    },
}
