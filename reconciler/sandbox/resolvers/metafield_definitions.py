"""Metafield definitions. Shopify: metafieldDefinitionCreate, …Update, …Delete, …Pin, …Unpin, MetafieldDefinition."""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.metafields.constraints import is_met
from reconciler.sandbox.metafields.definition_rules import (
    create_problems,
    deletion_problem,
    new_definition,
    next_pin,
    pin_problem,
    update_problems,
    updated_definition,
)
from reconciler.sandbox.metafields.namespaces import canonical
from reconciler.sandbox.metafields.validations import broken_validation
from reconciler.sandbox.metafields.value_types import category
from reconciler.sandbox.resolvers.metafields import require_owner_scope
from reconciler.sandbox.search.conditions import DEFINITION_SEARCH, search
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.jobs import started
from reconciler.sandbox.storage.metafields import DEFINITIONS, METAFIELDS, Definition, Metafield, find_definition
from reconciler.sandbox.wire.errors import Refused, UserError, bad_request, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_ORDERS: dict[str, Order[Definition]] = {
    "ID": Order("id", lambda row: row.id),
    "NAME": Order("", lambda row: row.name.casefold()),
    "PINNED_POSITION": Order("", lambda row: row.pinned_position or 0),
    "RELEVANCE": Order("id", lambda row: row.id),
}


def definition_fields(owner_type: str) -> dict[str, Any]:
    """Return the resolver of ``metafieldDefinitions`` on an owner."""

    def resolve(_owner: Any, context: Context, args: Args) -> Page[Definition]:
        return _page(context, {**args, "ownerType": owner_type})

    return {"metafieldDefinitions": resolve}


def validation_type(kind: str, name: str) -> str:
    """Return the type of the value of a validation."""
    if name in {"choices", "list.choices"}:
        return "list.single_line_text_field"
    if name in {"min", "max"} and "number_decimal" in kind:
        return "number_decimal"
    return "single_line_text_field" if name in {"regex", "schemes", "scale_min", "scale_max"} else "number_integer"


def _named(context: Context, row: dict[str, Any]) -> Definition | None:
    namespace = canonical(row.get("namespace"), context.settings.app_id)
    return find_definition(context.database, row["ownerType"], namespace, row["key"])


def _one(_root: Any, context: Context, args: Args) -> Definition | None:
    if args.get("identifier") is not None:
        return _named(context, args["identifier"])
    if args.get("id") is None:
        raise bad_request("One of id or identifier must be provided.")
    return DEFINITIONS.find(context.database, number_of(args["id"], "MetafieldDefinition"))


def _many(_root: Any, context: Context, args: Args) -> Page[Definition]:
    require_owner_scope(context, args["ownerType"], "read", "metafieldDefinitions")
    return _page(context, args)


def _page(context: Context, args: Args) -> Page[Definition]:
    condition, parameters = search(context, DEFINITION_SEARCH, args.get("query"))
    clause = f"WHERE owner_type = ? AND {condition}"
    rows = DEFINITIONS.select(context.database, clause, (args["ownerType"], *parameters))
    if args.get("namespace") is not None:
        wanted = canonical(args["namespace"], context.settings.app_id)
        rows = [row for row in rows if row.namespace == wanted]
    if args.get("key") is not None:
        rows = [row for row in rows if row.key == args["key"]]
    if args.get("pinnedStatus") in {"PINNED", "UNPINNED"}:
        is_pinned = args["pinnedStatus"] == "PINNED"
        rows = [row for row in rows if (row.pinned_position is not None) == is_pinned]
    rows = _constrained(rows, args)
    key = args.get("sortKey") or "ID"
    if key == "PINNED_POSITION":
        # The highest pin comes first. (recorded on 2026-04)
        args = {**args, "reverse": not args.get("reverse")}
    return list_page(rows, _ORDERS[key], args)


def _constrained(rows: list[Definition], args: Args) -> list[Definition]:
    status, subtype = args.get("constraintStatus"), args.get("constraintSubtype")
    if status in {"CONSTRAINED_ONLY", "UNCONSTRAINED_ONLY"}:
        rows = [row for row in rows if bool(row.constraints) == (status == "CONSTRAINED_ONLY")]
    return [row for row in rows if is_met(row.constraints, subtype)] if subtype else rows


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["definition"]
    require_owner_scope(context, given["ownerType"], "write", "metafieldDefinitionCreate")
    _refuse(create_problems(context, given))
    definition = new_definition(context, given)
    if given.get("pin"):
        _refuse([one for one in (pin_problem(context, definition, ["definition"]),) if one])
        definition.pinned_position = next_pin(context, definition.owner_type)
    DEFINITIONS.insert(context.database, [definition])
    return {"createdDefinition": definition, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["definition"]
    require_owner_scope(context, given["ownerType"], "write", "metafieldDefinitionUpdate")
    found = _named(context, given)
    if found is None:
        raise Refused(user_error(["definition"], "Definition not found.", "NOT_FOUND"))
    _refuse(update_problems(context, found, given))
    updated = updated_definition(found, given)
    if given.get("pin") is True and updated.pinned_position is None:
        _refuse([one for one in (pin_problem(context, updated, ["definition"]),) if one])
        updated.pinned_position = next_pin(context, updated.owner_type)
    DEFINITIONS.update(context.database, [updated])
    if given.get("pin") is False and updated.pinned_position is not None:
        _unpinned(context, updated)
    return {"updatedDefinition": updated, "validationJob": _job(context, found, updated), "userErrors": []}


def _job(context: Context, before: Definition, after: Definition) -> dict[str, Any] | None:
    """Return the job that looks at values under new validations; its outcome is not in the reply yet. (recorded)."""
    if before.validations == after.validations or not _values(after, context):
        return None
    after.status_before = _validation_status(before, context, {})
    return {"id": gid("Job", started(context.database).name), "done": False, "query": None}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    found = _addressed(context, args)
    if found is None:
        raise Refused(user_error(["id"], "Definition not found.", "NOT_FOUND"))
    require_owner_scope(context, found.owner_type, "write", "metafieldDefinitionDelete")
    with_values = bool(args.get("deleteAllAssociatedMetafields"))
    problem = deletion_problem(context, found)
    if problem and not with_values:
        raise Refused(problem)
    if with_values:
        clause = "DELETE FROM metafields WHERE owner_type = ? AND namespace = ? AND key = ?"
        context.database.run(clause, (found.owner_type, found.namespace, found.key))
    if found.pinned_position is not None:
        _unpinned(context, found)
    DEFINITIONS.delete(context.database, [found.id])
    identity = {"ownerType": found.owner_type, "namespace": found.namespace, "key": found.key}
    return {
        "deletedDefinitionId": gid("MetafieldDefinition", found.id),
        "deletedDefinition": identity,
        "userErrors": [],
    }


def _pin(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    found = _required(context, args)
    if found.pinned_position is not None:
        raise Refused(user_error(None, f"Definition {found.id} is already pinned.", "ALREADY_PINNED"))
    _refuse([one for one in (pin_problem(context, found, None),) if one])
    found.pinned_position = next_pin(context, found.owner_type)
    DEFINITIONS.update(context.database, [found])
    return {"pinnedDefinition": found, "userErrors": []}


def _unpin(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    found = _required(context, args)
    if found.pinned_position is None:
        raise Refused(user_error(None, f"Definition {found.id} isn't pinned.", "NOT_PINNED"))
    _unpinned(context, found)
    return {"unpinnedDefinition": found, "userErrors": []}


def _unpinned(context: Context, definition: Definition) -> None:
    """Take the pin away and close the gap it leaves."""
    sql = (
        "UPDATE metafield_definitions SET pinned_position = pinned_position - 1 "
        "WHERE owner_type = ? AND pinned_position > ?"
    )
    position = definition.pinned_position
    definition.pinned_position = None
    DEFINITIONS.update(context.database, [definition])
    context.database.run(sql, (definition.owner_type, position))


def _required(context: Context, args: Args) -> Definition:
    found = _addressed(context, args)
    if found is None:
        raise Refused(user_error(None, "Definition not found.", "NOT_FOUND"))
    return found


def _addressed(context: Context, args: Args) -> Definition | None:
    if args.get("identifier") is not None:
        return _named(context, args["identifier"])
    number = number_of(args.get("id") or args.get("definitionId"), "MetafieldDefinition")
    return DEFINITIONS.find(context.database, number)


def _refuse(errors: list[UserError]) -> None:
    if errors:
        raise Refused(*errors)


def _values(definition: Definition, context: Context, wanted: str = "ANY") -> list[Metafield]:
    clause = "WHERE owner_type = ? AND namespace = ? AND key = ?"
    name = (definition.owner_type, definition.namespace, definition.key)
    rows = METAFIELDS.select(context.database, clause, name)
    if wanted == "ANY":
        return rows
    return [row for row in rows if (broken_validation(definition, row.value) is None) == (wanted == "VALID")]


def _capabilities(definition: Definition, _context: Context, _args: Args) -> dict[str, Any]:
    held = definition.capabilities
    answer: dict[str, Any] = {
        name: {"enabled": held.get(name, False), "eligible": held.get(f"{name}Eligible", True)}
        for name in ("adminFilterable", "analyticsQueryable", "cartToOrderCopyable", "smartCollectionCondition")
    }
    answer["uniqueValues"] = {"enabled": held.get("uniqueValues", False), "eligible": held["uniqueValuesEligible"]}
    status = "FILTERABLE" if held.get("adminFilterable") else "NOT_FILTERABLE"
    answer["adminFilterable"]["status"] = status
    return answer


def _validations(definition: Definition, _context: Context, _args: Args) -> list[dict[str, Any]]:
    return [{**rule, "type": validation_type(definition.type, rule["name"])} for rule in definition.validations]


def _validation_status(definition: Definition, context: Context, _args: Args) -> str:
    if definition.status_before:
        return definition.status_before
    is_broken = any(broken_validation(definition, row.value) for row in _values(definition, context))
    return "SOME_INVALID" if is_broken else "ALL_VALID"


KINDS = {Definition: "MetafieldDefinition"}
NODES = {"MetafieldDefinition": lambda context, number: DEFINITIONS.find(context.database, number)}

FIELDS: Fields = {
    "QueryRoot": {"metafieldDefinition": _one, "metafieldDefinitions": _many},
    "Mutation": {
        "metafieldDefinitionCreate": _create,
        "metafieldDefinitionUpdate": _update,
        "metafieldDefinitionDelete": _delete,
        "metafieldDefinitionPin": _pin,
        "metafieldDefinitionUnpin": _unpin,
    },
    "Product": definition_fields("PRODUCT"),
    "ProductVariant": definition_fields("PRODUCTVARIANT"),
    "Shop": definition_fields("SHOP"),
    "MetafieldDefinition": {
        "id": lambda row, _context, _args: gid("MetafieldDefinition", row.id),
        "name": attrgetter("name"),
        "namespace": attrgetter("namespace"),
        "key": attrgetter("key"),
        "description": attrgetter("description"),
        "ownerType": attrgetter("owner_type"),
        "pinnedPosition": attrgetter("pinned_position"),
        "access": attrgetter("access"),
        "type": lambda row, _context, _args: {"name": row.type, "category": category(row.type)},
        "capabilities": _capabilities,
        "validations": _validations,
        "useAsCollectionCondition": lambda row, _context, _args: row.capabilities.get(
            "smartCollectionCondition", False
        ),
        "validationStatus": _validation_status,
        "metafields": lambda row, context, args: list_page(
            _values(row, context, args.get("validationStatus") or "ANY"), Order("id", lambda one: one.id), args
        ),
        "metafieldsCount": lambda row, context, args: len(_values(row, context, args.get("validationStatus") or "ANY")),
    },
}
