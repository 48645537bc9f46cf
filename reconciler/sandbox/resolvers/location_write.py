"""Changing locations. Shopify: locationAdd, locationEdit, locationActivate, locationDeactivate, locationDelete."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.inventory.locations import (
    MAX_LOCATIONS,
    apply_location,
    deactivate,
    deactivation_problem,
    deletion_problems,
    input_problems,
    is_only_online,
    name_is_taken,
)
from reconciler.sandbox.metafields.owners import add_metafields
from reconciler.sandbox.metafields.value_types import is_storable, listed_types
from reconciler.sandbox.resolvers.locations import find_location
from reconciler.sandbox.resolvers.mutation import Keyed
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.fulfillment_services import service_at
from reconciler.sandbox.storage.inventory import LEVELS, LOCATIONS, Location, new_location
from reconciler.sandbox.storage.metafields import delete_metafields, metafields_of
from reconciler.sandbox.wire.errors import Refused, UserError, invalid_arguments, user_error
from reconciler.sandbox.wire.ids import gid

_NOT_FOUND = "Location not found."


def _add(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    _refuse(list(input_problems(context, given, None)))
    if _active_count(context) >= MAX_LOCATIONS:
        # The limit is documented, the sentence is its description elsewhere in the schema.
        raise Refused(user_error(("input",), "Shop has reached its location limit.", "INVALID"))
    place = new_location(context.database, given["name"].strip(), context.now)
    apply_location(place, given)
    LOCATIONS.update(context.database, [place])
    _refuse(_write_metafields(context, place, given))
    return {"location": place, "userErrors": []}


def _edit(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    place = find_location(context, args["id"])
    if place is None:
        raise Refused(user_error(("id",), _NOT_FOUND, "NOT_FOUND"))
    _refuse(list(input_problems(context, given, place)))
    if given.get("fulfillsOnlineOrders") is False and is_only_online(context, place):
        message = (
            "Online order fulfillment could not be disabled for this location as it is the only location that "
            "fulfills online orders."
        )
        raise Refused(user_error(("input",), message, "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT"))
    before = LOCATIONS.stored(place)
    apply_location(place, given)
    if LOCATIONS.stored(place) != before:
        place.updated_at = context.now
        LOCATIONS.update(context.database, [place])
    _refuse(_write_metafields(context, place, given))
    return {"location": place, "userErrors": []}


def _activate(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    place = _required(context, args["locationId"], "locationActivateUserErrors")
    if service_at(context.database, place.id):
        raise _refused(
            user_error(("locationId",), _NOT_FOUND, "LOCATION_NOT_FOUND"), place, "locationActivateUserErrors"
        )
    if place.is_active:
        return {"location": place, "locationActivateUserErrors": []}
    if name_is_taken(context, place.name, place):
        message, code = "There is already an active location with this name.", "HAS_NON_UNIQUE_NAME"
        raise _refused(user_error(("locationId",), message, code), place, "locationActivateUserErrors")
    if _active_count(context) >= MAX_LOCATIONS:
        message, code = "Shop has reached its location limit.", "LOCATION_LIMIT"
        raise _refused(user_error(("locationId",), message, code), place, "locationActivateUserErrors")
    place.is_active, place.deactivated_at, place.updated_at = True, None, context.now
    LOCATIONS.update(context.database, [place])
    return {"location": place, "locationActivateUserErrors": []}


def _deactivate(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    place = _required(context, args["locationId"], "locationDeactivateUserErrors")
    if place.is_active:
        wanted = args.get("destinationLocationId")
        destination = find_location(context, wanted)
        problem = deactivation_problem(context, place, destination, wanted)
        if problem:
            raise _refused(problem, place, "locationDeactivateUserErrors")
        deactivate(context, place, destination)
    return {"location": place, "locationDeactivateUserErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    place = _required(context, args["locationId"], "locationDeleteUserErrors")
    problems = deletion_problems(context, place)
    if problems:
        raise Refused(*problems, payload={"locationDeleteUserErrors": problems})
    LEVELS.delete(
        context.database, [row.id for row in LEVELS.select(context.database, "WHERE location_id = ?", (place.id,))]
    )
    delete_metafields(context.database, "LOCATION", [place.id])
    LOCATIONS.delete(context.database, [place.id])
    return {"deletedLocationId": gid("Location", place.id), "locationDeleteUserErrors": []}


def _required(context: Context, text: str, errors: str) -> Location:
    place = find_location(context, text)
    if place is None:
        problem = user_error(("locationId",), _NOT_FOUND, "LOCATION_NOT_FOUND")
        raise Refused(problem, payload={errors: [problem]})
    return place


def _refused(problem: UserError, place: Location, errors: str) -> Refused:
    """Return a refusal that shows the location as it is."""
    return Refused(problem, payload={"location": place, errors: [problem]})


def _refuse(problems: list[UserError]) -> None:
    if problems:
        raise Refused(*problems)


def _active_count(context: Context) -> int:
    found = context.database.row("SELECT count(*) FROM locations WHERE is_active")
    return int(found[0]) if found else 0


def _write_metafields(context: Context, place: Location, given: Mapping[str, Any]) -> list[UserError]:
    """Store the metafields of an input; blank values are passed over, and places count from those there already."""
    rows = given.get("metafields") or []
    if any("key" in row and not (row["key"] or "").strip() for row in rows):
        raise invalid_arguments("key can't be blank")
    first = len(metafields_of(context.database, "LOCATION", [place.id]).get(place.id, []))
    problems: list[UserError] = []
    for index, row in enumerate(rows, start=first):
        at = ("input", "metafields", index)
        if row.get("type") and not is_storable(row["type"]):
            message = f"Type must be one of the following: {', '.join(listed_types())}."
            problems.append(user_error((*at, "type"), message, "INVALID_TYPE"))
        elif row.get("value"):
            found = add_metafields(context, ("LOCATION", place.id), [row], ("input", "metafields"))[1]
            problems += [{**one, "field": [*map(str, at), *one["field"][3:]]} for one in found]
    return problems


def _shown(context: Context, args: Args) -> dict[str, Any]:
    return {"location": find_location(context, args["locationId"])}


SCOPES = {
    "write_locations": ("locationActivate", "locationAdd", "locationDeactivate", "locationDelete", "locationEdit"),
}

IDEMPOTENT = {
    "locationActivate": Keyed("locationActivateUserErrors", _shown),
    "locationDeactivate": Keyed("locationDeactivateUserErrors", _shown),
}

FIELDS: Fields = {
    "Mutation": {
        "locationActivate": _activate,
        "locationAdd": _add,
        "locationDeactivate": _deactivate,
        "locationDelete": _delete,
        "locationEdit": _edit,
    }
}
