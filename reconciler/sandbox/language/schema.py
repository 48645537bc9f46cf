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

from reconciler.sandbox.language.fields import Direct, shorten
from reconciler.sandbox.language.idempotency import once
from reconciler.sandbox.language.scalars import install_scalars
from reconciler.sandbox.resolvers import MODULES
from reconciler.sandbox.resolvers.mutation import Keyed, atomic
from reconciler.sandbox.shops.context import Binding, Context, Fields, Resolver
from reconciler.sandbox.wire.errors import access_denied

_SDL_FOLDER = files("reconciler.sandbox") / "schema"
_SDL_SUFFIX = ".graphql"
_ROOTS = ("QueryRoot", "Mutation")


class Unbound(Exception):
    """A resolver names a field that the schema lacks, or two modules claim one field."""


def sdl() -> str:
    """Return the text of our schema: one file a domain, in which a domain extends the types of others."""
    names = sorted(file.name for file in _SDL_FOLDER.iterdir() if file.name.endswith(_SDL_SUFFIX))
    return "\n".join(part(name.removesuffix(_SDL_SUFFIX)) for name in names)


def part(domain: str) -> str:
    """Return the text of one domain's file."""
    return (_SDL_FOLDER / f"{domain}{_SDL_SUFFIX}").read_text(encoding="utf-8")


@cache
def the_schema() -> GraphQLSchema:
    """Return the schema, built once a process."""
    schema = build_schema(sdl(), assume_valid=True)
    install_scalars(schema)
    _sort_fields(schema)
    kinds: dict[type, str] = {}
    direct: dict[tuple[str, str], Direct] = {}
    for module in MODULES:
        kinds |= getattr(module, "KINDS", {})
        _bind(schema, module, kinds, direct)
    _resolve_abstract_types(schema, kinds)
    shorten(schema, direct)
    return schema


def _sort_fields(schema: GraphQLSchema) -> None:
    """Put the fields of every type in the order of their names, in which the official schema lists them."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__"):
            ordered = sorted(kind.fields.items())
            kind.fields.clear()
            kind.fields.update(ordered)


def enum_values(schema: GraphQLSchema, name: str) -> frozenset[str]:
    """Return the values of an enum."""
    kind = schema.get_type(name)
    return frozenset(kind.values) if isinstance(kind, GraphQLEnumType) else frozenset()


def _bind(
    schema: GraphQLSchema, module: ModuleType, kinds: Mapping[type, str], direct: dict[tuple[str, str], Direct]
) -> None:
    fields: Fields = module.FIELDS
    scopes = _scopes(module)
    keyed: Mapping[str, Keyed] = getattr(module, "IDEMPOTENT", {})
    for type_name, resolvers in fields.items():
        kind = schema.get_type(type_name)
        if not isinstance(kind, GraphQLObjectType):
            raise Unbound(f"{module.__name__}: no object type {type_name} in the schema")
        for name, resolver in resolvers.items():
            if name not in kind.fields or kind.fields[name].resolve:
                raise Unbound(f"{module.__name__}: {type_name}.{name} is not in the schema, or bound twice")
            scope = scopes.pop(name, None) if type_name in _ROOTS else None
            place = (type_name, name)
            if type_name == "Mutation" and name in keyed and not isinstance(resolver, operator.attrgetter):
                kind.fields[name].resolve = _guarded(once(resolver, name, keyed[name], kinds), name, scope)
            else:
                _bind_field(kind.fields[name], place, resolver, scope)
            if type_name not in _ROOTS:
                direct[place] = _direct(resolver)
    if scopes:
        raise Unbound(f"{module.__name__}: scopes for {', '.join(scopes)}, which it does not answer")


def _scopes(module: ModuleType) -> dict[str, str]:
    """Return root field → the scope that it needs; fields not named need none beyond a valid token."""
    by_scope: Mapping[str, Sequence[str]] = getattr(module, "SCOPES", {})
    return {field: scope for scope, fields in by_scope.items() for field in fields}


def _bind_field(field: GraphQLField, place: tuple[str, str], resolver: Binding, scope: str | None) -> None:
    if isinstance(resolver, operator.attrgetter):
        field.resolve = _attribute(resolver)
    elif place[0] == "Mutation":
        field.resolve = _guarded(_plain(atomic(resolver)), place[1], scope)
    elif place[0] in _ROOTS:
        field.resolve = _guarded(_plain(resolver), place[1], scope)
    else:
        field.resolve = _plain(resolver)


def _direct(resolver: Binding) -> Direct:
    if isinstance(resolver, operator.attrgetter):
        getter = resolver
        return lambda source, _context: getter(source)
    return lambda source, context: resolver(source, context, {})


def _attribute(getter: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda source, _info, **_args: getter(source)


def _plain(resolver: Resolver) -> Callable[..., Any]:
    def resolve(source: Any, info: GraphQLResolveInfo[Context], **args: Any) -> Any:
        if args.get("query"):
            info.context.path = info.path.as_list()  # a search says where it was made
        return resolver(source, info.context, args)

    return resolve


def _guarded(resolve_field: Callable[..., Any], name: str, scope: str | None) -> Callable[..., Any]:
    def resolve(source: Any, info: GraphQLResolveInfo[Context], **args: Any) -> Any:
        if scope and not info.context.grants(scope):
            raise access_denied(name, scope)
        info.context.path = info.path.as_list()
        return resolve_field(source, info, **args)

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
