"""The schema: our subset of the official one, with every field bound to its resolver."""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from reconciler.sandbox.language.scalars import install_scalars
from reconciler.sandbox.resolvers import MODULES
from reconciler.sandbox.resolvers.mutation import atomic
from reconciler.sandbox.shops.access import SCOPES
from reconciler.sandbox.shops.context import Binding, Context, Fields, Resolver
from reconciler.sandbox.wire.errors import access_denied

_SDL = files("reconciler.sandbox") / "schema.graphql"


class Unbound(Exception):
    """A resolver names a field that the schema lacks, or two modules claim one field."""


@cache
def the_schema() -> GraphQLSchema:
    """Return the schema, built once a process."""
    schema = build_schema(_SDL.read_text(encoding="utf-8"), assume_valid=True)
    install_scalars(schema)
    kinds: dict[type, str] = {}
    for module in MODULES:
        kinds |= getattr(module, "KINDS", {})
        _bind(schema, module)
    _resolve_abstract_types(schema, kinds)
    return schema


def enum_values(schema: GraphQLSchema, name: str) -> frozenset[str]:
    """Return the values of an enum."""
    kind = schema.get_type(name)
    return frozenset(kind.values) if isinstance(kind, GraphQLEnumType) else frozenset()


def _bind(schema: GraphQLSchema, module: ModuleType) -> None:
    fields: Fields = module.FIELDS
    for type_name, resolvers in fields.items():
        kind = schema.get_type(type_name)
        if not isinstance(kind, GraphQLObjectType):
            raise Unbound(f"{module.__name__}: no object type {type_name} in the schema")
        for name, resolver in resolvers.items():
            if name not in kind.fields or kind.fields[name].resolve:
                raise Unbound(f"{module.__name__}: {type_name}.{name} is not in the schema, or bound twice")
            _bind_field(kind.fields[name], (type_name, name), resolver)


def _bind_field(field: GraphQLField, place: tuple[str, str], resolver: Binding) -> None:
    if isinstance(resolver, operator.attrgetter):
        field.resolve = _attribute(resolver)
    elif place[0] == "Mutation":
        field.resolve = _guarded(atomic(resolver), place)
    elif place in SCOPES:
        field.resolve = _guarded(resolver, place)
    else:
        field.resolve = _plain(resolver)


def _attribute(getter: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda source, _info, **_args: getter(source)


def _plain(resolver: Resolver) -> Callable[..., Any]:
    return lambda source, info, **args: resolver(source, info.context, args)


def _guarded(resolver: Resolver, place: tuple[str, str]) -> Callable[..., Any]:
    scope = SCOPES.get(place)

    def resolve(source: Any, info: GraphQLResolveInfo[Context], **args: Any) -> Any:
        if scope and not info.context.settings.grants(scope):
            raise access_denied(place[1], scope)
        info.context.path = info.path.as_list()
        return resolver(source, info.context, args)

    return resolve


def _resolve_abstract_types(schema: GraphQLSchema, kinds: Mapping[type, str]) -> None:
    def kind_of(value: Any, *_: object) -> str:
        return value["__typename"] if isinstance(value, dict) else kinds[type(value)]

    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = kind_of


def unresolved(schema: GraphQLSchema, values: Sequence[str]) -> list[str]:
    """Return the fields without a resolver of their own, on types that are not plain values or wrappers."""
    wrappers = ("Connection", "Edge", "Payload", "UserError")
    return [
        f"{kind.name}.{name}"
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        if kind.name not in values and not kind.name.endswith(wrappers)
        for name, field in kind.fields.items()
        if field.resolve is None
    ]
