"""Standard definitions and constraints. Shopify: standardMetafieldDefinitionEnable, …DefinitionTemplates."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from reconciler.sandbox.metafields.definition_rules import (
    capability_problems,
    new_definition,
    next_pin,
    pin_problem,
    pinned_for_category,
)
from reconciler.sandbox.metafields.standard import Standard
from reconciler.sandbox.metafields.standards import (
    OF_CATEGORIES,
    STANDARDS,
    TYPE_OF_CATEGORIES,
    standard,
    standard_named,
)
from reconciler.sandbox.metafields.value_types import category, valid_types
from reconciler.sandbox.metaobjects.standards import entry_definition
from reconciler.sandbox.resolvers.metafield_definitions import validation_type
from reconciler.sandbox.resolvers.metafields import require_owner_scope
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.metafields import DEFINITIONS, Definition, find_definition
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_KIND = "StandardMetafieldDefinitionTemplate"
_CONSTRAINED = {"CONSTRAINED_ONLY": True, "UNCONSTRAINED_ONLY": False}
_BY_ID: Order[Any] = Order("id", lambda row: row.id)


@dataclass(slots=True)
class _Value:
    """A value of a constraint, by its place."""

    id: int
    value: str


def _templates(_root: Any, context: Context, args: Args) -> Page[Standard]:
    rows = list(STANDARDS)
    if args.get("excludeActivated"):
        known = {row.template_id for row in DEFINITIONS.select(context.database, "WHERE template_id IS NOT NULL")}
        rows = [row for row in rows if row.id not in known]
    if args.get("constraintStatus") in _CONSTRAINED:
        rows = [row for row in rows if row.is_for_categories == _CONSTRAINED[args["constraintStatus"]]]
    return list_page(rows, _BY_ID, args)


def _enable(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    owner_type = args["ownerType"]
    require_owner_scope(context, owner_type, "write", "standardMetafieldDefinitionEnable")
    _refuse_of_category(args, owner_type)
    template = _template(args, owner_type)
    given = _as_input(context, template, args)
    errors = list(capability_problems(given.get("capabilities"), owner_type, template.type, None))
    if errors:
        raise Refused(*errors)
    existing = find_definition(context.database, owner_type, template.namespace, template.key)
    if existing is not None:
        return {"createdDefinition": existing, "userErrors": []}
    definition = new_definition(context, given)
    if args.get("pin"):
        problem = pin_problem(context, definition, None)
        if problem:
            raise Refused({**problem, "code": _pin_code(problem["code"])})
        definition.pinned_position = next_pin(context, owner_type)
    DEFINITIONS.insert(context.database, [definition])
    return {"createdDefinition": definition, "userErrors": []}


def _refuse_of_category(args: Args, owner_type: str) -> None:
    """Refuse what no template of the taxonomy may be asked for, though none of them is held here."""
    number = number_of(args.get("id"), _KIND)
    if number not in OF_CATEGORIES or owner_type != "PRODUCT":
        return
    errors = list(capability_problems(args.get("capabilities"), owner_type, TYPE_OF_CATEGORIES, None))
    if args.get("pin"):
        errors.append(pinned_for_category(None))
    if errors:
        raise Refused(*errors)


def _template(args: Args, owner_type: str) -> Standard:
    namespace, key = args.get("namespace"), args.get("key")
    if args.get("id") is not None:
        found = standard(owner_type, number_of(args["id"], _KIND))
        if found is None:
            message = "Id is not a valid standard metafield definition template id"
            raise Refused(user_error(["id"], message, "TEMPLATE_NOT_FOUND"))
        return found
    if namespace is None or key is None:
        message = "A namespace and key or standard metafield definition template id must be provided."
        raise Refused(user_error(None, message, "TEMPLATE_NOT_FOUND"))
    found = standard_named(owner_type, namespace, key)
    if found is None:
        message = "A standard definition wasn't found for the specified owner type, namespace, and key."
        raise Refused(user_error(None, message, "TEMPLATE_NOT_FOUND"))
    return found


def _as_input(context: Context, template: Standard, args: Args) -> dict[str, Any]:
    bound: dict[str, Any] = {}
    if template.is_for_categories:
        entries = gid("MetaobjectDefinition", entry_definition(context, template).id)
        bound = {
            "validations": [{"name": "metaobject_definition_id", "value": entries}],
            "constraints": {"key": "category", "values": []},
        }
    return {
        "ownerType": args["ownerType"],
        "namespace": template.namespace,
        "key": template.key,
        "name": template.name,
        "description": template.description,
        "type": template.type,
        "validations": list(template.validations),
        "access": {"storefront": "PUBLIC_READ", **(args.get("access") or {})},
        "capabilities": args.get("capabilities"),
        "useAsCollectionCondition": args.get("useAsCollectionCondition"),
        "templateId": template.id,
        **bound,
    }


def _pin_code(code: Any) -> str:
    # The enum of this mutation has no code of its own for the limit of pins.
    return "LIMIT_EXCEEDED" if code == "PINNED_LIMIT_REACHED" else str(code)


def _constraints(definition: Definition, _context: Context, _args: Args) -> dict[str, Any]:
    held = definition.constraints or {"key": None, "values": []}
    return {"key": held["key"], "codes": held["values"]}


def _constraint_values(constraints: dict[str, Any], _context: Context, args: Args) -> Page[_Value]:
    rows = [_Value(place, code) for place, code in enumerate(constraints["codes"], start=1)]
    return list_page(rows, _BY_ID, args)


def _types(_root: Any, _context: Context, _args: Args) -> list[dict[str, Any]]:
    return [{"name": name, "category": category(name)} for name in valid_types()]


def _of(definition: Definition, _context: Context, _args: Args) -> Standard | None:
    return standard(definition.owner_type, definition.template_id)


KINDS = {Standard: _KIND}
NODES = {_KIND: lambda _context, number: next((one for one in STANDARDS if one.id == number), None)}

FIELDS: Fields = {
    "QueryRoot": {"metafieldDefinitionTypes": _types, "standardMetafieldDefinitionTemplates": _templates},
    "Mutation": {"standardMetafieldDefinitionEnable": _enable},
    "MetafieldDefinition": {"constraints": _constraints, "standardTemplate": _of},
    "MetafieldDefinitionConstraints": {"key": lambda held, _context, _args: held["key"], "values": _constraint_values},
    "MetafieldDefinitionConstraintValue": {"value": attrgetter("value")},
    _KIND: {
        "id": lambda row, _context, _args: gid(_KIND, row.id),
        "namespace": attrgetter("namespace"),
        "key": attrgetter("key"),
        "name": attrgetter("name"),
        "description": attrgetter("description"),
        "ownerTypes": lambda row, _context, _args: list(row.owner_types),
        "type": lambda row, _context, _args: {"name": row.type, "category": category(row.type)},
        "validations": lambda row, _context, _args: [
            {**rule, "type": validation_type(row.type, rule["name"])} for rule in row.validations
        ],
        "visibleToStorefrontApi": lambda _row, _context, _args: True,
    },
}
