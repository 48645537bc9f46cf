"""Pages of fields: what schemas say, model by model."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.markdown import code, table

Schema = Mapping[str, Any]
_WORDS = {"boolean": "true or false", "integer": "whole number", "number": "number", "string": "text", "null": "null"}
_ROOTS = {
    "store": "A store file",
    "plan": "A plan file",
    "metafields": "A definition in metafields.yaml",
    "redirects": "A redirect in redirects.yaml",
}


@dataclass(frozen=True)
class Model:
    """One mapping of a file."""

    name: str
    schema: Schema

    @property
    def title(self) -> str:
        """Its heading: `StockLocation` is a stock location."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name).capitalize()


def models(family: str, schema: Schema) -> list[Model]:
    """Return the models of a family, the file itself first."""
    listed = schema.get("additionalProperties")
    root = listed if isinstance(listed, Mapping) and "properties" in listed else schema
    own = [Model(_ROOTS[family], root)] if family in _ROOTS else []
    defined = schema.get("$defs", {}).items()
    return [*own, *(Model(name, part) for name, part in _in_order(defined) if "properties" in part)]


def _in_order(defined: Iterable[tuple[str, Schema]]) -> list[tuple[str, Schema]]:
    first = ("Product", "Variant", "Category")
    return sorted(defined, key=lambda item: (first.index(item[0]) if item[0] in first else len(first), item[0]))


def fields_page(found: Iterable[Model]) -> str:
    """Return the tables of models."""
    return "\n".join(_section(model) for model in found)


def _section(model: Model) -> str:
    said = f"{model.schema['description']}\n\n" if "description" in model.schema else ""
    needed = model.schema.get("required", ())
    rows = [
        (
            f"**`{name}`**" if name in needed else f"`{name}`",
            type_text(field),
            f"{field.get('description', '')}{_default(field)}",
            code(field["examples"][0]),
        )
        for name, field in model.schema["properties"].items()
    ]
    note = "Fields in bold have to be there.\n\n" if needed else ""
    return f"## {model.title}\n\n{said}{note}{table(('field', 'takes', 'means', 'example'), rows)}"


def _default(field: Schema) -> str:
    default = field.get("default") if not isinstance(field.get("default"), dict | list) else None
    return f" Default: {code(default)}." if default not in {None, ""} else ""


def type_text(schema: Schema) -> str:
    """Return what a field takes, in words."""
    return ", or ".join(dict.fromkeys(_types(schema)))


def _types(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield (
            "any value"
            if name in {"AttributeValue", "JsonValue"}
            else f"[{Model(name, {}).title.lower()}](#{_anchor(name)})"
        )
    elif "enum" in schema:
        yield ", ".join(code(value) for value in schema["enum"])
    elif "const" in schema:
        yield code(schema["const"])
    elif "anyOf" in schema or ("oneOf" in schema and "properties" not in schema):
        for part in schema.get("anyOf") or schema["oneOf"]:
            yield from _types(part)
    elif schema.get("type") == "array":
        yield f"list of {type_text(schema.get('items', {}))}"
    elif schema.get("type") == "object":
        patterns = [*schema.get("patternProperties", {}).values(), {}]
        below: Schema | bool = schema.get("additionalProperties") or patterns[0]
        yield f"mapping of {type_text(below)}" if isinstance(below, Mapping) and below else "mapping"
    else:
        kinds = schema.get("type", "any value")
        yield from (_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _anchor(name: str) -> str:
    return Model(name, {}).title.lower().replace(" ", "-")
