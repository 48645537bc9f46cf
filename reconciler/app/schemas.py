"""JSON Schemas of the files that people and other programs write and read."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from reconciler.kinds import KINDS
from reconciler.model.catalog import Product
from reconciler.model.plan import plan_schema
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


def schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the schema of each family of files: catalog, store, mapping, plan."""
    return {
        "catalog": {"$schema": _DRAFT, "title": "Catalog file", **_catalog()},
        "store": {"$schema": _DRAFT, **StoreDocument.model_json_schema(), "title": "Store file"},
        "mapping": {"$schema": _DRAFT, "title": "Mapping file", **_mapping()},
        "plan": plan_schema(),
    }


def _catalog() -> Mapping[str, Any]:
    many = _Products.model_json_schema()
    definitions = many.pop("$defs")
    return {"anyOf": [{"$ref": "#/$defs/Product"}, many], "$defs": definitions}


def _mapping() -> Mapping[str, Any]:
    kinds = {
        kind.name: {
            "type": "object",
            "description": f"How the fields of a {kind.name} are made.",
            "properties": {name: {"$ref": "#/$defs/Rule"} for name in kind.resource.model_fields},
            "additionalProperties": False,
        }
        for kind in KINDS
        if not kind.standing
    }
    return {"type": "object", "properties": kinds, "additionalProperties": False, "$defs": {"Rule": _rule()}}


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
