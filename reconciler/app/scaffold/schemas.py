"""JSON Schemas of the files that people and other programs write and read.

Those of YAML are of draft 7, which is what editors' language servers speak; those that we write are of 2020-12.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from reconciler.app.repository.workspace import VOCABULARY
from reconciler.app.scaffold.schema_examples import EXAMPLES, FIELDS
from reconciler.app.scaffold.schema_fields import Worded, documented, plain, words_of
from reconciler.app.scaffold.schema_rules import mapping_schema
from reconciler.app.stores.store_list import ListedStore, StoreList, store_list_schema
from reconciler.kinds import KINDS
from reconciler.loading.tables import StockTable
from reconciler.model.catalog import Product
from reconciler.model.category import Category
from reconciler.model.change import Adopt, Create, FieldChange, Move, Remove, TakenAlong, Update
from reconciler.model.effect import (
    AddressMoved,
    CollectionName,
    MembersMoved,
    OffSale,
    OptionValueGone,
    Unforeseen,
    WithoutPictures,
)
from reconciler.model.kind import Kind
from reconciler.model.ledger import Bar, Ledger, PriceMove
from reconciler.model.limits import Acceptance
from reconciler.model.origin import Origin, Place
from reconciler.model.plan import (
    Against,
    Forecast,
    Header,
    Inputs,
    Observed,
    Plan,
    Scope,
    Seen,
    Summary,
    Target,
    Violation,
)
from reconciler.model.plan_text import plan_schema
from reconciler.model.store import StoreDocument

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_OF_A_PLAN: Final = (
    *(Plan, Header, Seen, Target, Inputs, Scope, Against, Summary, Forecast, Violation, Observed, Origin, Place),
    *(FieldChange, Create, Adopt, Move, Update, Remove, TakenAlong, Ledger, PriceMove, Bar, Acceptance),
    *(OffSale, AddressMoved, OptionValueGone, WithoutPictures, CollectionName, MembersMoved, Unforeseen),
)


class _Products(BaseModel):
    """Many products in one file."""

    model_config = ConfigDict(extra="forbid")
    products: list[Product] = Field(min_length=1)
    """The products."""


class _Collections(BaseModel):
    """Many collections in one file."""

    model_config = ConfigDict(extra="forbid")
    collections: list[Category] = Field(min_length=1)
    """The collections."""


def schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the schema of each family of files: the folders and files of ``catalog/``, then the rest."""
    listed = {kind.listed: kind for kind in KINDS if kind.listed is not None}
    table = TypeAdapter(StockTable).json_schema(schema_generator=Worded)
    return {
        "catalog": _headed("Catalog file", _one_or_many("Product", _Products)),
        "collections": _headed("Collections file", _one_or_many("Category", _Collections)),
        "stock": _headed("Stock table", documented(table, "", {})),
        **{name: _headed(f"{name}.yaml", _listed(kind)) for name, kind in listed.items()},
        "store": _headed("Store file", _store()),
        "mapping": _headed("Mapping file", mapping_schema()),
        "plan": documented(dict(plan_schema()), "Plan", {model.__name__: words_of(model) for model in _OF_A_PLAN}),
        "store-list": documented(
            store_list_schema(), "StoreList", {model.__name__: words_of(model) for model in (StoreList, ListedStore)}
        ),
    }


def schema_files() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of the file of each schema."""
    for name, schema in schemas().items():
        yield f"{name}.json", json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _headed(title: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"$schema": _DRAFT, **schema, "title": title}


def _one_or_many(one: str, many: type[BaseModel]) -> Mapping[str, Any]:
    """Return the schema of a file that holds one, or a list; told apart first: a mistake is told of that."""
    schema = documented(many.model_json_schema(schema_generator=Worded), many.__name__, {})
    definitions = schema.pop("$defs")
    named = next(iter(schema["properties"]))
    one_of = {"if": {"required": [named]}, "then": schema, "else": {"$ref": f"#/$defs/{one}"}}
    return {"type": "object", **one_of, "$defs": definitions}


def _listed(kind: Kind) -> Mapping[str, Any]:
    schema = kind.resource.model_json_schema()
    definitions = schema.pop("$defs", {})
    for name, field in schema["properties"].items():
        field.update(_told(kind, name))
    channels = {"type": "array", "items": {"type": "string"}, "description": "As of a product."}
    schema["properties"]["channels"] = {**channels, "examples": [EXAMPLES["Listed.channels"]]}
    return {"type": "object", "additionalProperties": schema, "$defs": definitions}


def _told(kind: Kind, field: str) -> Mapping[str, Any]:
    example = FIELDS.get(f"{kind.name}.{field}")
    return {"description": plain(words_of(kind.resource).get(field, "")), "examples": [example]}


def _store() -> Mapping[str, Any]:
    schema = documented(StoreDocument.model_json_schema(schema_generator=Worded), "StoreDocument", {})
    overrides = schema["properties"]["overrides"]
    overrides["patternProperties"] = {
        f"^{kind}/.+$": {
            "type": "object",
            "description": f"What this store has of one {kind.replace('_', ' ')}, whatever rules make.",
            "properties": {name: _told(KINDS[kind], name) for name in sorted(fields)},
            "additionalProperties": False,
            "minProperties": 1,
        }
        for kind, fields in VOCABULARY.overridable.items()
    }
    overrides["additionalProperties"] = False
    return schema
