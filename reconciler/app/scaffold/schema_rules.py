"""The schema of mappings: kinds, their fields, and the rules that make them."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from pydantic import TypeAdapter

from reconciler.app.scaffold.schema_examples import FIELDS
from reconciler.app.scaffold.schema_fields import plain, words_of
from reconciler.kinds import KINDS
from reconciler.loading.mappings import BUILTIN, METAFIELDS, OWNERSHIP
from reconciler.loading.scalars import YamlValue
from reconciler.loading.yaml import parse
from reconciler.model.kind import Kind
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.ownership import Ownership

_NUMBER: Final = {"type": ["number", "string"]}
_TEXT: Final = {"type": "string"}
_TEMPLATE: Final = {
    "type": "string",
    "description": "Jinja2 over product, variant and store.",
    "examples": ["{{ product.name }}"],
}


def mapping_schema() -> dict[str, Any]:
    """Return the schema of a mapping's file."""
    shipped = parse(BUILTIN, files("reconciler.loading").joinpath(BUILTIN).read_bytes())
    kinds = {kind.name: _kind(kind, shipped) for kind in KINDS if not kind.standing}
    owners = TypeAdapter(dict[str, Ownership]).json_schema()
    said = "Who decides a field, by kind.field, where the store does not say."
    kinds[OWNERSHIP] = {**owners, "description": said, "examples": [{"product.tags": "merge"}]}
    return {
        "type": "object",
        "properties": kinds,
        "additionalProperties": False,
        "$defs": {"Rule": {"anyOf": _rules()}, "MetafieldRule": _metafield_rule()},
    }


def _kind(kind: Kind, shipped: YamlValue) -> dict[str, Any]:
    """Return the schema of the rules of one kind; the examples are the rules that we ship, where there is one."""
    ours = shipped.get(kind.name) if isinstance(shipped, Mapping) else None
    own: Mapping[str, YamlValue] = ours if isinstance(ours, Mapping) else {}
    words = words_of(kind.resource)
    fields: dict[str, Any] = {
        name: {
            "$ref": "#/$defs/Rule",
            "description": plain(words.get(name, "")),
            "examples": [own.get(name) or _constant(FIELDS.get(f"{kind.name}.{name}"))],
        }
        for name in kind.resource.model_fields
    }
    if kind.name in METAFIELDS_ON:
        fields[METAFIELDS] = {
            "type": "object",
            "description": "`NAMESPACE.KEY` → what makes its value.",
            "additionalProperties": {"$ref": "#/$defs/MetafieldRule"},
            "examples": [{"custom.material": f"{{{{ {_subject(kind)}.attributes.material }}}}"}],
        }
    first = next(iter(fields))
    return {
        "type": "object",
        "description": f"How the fields of a {kind.name.replace('_', ' ')} are made.",
        "properties": fields,
        "additionalProperties": False,
        "examples": [{first: fields[first]["examples"][0]}],
    }


def _constant(value: object) -> Mapping[str, object]:
    """Return the rule that makes a value everywhere; of a mapping there is none, so that the field is left alone."""
    is_plain = not isinstance(value, Mapping)
    return {"value": value} if is_plain else {"unmanaged": True}


def _subject(kind: Kind) -> str:
    return "category" if kind.name == "collection" else kind.name


def _rules() -> list[Mapping[str, Any]]:
    return [
        _TEMPLATE,
        {"type": "null", "description": "Clear the field."},
        *({"type": "object", "required": [key], **_closed({key: part})} for key, part in _named_rules().items()),
    ]


def _named_rules() -> Mapping[str, Mapping[str, Any]]:
    texts = {"type": "array", "items": _TEXT}
    return {
        "price": {
            "type": "object",
            "description": "A price: pick the currency, multiply, add, round; in that order.",
            "required": ["from"],
            **_closed(_price()),
            "examples": [{"from": "{{ variant.price }}", "multiply": 1.2, "end_with": 0.95}],
        },
        "union": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [_TEMPLATE, texts]},
            "description": "The members of several lists, each once.",
            "examples": [["{{ product.tags }}", ["us"]]],
        },
        "value": {
            "anyOf": [{"type": ["string", "boolean", "number", "null"]}, texts],
            "description": "The same value everywhere.",
            "examples": ["Fjord & Field"],
        },
        "unmanaged": {
            "const": True,
            "description": "The field is not ours: whatever the store holds stays.",
            "examples": [True],
        },
    }


def _price() -> Mapping[str, Any]:
    amount = "Which amount is picked; left out, that of the store's currency."
    ending = "Which of the amounts that end so is taken."
    return {
        "from": {**_TEMPLATE, "examples": ["{{ variant.price }}"]},
        "currency": {**_TEXT, "pattern": "^[A-Z]{3}$", "description": amount, "examples": ["USD"]},
        "multiply": {**_NUMBER, "description": "By how much it is multiplied.", "examples": [1.2]},
        "add": {**_NUMBER, "description": "How much is added; below zero takes away.", "examples": [5]},
        "end_with": {**_NUMBER, "description": "Round to an amount that ends so.", "examples": [0.95]},
        "rounding": {"enum": ["nearest", "up", "down"], "description": ending, "examples": ["up"]},
    }


def _metafield_rule() -> Mapping[str, Any]:
    """A rule, or one with the type of its value beside it; an expression stands under ``from`` then."""
    with_type = {
        "type": {
            **_TEXT,
            "description": "One of Shopify's types, where no definition gives it.",
            "examples": ["single_line_text_field"],
        },
        "from": _TEMPLATE,
        **_named_rules(),
    }
    typed = {"type": "object", "required": ["type"], "minProperties": 2, "maxProperties": 2, **_closed(with_type)}
    return {"anyOf": [{"$ref": "#/$defs/Rule"}, typed]}


def _closed(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"properties": dict(properties), "additionalProperties": False}
