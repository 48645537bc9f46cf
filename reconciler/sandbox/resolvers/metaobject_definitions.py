"""Definitions of metaobjects. Shopify: MetaobjectDefinition, metaobjectDefinitionCreate, …Update, …Delete.

Standard definitions are not here, so none that is here is standard.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.metaobjects.definition_rules import (
    apply_update,
    create_problems,
    new_definition,
    update_problems,
)
from reconciler.sandbox.metaobjects.names import canonical_type
from reconciler.sandbox.resolvers.metaobjects import entries, field_definition
from reconciler.sandbox.search.paging import Order, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.metaobjects import (
    METAOBJECT_DEFINITIONS,
    MetaobjectDefinition,
    definition_of_type,
)
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_BY_ID: Order[Any] = Order("id", lambda row: row.id)


def _find(context: Context, text: str) -> MetaobjectDefinition | None:
    return METAOBJECT_DEFINITIONS.find(context.database, number_of(text, "MetaobjectDefinition"))


def _by_type(_root: Any, context: Context, args: Args) -> MetaobjectDefinition | None:
    return definition_of_type(context.database, canonical_type(args["type"], context.settings.app_id))


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["definition"]
    _refuse(create_problems(context, given))
    definition = new_definition(context, given)
    METAOBJECT_DEFINITIONS.insert(context.database, [definition])
    return {"metaobjectDefinition": definition, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    definition, given = _required(context, args["id"]), args["definition"]
    _refuse(update_problems(context, definition, given))
    apply_update(context, definition, given)
    return {"metaobjectDefinition": definition, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    definition = _required(context, args["id"])
    context.database.run("DELETE FROM metaobjects WHERE definition_id = ?", (definition.id,))
    METAOBJECT_DEFINITIONS.delete(context.database, [definition.id])
    return {"deletedId": gid("MetaobjectDefinition", definition.id), "userErrors": []}


def _required(context: Context, text: str) -> MetaobjectDefinition:
    definition = _find(context, text)
    if definition is None:
        raise Refused(user_error(["id"], "Record not found", "RECORD_NOT_FOUND"))
    return definition


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


def _capabilities(definition: MetaobjectDefinition, _context: Context, _args: Args) -> dict[str, Any]:
    held = definition.capabilities
    store, render = held["onlineStore"], held["renderable"]
    shown = store["enabled"] and store["data"]
    return {
        "onlineStore": {
            "enabled": store["enabled"],
            "data": {"urlHandle": store["data"]["urlHandle"], "canCreateRedirects": True} if shown else None,
        },
        "publishable": {"enabled": held["publishable"]["enabled"]},
        "renderable": {"enabled": render["enabled"], "data": render["data"] if render["enabled"] else None},
        "translatable": {"enabled": held["translatable"]["enabled"]},
    }


def _count(definition: MetaobjectDefinition, context: Context, _args: Args) -> int:
    found = context.database.row("SELECT count(*) FROM metaobjects WHERE definition_id = ?", (definition.id,))
    return int(found[0]) if found else 0


KINDS = {MetaobjectDefinition: "MetaobjectDefinition"}
NODES = {"MetaobjectDefinition": lambda context, number: METAOBJECT_DEFINITIONS.find(context.database, number)}

SCOPES = {
    "read_metaobject_definitions": (
        "metaobjectDefinition",
        "metaobjectDefinitionByType",
        "metaobjectDefinitions",
    ),
    "write_metaobject_definitions": (
        "metaobjectDefinitionCreate",
        "metaobjectDefinitionDelete",
        "metaobjectDefinitionUpdate",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "metaobjectDefinition": lambda _root, context, args: _find(context, args["id"]),
        "metaobjectDefinitionByType": _by_type,
        "metaobjectDefinitions": lambda _root, context, args: list_page(
            METAOBJECT_DEFINITIONS.select(context.database, ""), _BY_ID, args
        ),
    },
    "Mutation": {
        "metaobjectDefinitionCreate": _create,
        "metaobjectDefinitionDelete": _delete,
        "metaobjectDefinitionUpdate": _update,
    },
    "MetaobjectDefinition": {
        "id": lambda row, _context, _args: gid("MetaobjectDefinition", row.id),
        "type": attrgetter("type"),
        "name": attrgetter("name"),
        "description": attrgetter("description"),
        "displayNameKey": attrgetter("display_key"),
        "access": attrgetter("access"),
        "capabilities": _capabilities,
        "createdAt": attrgetter("created_at"),
        "updatedAt": attrgetter("updated_at"),
        "fieldDefinitions": lambda row, _context, _args: [field_definition(one) for one in row.fields],
        "hasThumbnailField": lambda row, _context, _args: any(one["type"] == "file_reference" for one in row.fields),
        "metaobjects": lambda row, context, args: entries(context, row.type, args),
        "metaobjectsCount": _count,
        "standardTemplate": lambda _row, _context, _args: None,
    },
}
