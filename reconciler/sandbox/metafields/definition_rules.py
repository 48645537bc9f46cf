"""What a metafield definition must satisfy: name, type, access, capabilities, limits, pins."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reconciler.sandbox.metafields.constraints import changed_constraints, constraint_problem, new_constraints
from reconciler.sandbox.metafields.namespaces import canonical, is_foreign, is_own
from reconciler.sandbox.metafields.value_types import UNIQUE_CAPABLE, is_filterable, is_known, is_reference, valid_types
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.metafields import Definition, find_definition
from reconciler.sandbox.wire.errors import UserError, user_error

_MAX_TEXT = 255
_MAX_DEFINITIONS, _MAX_PINNED, _MAX_FILTERABLE = 256, 50, 50
_AT = ["definition"]
_CHARACTERS = re.compile(r"[A-Za-z0-9_-]*")
_CAPABILITIES = {
    "adminFilterable": "admin_filterable",
    "analyticsQueryable": "analytics_queryable",
    "cartToOrderCopyable": "cart_to_order_copyable",
    "smartCollectionCondition": "smart_collection_condition",
    "uniqueValues": "unique_values",
}
_CONDITION_OWNERS = frozenset({"PRODUCT", "PRODUCTVARIANT"})
_CONDITION_TYPES = frozenset(
    {
        "boolean",
        "list.metaobject_reference",
        "list.single_line_text_field",
        "metaobject_reference",
        "number_decimal",
        "number_integer",
        "rating",
        "single_line_text_field",
    }
)


def create_problems(context: Context, given: dict[str, Any]) -> list[UserError]:
    """Return what is wrong with a definition that is to be made."""
    namespace = canonical(given.get("namespace"), context.settings.app_id)
    errors = [*_name_problems(given, namespace), *_text_problems(given)]
    if not errors and is_foreign(namespace, context.settings.app_id):
        message = "Access to this namespace and key on Metafields for this resource type is not allowed."
        errors.append(user_error([*_AT, "namespace"], message, "RESERVED_NAMESPACE_KEY"))
    if not is_known(given["type"]):
        listed = ", ".join(valid_types())
        message = f"Type name {given['type']} is not a valid type. Valid types are: {listed}."
        errors.append(user_error([*_AT, "type"], message, "INCLUSION"))
    if errors:
        return errors
    if find_definition(context.database, given["ownerType"], namespace, given["key"]):
        message = f"Key is in use for {_owner_word(given['ownerType'])} metafields on the '{namespace}' namespace."
        return [user_error([*_AT, "key"], message, "TAKEN")]
    errors += _access_problems(context, given, namespace)
    errors += capability_problems(given.get("capabilities"), given["ownerType"], given["type"], _AT)
    errors += [one for one in (constraint_problem(given.get("constraints"), given["ownerType"]),) if one]
    return errors or list(_limit_problems(context, given, namespace))


def update_problems(context: Context, found: Definition, given: dict[str, Any]) -> list[UserError]:
    """Return what is wrong with changes to a definition."""
    errors = list(_text_problems(given))
    errors += _access_problems(context, given, found.namespace)
    errors += capability_problems(given.get("capabilities"), found.owner_type, found.type, _AT)
    errors += [one for one in (constraint_problem(given.get("constraintsUpdates"), found.owner_type),) if one]
    errors += _lock_problems(found, given)
    unique = (given.get("capabilities") or {}).get("uniqueValues")
    if unique is not None and not unique["enabled"] and found.type == "id":
        message = "The capability unique_values cannot be disabled for this definition."
        errors.append(user_error(_AT, message, "CAPABILITY_CANNOT_BE_DISABLED"))
    return errors


def new_definition(context: Context, given: dict[str, Any]) -> Definition:
    """Return the definition that an accepted input describes."""
    access = given.get("access") or {}
    capabilities = _enabled(given.get("capabilities"))
    if given["type"] == "id":
        capabilities["uniqueValues"] = True
    if given.get("useAsCollectionCondition"):
        capabilities["smartCollectionCondition"] = True
    return Definition(
        id=context.database.new_id(),
        owner_type=given["ownerType"],
        namespace=canonical(given.get("namespace"), context.settings.app_id),
        key=given["key"],
        name=given["name"],
        description=given.get("description"),
        type=given["type"],
        validations=[dict(rule) for rule in given.get("validations") or []],
        access={
            "admin": access.get("admin") or "PUBLIC_READ_WRITE",
            "storefront": access.get("storefront") or "NONE",
            "customerAccount": access.get("customerAccount") or "NONE",
        },
        capabilities={**capabilities, **_eligible(given["ownerType"], given["type"])},
        pinned_position=None,
        constraints=new_constraints(given.get("constraints")),
        template_id=given.get("templateId"),
    )


def updated_definition(found: Definition, given: dict[str, Any]) -> Definition:
    """Return the definition with the accepted changes made."""
    access = {key: value for key, value in (given.get("access") or {}).items() if value is not None}
    validations = given.get("validations")
    return replace(
        found,
        name=given.get("name") or found.name,
        description=given.get("description", found.description),
        validations=[dict(rule) for rule in validations] if validations is not None else found.validations,
        access={**found.access, **access},
        capabilities={**found.capabilities, **_enabled(given.get("capabilities"))},
        constraints=changed_constraints(found.constraints, given.get("constraintsUpdates")),
    )


def deletion_problem(context: Context, found: Definition) -> UserError | None:
    """Return why a definition cannot go without its values, if it cannot."""
    need = "requires deletion of its associated metafields."
    if found.type == "id":
        return user_error(None, f"Deleting an id type metafield definition {need}", "ID_TYPE_DELETION_ERROR")
    if is_reference(found.type):
        message = f"Deleting a reference type metafield definition {need}"
        return user_error(None, message, "REFERENCE_TYPE_DELETION_ERROR")
    if is_own(found.namespace, context.settings.app_id):
        message = f"Deleting a definition in a reserved namespace {need}"
        return user_error(None, message, "RESERVED_NAMESPACE_ORPHANED_METAFIELDS")
    return None


def pin_problem(context: Context, definition: Definition, field: list[str] | None) -> UserError | None:
    """Return why a definition cannot be pinned, if it cannot."""
    if definition.constraints:
        return pinned_for_category(field)
    if next_pin(context, definition.owner_type) > _MAX_PINNED:
        return user_error(field, f"Limit of {_MAX_PINNED} pinned definitions.", "PINNED_LIMIT_REACHED")
    return None


def pinned_for_category(field: list[str] | None) -> UserError:
    """Return the refusal to pin a definition that is for some categories only."""
    return user_error(field, "Constrained metafield definitions do not support pinning.", "UNSUPPORTED_PINNING")


def next_pin(context: Context, owner_type: str) -> int:
    """Return the position that a new pin gets."""
    sql = "SELECT coalesce(max(pinned_position), 0) FROM metafield_definitions WHERE owner_type = ?"
    found = context.database.row(sql, (owner_type,))
    return int(found[0]) + 1 if found else 1


def _name_problems(given: dict[str, Any], namespace: str) -> Iterator[UserError]:
    for part, text, shortest, longest in (("namespace", namespace, 3, 255), ("key", given["key"], 2, 64)):
        at, label = [*_AT, part], part.capitalize()
        if len(text) < shortest:
            yield user_error(at, f"{label} is too short (minimum is {shortest} characters)", "TOO_SHORT")
        elif len(text) > longest:
            yield user_error(at, f"{label} is too long (maximum is {longest} characters)", "TOO_LONG")
        elif not _CHARACTERS.fullmatch(text):
            yield user_error(at, f"{label} contains one or more invalid characters.", "INVALID_CHARACTER")


def _text_problems(given: dict[str, Any]) -> Iterator[UserError]:
    if "name" in given and not (given["name"] or "").strip():
        yield user_error([*_AT, "name"], "Name can't be blank", "BLANK")
    for part in ("name", "description"):
        if len(given.get(part) or "") > _MAX_TEXT:
            message = f"{part.capitalize()} is too long (maximum is {_MAX_TEXT} characters)"
            yield user_error([*_AT, part], message, "TOO_LONG")


def _access_problems(context: Context, given: dict[str, Any], namespace: str) -> Iterator[UserError]:
    admin = (given.get("access") or {}).get("admin")
    if admin is not None and not is_own(namespace, context.settings.app_id):
        message = 'Setting this access control is not permitted. It must be one of ["public_read_write"].'
        yield user_error([*_AT, "access", "admin"], message, "ADMIN_ACCESS_INPUT_NOT_ALLOWED")


def _lock_problems(found: Definition, given: dict[str, Any]) -> Iterator[UserError]:
    if found.template_id is None:
        return
    held = {"name": found.name, "description": found.description, "validations": found.validations}
    for part, value in held.items():
        if part in given and given[part] != value:
            message = f"{part.capitalize()} cannot be changed for a standard definition."
            yield user_error([*_AT, part], message, "INVALID_INPUT")


def capability_problems(
    given: dict[str, Any] | None, owner_type: str, kind: str, at: list[str] | None
) -> Iterator[UserError]:
    """Yield an error for each capability that is asked for and cannot be had."""
    eligible = _eligible(owner_type, kind)
    for name, wanted in (given or {}).items():
        if wanted and wanted.get("enabled") and not eligible[f"{name}Eligible"]:
            message = f"The capability {_CAPABILITIES[name]} is not valid for this definition."
            yield user_error(at, message, "INVALID_CAPABILITY")


def _eligible(owner_type: str, kind: str) -> dict[str, bool]:
    return {
        "adminFilterableEligible": is_filterable(kind),
        "analyticsQueryableEligible": True,
        "cartToOrderCopyableEligible": owner_type == "ORDER",
        "smartCollectionConditionEligible": owner_type in _CONDITION_OWNERS and kind in _CONDITION_TYPES,
        "uniqueValuesEligible": kind in UNIQUE_CAPABLE,
    }


def _limit_problems(context: Context, given: dict[str, Any], namespace: str) -> Iterator[UserError]:
    own = is_own(namespace, context.settings.app_id)
    sql = (
        "SELECT namespace, json_extract(capabilities, '$.adminFilterable') FROM metafield_definitions "
        "WHERE owner_type = ?"
    )
    rows = context.database.rows(sql, (given["ownerType"],))
    same = [row for row in rows if is_own(str(row[0]), context.settings.app_id) == own]
    if len(same) >= _MAX_DEFINITIONS:
        message = f"Stores can only have {_MAX_DEFINITIONS} definitions for each store resource."
        yield user_error(_AT, message, "RESOURCE_TYPE_LIMIT_EXCEEDED")
    wants_filter = _enabled(given.get("capabilities")).get("adminFilterable")
    if wants_filter and sum(1 for row in rows if row[1]) >= _MAX_FILTERABLE:
        word = _owner_word(given["ownerType"]).lower()
        message = (
            f"You can only use {_MAX_FILTERABLE} {word} metafield definitions to filter the {word} list. "
            "To add a new filter, disable filtering on an existing one."
        )
        yield user_error(_AT, message, "OWNER_TYPE_LIMIT_EXCEEDED_FOR_USE_AS_ADMIN_FILTERS")


def _enabled(given: dict[str, Any] | None) -> dict[str, bool]:
    return {name: bool(wanted["enabled"]) for name, wanted in (given or {}).items() if wanted is not None}


def _owner_word(owner_type: str) -> str:
    return {"PRODUCTVARIANT": "ProductVariant", "PRODUCT": "Product"}.get(owner_type, owner_type.capitalize())
