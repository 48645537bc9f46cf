"""Writing metaobjects: their values, handles, names and capabilities. (recorded on 2026-04).

The sentence for a required field without a value follows that of other blank fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from reconciler.sandbox.metafields.measurements import measurement_json
from reconciler.sandbox.metafields.rules import world
from reconciler.sandbox.metafields.validations import broken_validation
from reconciler.sandbox.metafields.value_types import MEASUREMENTS
from reconciler.sandbox.metafields.values import BadValue, stored_value
from reconciler.sandbox.metaobjects.names import handle_problems, random_suffix, slug, title
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.metaobjects import METAOBJECTS, Metaobject, MetaobjectDefinition, find_entry
from reconciler.sandbox.storage.redirects import lead
from reconciler.sandbox.wire.errors import Refused, UserError, user_error

_AT = ["metaobject"]
_LABELS = {"publishable": "publishable", "onlineStore": "online_store"}


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A field as validations know it."""

    type: str
    validations: list[dict[str, Any]]


def created(context: Context, definition: MetaobjectDefinition, given: dict[str, Any], at: list[str]) -> Metaobject:
    """Store a new entry and return it; ``at`` is where its handle stands in the input. Raises Refused."""
    raw = (given.get("handle") or "").strip()
    errors = [*(handle_problems(raw, at) if raw else []), *_capability_problems(definition, given)]
    contents, problems = _contents(context, definition, given, {})
    if errors or problems:
        raise Refused(*errors, *problems)
    entry = Metaobject(
        id=context.database.new_id(),
        definition_id=definition.id,
        type=definition.type,
        handle="",
        given_name="",
        display_name="",
        contents=contents,
        status="DRAFT" if _has(definition, "publishable") else None,
        template_suffix=None,
        created_at=context.now,
        updated_at=context.now,
    )
    _apply_capabilities(entry, given)
    _name(context, definition, entry, raw)
    METAOBJECTS.insert(context.database, [entry])
    return entry


def updated(context: Context, definition: MetaobjectDefinition, entry: Metaobject, given: dict[str, Any]) -> Metaobject:
    """Make the changes of an input to an entry and return it. Raises Refused."""
    errors = _capability_problems(definition, given)
    if given.get("handle") is not None:
        errors += _rename_problems(context, entry, given["handle"])
    contents, problems = _contents(context, definition, given, entry.contents)
    if errors or problems:
        raise Refused(*errors, *problems)
    entry.contents = contents
    if given.get("handle") is not None:
        _rename(context, definition, entry, given)
    _apply_capabilities(entry, given)
    entry.display_name = _display_name(definition, entry)
    entry.updated_at = context.now
    METAOBJECTS.update(context.database, [entry])
    return entry


def _contents(
    context: Context, definition: MetaobjectDefinition, given: dict[str, Any], held: dict[str, str]
) -> tuple[dict[str, str], list[UserError]]:
    contents, errors = dict(held), []
    for index, row in enumerate(given.get("fields") or []):
        at: list[str | int] = [*_AT, "fields", index]
        key = row["key"]
        field = definition.field(key)
        if field is None:
            message = f'Field definition "{key}" does not exist'
            errors.append(_of(key, user_error(at, message, "UNDEFINED_OBJECT_FIELD")))
            continue
        if not row["value"].strip():
            contents.pop(key, None)
            continue
        try:
            contents[key] = stored_value(field["type"], row["value"], world(context))
        except BadValue as bad:
            problem = _of(key, user_error(at, bad.message, "INVALID_VALUE"))
            errors.append({**problem, "elementIndex": bad.element})
            continue
        sentence = broken_validation(_Ruled(field["type"], field["validations"]), contents[key])
        if sentence:
            errors.append(_of(key, user_error(at, sentence, "INVALID_VALUE")))
    return contents, errors or list(_missing(definition, contents))


def _missing(definition: MetaobjectDefinition, contents: dict[str, str]) -> Iterator[UserError]:
    for field in definition.fields:
        if field["required"] and field["key"] not in contents:
            message = f"{field['name']} can't be blank"
            yield _of(field["key"], user_error(_AT, message, "OBJECT_FIELD_REQUIRED"))


def _capability_problems(definition: MetaobjectDefinition, given: dict[str, Any]) -> list[UserError]:
    wanted = given.get("capabilities") or {}
    return [
        user_error([*_AT, "capabilities", name], f"Capability is not enabled: {label}", "CAPABILITY_NOT_ENABLED")
        for name, label in _LABELS.items()
        if wanted.get(name) and not _has(definition, name)
    ]


def _apply_capabilities(entry: Metaobject, given: dict[str, Any]) -> None:
    wanted = given.get("capabilities") or {}
    if wanted.get("publishable"):
        entry.status = wanted["publishable"]["status"]
    if wanted.get("onlineStore"):
        entry.template_suffix = wanted["onlineStore"].get("templateSuffix")


def _name(context: Context, definition: MetaobjectDefinition, entry: Metaobject, raw: str) -> None:
    """Give a new entry its handle and name: each follows from the other where one is missing."""
    source = raw or slug(_displayed(definition, entry) or "")
    if source:
        free = _free(context, definition, source)
        entry.handle, entry.given_name = free.lower(), title(free)
    else:
        suffix = random_suffix()
        entry.handle = f"{slug(definition.type)}-{suffix}"
        entry.given_name = f"{title(definition.type)} #{suffix.upper()}"
    entry.display_name = _display_name(definition, entry)


def _free(context: Context, definition: MetaobjectDefinition, wanted: str) -> str:
    handle, number = wanted, 0
    while find_entry(context.database, definition.type, handle):
        number += 1
        handle = f"{wanted}-{number}"
    return handle


def _rename_problems(context: Context, entry: Metaobject, handle: str) -> list[UserError]:
    problems = handle_problems(handle, [*_AT, "handle"])
    other = find_entry(context.database, entry.type, handle) if not problems else None
    if other is not None and other.id != entry.id:
        problems.append(user_error([*_AT, "handle"], "Handle has already been taken", "TAKEN"))
    return problems


def _rename(context: Context, definition: MetaobjectDefinition, entry: Metaobject, given: dict[str, Any]) -> None:
    before, entry.handle = entry.handle, given["handle"].lower()
    if before == entry.handle:
        return
    entry.given_name = title(given["handle"])
    store = definition.capabilities.get("onlineStore") or {}
    if given.get("redirectNewHandle") and store.get("enabled"):
        root = f"/pages/{(store.get('data') or {}).get('urlHandle') or definition.type}"
        lead(context.database, f"{root}/{before}", f"{root}/{entry.handle}", context.now)


def _display_name(definition: MetaobjectDefinition, entry: Metaobject) -> str:
    return _displayed(definition, entry) or entry.given_name


def _displayed(definition: MetaobjectDefinition, entry: Metaobject) -> str | None:
    value = entry.contents.get(definition.display_key) if definition.display_key else None
    field = definition.field(definition.display_key) if definition.display_key else None
    kind = field["type"] if field else ""
    if value is not None and kind.removeprefix("list.") in MEASUREMENTS:
        # A name shows a measurement as jsonValue does in a list. (recorded on 2026-04)
        held = orjson.loads(value)
        shown = [measurement_json(one) for one in held] if kind.startswith("list.") else measurement_json(held)
        return orjson.dumps(shown).decode()
    return value


def _has(definition: MetaobjectDefinition, capability: str) -> bool:
    return bool((definition.capabilities.get(capability) or {}).get("enabled"))


def _of(key: str, error: UserError) -> UserError:
    return {**error, "elementKey": key}
