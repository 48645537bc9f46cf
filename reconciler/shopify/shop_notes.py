"""Shop notes: what we remember on a store itself. Shopify: app-owned metafields of the Shop, ``metafieldsSet``.

It writes all of its rows or none, each by compare-and-set where it names the digest that was read; null stands for
"must not be there yet". No access scope guards the metafields of a shop. Writing again what is there succeeds whatever
the digest, so what is compared has to be unique. (shopify.dev, metafieldsSet, 2026-10; recorded answers)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from reconciler.model.json import Json, JsonObject
from reconciler.shopify.asking import Client
from reconciler.shopify.codec import Mutation
from reconciler.shopify.identity import MARK_NAMESPACE


def _selected(key: str) -> str:
    return f'{key}: metafield(namespace: "{MARK_NAMESPACE}", key: "{key}") {{ value compareDigest }}'


LEASE: Final = "lease"
APPLIED: Final = "applied"
LEASE_SELECTION: Final = _selected(LEASE)
READ: Final = f"query Notes {{ shop {{ id {LEASE_SELECTION} {_selected(APPLIED)} }} }}"
WRITE: Final = """\
mutation WriteNotes($rows: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $rows) { metafields { key compareDigest } userErrors { code field message } }
}"""
ROOT: Final = "metafieldsSet"
_COST_POINTS: Final = 10
COSTS_OF_AN_APPLY: Final = (3, _COST_POINTS, _COST_POINTS)
"""Points of what every apply asks for besides its changes: the notes are read, the lease is taken, and given back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the notes, as the store holds it."""

    value: Mapping[str, Any] | None
    """None: there is none, or it is no JSON object."""
    digest: str | None
    """None: there is none."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a store."""

    shop_id: str
    lease: Entry
    applied: Entry


def read_notes(client: Client) -> Notes:
    """Return the notes of a store."""
    return notes_of(client.query(READ).data)


def notes_of(data: Mapping[str, Any]) -> Notes:
    """Return the notes that an answer to ``READ`` holds."""
    shop = data["shop"]
    return Notes(shop["id"], lease_in(shop), _entry(shop.get(APPLIED)))


def lease_in(shop: Mapping[str, Any]) -> Entry:
    """Return the note of the lease, from a node that was asked for ``LEASE_SELECTION``."""
    return _entry(shop.get(LEASE))


def row(shop_id: str, key: str, value: JsonObject) -> dict[str, Json]:
    """Return the row that writes a note, whatever the store holds there."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return {"ownerId": shop_id, "namespace": MARK_NAMESPACE, "key": key, "type": "json", "value": text}


def compared(row: Mapping[str, Json], digest: str | None) -> dict[str, Json]:
    """Return the row for a store that still holds there what has this digest; None: nothing."""
    return {**row, "compareDigest": digest}


def writing(rows: Sequence[dict[str, Json]]) -> Mutation:
    """Return the request that writes notes. Sending it twice does no harm: the second finds what the first wrote."""
    return Mutation(ROOT, WRITE, {"rows": list[Json](rows)}, (), cost_points=_COST_POINTS)


def written(data: Mapping[str, Any]) -> tuple[Mapping[str, str], Sequence[Mapping[str, Any]]]:
    """Return key → new digest, and the userErrors, of an answer to ``WRITE``; one of ours where it tells neither."""
    try:
        payload = data.get(ROOT) or {}
        digests = {made["key"]: made["compareDigest"] for made in payload.get("metafields") or () if made}
        errors = [{**error} for error in payload.get("userErrors") or ()]
    except (LookupError, TypeError, AttributeError):
        digests, errors = {}, []
    return digests, errors if digests or errors else [{"message": "its answer does not say what it wrote"}]


def _entry(found: Mapping[str, Any] | None) -> Entry:
    if found is None:
        return Entry(None, None)
    try:
        value = orjson.loads(found["value"])
    except orjson.JSONDecodeError:
        value = None
    return Entry(value if isinstance(value, dict) else None, found["compareDigest"])
