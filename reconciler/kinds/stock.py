"""Stock: what can be sold of a variant at a location. Shopify: InventoryLevel; ``inventorySetQuantities``.

A level that is not active is not there, as far as git is concerned; the store keeps it all the same, and gives it back
with the quantity that it had. Writing a quantity does not stock an item where it is not stocked, so that comes beside
it, by ``inventoryBulkToggleActivation``: for a level that the store never had, before the quantity, which is 0 until
then; for one that it keeps, after it, so that nobody buys what was there long ago. (shopify.dev, 2026-10)

Quantities are written by compare-and-set, 250 a call, for as many products as there are: the quantity to change from is
the one that was read just before, which is the plan's own. Where a customer was faster the store refuses, and that row
is stale. With products that are made the first quantities travel along.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.change import Change, Remove, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.batches import INPUT_ROWS, in_batches
from reconciler.shopify.codec import Batch, Codec, Mutation, NestedRow, Nesting, Read, Travels
from reconciler.shopify.idempotency import key_of
from reconciler.shopify.items import ITEM, TOGGLE, toggled, untracked


class Stock(Resource):
    """How many can be sold."""

    available: int | None = None
    """How many can be sold."""


def _is_blank(resource: Resource) -> bool:
    return isinstance(resource, Stock) and resource.available == 0


def _remark(asked: Resource, held: Resource | None, parent: Resource | None) -> str | None:
    del asked, held
    return untracked(parent)


KIND = Kind(
    "stock",
    Stock,
    parent="variant",
    removable=False,
    claimed_by_root=False,
    refers_to="location",
    sold=frozenset({"available"}),
    is_blank=_is_blank,
    remark=_remark,
)


def _parse(node: JsonObject) -> Found:
    level: Any = node
    available = level["quantities"][0]["quantity"]
    return Found(
        "stock",
        level["id"],
        Stock(available=available),
        mark=level["location"]["id"],
        handles={"available": str(available)},
        dormant=not level["isActive"],
    )


READ = Read(
    type="InventoryLevel",
    connection="inventoryItem.inventoryLevels",
    selection='isActive location { id } quantities(names: ["available"]) { quantity }',
    parse=_parse,
    page_size=20,
    arguments="includeInactive: true",
)


def _nested(row: NestedRow) -> JsonObject:
    location = row.address.key.rpartition("/")[2]
    quantity = row.resource.spelled()["available"]
    return {"locationId": row.directory.id("location", location), "name": "available", "quantity": quantity}


_SET: Final = """\
mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}"""


@dataclass(frozen=True, slots=True)
class _Row:
    """A level to write: its item and location, what it holds now, and what it is to hold; None: nothing any more."""

    address: Address
    item: str
    location: str
    before: int | None
    """None: the store never had the level."""
    after: int | None
    is_active: bool


def _write(batch: Batch) -> Iterable[Mutation]:
    rows = list(_rows(batch))
    yield from _stocked([row for row in rows if row.before is None])
    kept = [row for row in rows if row.after is not None]
    for few in in_batches(kept, INPUT_ROWS):
        yield _set(few, batch)
    again = [row for row in rows if not row.is_active and row.before is not None]
    yield from _stocked([*again, *(row for row in rows if row.after is None)])


def _rows(batch: Batch) -> Iterator[_Row]:
    """Yield the levels that can be written: those of variants and locations that the store has."""
    for change in batch.changes:
        variant_key, _, name = change.address.key.rpartition("/")
        item = batch.live.handles.get(Address("variant", variant_key), {}).get(ITEM)
        location = batch.directory.id("location", name)
        if item is not None and location is not None:
            yield _row(change, batch, item, location)


def _row(change: Change, batch: Batch, item: str, location: str) -> _Row:
    address = change.address
    before = batch.live.handles.get(address, {}).get("available")
    wanted: Any = None if isinstance(change, Remove) else after(change)["available"]
    held = None if before is None or address not in batch.live.ids else int(before)
    return _Row(address, item, location, held, wanted, address in batch.live.resources)


def _stocked(rows: Sequence[_Row]) -> Iterator[Mutation]:
    """Yield the requests that stock items at locations, or take them out, item by item, what is stocked first."""
    by_item: dict[str, list[_Row]] = {}
    for row in rows:
        by_item.setdefault(row.item, []).append(row)
    for item, of_item in by_item.items():
        places = [(row.address, row.location, row.after is not None) for row in of_item]
        yield toggled(item, sorted(places, key=lambda place: not place[2]))


def _set(rows: Sequence[_Row], batch: Batch) -> Mutation:
    quantities: list[Json] = [
        {
            "inventoryItemId": row.item,
            "locationId": row.location,
            "quantity": row.after,
            "changeFromQuantity": row.before or 0,
        }
        for row in rows
    ]
    written: dict[str, Json] = {
        "name": "available",
        "reason": "correction",
        "referenceDocumentUri": f"gid://reconciler/Run/{batch.run}",
        "quantities": quantities,
    }
    return Mutation(
        root="inventorySetQuantities",
        document=_SET,
        variables={"input": written, "key": key_of(batch.run, "inventorySetQuantities", written)},
        covers=tuple(row.address for row in rows),
        rows={f"input.quantities.{position}": row.address for position, row in enumerate(rows)},
        stale=frozenset({"CHANGE_FROM_QUANTITY_STALE"}),
        keys={"key": "inventorySetQuantities"},
        independent=True,
    )


def _counted_alone(change: Change, answered: frozenset[str]) -> bool:
    """A level that is there was stocked before, or is empty by now; one that the store kept unseen is counted first."""
    is_there = any(each.before is not None for each in change.fields)
    return not is_there and answered.isdisjoint({"productSet", "inventoryBulkToggleActivation"})


CODEC = Codec(
    "stock",
    read=READ,
    write=_write,
    ended_by={"create": frozenset({"productSet", "inventorySetQuantities"})},
    half_done=_counted_alone,
    nesting=Nesting("inventoryQuantities", _nested, travels=Travels.WHEN_NEW),
    pooled=True,
    since="2026-04",
    scopes=frozenset({"read_inventory", "write_inventory", "read_locations"}),
    documents=(TOGGLE, _SET),
)
