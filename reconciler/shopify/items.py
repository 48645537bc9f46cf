"""Items: what a variant's stock is counted of, and where it is stocked. Shopify: InventoryItem.

``inventoryBulkToggleActivation`` takes one item with all its locations, and may be sent again without harm. Inventory
has kinds of its own; what they share is here.
"""

from collections.abc import Sequence
from typing import Final

from reconciler.model.address import Address
from reconciler.model.json import Json
from reconciler.model.resource import Resource
from reconciler.shopify.codec import Mutation

ITEM: Final = "item"
"""The handle of a variant that is the id of its item."""

TOGGLE: Final = """\
mutation StockItem($inventoryItemId: ID!, $inventoryItemUpdates: [InventoryBulkToggleActivationInput!]!) {
  inventoryBulkToggleActivation(inventoryItemId: $inventoryItemId, inventoryItemUpdates: $inventoryItemUpdates) {
    userErrors { code field message }
  }
}"""


def toggled(item: str, places: Sequence[tuple[Address, str, bool]]) -> Mutation:
    """Return the request that stocks an item at locations, or takes it out. ``places``: address, location, stocked."""
    updates: list[Json] = [{"locationId": location, "activate": stocked} for _, location, stocked in places]
    return Mutation(
        root="inventoryBulkToggleActivation",
        document=TOGGLE,
        variables={"inventoryItemId": item, "inventoryItemUpdates": updates},
        covers=tuple(dict.fromkeys(address for address, _, _ in places)),
        rows={f"inventoryItemUpdates.{position}": address for position, (address, _, _) in enumerate(places)},
        independent=True,
    )


def untracked(variant: Resource | None) -> str | None:
    """Return what there is to say of stock of a variant that the store does not count."""
    tracked = getattr(variant, "tracked", None)
    if variant is None or tracked:
        return None
    return "the store does not count it, because the variant is not tracked; give the variant tracked: true"
