"""Variables that fit their types, coerced in one pass; whatever does not fit is left to others to word.

The library asks the schema at each step of checking and coercing a value; a productSet of a hundred variants spends
most of its time there. Here each input type is turned once into a function that does both. It gives up on anything
unusual, so that what it accepts is what the library would have made of it.
"""

import copy
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    is_required_input_field,
    type_from_ast,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities.coerce_input_value import coerce_default_value

from reconciler.sandbox.wire.ids import parse_gid

Coerce: TypeAlias = Callable[[Any], Any]
_PLAIN: dict[str, type] = {"String": str, "Boolean": bool}


class _Misfit(Exception):
    """The value is not of the type, or not obviously so."""


class Coercion:
    """The input types of a schema as functions, each made when it is first needed."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: dict[GraphQLInputType, Coerce] = {}

    def fitting(self, operation: OperationDefinitionNode, values: dict[str, Any]) -> VariableValues | None:
        """Return the variables of an operation; None if one does not fit, or not simply."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for definition in operation.variable_definitions or ():
            name = definition.variable.name.value
            kind = type_from_ast(self._schema, definition.type)
            signature = get_variable_signature(self._schema, definition)
            is_given = name in values
            if kind is None or isinstance(signature, GraphQLError) or (not is_given and definition.default_value):
                return None
            if not is_given:
                if isinstance(kind, GraphQLNonNull):
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            sources[name] = VariableValueSource(signature, values[name])
            try:
                coerced[name] = self._coerce(cast("GraphQLInputType", kind))(values[name])
            except (_Misfit, RecursionError):
                return None
        return VariableValues(sources, coerced)

    def _coerce(self, kind: GraphQLInputType) -> Coerce:
        known = self._known.get(kind)
        if known is None:
            known = self._known[kind] = self._made(kind)
        return known

    def _made(self, kind: GraphQLInputType) -> Coerce:
        if isinstance(kind, GraphQLNonNull):
            value = self._value(kind.of_type)

            def required(given: Any) -> Any:
                if given is None:
                    raise _Misfit
                return value(given)

            return required
        value = self._value(kind)
        return lambda given: None if given is None else value(given)

    def _value(self, kind: Any) -> Coerce:
        if isinstance(kind, GraphQLList):
            return self._list(kind.of_type)
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            return _enum(kind)
        return _scalar(kind)

    def _list(self, item: Any) -> Coerce:
        coerce = self._coerce(item)
        return lambda given: [coerce(one) for one in given] if isinstance(given, list) else [coerce(given)]

    def _object(self, kind: GraphQLInputObjectType) -> Coerce:
        # Types may hold themselves, so that their fields are looked at when the first value comes.
        table: list[tuple[str, str, Coerce, bool, Any]] = []

        def coerce(given: Any) -> Any:
            if not isinstance(given, dict) or not given.keys() <= kind.fields.keys():
                raise _Misfit
            if kind.is_one_of and (len(given) != 1 or None in given.values()):
                raise _Misfit
            if not table:  # filled at once: requests of other threads must never meet a part of it
                table[:] = [self._field(name, field) for name, field in kind.fields.items()]
            made: dict[str, Any] = {}
            for name, out, inner, is_required, default in table:
                if name in given:
                    made[out] = inner(given[name])
                elif is_required:
                    raise _Misfit
                elif default is not Undefined:
                    made[out] = copy.deepcopy(default)
            return kind.out_type(made)

        return coerce

    def _field(self, name: str, field: GraphQLInputField) -> tuple[str, str, Coerce, bool, Any]:
        is_required = is_required_input_field(field)
        default = Undefined if is_required else coerce_default_value(field)
        return name, field.out_name or name, self._coerce(field.type), is_required, default


def _enum(kind: GraphQLEnumType) -> Coerce:
    values = {name: value.value for name, value in kind.values.items()}

    def coerce(given: Any) -> Any:
        if not isinstance(given, str) or given not in values:
            raise _Misfit
        return values[given]

    return coerce


def _scalar(kind: GraphQLScalarType) -> Coerce:
    plain = _PLAIN.get(kind.name)

    def coerce(given: Any) -> Any:
        if type(given) is plain:
            return given
        try:
            return kind.coerce_input_value(given)
        except (GraphQLError, TypeError, ValueError) as problem:
            raise _Misfit from problem

    def identify(given: Any) -> Any:
        if not isinstance(given, str) or parse_gid(given) is None:
            raise _Misfit
        return given

    return identify if kind.name == "ID" else coerce
