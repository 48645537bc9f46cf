"""Executing fields the short way: what graphql-core does for any schema, for the fields of ours that need little of it.

Most fields of an answer take no arguments, are resolved at once and are a text or an object. For these the library
builds a description of the call and asks after every step whether the value is still to come, which is most of the time
that a large answer takes. Here they are resolved and completed directly; all others go the library's way. Rejected: an
executor of our own, which would have to get null propagation and fragments right a second time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    get_nullable_type,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.pyutils import Path

from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.wire.errors import ApiError

# What a field may meet; anything else is a fault of ours, and the library makes it an error of the whole root field.
ANSWERABLE = (ApiError, GraphQLError, TypeError)
_SHORT = "short way"
_TEXTS = frozenset({"String", "ID", "DateTime", "Money", "Decimal", "HTML", "URL", "Date", "Color", "FormattedString"})
Direct: TypeAlias = Callable[[Any, Context], Any]


@dataclass(frozen=True, slots=True)
class Short:
    """A field that can be answered the short way; of a list, what its elements are."""

    resolve: Direct
    kind: GraphQLOutputType
    is_required: bool
    is_list: bool
    item: GraphQLOutputType
    leaf: GraphQLLeafType | None
    rows: GraphQLObjectType | None
    is_text: bool


def shorten(schema: GraphQLSchema, direct: dict[tuple[str, str], Direct]) -> None:
    """Mark the fields of a bound schema that can be answered the short way; ``direct`` are their resolvers."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            resolve = direct.get((kind.name, name)) or (_default(name) if field.resolve is None else None)
            short = _short(field, resolve) if resolve and not field.args else None
            if short:
                field.extensions[_SHORT] = short


def _short(field: GraphQLField, resolve: Direct) -> Short | None:
    value = get_nullable_type(field.type)
    is_list = isinstance(value, GraphQLList)
    item: GraphQLOutputType = value.of_type if isinstance(value, GraphQLList) else field.type
    bare = get_nullable_type(item)
    leaf = bare if isinstance(bare, GraphQLScalarType | GraphQLEnumType) else None
    rows = bare if isinstance(bare, GraphQLObjectType) and bare.is_type_of is None else None
    if leaf is None and rows is None:
        return None
    is_text = isinstance(leaf, GraphQLScalarType) and leaf.name in _TEXTS and not is_list
    return Short(resolve, field.type, is_non_null_type(field.type), is_list, item, leaf, rows, is_text)


def _default(name: str) -> Direct:
    def resolve(source: Any, _context: Context) -> Any:
        return source.get(name) if isinstance(source, dict) else getattr(source, name, None)

    return resolve


class FieldExecutor(Executor[None]):
    """Executes an operation, fields the short way where that is possible. Everything is resolved at once."""

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, grouped_field_set: Any, _place: Any
    ) -> dict[str, Any]:
        """Return the values of an object's fields by their keys."""
        context: Context = self.context_value
        values: dict[str, Any] = {}
        for key, details in grouped_field_set.items():
            node: FieldNode = details[0].node
            field = parent_type.fields.get(node.name.value)
            short: Short | None = field.extensions.get(_SHORT) if field else None
            if short is None:
                here = Path(path, key, parent_type.name)
                values[key] = self.execute_field(parent_type, source_value, details, here, None)
                continue
            try:
                value = short.resolve(source_value, context)
                if short.is_text and type(value) is str:
                    values[key] = value
                else:
                    values[key] = self._completed(short, value, details, (path, key, parent_type.name))
            except ANSWERABLE as problem:
                self.handle_field_error(problem, short.kind, details, Path(path, key, parent_type.name))
                values[key] = None
        return values

    def _completed(self, short: Short, value: Any, details: Any, place: tuple[Path | None, str, str]) -> Any:
        if value is None:
            if short.is_required:
                raise _missing(f"field {place[2]}.{details[0].node.name.value}")
            return None
        if not short.is_list:
            return self._one(short, value, details, place)
        here = Path(*place)
        return [self._element(short, row, details, (here, index)) for index, row in enumerate(value)]

    def _element(self, short: Short, value: Any, details: Any, place: tuple[Path, int]) -> Any:
        try:
            if value is not None:
                return self._one(short, value, details, (*place, None))
            if is_non_null_type(short.item):
                raise _missing(f"element of {details[0].node.name.value}")
        except ANSWERABLE as problem:
            self.handle_field_error(problem, short.item, details, place[0].add_key(place[1], None))
        return None

    def _one(self, short: Short, value: Any, details: Any, place: tuple[Path | None, str | int, str | None]) -> Any:
        if short.rows is not None:
            chosen = self.collect_subfields(short.rows, details).grouped_field_set
            return self.execute_fields(short.rows, value, Path(*place), chosen, None)
        return self.complete_leaf_value(short.leaf, value)  # type: ignore[arg-type]


def _missing(what: str) -> TypeError:
    return TypeError(f"Cannot return null for non-nullable {what}.")
