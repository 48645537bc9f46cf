"""What the inputs of the quantity mutations must satisfy, and the changes that they come to.

Shopify: inventorySetQuantities, inventorySetOnHandQuantities, inventoryAdjustQuantities, inventoryMoveQuantities. What
can be told from the input alone is reported together; only then items and locations are looked up, and only then the
quantities compared. Recorded are the names, bounds, duplicates, missing documents, unknown items and locations; the
other messages are the descriptions of their codes in the schema, and their paths are inferred.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.inventory.ledger import Books, Move
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import VARIANTS
from reconciler.sandbox.storage.inventory import LOCATIONS
from reconciler.sandbox.wire.errors import Refused, UserError, invalid_arguments, user_error
from reconciler.sandbox.wire.ids import number_of

SETTABLE = ("available", "on_hand")
ADJUSTABLE = ("available", "damaged", "incoming", "quality_control", "reserved", "safety_stock")
REASONS = (
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_canceled",
    "movement_created",
    "movement_received",
    "movement_updated",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
)
MAX_TOTAL, MAX_DELTA = 1_000_000_000, 2_000_000_000
_COMPARED_SINCE = "2026-04"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_STALE = "The changeFromQuantity argument no longer matches the persisted quantity."
_STALE_SET = "The changeFromQuantity value does not match persisted value."

At = tuple[str | int, ...]


@dataclass(slots=True)
class Row:
    """One quantity of an input: where it stands there, and what is asked for it."""

    at: At
    item: str
    location: str
    name: str
    change_from: int | None
    delta: int = 0
    target: int | None = None
    ledger: str | None = None
    stale: str = _STALE
    item_at: At = field(default=())
    item_id: int = 0
    location_id: int = 0

    def move(self, books: Books) -> Move:
        """Return the change that the row comes to; what is on hand changes by way of what is available."""
        delta = self.delta
        if self.target is not None:
            delta = self.target - books.quantity(self.item_id, self.location_id, self.name)
        name = "available" if self.name == "on_hand" else self.name
        return Move(self.item_id, self.location_id, name, delta, self.ledger)


def set_rows(context: Context, given: Mapping[str, Any], *, name: str, rows_name: str) -> list[Row]:
    """Return the rows of a set input, checked. Raises Refused, or INVALID_FIELD_ARGUMENTS."""
    kind = "InventoryQuantityInput" if rows_name == "quantities" else "InventorySetQuantityInput"
    _require_comparison(context, kind, given[rows_name])
    problems: list[UserError] = []
    if name not in SETTABLE:
        message = "The quantity name must be either 'available' or 'on_hand'."
        problems.append(user_error(("input", "name"), message, "INVALID_NAME"))
    problems += _document_problems(given)
    pairs = Counter((row["inventoryItemId"], row["locationId"]) for row in given[rows_name])
    rows: list[Row] = []
    for index, one in enumerate(given[rows_name]):
        at: At = ("input", rows_name, index)
        problems += _total_problems(one["quantity"], at, name)
        pair = (one["inventoryItemId"], one["locationId"])
        if pairs[pair] > 1:
            message = "The combination of inventoryItemId and locationId must be unique."
            code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
            problems.append(user_error((*at, "locationId"), message, code))
        row = Row(at, *pair, name, one.get("changeFromQuantity"), target=one["quantity"], item_at=at)
        row.stale = _STALE_SET if rows_name == "quantities" else _STALE
        rows.append(row)
    return _found(context, rows, problems)


def adjust_rows(context: Context, given: Mapping[str, Any]) -> list[Row]:
    """Return the rows of an adjust input, checked. Raises Refused, or INVALID_FIELD_ARGUMENTS."""
    _require_comparison(context, "InventoryChangeInput", given["changes"])
    name = given["name"]
    problems = list(_name_problems(name, ("input", "name")))
    problems += _document_problems(given)
    documents = {one["ledgerDocumentUri"] for one in given["changes"] if one.get("ledgerDocumentUri") is not None}
    rows: list[Row] = []
    for index, one in enumerate(given["changes"]):
        at: At = ("input", "changes", index)
        ledger = one.get("ledgerDocumentUri")
        problems += _delta_problems(one["delta"], (*at, "delta"))
        problems += _ledger_problems(ledger, name, at)
        if len(documents) > 1 and name != "available":
            message = (
                "All changes must have the same ledger document URI or, in the case of adjusting available, "
                "no ledger document URI."
            )
            problems.append(user_error((*at, "ledgerDocumentUri"), message, "MAX_ONE_LEDGER_DOCUMENT"))
        rows.append(
            Row(
                at,
                one["inventoryItemId"],
                one["locationId"],
                name,
                one.get("changeFromQuantity"),
                delta=one["delta"],
                ledger=ledger,
                item_at=at,
            )
        )
    return _found(context, rows, problems)


def move_rows(context: Context, given: Mapping[str, Any]) -> list[Row]:
    """Return the rows of a move input, two a change, checked. Raises Refused, or INVALID_FIELD_ARGUMENTS."""
    ends = [one[end] for one in given["changes"] for end in ("from", "to")]
    _require_comparison(context, "InventoryMoveQuantityTerminalInput", ends)
    problems = list(_document_problems(given))
    if len({end["ledgerDocumentUri"] for end in ends if end.get("ledgerDocumentUri") is not None}) > 2:  # noqa: PLR2004
        message = "Only a maximum of 2 ledger document URIs across all changes is allowed."
        problems.append(user_error(("input", "changes"), message, "MAXIMUM_LEDGER_DOCUMENT_URIS"))
    rows: list[Row] = []
    for index, one in enumerate(given["changes"]):
        at: At = ("input", "changes", index)
        problems += _move_problems(one, at)
        for end, sign in (("from", -1), ("to", 1)):
            place = one[end]
            named = list(_name_problems(place["name"], (*at, end, "name")))
            problems += named or _ledger_problems(place.get("ledgerDocumentUri"), place["name"], (*at, end))
            rows.append(
                Row(
                    (*at, end),
                    one["inventoryItemId"],
                    place["locationId"],
                    place["name"],
                    place.get("changeFromQuantity"),
                    delta=sign * one["quantity"],
                    ledger=place.get("ledgerDocumentUri"),
                    item_at=at,
                )
            )
    return _found(context, rows, problems)


def books_for(context: Context, rows: Iterable[Row]) -> Books:
    """Return the books of the rows' items, if they say what the rows expect. Raises Refused."""
    listed = list(rows)
    books = Books(context.shop, context.now, [row.item_id for row in listed])
    stale = [
        user_error((*row.at, "changeFromQuantity"), row.stale, "CHANGE_FROM_QUANTITY_STALE")
        for row in listed
        if row.change_from is not None and row.change_from != books.quantity(row.item_id, row.location_id, row.name)
    ]
    if stale:
        raise Refused(*stale)
    return books


def _require_comparison(context: Context, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
    if context.api_version >= _COMPARED_SINCE and any("changeFromQuantity" not in row for row in rows):
        raise invalid_arguments(f"{kind} must include the following argument: changeFromQuantity.")


def _found(context: Context, rows: list[Row], problems: list[UserError]) -> list[Row]:
    """Return the rows with the numbers of their items and locations. Raises Refused."""
    if problems:
        raise Refused(*problems)
    numbers = {number for row in rows if (number := number_of(row.item, "InventoryItem")) is not None}
    items = {one.item_id: one for one in VARIANTS.among(context.database, "item_id", sorted(numbers))}
    places = {place.id for place in LOCATIONS.select(context.database, "")}
    reported: set[At] = set()
    for row in rows:
        item = items.get(number_of(row.item, "InventoryItem") or 0)
        at: At = (*row.item_at, "inventoryItemId")
        if item is None and at not in reported:
            message = "The specified inventory item could not be found."
            problems.append(user_error(at, message, "INVALID_INVENTORY_ITEM"))
        elif item is not None and item.requires_components and at not in reported:
            message = "The specified inventory item is not allowed to be adjusted via API."
            problems.append(user_error(at, message, "NON_MUTABLE_INVENTORY_ITEM"))
        reported.add(at)
        location_id = number_of(row.location, "Location") or 0
        if location_id not in places:
            message = "The specified location could not be found."
            problems.append(user_error((*row.at, "locationId"), message, "INVALID_LOCATION"))
        row.item_id, row.location_id = item.item_id if item else 0, location_id
    if problems:
        raise Refused(*problems)
    return rows


def _document_problems(given: Mapping[str, Any]) -> Iterator[UserError]:
    if given["reason"] not in REASONS:
        message = f"The specified reason is invalid. Valid values are: {', '.join(REASONS)}."
        yield user_error(("input", "reason"), message, "INVALID_REASON")
    reference = given.get("referenceDocumentUri")
    if reference is not None and not _URI.fullmatch(reference):
        message = "The specified reference document is invalid."
        yield user_error(("input", "referenceDocumentUri"), message, "INVALID_REFERENCE_DOCUMENT")


def _name_problems(name: str, at: At) -> Iterator[UserError]:
    if name not in ADJUSTABLE:
        message = f"The specified quantity name is invalid. Valid values are: {', '.join(ADJUSTABLE)}."
        yield user_error(at, message, "INVALID_QUANTITY_NAME")


def _ledger_problems(ledger: str | None, name: str, at: At) -> Iterator[UserError]:
    at = (*at, "ledgerDocumentUri")
    if name == "available":
        if ledger is not None:
            message = "A ledger document URI is not allowed when adjusting available."
            yield user_error(at, message, "INVALID_AVAILABLE_DOCUMENT")
    elif ledger is None:
        message = "A ledger document URI is required except when adjusting available."
        yield user_error(at, message, "INVALID_QUANTITY_DOCUMENT")
    elif ledger.startswith("gid://shopify/"):
        message = "Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API."
        yield user_error(at, message, "INTERNAL_LEDGER_DOCUMENT")
    elif not _URI.fullmatch(ledger):
        yield user_error(at, "The specified ledger document is invalid.", "INVALID_LEDGER_DOCUMENT")


def _total_problems(quantity: int, at: At, name: str) -> Iterator[UserError]:
    at = (*at, "quantity")
    if quantity > MAX_TOTAL:
        yield user_error(at, f"The quantity can't be higher than {MAX_TOTAL:,}.", "INVALID_QUANTITY_TOO_HIGH")
    elif name == "on_hand" and quantity < 0:
        yield user_error(at, "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")
    elif quantity < -MAX_TOTAL:
        yield user_error(at, f"The quantity can't be lower than -{MAX_TOTAL:,}.", "INVALID_QUANTITY_TOO_LOW")


def _delta_problems(delta: int, at: At) -> Iterator[UserError]:
    if delta > MAX_DELTA:
        yield user_error(at, f"The quantity can't be higher than {MAX_DELTA:,}.", "INVALID_QUANTITY_TOO_HIGH")
    elif delta < -MAX_DELTA:
        yield user_error(at, f"The quantity can't be lower than -{MAX_DELTA:,}.", "INVALID_QUANTITY_TOO_LOW")


def _move_problems(change: Mapping[str, Any], at: At) -> Iterator[UserError]:
    start, end, quantity = change["from"], change["to"], change["quantity"]
    if start["locationId"] != end["locationId"]:
        message = "The quantities can't be moved between different locations."
        yield user_error(at, message, "DIFFERENT_LOCATIONS")
    if start["name"] == end["name"]:
        yield user_error(at, "The quantity names for each change can't be the same.", "SAME_QUANTITY_NAME")
    if quantity < 0:
        yield user_error((*at, "quantity"), "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")
    else:
        yield from _delta_problems(quantity, (*at, "quantity"))
