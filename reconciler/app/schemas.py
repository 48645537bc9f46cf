"""JSON Schemas of the files that people and other programs write and read."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from reconciler.app.workspace import VOCABULARY
from reconciler.kinds import KINDS
from reconciler.loading.mappings import METAFIELDS, OWNERSHIP
from reconciler.loading.tables import StockTable
from reconciler.model.catalog import Product
from reconciler.model.category import Category
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.ownership import Ownership
from reconciler.model.plan import plan_schema
from reconciler.model.resource import Resource
from reconciler.model.store import StoreDocument

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DECIMAL = {"type": ["number", "string"], "examples": [1.2]}
_TEMPLATE = {
    "type": "string",
    "description": "Jinja2 over product, variant and store.",
    "examples": ["{{ product.name }}"],
}


class _Products(BaseModel):
    """Many products in one file."""

    model_config = ConfigDict(extra="forbid")
    products: list[Product] = Field(min_length=1)


class _Collections(BaseModel):
    """Many collections in one file."""

    model_config = ConfigDict(extra="forbid")
    collections: list[Category] = Field(min_length=1)


def schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the schema of each family of files: the folders and files of ``catalog/``, then the rest."""
    listed = {kind.listed: kind.resource for kind in KINDS if kind.listed is not None}
    return {
        "catalog": {"$schema": _DRAFT, "title": "Catalog file", **_one_or_many("Product", _Products)},
        "collections": {"$schema": _DRAFT, "title": "Collections file", **_one_or_many("Category", _Collections)},
        "stock": {"$schema": _DRAFT, **TypeAdapter(StockTable).json_schema(), "title": "Stock table"},
        **{name: {"$schema": _DRAFT, "title": f"{name}.yaml", **_listed(fields)} for name, fields in listed.items()},
        "store": {"$schema": _DRAFT, **_store(), "title": "Store file"},
        "mapping": {"$schema": _DRAFT, "title": "Mapping file", **_mapping()},
        "plan": plan_schema(),
    }


def _one_or_many(one: str, many: type[BaseModel]) -> Mapping[str, Any]:
    schema = many.model_json_schema()
    definitions = schema.pop("$defs")
    return {"anyOf": [{"$ref": f"#/$defs/{one}"}, schema], "$defs": definitions}


def _listed(fields: type[Resource]) -> Mapping[str, Any]:
    schema = fields.model_json_schema()
    definitions = schema.pop("$defs", {})
    schema["properties"]["channels"] = {"type": "array", "items": {"type": "string"}, "description": "As of a product."}
    return {"type": "object", "additionalProperties": schema, "$defs": definitions}


def _store() -> Mapping[str, Any]:
    schema = StoreDocument.model_json_schema()
    overrides = schema["properties"]["overrides"]
    overrides["patternProperties"] = {
        f"^{kind}/.+$": {
            "type": "object",
            "description": f"What this store has of one {kind}, whatever rules make.",
            "properties": {name: {"description": "The value as the store holds it."} for name in sorted(fields)},
            "additionalProperties": False,
            "minProperties": 1,
        }
        for kind, fields in VOCABULARY.overridable.items()
    }
    overrides["additionalProperties"] = False
    overrides["examples"] = [{"product/linen-shirt": {"title": "Linen Shirt, the classic"}}]
    return schema


def _mapping() -> Mapping[str, Any]:
    metafields = {
        "type": "object",
        "description": "NAMESPACE.KEY → what makes its value.",
        "additionalProperties": {"$ref": "#/$defs/MetafieldRule"},
    }
    kinds: dict[str, Mapping[str, Any]] = {
        kind.name: {
            "type": "object",
            "description": f"How the fields of a {kind.name} are made.",
            "properties": {
                **{name: {"$ref": "#/$defs/Rule"} for name in kind.resource.model_fields},
                **({METAFIELDS: metafields} if kind.name in METAFIELDS_ON else {}),
            },
            "additionalProperties": False,
        }
        for kind in KINDS
        if not kind.standing
    }
    owners = TypeAdapter(dict[str, Ownership]).json_schema()
    kinds[OWNERSHIP] = {**owners, "description": "Who decides a field, by kind.field, where the store does not say."}
    definitions = {"Rule": _rule(), "MetafieldRule": _metafield_rule()}
    return {"type": "object", "properties": kinds, "additionalProperties": False, "$defs": definitions}


def _metafield_rule() -> Mapping[str, Any]:
    """A rule, or one with the type of its value beside it; an expression stands under ``from`` then."""
    typed = {shape["required"][0]: shape["properties"][shape["required"][0]] for shape in _rule()["anyOf"][2:]}
    with_type = {
        "type": "object",
        "properties": {"type": {"type": "string"}, "from": _TEMPLATE, **typed},
        "required": ["type"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": False,
    }
    return {"anyOf": [{"$ref": "#/$defs/Rule"}, with_type]}


def _rule() -> Mapping[str, Any]:
    price = {
        "from": _TEMPLATE,
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "Left out: the store's."},
        "multiply": _DECIMAL,
        "add": _DECIMAL,
        "end_with": {**_DECIMAL, "description": "Round to an amount that ends so.", "examples": [0.95]},
        "rounding": {"enum": ["nearest", "up", "down"]},
    }
    union = {"type": "array", "items": {"anyOf": [_TEMPLATE, {"type": "array", "items": {"type": "string"}}]}}
    return {
        "anyOf": [
            _TEMPLATE,
            {"type": "null", "description": "Clear the field."},
            _one("price", {"type": "object", "properties": price, "required": ["from"], "additionalProperties": False}),
            _one("union", union),
            _one("value", {"description": "The same value everywhere."}),
            _one("unmanaged", {"const": True, "description": "The field is not ours in this store."}),
        ]
    }


def _one(key: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": False}
