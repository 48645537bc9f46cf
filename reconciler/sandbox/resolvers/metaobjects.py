"""Metaobjects. Shopify: Metaobject, metaobjectCreate, …Update, …Upsert, …Delete, metaobjectBulkDelete."""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.metafields.value_types import category, is_filterable
from reconciler.sandbox.metafields.values import json_value
from reconciler.sandbox.metaobjects.entries import created, updated
from reconciler.sandbox.metaobjects.names import canonical_type
from reconciler.sandbox.resolvers.metafield_definitions import validation_type
from reconciler.sandbox.resolvers.references import reference, references
from reconciler.sandbox.search.conditions import search
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.search.selling import METAOBJECT_SEARCH
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.jobs import started
from reconciler.sandbox.storage.mates import child, together
from reconciler.sandbox.storage.metaobjects import (
    METAOBJECT_DEFINITIONS,
    METAOBJECTS,
    Metaobject,
    MetaobjectDefinition,
    definition_of_type,
    find_entry,
)
from reconciler.sandbox.wire.errors import Refused, invalid_arguments, user_error
from reconciler.sandbox.wire.ids import gid, number_of

ORDERS: dict[str, Order[Metaobject]] = {
    "display_name": Order("fold(display_name)", lambda row: row.display_name.casefold()),
    "updated_at": Order("updated_at", lambda row: row.updated_at, is_time=True),
    "id": Order("id", lambda row: row.id),
}


class EntryField:
    """A field of an entry, with a value or without."""

    def __init__(self, definition: dict[str, Any], value: str | None) -> None:
        self.definition = definition
        self.type: str = definition["type"]
        self.key: str = definition["key"]
        self.value = value


def entries(context: Context, name: str, args: Args) -> Page[Metaobject]:
    """Return a window over the entries of a type."""
    condition, parameters = search(context, METAOBJECT_SEARCH, args.get("query"))
    order = ORDERS.get(args.get("sortKey") or "id", ORDERS["id"])
    where = (f"metaobjects.type = ? AND {condition}", [name, *parameters])
    page = row_page(context.database, METAOBJECTS, where, order, args)
    together(page.nodes)
    return page


def _entries(_root: Any, context: Context, args: Args) -> Page[Metaobject]:
    return entries(context, canonical_type(args["type"], context.settings.app_id), args)


def _by_handle(_root: Any, context: Context, args: Args) -> Metaobject | None:
    asked = args["handle"]
    name = canonical_type(asked["type"], context.settings.app_id)
    return find_entry(context.database, name, asked["handle"])


def _find(context: Context, text: str) -> Metaobject | None:
    return METAOBJECTS.find(context.database, number_of(text, "Metaobject"))


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["metaobject"]
    definition = _of_type(context, given["type"], ["metaobject", "type"])
    return {"metaobject": created(context, definition, given, ["metaobject", "handle"]), "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    entry = _required(context, args["id"])
    definition = METAOBJECT_DEFINITIONS.find(context.database, entry.definition_id)
    assert definition is not None  # noqa: S101 an entry goes with its definition
    return {"metaobject": updated(context, definition, entry, args["metaobject"]), "userErrors": []}


def _upsert(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    asked, given = args["handle"], args.get("metaobject") or {}
    definition = _of_type(context, asked["type"], ["handle", "type"])
    existing = find_entry(context.database, definition.type, asked["handle"]) if asked["handle"] else None
    if existing is not None:
        entry = updated(context, definition, existing, given)
    else:
        handle = given.get("handle") or asked["handle"]
        entry = created(context, definition, {**given, "handle": handle}, ["handle", "handle"])
    return {"metaobject": entry, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    entry = _required(context, args["id"])
    METAOBJECTS.delete(context.database, [entry.id])
    return {"deletedId": gid("Metaobject", entry.id), "userErrors": []}


def _bulk_delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    """Delete at once; the job that is reported says that it is not done, as the API's does. (recorded)."""
    where = args["where"]
    ids, name = where.get("ids"), where.get("type")
    if (ids is None) == (name is None):
        raise invalid_arguments("MetaobjectBulkDeleteWhereCondition requires exactly one of type, ids")
    if ids is not None:
        numbers = [number_of(text, "Metaobject") for text in ids]
        METAOBJECTS.delete(context.database, [number for number in numbers if number is not None])
    else:
        definition = definition_of_type(context.database, canonical_type(str(name), context.settings.app_id))
        if definition is None:
            message = f'No metaobject definition exists for type "{name}"'
            raise Refused(user_error(["where", "type"], message, "RECORD_NOT_FOUND"))
        context.database.run("DELETE FROM metaobjects WHERE definition_id = ?", (definition.id,))
    job = {"id": gid("Job", started(context.database).name), "done": False, "query": None}
    return {"job": job, "userErrors": []}


def _of_type(context: Context, text: str, at: list[str]) -> MetaobjectDefinition:
    definition = definition_of_type(context.database, canonical_type(text, context.settings.app_id))
    if definition is None:
        message = f'No metaobject definition exists for type "{text}"'
        raise Refused(user_error(at, message, "UNDEFINED_OBJECT_TYPE"))
    return definition


def _required(context: Context, text: str) -> Metaobject:
    entry = _find(context, text)
    if entry is None:
        raise Refused(user_error(["id"], "Record not found", "RECORD_NOT_FOUND"))
    return entry


def _definition(entry: Metaobject, context: Context, _args: Args) -> MetaobjectDefinition:
    def load(ids: list[int]) -> dict[int, MetaobjectDefinition]:
        rows = METAOBJECTS.among(context.database, "id", ids)
        numbers = sorted({row.definition_id for row in rows})
        found = {one.id: one for one in METAOBJECT_DEFINITIONS.among(context.database, "id", numbers)}
        return {row.id: found[row.definition_id] for row in rows}

    definition = child(entry, "definition", load)
    assert definition is not None  # noqa: S101 an entry goes with its definition
    return definition


def _fields(entry: Metaobject, context: Context, args: Args) -> list[EntryField]:
    return [EntryField(one, entry.contents.get(one["key"])) for one in _definition(entry, context, args).fields]


def _field(entry: Metaobject, context: Context, args: Args) -> EntryField | None:
    return next((one for one in _fields(entry, context, args) if one.key == args["key"]), None)


def _capabilities(entry: Metaobject, context: Context, args: Args) -> dict[str, Any]:
    held = _definition(entry, context, args).capabilities
    return {
        "publishable": {"status": entry.status or "DRAFT"} if held["publishable"]["enabled"] else None,
        "onlineStore": {"templateSuffix": entry.template_suffix} if held["onlineStore"]["enabled"] else None,
    }


def field_definition(row: dict[str, Any]) -> dict[str, Any]:
    """Return a field of a definition as MetaobjectFieldDefinition shows it."""
    rules = [{**rule, "type": validation_type(row["type"], rule["name"])} for rule in row["validations"]]
    filterable = {**row["capabilities"]["adminFilterable"], "eligible": is_filterable(row["type"])}
    kind = {"name": row["type"], "category": category(row["type"])}
    return {**row, "type": kind, "validations": rules, "capabilities": {"adminFilterable": filterable}}


KINDS = {Metaobject: "Metaobject"}
NODES = {"Metaobject": lambda context, number: METAOBJECTS.find(context.database, number)}

SCOPES = {
    "read_metaobjects": ("metaobject", "metaobjectByHandle", "metaobjects"),
    "write_metaobjects": (
        "metaobjectBulkDelete",
        "metaobjectCreate",
        "metaobjectDelete",
        "metaobjectUpdate",
        "metaobjectUpsert",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "metaobject": lambda _root, context, args: _find(context, args["id"]),
        "metaobjectByHandle": _by_handle,
        "metaobjects": _entries,
    },
    "Mutation": {
        "metaobjectBulkDelete": _bulk_delete,
        "metaobjectCreate": _create,
        "metaobjectDelete": _delete,
        "metaobjectUpdate": _update,
        "metaobjectUpsert": _upsert,
    },
    "Metaobject": {
        "id": lambda entry, _context, _args: gid("Metaobject", entry.id),
        "type": attrgetter("type"),
        "handle": attrgetter("handle"),
        "displayName": attrgetter("display_name"),
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "capabilities": _capabilities,
        "definition": _definition,
        "field": _field,
        "fields": _fields,
    },
    "MetaobjectField": {
        "key": attrgetter("key"),
        "type": attrgetter("type"),
        "value": attrgetter("value"),
        "jsonValue": lambda one, _context, _args: json_value(one.type, one.value) if one.value is not None else None,
        "definition": lambda one, _context, _args: field_definition(one.definition),
        "reference": lambda one, context, _args: reference(context, one.type, one.value),
        "references": lambda one, context, args: references(context, one.type, one.value, args),
    },
}
