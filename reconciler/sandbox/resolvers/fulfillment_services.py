"""Third parties that send goods. Shopify: FulfillmentService, fulfillmentServiceCreate, …Update, …Delete.

A service comes with a location of its own, which cannot be deactivated while the service is there. (recorded on
2026-04) Nobody is called back: there are no orders. The sentences of the refusals are ours.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.inventory.locations import deactivate, has_stock, input_problems
from reconciler.sandbox.products.handles import free_handle, generated_handle
from reconciler.sandbox.resolvers.locations import find_location
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.fulfillment_services import FULFILLMENT_SERVICES, FulfillmentService, service_at
from reconciler.sandbox.storage.inventory import LEVELS, LOCATIONS, Location, new_location
from reconciler.sandbox.storage.metafields import delete_metafields
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_KIND, _FALLBACK = "FulfillmentService", "fulfillment-service"


def _service(_root: Any, context: Context, args: Args) -> FulfillmentService | None:
    return FULFILLMENT_SERVICES.find(context.database, number_of(args["id"], _KIND))


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    name = _free_name(context, args["name"], None)
    place = new_location(context.database, name, context.now)
    row = FulfillmentService(
        id=context.database.new_id(),
        location_id=place.id,
        handle=free_handle(generated_handle(name, _FALLBACK), lambda some: [one for one in some if _has(context, one)]),
        name=name,
        callback_url=args.get("callbackUrl"),
        manages_inventory=bool(args.get("inventoryManagement")),
        tracks=bool(args.get("trackingSupport")),
        requires_shipping_method=bool(args.get("requiresShippingMethod")),
    )
    FULFILLMENT_SERVICES.insert(context.database, [row])
    return {"fulfillmentService": row, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    row = _required(context, args)
    if args.get("name") is not None:
        place = _place(row, context, {})
        row.name = _free_name(context, args["name"], place)
        if place:
            place.name, place.updated_at = row.name, context.now
            LOCATIONS.update(context.database, [place])
    if "callbackUrl" in args:
        row.callback_url = args["callbackUrl"]
    if args.get("inventoryManagement") is not None:
        row.manages_inventory = args["inventoryManagement"]
    if args.get("trackingSupport") is not None:
        row.tracks = args["trackingSupport"]
    if args.get("requiresShippingMethod") is not None:
        row.requires_shipping_method = args["requiresShippingMethod"]
    FULFILLMENT_SERVICES.update(context.database, [row])
    return {"fulfillmentService": row, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    """Remove a service; its location is kept as the shop's own, or goes with its stock, which may be moved before."""
    row = _required(context, args)
    place = _place(row, context, {})
    action = args.get("inventoryAction") or "TRANSFER"
    if place and action != "KEEP":
        destination = find_location(context, args.get("destinationLocationId")) if action == "TRANSFER" else None
        if action == "TRANSFER" and destination is None and has_stock(context, place):
            raise Refused(user_error(["destinationLocationId"], "Choose a location to move the inventory to."))
        deactivate(context, place, destination)
        _remove(context, place)
    FULFILLMENT_SERVICES.delete(context.database, [row.id])
    return {"deletedId": gid(_KIND, row.id), "userErrors": []}


def _remove(context: Context, place: Location) -> None:
    levels = LEVELS.select(context.database, "WHERE location_id = ?", (place.id,))
    LEVELS.delete(context.database, [level.id for level in levels])
    delete_metafields(context.database, "LOCATION", [place.id])
    LOCATIONS.delete(context.database, [place.id])


def _required(context: Context, args: Args) -> FulfillmentService:
    row = _service(None, context, args)
    if row is None:
        raise Refused(user_error(["id"], "Fulfillment service not found."))
    return row


def _free_name(context: Context, text: str, own: Location | None) -> str:
    problems = list(input_problems(context, {"name": text}, own))
    if problems:
        raise Refused(*({"field": ["name"], "message": one["message"]} for one in problems))
    return text.strip()


def _has(context: Context, handle: str) -> bool:
    return bool(FULFILLMENT_SERVICES.select(context.database, "WHERE handle = ?", (handle,)))


def _place(row: FulfillmentService, context: Context, _args: Args) -> Location | None:
    return LOCATIONS.find(context.database, row.location_id)


def _all(_shop: Any, context: Context, _args: Args) -> list[FulfillmentService]:
    return FULFILLMENT_SERVICES.select(context.database, "ORDER BY id")


KINDS = {FulfillmentService: _KIND}

SCOPES = {
    "read_locations": ("fulfillmentService",),
    "write_locations": ("fulfillmentServiceCreate", "fulfillmentServiceDelete", "fulfillmentServiceUpdate"),
}

FIELDS: Fields = {
    "QueryRoot": {"fulfillmentService": _service},
    "Mutation": {
        "fulfillmentServiceCreate": _create,
        "fulfillmentServiceDelete": _delete,
        "fulfillmentServiceUpdate": _update,
    },
    "Shop": {"fulfillmentServices": _all},
    "Location": {
        "fulfillmentService": lambda place, context, _args: service_at(context.database, place.id),
        "isFulfillmentService": lambda place, context, _args: service_at(context.database, place.id) is not None,
    },
    _KIND: {
        # The mark behind the number is recorded; a deleted one is named without it.
        "id": lambda row, _context, _args: f"{gid(_KIND, row.id)}?id=true",
        "callbackUrl": attrgetter("callback_url"),
        "handle": attrgetter("handle"),
        "inventoryManagement": attrgetter("manages_inventory"),
        "location": _place,
        "requiresShippingMethod": attrgetter("requires_shipping_method"),
        "serviceName": attrgetter("name"),
        "trackingSupport": attrgetter("tracks"),
        "type": lambda _row, _context, _args: "THIRD_PARTY",
    },
}
