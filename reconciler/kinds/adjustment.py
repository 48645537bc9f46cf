"""Adjustments: signed changes of stock, each counted exactly once. Shopify: ``inventoryAdjustQuantities``.

A change cannot be read off a quantity, so the store has to remember what was counted: in an app-owned metafield of the
variant, by location and reference. Two requests for one thing, then, and a process may die between them.

First the quantities, then the records. The other way round a change that was recorded and not made would be lost, and
nobody would ever know. This way a change that was made and not recorded is asked for again, by the next apply of this
plan or by any later plan; and the store does not make it again, because the request is the same, down to its key: the
key is made of item, location, reference and delta, not of the run.

Each change has a key of its own, 25 to a request. The rejected choice is one mutation for many changes: its key would
stand for just these changes together, and the next batch is seldom composed alike. Rows of it may be stale by then, git
may name one more SKU under the reference, somebody may plan with ``--only``; then the same change would go under a new
key and be counted twice. It costs 10 points a change, and no request more.

The records of a request's changes are written by one ``metafieldsSet``, which is all or nothing, with the digest of
what was read: two runs at the same time cannot lose each other's records. A variant's changes are never parted.

A reference that was counted is never counted again, even where git gives it another delta afterwards: the plan says so.
Git may forget a reference; the record stays, so that it may come back without harm. What is left: a store forgets keys
after about a day, so a process that dies between the two requests has to be followed by an apply within that day.
(shopify.dev, 2026-10)
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, after
from reconciler.model.errors import StoreRefused
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Counting, Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found, Live
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Batch, Codec, Mutation, facets
from reconciler.shopify.idempotency import key_of
from reconciler.shopify.identity import MARK_NAMESPACE
from reconciler.shopify.items import ITEM, TOGGLE, toggled, untracked

_KEY: Final = "adjusted"
_OF_A_ROLLBACK: Final = re.compile(r"rollback \S+: (.*)")  # the name of a run has no blank
_AT_ONCE: Final = 25  # what metafieldsSet takes, and as many changes as fit a request's cost with room to spare
_LONGEST_RECORD: Final = 120_000  # bytes; a store refuses JSON of more than 128 KiB (shopify.dev, 2026-10)


class Adjustment(Resource):
    """By how much a quantity changes."""

    delta: int | None = None
    """By how much the quantity changes; below zero takes some away."""


def _remark(asked: Resource, held: Resource | None, parent: Resource | None) -> str | None:
    if held is None:
        return untracked(parent)
    counted, wanted = held.managed().get("delta"), asked.managed().get("delta")
    if counted == wanted:
        return None
    return f"it was counted with {counted:+d} and is not counted again, although git says {wanted:+d} now"


def _counts(address: Address, resource: Resource) -> tuple[Address, str, int]:
    """Return the stock that an adjustment moves, and by how much."""
    variant_key, _, part = address.key.rpartition("/")
    delta = resource.delta if isinstance(resource, Adjustment) else None
    return Address("stock", f"{variant_key}/{part.partition(': ')[0]}"), "available", delta or 0


def _counter(address: Address, resource: Resource, run: str) -> tuple[Address, Resource]:
    """Return the adjustment that takes another one back. Its reference is made of both, so it too is counted once."""
    variant_key, _, part = address.key.rpartition("/")
    location, _, reference = part.partition(": ")
    countered = Adjustment(delta=-_counts(address, resource)[2])
    return Address("adjustment", f"{variant_key}/{location}: rollback {run}: {reference}"), countered


def _countered(address: Address) -> Address | None:
    variant_key, _, part = address.key.rpartition("/")
    location, _, reference = part.partition(": ")
    found = _OF_A_ROLLBACK.fullmatch(reference)
    return Address("adjustment", f"{variant_key}/{location}: {found[1]}") if found is not None else None


KIND = Kind(
    "adjustment",
    Adjustment,
    parent="variant",
    after=("stock",),
    removable=False,
    claimed_by_root=False,
    refers_to="location",
    remark=_remark,
    counting=Counting(_counts, _counter, _countered),
    own_id=False,
)


def _facets(node: JsonObject) -> Iterator[Found]:
    variant: Any = node
    metafield = variant["adjusted"]
    if metafield is None:
        return
    handles = {"record": metafield["value"], "digest": metafield["compareDigest"]}
    for location, references in _record(metafield["value"], variant["id"]).items():
        for reference, delta in references.items():
            mark = f"{location}: {reference}"
            yield Found("adjustment", f"{variant['id']}#{mark}", Adjustment(delta=delta), mark=mark, handles=handles)


def _record(text: str, variant_id: str) -> dict[str, dict[str, int]]:
    """Return location → reference → delta. Raises StoreRefused: without the record anything may be counted twice."""
    record: Any = json.loads(text)
    if not isinstance(record, dict) or not all(isinstance(references, dict) for references in record.values()):
        name = f"{MARK_NAMESPACE}.{_KEY}"
        raise StoreRefused(f"the record of adjustments in metafield {name} of {variant_id} is damaged; restore it")
    return record


READ = facets(
    "ProductVariant",
    f'adjusted: metafield(namespace: "{MARK_NAMESPACE}", key: "{_KEY}") {{ value compareDigest }}',
    _facets,
)

_RECORD: Final = """\
mutation RecordAdjustments($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    userErrors { code field message }
  }
}"""


def _adjust_document(count: int) -> str:
    """Return the mutation that makes so many changes, each under a key of its own."""
    variables = ", ".join(f"$input{n}: InventoryAdjustQuantitiesInput!, $key{n}: String!" for n in range(count))
    fields = "\n".join(
        f"  change{n}: inventoryAdjustQuantities(input: $input{n}) @idempotent(key: $key{n})"
        " { userErrors { code field message } }"
        for n in range(count)
    )
    return f"mutation AdjustStock({variables}) {{\n{fields}\n}}"


_ADJUST: Final = tuple(_adjust_document(count) for count in range(1, _AT_ONCE + 1))


@dataclass(frozen=True, slots=True)
class _Row:
    """A change to make: where, under which reference, by how much."""

    address: Address
    item: str
    location: str
    reference: str
    delta: int
    is_stocked: bool


@dataclass(slots=True)
class _Variant:
    """The changes of one variant, with the record that is to hold them."""

    id: str
    digest: str | None
    record: dict[str, dict[str, int]]
    rows: list[_Row] = field(default_factory=list)

    def recorded(self) -> str:
        """Return the record with the changes in it."""
        record = {location: dict(references) for location, references in self.record.items()}
        for row in self.rows:
            record.setdefault(row.location, {})[row.reference] = row.delta
        return json.dumps(record, sort_keys=True, separators=(",", ":"))


def _write(batch: Batch) -> Iterable[Mutation]:
    for variants in _requests(_variants(batch)):
        rows = [row for variant in variants for row in variant.rows]
        yield from _stocked(row for row in rows if not row.is_stocked)
        for few in in_batches(rows, _AT_ONCE):
            yield _adjust(few)
        yield _recorded(variants)


def _variants(batch: Batch) -> list[_Variant]:
    """Return the variants that the store has, with their changes. A record that has no more room gets none."""
    records = _records(batch.live)
    found: dict[Address, _Variant] = {}
    for change in batch.changes:
        variant_key, _, part = change.address.key.rpartition("/")
        variant = Address("variant", variant_key)
        name, _, reference = part.partition(": ")
        item = batch.live.handles.get(variant, {}).get(ITEM)
        location = batch.directory.id("location", name)
        variant_id = batch.ids.get(variant)
        if item is None or location is None or variant_id is None or not isinstance(change, Create):
            continue
        if variant not in found:
            handles = records.get(variant, {})
            record = _record(handles["record"], variant_id) if handles else {}
            found[variant] = _Variant(variant_id, handles.get("digest"), record)
        is_stocked = Address("stock", f"{variant_key}/{name}") in batch.live.resources
        found[variant].rows.append(_Row(change.address, item, location, reference, _delta(change), is_stocked))
    return [variant for variant in found.values() if len(variant.recorded().encode()) <= _LONGEST_RECORD]


def _records(live: Live) -> dict[Address, Mapping[str, str]]:
    """Return variant → the record that it carries, as any of its adjustments was read with."""
    own = (at for at in live.resources if at.kind == "adjustment")
    return {Address("variant", at.key.rpartition("/")[0]): live.handles[at] for at in own}


def _delta(change: Change) -> int:
    delta: Any = after(change)["delta"]
    return int(delta)


def _requests(variants: Sequence[_Variant]) -> Iterator[list[_Variant]]:
    """Yield as many variants as one request records, and no more changes than one makes, unless a variant has more."""
    chunk: list[_Variant] = []
    for variant in variants:
        if chunk and sum(len(each.rows) for each in (*chunk, variant)) > _AT_ONCE:
            yield chunk
            chunk = []
        chunk.append(variant)
    if chunk:
        yield chunk


def _stocked(rows: Iterable[_Row]) -> Iterator[Mutation]:
    """Yield the requests that stock items where they are not: the store would adjust what nobody sees."""
    by_item: dict[str, list[tuple[Address, str, bool]]] = {}
    for row in rows:
        by_item.setdefault(row.item, []).append((row.address, row.location, True))
    for item, places in by_item.items():
        yield toggled(item, places)


def _adjust(rows: Sequence[_Row]) -> Mutation:
    variables: dict[str, Json] = {}
    for position, row in enumerate(rows):
        variables[f"input{position}"] = {
            "name": "available",
            "reason": "correction",
            "referenceDocumentUri": f"gid://reconciler/Adjustment/{quote(row.reference, safe='')}",
            "changes": [
                {
                    "inventoryItemId": row.item,
                    "locationId": row.location,
                    "delta": row.delta,
                    "changeFromQuantity": None,  # a change of any quantity; and the request has to be the same again
                }
            ],
        }
        variables[f"key{position}"] = key_of("adjust", row.item, row.location, row.reference, row.delta)
    return Mutation(
        root="inventoryAdjustQuantities",
        document=_ADJUST[len(rows) - 1],
        variables=variables,
        covers=tuple(row.address for row in rows),
        cost_points=10 * len(rows),
        results={f"change{position}": row.address for position, row in enumerate(rows)},
        keys={f"key{position}": f"change{position}" for position in range(len(rows))},
        independent=True,
    )


def _recorded(variants: Sequence[_Variant]) -> Mutation:
    metafields: list[Json] = [
        {
            "ownerId": variant.id,
            "namespace": MARK_NAMESPACE,
            "key": _KEY,
            "type": "json",
            "value": variant.recorded(),
            "compareDigest": variant.digest,
        }
        for variant in variants
    ]
    return Mutation(
        root="metafieldsSet",
        document=_RECORD,
        variables={"metafields": metafields},
        covers=tuple(row.address for variant in variants for row in variant.rows),
        rows={f"metafields.{position}": variant.rows[0].address for position, variant in enumerate(variants)},
        independent=True,
        separable=True,
    )


CODEC = Codec(
    "adjustment",
    read=READ,
    write=_write,
    ended_by={"create": frozenset({"metafieldsSet"})},  # it is counted, and then recorded
    pooled=True,
    since="2026-04",
    scopes=frozenset({"read_products", "write_products", "read_inventory", "write_inventory", "read_locations"}),
    documents=(TOGGLE, _RECORD, *_ADJUST),
)
