"""Metafields of a dump: each says its type, which old dumps spell otherwise or leave out."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from reconciler.loading.json_nodes import members
from reconciler.loading.metafield_columns import LINE, LINES
from reconciler.model.metafields import metafield_name
from reconciler.model.origin import FieldPath

SEO_METAFIELDS: Final = {"title": "title_tag", "description": "description_tag"}
"""Field of SEO → the key of the metafield of ``global`` that a store keeps it in."""

_APP: Final = ("app--", "$app")
_OLD_TYPES: Final = {"integer": "number_integer", "json_string": "json", "boolean": "boolean"}


def metafields_of(node: Mapping[str, Any], lost: Counter[str]) -> dict[str, tuple[FieldPath, object]]:
    """Return name → way to its value, and the value with its type. What cannot be carried over is counted."""
    found: dict[str, tuple[FieldPath, object]] = {}
    for member in members(node, "metafields"):
        namespace, key, value = (member.node.get(name) for name in ("namespace", "key", "value"))
        if value is None or value == "" or (namespace == "global" and key in SEO_METAFIELDS.values()):
            continue
        name = f"{namespace}.{key}"
        if not _is_name(name) or str(namespace).startswith(_APP):  # what belongs to an app, that app alone may write
            lost[f"metafields {name}"] += 1
            continue
        type_name = member.node.get("type") or _OLD_TYPES.get(str(member.node.get("value_type")))
        if not isinstance(type_name, str) or type_name == "string":
            type_name = LINES if "\n" in str(value) else LINE
        found[name] = ((*member.path, "value"), {"type": type_name, "value": spelled_value(type_name, value)})
    return found


def _is_name(text: str) -> bool:
    try:
        return bool(metafield_name(text))
    except ValueError:
        return False


def spelled_value(type_name: str, value: object) -> object:
    """Return a value as people write it. APIs give all values as text; what reads as well as text stays text."""
    if not isinstance(value, str):
        return value
    if type_name == "number_integer" and value.strip().removeprefix("-").isdecimal():
        return int(value)
    if type_name == "boolean" and value in {"true", "false"}:
        return value == "true"
    if value.lstrip()[:1] in {"[", "{"} and "text_field" not in type_name.removeprefix("list."):
        return structure(value)
    return structure(value) if type_name.startswith("list.") else value


def structure(text: str) -> object:
    """Return what a text of JSON holds; the text itself where a file could not spell that as it is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if _is_exact(found) else text


def _is_exact(value: object) -> bool:
    """Return whether a file of the catalog can spell a value as it is: without fractions, which would lose digits."""
    match value:
        case dict():
            return all(map(_is_exact, value.values()))
        case list():
            return all(map(_is_exact, value))
        case _:
            return value is None or isinstance(value, str | int)
