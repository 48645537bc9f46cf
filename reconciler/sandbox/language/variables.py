"""Checks submitted variables against their declared types and words what is wrong as the API does."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    print_ast,
    type_from_ast,
)

from reconciler.sandbox.wire.errors import Problem
from reconciler.sandbox.wire.ids import parse_gid

_Path: TypeAlias = tuple[str | int, ...]
_NOT_NULL = "Expected value to not be null"


def variable_problems(
    schema: GraphQLSchema, operation: OperationDefinitionNode, values: dict[str, Any]
) -> list[Problem]:
    """Return one error for each variable whose value does not fit its declaration."""
    return [
        problem
        for definition in operation.variable_definitions or ()
        for problem in _checked(schema, definition, values)
    ]


def _checked(schema: GraphQLSchema, definition: VariableDefinitionNode, values: dict[str, Any]) -> Iterator[Problem]:
    name = definition.variable.name.value
    kind = type_from_ast(schema, definition.type)
    is_given = name in values
    if kind is None or (not is_given and definition.default_value is not None):
        return
    value = values.get(name)
    if not is_given and not isinstance(kind, GraphQLNonNull):
        return
    found = list(_problems(kind, value, ()))  # type: ignore[arg-type]
    if found:
        yield _invalid_variable(definition, value, found)


def _invalid_variable(definition: VariableDefinitionNode, value: Any, found: list[tuple[_Path, str]]) -> Problem:
    message = (
        f"Variable ${definition.variable.name.value} of type {print_ast(definition.type)} was provided invalid value"
    )
    placed = [f"{'.'.join(map(str, path))} ({explanation})" for path, explanation in found if path]
    if placed:
        message += " for " + ", ".join(placed)
    line, column = _position(definition)
    return {
        "message": message,
        "locations": [{"line": line, "column": column}],
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [_listed(path, explanation) for path, explanation in found],
        },
    }


def _listed(path: _Path, explanation: str) -> Problem:
    listed: Problem = {"path": list(path), "explanation": explanation}
    if explanation.startswith("Invalid global id"):
        listed["message"] = explanation
    return listed


def _position(definition: VariableDefinitionNode) -> tuple[int, int]:
    if definition.loc is None:
        return 1, 1
    return definition.loc.start_token.line, definition.loc.start_token.column


def _problems(kind: GraphQLInputType, value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            yield path, _NOT_NULL
            return
        kind = kind.of_type
    if value is None:
        return
    if isinstance(kind, GraphQLList):
        if isinstance(value, list):
            for index, element in enumerate(value):
                yield from _problems(kind.of_type, element, (*path, index))
        else:
            yield from _problems(kind.of_type, value, path)
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _object_problems(kind, value, path)
    elif isinstance(kind, GraphQLEnumType):
        if not isinstance(value, str) or value not in kind.values:
            yield path, f"Expected {_quoted(value)} to be one of: {', '.join(kind.values)}"
    elif isinstance(kind, GraphQLScalarType):
        yield from _scalar_problems(kind, value, path)


def _object_problems(kind: GraphQLInputObjectType, value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if not isinstance(value, dict):
        yield path, f"Expected {_quoted(value)} to be a key-value object."
        return
    for name in value:
        if name not in kind.fields:
            yield (*path, name), f"Field is not defined on {kind.name}"
    for name, field in kind.fields.items():
        if name in value:
            yield from _problems(field.type, value[name], (*path, name))
        elif isinstance(field.type, GraphQLNonNull) and not _has_default(field):
            yield (*path, name), _NOT_NULL
    if kind.is_one_of:
        yield from _one_of_problems(kind, value, path)


def _one_of_problems(kind: GraphQLInputObjectType, value: dict[str, Any], path: _Path) -> Iterator[tuple[_Path, str]]:
    if len(value) != 1:
        yield path, f"'{kind.name}' requires exactly one argument, but {len(value)} were provided."
        return
    for name, content in value.items():
        if content is None:
            yield path, f"'{kind.name}' requires exactly one argument, but '{name}' was `null`."


def _scalar_problems(kind: GraphQLScalarType, value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if kind.name == "ID":
        if not isinstance(value, str) or parse_gid(value) is None:
            yield path, f"Invalid global id '{value}'"
        return
    try:
        kind.coerce_input_value(value)
    except (GraphQLError, TypeError, ValueError):
        yield path, f"Could not coerce value {_quoted(value)} to {kind.name}"


def _has_default(field: Any) -> bool:
    return bool(field.ast_node and field.ast_node.default_value is not None)


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
