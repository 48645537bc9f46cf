"""What the tests of stock share: the documents, and products with something of them kept."""

from itertools import count
from typing import Any

import requests

from tests.sandbox.store import Store

_KEYS = count(1)

QUANTITIES = """
  id isActive canDeactivate location { id name }
  quantities(names: ["available", "on_hand", "committed", "incoming", "reserved", "damaged", "safety_stock",
    "quality_control"]) { name quantity updatedAt }
"""
ITEM = (
    "query I($id: ID!) { inventoryItem(id: $id) { id tracked locationsCount { count }"
    " variant { inventoryQuantity sellableOnlineQuantity product { id totalInventory hasOutOfStockVariants } }"
    " inventoryLevels(first: 10, includeInactive: true) { nodes {" + QUANTITIES + "} } } }"
)
GROUP = """inventoryAdjustmentGroup { id createdAt reason referenceDocumentUri app { id } changes {
    name delta quantityAfterChange ledgerDocumentUri item { id } location { id } } }
  userErrors { code field message }"""
SET = "mutation Q($given: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $given)"
SET += " @idempotent(key: $key) {" + GROUP + "} }"
ADJUST = "mutation Q($given: InventoryAdjustQuantitiesInput!, $key: String!) { inventoryAdjustQuantities(input: $given)"
ADJUST += " @idempotent(key: $key) {" + GROUP + "} }"
MOVE = "mutation Q($given: InventoryMoveQuantitiesInput!, $key: String!) { inventoryMoveQuantities(input: $given)"
MOVE += " @idempotent(key: $key) {" + GROUP + "} }"
SET_ON_HAND = (
    "mutation Q($given: InventorySetOnHandQuantitiesInput!, $key: String!) {"
    " inventorySetOnHandQuantities(input: $given)"
    " @idempotent(key: $key) {" + GROUP + "} }"
)
ACTIVATE = (
    "mutation A($item: ID!, $place: ID!, $available: Int, $onHand: Int, $key: String!) {"
    " inventoryActivate(inventoryItemId: $item, locationId: $place, available: $available, onHand: $onHand)"
    " @idempotent(key: $key) { inventoryLevel {" + QUANTITIES + "} userErrors { field message } } }"
)
DEACTIVATE = "mutation D($id: ID!) { inventoryDeactivate(inventoryLevelId: $id) { userErrors { field message } } }"
TOGGLE = (
    "mutation T($item: ID!, $rows: [InventoryBulkToggleActivationInput!]!) {"
    " inventoryBulkToggleActivation(inventoryItemId: $item, inventoryItemUpdates: $rows) {"
    " inventoryItem { id } inventoryLevels {" + QUANTITIES + "} userErrors { code field message } } }"
)
PLACES = "{ locations(first: 50, sortKey: ID) { nodes { id name } } }"


def a_key() -> str:
    """Return an idempotency key that nobody had before."""
    return f"key-{next(_KEYS)}"


def an_item(store: Store, *, tracked: bool = True, **fields: Any) -> Any:
    """Return the inventory item of a new product."""
    row = {
        "optionValues": [{"optionName": "Title", "name": "Default Title"}],
        "inventoryItem": {"tracked": tracked},
        **fields,
    }
    options = [{"name": "Title", "values": [{"name": "Default Title"}]}]
    product = store.set_product({"title": "Linen Shirt", "productOptions": options, "variants": [row]})
    return item(store, product["variants"]["nodes"][0]["inventoryItem"]["id"])


def item(store: Store, gid: str) -> Any:
    """Return an inventory item with all its levels."""
    return store.run(ITEM, id=gid)["inventoryItem"]


def places(store: Store) -> dict[str, str]:
    """Return the ids of the shop's active locations by name, oldest first."""
    return {place["name"]: place["id"] for place in store.run(PLACES)["locations"]["nodes"]}


def quantities(level: Any) -> dict[str, int]:
    """Return a level's quantities by name, those that are not 0."""
    return {one["name"]: one["quantity"] for one in level["quantities"] if one["quantity"]}


def stocked(found: Any) -> dict[str, dict[str, int]]:
    """Return an item's quantities at the locations where it is active."""
    levels = found["inventoryLevels"]["nodes"]
    return {level["location"]["name"]: quantities(level) for level in levels if level["isActive"]}


def set_rows(found: Any, place: str, quantity: int, **fields: Any) -> dict[str, Any]:
    """Return an inventorySetQuantities input with one row that compares with nothing."""
    row = {"inventoryItemId": found["id"], "locationId": place, "quantity": quantity, "changeFromQuantity": None}
    return {"name": "available", "reason": "correction", "quantities": [row | fields]}


def put_stock(store: Store, found: Any, place: str, quantity: int) -> Any:
    """Set what is available of an item and return the group of changes."""
    return store.mutate(SET, given=set_rows(found, place, quantity), key=a_key())["inventoryAdjustmentGroup"]


def sale(store: Store, **asked: Any) -> requests.Response:
    """Play a customer."""
    url = f"{store.server_url}/_sandbox/shops/{store.shop['name']}/actions"
    return requests.post(url, json={"sale": asked}, timeout=9)
