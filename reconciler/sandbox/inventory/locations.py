"""What a location may be and become: its name and address, being active, fulfilling online orders, being deleted.

Recorded: the sentences for names that are taken or too long, for address lines, cities and postal codes that are too
long, and for the refusals of deactivation and deletion but for the same destination, stock without a destination and
the last one that fulfils online orders. Those, and the ones for the other fields, are worded alike.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.inventory.countries import COUNTRIES
from reconciler.sandbox.inventory.ledger import lag_totals, products_of_items
from reconciler.sandbox.inventory.subdivisions import SUBDIVISIONS
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.fulfillment_services import service_at
from reconciler.sandbox.storage.inventory import LEVELS, LOCATIONS, Level, Location, find_level, new_levels
from reconciler.sandbox.wire.errors import UserError, user_error

MAX_LOCATIONS = 200
MAX_NAME, _MAX_TEXT = 100, 255
_ADDRESS = {
    "address1": ("address1", "name for the street"),
    "address2": ("address2", "name for the apartment, suite, etc."),
    "city": ("city", "city name"),
    "zip": ("zip", "postal / ZIP code"),
    "phone": ("phone", "phone number"),
}
_QUANTITIES = ("available", "committed", "damaged", "incoming", "quality_control", "reserved", "safety_stock")
# Where the postal code stands behind the town; elsewhere it stands before it. (inferred but for US)
_CODE_LAST = frozenset({"AU", "CA", "GB", "IN", "NZ", "US", "ZA"})


def input_problems(context: Context, given: Mapping[str, Any], own: Location | None) -> Iterator[UserError]:
    """Yield what is wrong with the name and address of an input."""
    if own is None or "name" in given:
        yield from _name_problems(context, (given.get("name") or "").strip(), own)
    address = given.get("address") or {}
    for name, (_, label) in _ADDRESS.items():
        if len(address.get(name) or "") > _MAX_TEXT:
            message = f"Use a shorter {label} (up to {_MAX_TEXT} characters)"
            yield user_error(("input", "address", name), message, "TOO_LONG")


def apply_location(place: Location, given: Mapping[str, Any]) -> None:
    """Write the fields that the input has onto the location."""
    if given.get("name") is not None:
        place.name = given["name"].strip()
    if given.get("fulfillsOnlineOrders") is not None:
        place.fulfills_online_orders = given["fulfillsOnlineOrders"]
    address = given.get("address") or {}
    for name, (attribute, _) in _ADDRESS.items():
        if name in address:
            setattr(place, attribute, address[name])
    if address.get("countryCode") is not None and address["countryCode"] != place.country_code:
        place.country_code, place.province_code = address["countryCode"], None
    if "provinceCode" in address:
        place.province_code = address["provinceCode"] or None


def country(place: Location) -> str | None:
    """Return the name of the location's country."""
    return COUNTRIES.get(place.country_code) if place.country_code else None


def province(place: Location) -> str | None:
    """Return the name of the location's state or province, where names of such are known."""
    if not place.country_code or not place.province_code:
        return None
    return SUBDIVISIONS.get(place.country_code, {}).get(place.province_code)


def formatted(place: Location) -> list[str]:
    """Return the lines of the location's address."""
    town = [place.city, place.province_code, place.zip]
    if place.country_code not in _CODE_LAST:
        town = [place.zip, place.city, place.province_code]
    lines = [place.address1, place.address2, " ".join(part for part in town if part), country(place)]
    return [line for line in lines if line]


def has_stock(context: Context, place: Location) -> bool:
    """Say whether any item kept at the location has a quantity there."""
    return bool(_stocked(context, place))


def is_only_online(context: Context, place: Location) -> bool:
    """Say whether no other active location fulfils online orders."""
    sql = "SELECT 1 FROM locations WHERE is_active AND fulfills_online_orders AND id <> ?"
    return place.is_active and place.fulfills_online_orders and context.database.row(sql, (place.id,)) is None


def is_only_active(context: Context, place: Location) -> bool:
    """Say whether no other location is active."""
    sql = "SELECT 1 FROM locations WHERE is_active AND id <> ?"
    return place.is_active and context.database.row(sql, (place.id,)) is None


def name_is_taken(context: Context, name: str, own: Location | None) -> bool:
    """Say whether another active location has the name."""
    sql = "SELECT 1 FROM locations WHERE is_active AND fold(name) = ? AND id <> ?"
    return context.database.row(sql, (name.casefold(), own.id if own else 0)) is not None


def deactivation_problem(
    context: Context, place: Location, destination: Location | None, wanted: str | None
) -> UserError | None:
    """Return why the location cannot be deactivated, its stock going to a destination if one is wanted."""
    if wanted is not None:
        problem = _destination_problem(place, destination)
        if problem:
            return problem
    if service_at(context.database, place.id) or is_only_active(context, place):
        message = (
            "Location could not be deactivated because it either has a fulfillment service or is the only location "
            "with a shipping address."
        )
        return user_error(("locationId",), message, "PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR")
    if is_only_online(context, place):
        message = "At least one location must fulfill online orders."
        return user_error(("locationId",), message, "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT")
    if destination is None and has_stock(context, place):
        message = "Location could not be deactivated without specifying where to relocate inventory at the location."
        return user_error(("locationId",), message, "HAS_ACTIVE_INVENTORY_ERROR")
    return None


def deletion_problems(context: Context, place: Location) -> list[UserError]:
    """Return every reason why the location cannot be deleted, in the recorded order."""
    problems = []
    if place.is_active:
        message = "The location cannot be deleted while it is active."
        problems.append(user_error(("locationId",), message, "LOCATION_IS_ACTIVE"))
    if has_stock(context, place):
        message = "The location cannot be deleted while it has inventory."
        problems.append(user_error(("locationId",), message, "LOCATION_HAS_INVENTORY"))
    return problems


def deactivate(context: Context, place: Location, destination: Location | None) -> None:
    """Make the location inactive; what is kept there is kept at the destination from now on."""
    lag_totals(context.shop, products_of_items(context.database, [one.item_id for one in _stocked(context, place)]))
    levels = LEVELS.select(context.database, "WHERE location_id = ? AND is_active", (place.id,))
    for level in levels:
        if destination:
            _relocate(context, level, destination)
        level.is_active, level.updated_at = False, context.now
    LEVELS.update(context.database, levels)
    place.is_active, place.deactivated_at, place.updated_at = False, context.now, context.now
    LOCATIONS.update(context.database, [place])


def _relocate(context: Context, level: Level, destination: Location) -> None:
    target = find_level(context.database, level.item_id, destination.id)
    if target is None:
        target = new_levels(context.database, level.item_id, [(destination, 0)], context.now)[0]
    for name in _QUANTITIES:
        moved = getattr(level, name)
        if moved:
            setattr(target, name, getattr(target, name) + moved)
            setattr(level, name, 0)
            target.moved_at = {**target.moved_at, name: context.now}
            level.moved_at = {**level.moved_at, name: context.now}
    target.is_active, target.updated_at = True, context.now
    LEVELS.update(context.database, [target])


def _stocked(context: Context, place: Location) -> list[Level]:
    something = " OR ".join(f"{name} <> 0" for name in _QUANTITIES)
    return LEVELS.select(context.database, f"WHERE location_id = ? AND is_active AND ({something})", (place.id,))


def _name_problems(context: Context, name: str, own: Location | None) -> Iterator[UserError]:
    if not name:
        yield user_error(("input", "name"), "Add a location name", "BLANK")
    elif len(name) > MAX_NAME:
        message = f"Use a shorter location name (up to {MAX_NAME} characters)"
        yield user_error(("input", "name"), message, "TOO_LONG")
    elif name_is_taken(context, name, own):
        yield user_error(("input", "name"), "You already have a location with this name", "TAKEN")


def _destination_problem(place: Location, destination: Location | None) -> UserError | None:
    at = ("destinationLocationId",)
    if destination is None:
        # An id of no location at all is answered as one that somebody else manages. (recorded on 2026-04)
        message = "destination location not shopify managed"
        return user_error(at, message, "DESTINATION_LOCATION_NOT_SHOPIFY_MANAGED")
    if destination.id == place.id:
        message = (
            "Location could not be deactivated because the destination location is the location to be deactivated."
        )
        return user_error(at, message, "DESTINATION_LOCATION_IS_THE_SAME_LOCATION")
    if not destination.is_active:
        message = (
            "Location could not be deactivated because the destination location could be not found or is inactive."
        )
        return user_error(at, message, "DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE")
    return None
