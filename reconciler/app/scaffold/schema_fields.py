"""Fields of schemas: each gets the words that stand below it in the source, and an example."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from reconciler.app.scaffold.schema_examples import EXAMPLES
from reconciler.model.json import Json


@cache
def words_of(model: type) -> Mapping[str, str]:
    """Return field → the docstring below it, of a class and what it inherits.

    Read from the source when a schema is made: pydantic can do it where it makes the class, which costs every command.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if each.__module__.startswith("reconciler."):
            found |= dict(_below_fields(each))
    return found


class Worded(GenerateJsonSchema):
    """Makes the schema of models whose fields say below themselves what they are."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """Return the schema of a model, with the words of its fields."""
        made = super().model_schema(schema)
        model: type = schema["cls"]
        words = words_of(model)
        for name, field in made.get("properties", {}).items():
            if name in words:
                field.setdefault("description", words[name])
        return made


def _below_fields(model: type) -> Iterator[tuple[str, str]]:
    (body,) = ast.parse(dedent(inspect.getsource(model))).body
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, below in pairwise(statements):
        match field, below:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, words
            case _:
                pass


def plain(words: str) -> str:
    """Return the words of a docstring on one line, as an editor shows them."""
    return re.sub(r"\s+", " ", words.replace("``", "`")).strip()


def documented(schema: dict[str, Any], root: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the schema with a description and an example for each field of its models.

    ``root``: the model that the schema itself is of. ``words``: model → field → its words, where pydantic has none.
    """
    models = {root: schema, **schema.get("$defs", {})}
    for model, part in models.items():
        for name, field in part.get("properties", {}).items():
            said = field.get("description") or words.get(model, {}).get(name)
            if said is not None:
                field["description"] = plain(said)
            if (example := _example(model.lstrip("_"), name)) is not None:
                field["examples"] = [example]
        if "description" in part:
            part["description"] = plain(part["description"])
    return schema


def _example(model: str, field: str) -> Json:
    """Return an example; a row of a table shares its fields with a quantity of a product's file."""
    own = f"{model}.{field}"
    return EXAMPLES.get(own if own in EXAMPLES or model != "Row" else f"Stock.{field}")
