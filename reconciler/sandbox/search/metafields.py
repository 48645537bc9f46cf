"""Searching by the values of metafields: ``metafields.namespace.key:value``.

Only a metafield whose definition is made filterable can be searched for. Since 2026-10 asking for another is an error,
whose code and sentence are inferred; before, such a field was left out like any that is not known.
"""

from reconciler.sandbox.search.fields import Asked, Condition, any_like, warn
from reconciler.sandbox.search.syntax import Term
from reconciler.sandbox.storage.metafields import Definition, find_definition
from reconciler.sandbox.wire.errors import bad_request

_STRICT_SINCE = "2026-10"
_NAME_PARTS = 3


def metafield_condition(owner: tuple[str, str], term: Term, asked: Asked) -> Condition | None:
    """Return the condition that the owner (its type and its table) has such a metafield. Raises BAD_REQUEST."""
    owner_type, table = owner
    definition = _filterable(owner_type, term, asked)
    if definition is None:
        version = asked.context.api_version
        if version >= _STRICT_SINCE:
            raise bad_request(f"Metafield filter `{term.field}` has no definition that is filterable in the admin.")
        warn(asked, str(term.field), "Invalid search field for this query.", "invalid_field")
        return None
    sql, values = _value_condition(definition, term)
    named = f"m.owner_type = ? AND m.owner_id = {table}.id AND m.namespace = ? AND m.key = ?"
    names = [owner_type, definition.namespace, definition.key]
    return f"EXISTS (SELECT 1 FROM metafields m WHERE {named} AND {sql})", [*names, *values]  # noqa: S608 our names


def _filterable(owner_type: str, term: Term, asked: Asked) -> Definition | None:
    parts = str(term.field).split(".")
    if len(parts) < _NAME_PARTS:
        return None
    namespace = ".".join(parts[1:-1])
    if namespace == "$app":
        namespace = f"app--{asked.context.settings.app_id}"
    definition = find_definition(asked.context.database, owner_type, namespace, parts[-1])
    is_filterable = definition is not None and definition.capabilities.get("adminFilterable")
    return definition if is_filterable else None


def _value_condition(definition: Definition, term: Term) -> Condition:
    if definition.type.startswith("list."):
        sql, values = _compared("e.value", term)
        return f"EXISTS (SELECT 1 FROM json_each(m.value) e WHERE {sql})", values  # noqa: S608 our names
    return _compared("m.value", term)


def _compared(column: str, term: Term) -> Condition:
    if not term.sign:
        return any_like(column, [term.value], is_quoted=term.is_quoted)
    try:
        return f"CAST({column} AS REAL) {term.sign} ?", [float(term.value)]
    except ValueError:
        return f"{column} {term.sign} ?", [term.value]  # moments and dates sort as texts
