"""What values point at, and what points at an entry. Shopify: MetafieldReference, MetafieldRelation."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import orjson

from reconciler.sandbox.metafields.value_types import is_reference
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.metafields import METAFIELDS, Metafield, find_definition
from reconciler.sandbox.storage.metaobjects import METAOBJECT_DEFINITIONS, METAOBJECTS, Metaobject
from reconciler.sandbox.wire.ids import gid, parse_gid

_TARGETS = frozenset({"Collection", "Metaobject", "Product", "ProductVariant"})
_BY_PLACE: Order[Any] = Order("", lambda row: row.id)


@dataclass(slots=True)
class _Placed:
    """Something at a place of a list."""

    id: int
    row: Any


@dataclass(slots=True)
class Relation:
    """That a value points here."""

    id: int
    key: str
    name: str
    namespace: str
    referencer: Any


def reference(context: Context, kind: str, value: str | None) -> Any:
    """Return what a value of a reference type points at, or None."""
    return _found(context, value) if value is not None and is_reference(kind) and not kind.startswith("list.") else None


def references(context: Context, kind: str, value: str | None, args: Args) -> Page[Any] | None:
    """Return what a list of references points at, in its order; None for every other type."""
    if value is None or not is_reference(kind) or not kind.startswith("list."):
        return None
    found = [_Placed(place, _found(context, text)) for place, text in enumerate(orjson.loads(value), start=1)]
    page = list_page([one for one in found if one.row is not None], _BY_PLACE, args)
    cursors = {id(one.row): page.cursor_of(one) for one in page.nodes}
    rows = [one.row for one in page.nodes]
    return Page(rows, lambda row: cursors[id(row)], page.has_next, page.has_previous)


def _found(context: Context, text: str) -> Any:
    parsed = parse_gid(text)
    return context.resource(text) if parsed and parsed.kind in _TARGETS else None


def _referenced_by(entry: Metaobject, context: Context, args: Args) -> Page[Relation]:
    target = gid("Metaobject", entry.id)
    rows = [*_from_entries(context, target), *_from_metafields(context, target)]
    for place, row in enumerate(rows, start=1):
        row.id = place
    return list_page(rows, _BY_PLACE, args)


def _from_entries(context: Context, target: str) -> list[Relation]:
    rows = METAOBJECTS.select(context.database, "WHERE instr(contents, ?) ORDER BY id", (target,))
    ids = sorted({row.definition_id for row in rows})
    definitions = {one.id: one for one in METAOBJECT_DEFINITIONS.among(context.database, "id", ids)}
    return [
        Relation(0, field["key"], field["name"], row.type, row)
        for row in rows
        for field in definitions[row.definition_id].fields
        if _points(field["type"], row.contents.get(field["key"]), target)
    ]


def _from_metafields(context: Context, target: str) -> list[Relation]:
    clause = "WHERE type LIKE '%reference' AND instr(value, ?) ORDER BY id"
    return [
        Relation(
            0,
            row.key,
            _name_of(context, row),
            row.namespace,
            context.resource(gid(_OWNERS[row.owner_type], row.owner_id)),
        )
        for row in METAFIELDS.select(context.database, clause, (target,))
        if row.owner_type in _OWNERS and _points(row.type, row.value, target)
    ]


def _name_of(context: Context, row: Metafield) -> str:
    definition = find_definition(context.database, row.owner_type, row.namespace, row.key)
    return definition.name if definition else row.key


def _points(kind: str, value: str | None, target: str) -> bool:
    if value is None or not is_reference(kind):
        return False
    return target in orjson.loads(value) if kind.startswith("list.") else value == target


_OWNERS = {
    "API_PERMISSION": "AppInstallation",
    "COLLECTION": "Collection",
    "PRODUCT": "Product",
    "PRODUCTVARIANT": "ProductVariant",
    "SHOP": "Shop",
}

FIELDS: Fields = {
    "Metafield": {
        "reference": lambda row, context, _args: reference(context, row.type, row.value),
        "references": lambda row, context, args: references(context, row.type, row.value, args),
    },
    "Metaobject": {"referencedBy": _referenced_by},
    "MetafieldRelation": {
        "key": attrgetter("key"),
        "name": attrgetter("name"),
        "namespace": attrgetter("namespace"),
        "referencer": attrgetter("referencer"),
    },
}
