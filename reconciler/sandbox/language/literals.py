"""Values written inside a document, checked against the argument or input field that takes them."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from graphql import (
    ArgumentNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    print_ast,
    value_from_ast,
)
from graphql.pyutils import Undefined

from reconciler.sandbox.wire.errors import Problem
from reconciler.sandbox.wire.ids import parse_gid

_Path: TypeAlias = tuple[str | int, ...]
_Owner: TypeAlias = tuple[str, str, str]  # "Field", its name, the argument's name


def literal_problems(kind: GraphQLInputType, holder: Node, owner: _Owner, path: _Path) -> Iterator[Problem]:
    """Return what is wrong with the value of an argument or input field; variables are checked elsewhere."""
    assert isinstance(holder, ArgumentNode | ObjectFieldNode)  # noqa: S101 the two nodes that hold a value
    yield from _value(kind, holder.value, holder, owner, path)


def _value(kind: GraphQLInputType, value: ValueNode, holder: Node, owner: _Owner, path: _Path) -> Iterator[Problem]:
    if isinstance(value, VariableNode):
        return
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(value, NullValueNode):
        if isinstance(kind, GraphQLNonNull):
            yield _incompatible(kind, value, holder, owner, path)
    elif isinstance(inner, GraphQLList):
        if isinstance(value, ListValueNode):
            for index, element in enumerate(value.values):
                yield from _value(inner.of_type, element, holder, owner, (*path, index))
        else:
            yield from _value(inner.of_type, value, holder, owner, path)
    elif isinstance(inner, GraphQLInputObjectType) and isinstance(value, ObjectValueNode):
        yield from _object(inner, value, path)
    elif isinstance(inner, GraphQLScalarType) and inner.name == "ID":
        yield from _global_id(value, holder, path)
    elif not _fits(inner, value):
        yield _incompatible(kind, value, holder, owner, path)


def _fits(kind: GraphQLInputType, value: ValueNode) -> bool:
    try:
        return value_from_ast(value, kind) is not Undefined
    except GraphQLError:
        return False


def _object(kind: GraphQLInputObjectType, value: ObjectValueNode, path: _Path) -> Iterator[Problem]:
    given = {field.name.value for field in value.fields}
    for field in value.fields:
        key = field.name.value
        if key not in kind.fields:
            message = f"InputObject '{kind.name}' doesn't accept argument '{key}'"
            extensions = {"name": kind.name, "typeName": "InputObject", "argumentName": key}
            yield _problem(message, field, (*path, key), "argumentNotAccepted", **extensions)
        else:
            yield from literal_problems(kind.fields[key].type, field, ("InputObject", kind.name, key), (*path, key))
    for key, known in kind.fields.items():
        has_default = known.ast_node and known.ast_node.default_value is not None
        if isinstance(known.type, GraphQLNonNull) and key not in given and not has_default:
            message = f"Argument '{key}' on InputObject '{kind.name}' is required. Expected type {known.type}"
            extensions = {"argumentName": key, "argumentType": str(known.type), "inputObjectType": kind.name}
            yield _problem(message, value, (*path, key), "missingRequiredInputObjectAttribute", **extensions)
    if kind.is_one_of and len(given) != 1:
        message = f"OneOf Input Object '{kind.name}' must specify exactly one key."
        yield _problem(message, value, path, "invalidOneOfInputObject", inputObjectType=kind.name)


def _global_id(value: ValueNode, holder: Node, path: _Path) -> Iterator[Problem]:
    text = value.value if isinstance(value, StringValueNode) else print_ast(value)
    if not isinstance(value, StringValueNode) or parse_gid(text) is None:
        message = f"Invalid global id '{text}'"
        yield _problem(message, holder, path, "argumentLiteralsIncompatible", typeName="CoercionError")


def _incompatible(kind: GraphQLInputType, value: ValueNode, holder: Node, owner: _Owner, path: _Path) -> Problem:
    where, name, key = owner
    message = f"Argument '{key}' on {where} '{name}' has an invalid value ({print_ast(value)}). Expected type '{kind}'."
    extensions = {"typeName": where, "argumentName": key}
    return _problem(message, holder, path, "argumentLiteralsIncompatible", **extensions)


def _problem(message: str, node: Node, path: _Path, code: str, **extensions: Any) -> Problem:
    start = node.loc.start_token if node.loc else None
    place = {"line": start.line, "column": start.column} if start else {"line": 1, "column": 1}
    return {"message": message, "locations": [place], "path": list(path), "extensions": {"code": code, **extensions}}
