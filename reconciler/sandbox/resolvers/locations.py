"""Reading locations. Shopify: Location, location, locations, locationByIdentifier, locationsCount.

Addresses are not looked up on a map here: they have no coordinates, no suggestions, and are not verified. There are no
pick-ups and orders, so what depends on those reads as in a shop that never had any.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.inventory.locations import country, formatted, has_stock, is_only_active, province
from reconciler.sandbox.metafields.custom_ids import find_by_custom_id
from reconciler.sandbox.resolvers.metafields import metafield_fields
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.search.stock import LOCATION_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.fulfillment_services import service_at
from reconciler.sandbox.storage.inventory import LOCATIONS, Location
from reconciler.sandbox.storage.mates import together
from reconciler.sandbox.wire.ids import gid, number_of

_ORDERS: dict[str, Order[Location]] = {
    "NAME": Order("name COLLATE NOCASE", lambda row: row.name),
    "ID": Order("id", lambda row: row.id),
    "RELEVANCE": Order("id", lambda row: row.id),
}


class SuggestedAddress:
    """An address that a map knows, close to one that was given; no map is asked here."""

    def __init__(self, address1: str, country_code: str, lines: list[str]) -> None:
        self.address1 = address1
        self.country_code = country_code
        self.lines = lines


def find_location(context: Context, text: str | None) -> Location | None:
    """Return the location with this global id, or None."""
    return LOCATIONS.find(context.database, number_of(text, "Location"))


def _location(_root: Any, context: Context, args: Args) -> Location | None:
    if args.get("id") is not None:
        return find_location(context, args["id"])
    found = LOCATIONS.select(context.database, "WHERE is_primary")
    return found[0] if found else None


def _by_identifier(_root: Any, context: Context, args: Args) -> Location | None:
    identifier = args["identifier"]
    if "id" in identifier:
        return find_location(context, identifier["id"])
    return LOCATIONS.find(context.database, find_by_custom_id(context, "LOCATION", identifier["customId"]))


def _locations(_root: Any, context: Context, args: Args) -> Page[Location]:
    condition, parameters = search(context, LOCATION_SEARCH, args.get("query"))
    if not args.get("includeInactive"):
        condition = f"is_active AND ({condition})"
    page = row_page(context.database, LOCATIONS, (condition, parameters), _ORDERS[args.get("sortKey") or "NAME"], args)
    together(page.nodes)
    return page


def _locations_count(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    condition, parameters = search(context, LOCATION_SEARCH, args.get("query"))
    sql = f"SELECT count(*) FROM locations WHERE is_active AND ({condition})"  # noqa: S608 our names
    found = context.database.row(sql, parameters)
    return count(int(found[0]) if found else 0, args.get("limit"))


def _never(_source: Any, _context: Context, _args: Args) -> bool:
    return False


def _nothing(_source: Any, _context: Context, _args: Args) -> None:
    return None


def _deactivatable(place: Location, context: Context, _args: Args) -> bool:
    return not service_at(context.database, place.id) and not is_only_active(context, place)


def _deletable(place: Location, context: Context, _args: Args) -> bool:
    return not place.is_active and not has_stock(context, place)


KINDS = {Location: "Location"}
NODES = {"Location": lambda context, number: LOCATIONS.find(context.database, number)}

SCOPES = {"read_locations": ("location", "locationByIdentifier", "locations", "locationsCount")}

FIELDS: Fields = {
    "QueryRoot": {
        "location": _location,
        "locationByIdentifier": _by_identifier,
        "locations": _locations,
        "locationsCount": _locations_count,
    },
    "Location": {
        **metafield_fields("LOCATION", lambda place: int(place.id)),
        "id": lambda place, _context, _args: gid("Location", place.id),
        "legacyResourceId": attrgetter("id"),
        "name": attrgetter("name"),
        "address": lambda place, _context, _args: place,
        "addressVerified": _never,
        "suggestedAddresses": lambda _place, _context, _args: [],
        "isActive": attrgetter("is_active"),
        "isPrimary": attrgetter("is_primary"),
        "fulfillsOnlineOrders": attrgetter("fulfills_online_orders"),
        "shipsInventory": attrgetter("is_primary"),
        "hasActiveInventory": lambda place, context, _args: has_stock(context, place),
        "hasUnfulfilledOrders": _never,
        "activatable": lambda _place, _context, _args: True,
        "deactivatable": _deactivatable,
        "deletable": _deletable,
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "deactivatedAt": attrgetter("deactivated_at"),
    },
    "LocationAddress": {
        "address1": attrgetter("address1"),
        "address2": attrgetter("address2"),
        "city": attrgetter("city"),
        "country": lambda place, _context, _args: country(place),
        "countryCode": attrgetter("country_code"),
        "formatted": lambda place, _context, _args: formatted(place),
        "latitude": _nothing,
        "longitude": _nothing,
        "phone": attrgetter("phone"),
        "province": lambda place, _context, _args: province(place),
        "provinceCode": attrgetter("province_code"),
        "zip": attrgetter("zip"),
    },
    "LocationSuggestedAddress": {
        "address1": attrgetter("address1"),
        "countryCode": attrgetter("country_code"),
        "formatted": attrgetter("lines"),
    },
}
