"""What a metaobject definition must satisfy: its type, fields, display name, access and capabilities.

The messages about a type that is taken and about access are inferred; the others are recorded on 2026-04.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.sandbox.metafields.namespaces import is_foreign, is_own
from reconciler.sandbox.metafields.value_types import is_known, valid_types
from reconciler.sandbox.metaobjects.names import canonical_type, title
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.catalog import is_offered
from reconciler.sandbox.storage.metaobjects import METAOBJECT_DEFINITIONS, MetaobjectDefinition, definition_of_type
from reconciler.sandbox.wire.errors import UserError, user_error

_MAX_FIELDS, _MAX_DEFINITIONS = 40, 128
_SHORTEST, _LONGEST = 2, 64
_RESERVED = frozenset({"handle", "id", "system"})
_FOR_SHOPIFY = frozenset({"disclosure_reference", "list.disclosure_reference"})
_RENDERED = ("single_line_text_field", "multi_line_text_field", "rich_text_field")
_AT = ["definition"]
CAPABILITIES = ("onlineStore", "publishable", "renderable", "translatable")


def create_problems(context: Context, given: dict[str, Any]) -> list[UserError]:
    """Return what is wrong with a definition that is to be made."""
    name, app_id = canonical_type(given["type"], context.settings.app_id), context.settings.app_id
    if name.startswith("shopify--") or is_foreign(name, app_id):
        message = "Not authorized. This type is reserved for use by another application."
        return [user_error(_AT, message, "NOT_AUTHORIZED")]
    if definition_of_type(context.database, name):
        return [user_error([*_AT, "type"], "Type has already been taken", "TAKEN")]
    fields = given.get("fieldDefinitions") or []
    errors = _too_many(len(fields)) or list(_field_problems(fields))
    errors += _access_problems(given, is_own=is_own(name, app_id))
    by_key = {row["key"]: row for row in fields}
    errors = errors or [*_display_problems(given, by_key), *_capability_problems(given, by_key)]
    count = context.database.row("SELECT count(*) FROM metaobject_definitions")
    if not errors and count and int(count[0]) >= _MAX_DEFINITIONS:
        message = f"Maximum {_MAX_DEFINITIONS} metaobject definitions"
        errors.append(user_error(_AT, message, "MAX_DEFINITIONS_EXCEEDED"))
    return errors


def new_definition(context: Context, given: dict[str, Any]) -> MetaobjectDefinition:
    """Return the definition that an accepted input describes."""
    name = canonical_type(given["type"], context.settings.app_id)
    access = given.get("access") or {}
    definition = MetaobjectDefinition(
        id=context.database.new_id(),
        type=name,
        name=given.get("name") or title(name),
        description=given.get("description"),
        display_key=given.get("displayNameKey"),
        fields=[_stored(row) for row in given.get("fieldDefinitions") or []],
        access={
            "admin": access.get("admin") or "PUBLIC_READ_WRITE",
            "storefront": access.get("storefront") or "NONE",
            "customerAccount": access.get("customerAccount") or "NONE",
        },
        capabilities={},
        created_at=context.now,
        updated_at=context.now,
    )
    _apply_capabilities(definition, given)
    return definition


def update_problems(context: Context, found: MetaobjectDefinition, given: dict[str, Any]) -> list[UserError]:
    """Return what is wrong with changes to a definition."""
    operations = given.get("fieldDefinitions") or []
    errors = list(_operation_problems(found, operations))
    errors += _access_problems(given, is_own=is_own(found.type, context.settings.app_id))
    if errors:
        return errors
    after = {row["key"]: row for row in _fields_after(found, given)}
    return (
        _too_many(len(after))
        or _display_problems(given, after)
        or _offer_problems(context, found, given)
        or list(_capability_problems(given, after, found.capabilities))
    )


def apply_update(context: Context, found: MetaobjectDefinition, given: dict[str, Any]) -> None:
    """Make accepted changes to a definition."""
    found.fields = _fields_after(found, given)
    found.name = given.get("name") or found.name
    found.description = given.get("description", found.description)
    found.display_key = given.get("displayNameKey", found.display_key)
    if found.display_key is not None and found.field(found.display_key) is None:
        found.display_key = None
    found.access |= {key: value for key, value in (given.get("access") or {}).items() if value is not None}
    _apply_capabilities(found, given)
    found.updated_at = context.now
    METAOBJECT_DEFINITIONS.update(context.database, [found])


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    filterable = (row.get("capabilities") or {}).get("adminFilterable")
    return {
        "key": row["key"],
        "name": row.get("name") or title(row["key"]),
        "description": row.get("description"),
        "required": bool(row.get("required")),
        "type": row["type"],
        "validations": [dict(rule) for rule in row.get("validations") or []],
        "capabilities": {"adminFilterable": {"enabled": bool((filterable or {}).get("enabled"))}},
    }


def _fields_after(found: MetaobjectDefinition, given: dict[str, Any]) -> list[dict[str, Any]]:
    fields = {row["key"]: dict(row) for row in found.fields}
    named: list[str] = []
    for operation in given.get("fieldDefinitions") or []:
        if operation.get("delete"):
            fields.pop(operation["delete"]["key"], None)
        row = operation.get("create") or operation.get("update")
        if row:
            named.append(row["key"])
            changes = {key: value for key, value in row.items() if value is not None}
            fields[row["key"]] = _stored({**fields.get(row["key"], {}), **changes})
    if not given.get("resetFieldOrder"):
        return list(fields.values())
    return [fields[key] for key in dict.fromkeys([*named, *fields]) if key in fields]


def _operation_problems(found: MetaobjectDefinition, operations: list[dict[str, Any]]) -> Iterator[UserError]:
    created: list[str] = []
    for index, operation in enumerate(operations):
        at: list[str | int] = [*_AT, "fieldDefinitions", index]
        for verb in ("create", "update", "delete"):
            row = operation.get(verb)
            if not row:
                continue
            key, is_there = row["key"], found.field(row["key"]) is not None
            if verb == "create" and is_there:
                message = f'Field definition "{key}" is already taken'
                yield _of(key, user_error([*at, verb, "key"], message, "OBJECT_FIELD_TAKEN"))
            elif verb == "create":
                yield from _one_field(row, at, created)
                created.append(key)
            elif not is_there:
                message = f'Field definition "{key}" does not exist'
                yield _of(key, user_error([*at, verb, "key"], message, "UNDEFINED_OBJECT_FIELD"))


def _field_problems(rows: list[dict[str, Any]]) -> Iterator[UserError]:
    seen: list[str] = []
    for index, row in enumerate(rows):
        yield from _one_field(row, [*_AT, "fieldDefinitions", index], seen)
        seen.append(row["key"])


def _one_field(row: dict[str, Any], at: list[str | int], seen: list[str]) -> Iterator[UserError]:
    key, kind = row["key"], row["type"]
    if key in _RESERVED:
        yield _of(key, user_error(at, f'The name "{key}" is reserved for system use', "RESERVED_NAME"))
    elif key in seen:
        yield _of(key, user_error(at, f'Field "{key}" duplicates other inputs', "DUPLICATE_FIELD_INPUT"))
    elif len(key) < _SHORTEST:
        message = f"Key is too short (minimum is {_SHORTEST} characters)"
        yield _of(key, user_error([*at, "key"], message, "TOO_SHORT"))
    elif len(key) > _LONGEST:
        message = f"Key is too long (maximum is {_LONGEST} characters)"
        yield _of(key, user_error([*at, "key"], message, "TOO_LONG"))
    elif kind in _FOR_SHOPIFY:
        message = "The disclosure_reference type can only be used in standard definitions provided by Shopify."
        yield _of(key, user_error(at, message, "INVALID"))
    elif not is_known(kind):
        message = f"Type name {kind} is not a valid type. Valid types are: {', '.join(valid_types())}."
        yield _of(key, user_error(at, message, "INCLUSION"))


def _too_many(count: int) -> list[UserError]:
    if count <= _MAX_FIELDS:
        return []
    message = f"Maximum {_MAX_FIELDS} fields per metaobject definition"
    return [user_error([*_AT, "fieldDefinitions"], message, "INVALID")]


def _display_problems(given: dict[str, Any], fields: dict[str, Any]) -> list[UserError]:
    key = given.get("displayNameKey")
    if key is None or key in fields:
        return []
    message = f'Field definition "{key}" does not exist'
    return [user_error([*_AT, "displayNameKey"], message, "UNDEFINED_OBJECT_FIELD")]


def _offer_problems(context: Context, found: MetaobjectDefinition, given: dict[str, Any]) -> list[UserError]:
    """Return a problem if the entries would be named by another field, and options have taken their names."""
    key = given.get("displayNameKey", found.display_key)
    if key == found.display_key or not is_offered(context.database, found.id):
        return []
    message = "Cannot change display name field when metaobject is used in product options"
    return [user_error([*_AT, "displayNameKey"], message, "IMMUTABLE")]


def _access_problems(given: dict[str, Any], *, is_own: bool) -> list[UserError]:
    if is_own or (given.get("access") or {}).get("admin") is None:
        return []
    message = 'Setting this access control is not permitted. It must be one of ["public_read_write"].'
    return [user_error([*_AT, "access", "admin"], message, "ADMIN_ACCESS_INPUT_NOT_ALLOWED")]


def _capability_problems(
    given: dict[str, Any], fields: dict[str, Any], held: dict[str, Any] | None = None
) -> Iterator[UserError]:
    wanted = (given.get("capabilities") or {}).get("renderable")
    enabled = wanted["enabled"] if wanted else (held or {}).get("renderable", {}).get("enabled")
    data = (wanted or {}).get("data") or {}
    at = [*_AT, "capabilities", "renderable"]
    for name, label in (("metaTitleKey", "meta_title_key"), ("metaDescriptionKey", "meta_description_key")):
        key = data.get(name)
        if not enabled or key is None:
            continue
        if key not in fields:
            yield user_error(at, f'Field definition "{key}" does not exist', "INVALID")
        elif fields[key]["type"] not in _RENDERED:
            message = (
                f'Renderable Capability "{label}" cannot reference the field definition "{key}" of type '
                f'"{fields[key]["type"]}". Only {", ".join(_RENDERED)} definitions are allowed.'
            )
            yield user_error(at, message, "FIELD_TYPE_INVALID")


def _apply_capabilities(definition: MetaobjectDefinition, given: dict[str, Any]) -> None:
    for name in CAPABILITIES:
        wanted = (given.get("capabilities") or {}).get(name)
        held = definition.capabilities.get(name, {"enabled": False, "data": None})
        if wanted:
            held = {"enabled": wanted["enabled"], "data": dict(wanted.get("data") or {}) or held["data"]}
        definition.capabilities[name] = held


def _of(key: str, error: UserError) -> UserError:
    return {**error, "elementKey": key}
