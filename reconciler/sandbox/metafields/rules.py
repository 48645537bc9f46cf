"""What writing a metafield must satisfy, whichever mutation writes it: namespaces, types, values, uniqueness."""

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.sandbox.metafields.namespaces import RESERVED, canonical, is_foreign
from reconciler.sandbox.metafields.validations import broken_validation
from reconciler.sandbox.metafields.value_types import is_storable
from reconciler.sandbox.metafields.values import BadValue, World, stored_value
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.metafields import METAFIELDS, Definition, Metafield, find_definition, find_metafield
from reconciler.sandbox.wire.errors import UserError, user_error
from reconciler.sandbox.wire.ids import parse_gid

_LENGTHS = (("namespace", 3, 255), ("key", 2, 64))
_TABLES = {
    "Collection": "collections",
    "Metaobject": "metaobjects",
    "Product": "products",
    "ProductVariant": "variants",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A metafield that a client wants written; ``at`` is where in its input the row stands."""

    owner: tuple[str, int]
    namespace: str
    key: str
    type: str | None
    value: str
    at: tuple[str | int, ...]


def wish(context: Context, owner: tuple[str, int], row: dict[str, Any], at: tuple[str | int, ...]) -> Wish:
    """Return the row of an input as a wish, its namespace resolved."""
    namespace = canonical(row.get("namespace"), context.settings.app_id)
    return Wish(owner, namespace, row.get("key") or "", row.get("type"), row.get("value") or "", at)


def name_problem(context: Context, wanted: Wish) -> UserError | None:
    """Return what is wrong with the name under which a value is to be stored."""
    for part, shortest, longest in _LENGTHS:
        text = wanted.namespace if part == "namespace" else wanted.key
        if len(text) < shortest:
            message = f"{part.capitalize()} is too short (minimum is {shortest} characters)"
            return user_error([*wanted.at, part], message, "TOO_SHORT")
        if len(text) > longest:
            message = f"{part.capitalize()} is too long (maximum is {longest} characters)"
            return user_error([*wanted.at, part], message, "TOO_LONG")
    if wanted.namespace in RESERVED:
        return user_error([*wanted.at, "namespace"], f"Namespace {wanted.namespace} is a reserved namespace")
    if is_foreign(wanted.namespace, context.settings.app_id):
        message = "Access to this namespace and key on Metafields for this resource type is not allowed."
        return user_error([*wanted.at, "namespace"], message, "APP_NOT_AUTHORIZED")
    return None


def checked(context: Context, wanted: Wish) -> tuple[str, str] | UserError:
    """Return the (type, stored value) that a wish comes to, or what is wrong with it."""
    problem = name_problem(context, wanted)
    if problem:
        return problem
    definition = find_definition(context.database, wanted.owner[0], wanted.namespace, wanted.key)
    existing = find_metafield(context.database, wanted.owner, wanted.namespace, wanted.key)
    kind = wanted.type or (definition.type if definition else None) or (existing.type if existing else None)
    if not kind:
        return user_error([*wanted.at, "type"], "Type can't be blank", "BLANK")
    if definition and definition.type != kind:
        message = f"Type '{kind}' must be consistent with the definition's type: '{definition.type}'."
        return user_error([*wanted.at, "type"], message, "INVALID_TYPE")
    if not is_storable(kind):
        return user_error([*wanted.at, "type"], "Type is not included in the list", "INCLUSION")
    try:
        value = stored_value(kind, wanted.value, world(context))
    except BadValue as bad:
        problem = user_error([*wanted.at, "value"], bad.message, "INVALID_VALUE")
        return {**problem, "elementIndex": bad.element}
    return _against_definition(context, wanted, definition, value) or (kind, value)


def put(context: Context, wanted: Wish, kind: str, value: str) -> Metafield:
    """Store a checked value and return its row; writing what is already there changes nothing."""
    existing = find_metafield(context.database, wanted.owner, wanted.namespace, wanted.key)
    if existing is None:
        row_id = context.database.new_id()
        row = Metafield(row_id, *wanted.owner, wanted.namespace, wanted.key, kind, value, context.now, context.now)
        METAFIELDS.insert(context.database, [row])
        return row
    if (existing.type, existing.value) != (kind, value):
        existing.type, existing.value, existing.updated_at = kind, value, context.now
        METAFIELDS.update(context.database, [existing])
    return existing


def digest(row: Metafield) -> str:
    """Return the compare digest: the same for the same type and value, wherever they are stored."""
    return hashlib.sha256(f"metafield\0{row.type}\0{row.value}".encode()).hexdigest()


def world(context: Context) -> World:
    """Return what values must agree with on this shop."""
    return World(context.settings.currency, context.currencies, partial(_exists, context.database))


def _exists(database: Database, gid: str) -> bool:
    parsed = parse_gid(gid)
    if parsed is not None and parsed.kind == "TaxonomyValue":
        return parsed.number is not None  # the taxonomy is not here: what looks like one of its values is one
    table = _TABLES.get(parsed.kind) if parsed else None
    if parsed is None or table is None or parsed.number is None:
        return False
    return database.row(f"SELECT 1 FROM {table} WHERE id = ?", (parsed.number,)) is not None  # noqa: S608 our names


def _against_definition(context: Context, wanted: Wish, definition: Definition | None, value: str) -> UserError | None:
    if definition is None:
        return None
    sentence = broken_validation(definition, value)
    if sentence:
        return user_error([*wanted.at, "value"], sentence, "INVALID_VALUE")
    if not definition.capabilities.get("uniqueValues"):
        return None
    clause = "WHERE owner_type = ? AND namespace = ? AND key = ? AND value = ? AND owner_id <> ? LIMIT 1"
    parameters = (wanted.owner[0], wanted.namespace, wanted.key, value, wanted.owner[1])
    if METAFIELDS.select(context.database, clause, parameters):
        return user_error([*wanted.at, "value"], "Value has already been assigned to another metafield.", "TAKEN")
    return None
