"""Fulfillment services: the rows. Each has a location of its own."""

from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class FulfillmentService:
    """A third party that sends from a location; ``callback_url`` is where it would be told of orders."""

    id: int
    location_id: int
    handle: str
    name: str
    callback_url: str | None
    manages_inventory: bool
    tracks: bool
    requires_shipping_method: bool


FULFILLMENT_SERVICES = Table("fulfillment_services", FulfillmentService, FulfillmentService)


def service_at(database: Database, location_id: int) -> FulfillmentService | None:
    """Return the service that sends from a location, or None."""
    found = FULFILLMENT_SERVICES.select(database, "WHERE location_id = ?", (location_id,))
    return found[0] if found else None
