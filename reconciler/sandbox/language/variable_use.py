"""How an operation declares its variables and how its fields use them."""

from collections.abc import Iterator, Mapping

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_input_type,
    print_ast,
    type_from_ast,
    visit,
)
from graphql.language.ast import NamedTypeNode, TypeNode
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage

from reconciler.sandbox.wire.errors import Problem


def variable_use_problems(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[Problem]:
    """Return what is wrong between the operation's declarations and their uses, fragments included."""
    declared = {one.variable.name.value: one for one in operation.variable_definitions or ()}
    used: set[str] = set()
    name = operation.name.value if operation.name else "anonymous " + operation.operation.value
    for usage in _usages(schema, operation, fragments, set()):
        key = usage.node.name.value
        if key not in declared and key not in used:
            message = f"Variable ${key} is used by {name} but not declared"
            yield _problem(message, usage.node, operation, "variableNotDefined", {"variableName": key})
        used.add(key)
        if key in declared:
            yield from _mismatch(schema, declared[key], usage, operation)
    for key, definition in declared.items():
        yield from _bad_type(schema, key, definition, operation)
        if key not in used:
            message = f"Variable ${key} is declared by {name} but not used"
            yield _problem(message, operation, operation, "variableNotUsed", {"variableName": key})


class _Usage:
    def __init__(self, node: VariableNode, info: TypeInfo) -> None:
        self.node = node
        self.kind = info.get_input_type()
        self.default = info.get_default_value()
        self.parent = info.get_parent_input_type()
        argument = info.get_argument()
        self.argument = argument.ast_node.name.value if argument and argument.ast_node else ""


def _usages(
    schema: GraphQLSchema, root: Node, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> list[_Usage]:
    info = TypeInfo(schema)
    found: list[_Usage] = []
    spread: list[str] = []

    class Collector(Visitor):
        def enter_variable_definition(self, *_: object) -> object:
            return self.SKIP

        def enter_argument(self, *_: object) -> object:
            # Who looks for uses does not look into an argument that is not there. (recorded on 2026-04)
            return None if info.get_argument() else self.SKIP

        def enter_variable(self, node: VariableNode, *_: object) -> None:
            found.append(_Usage(node, info))

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            spread.append(node.name.value)

    visit(root, TypeInfoVisitor(info, Collector()))
    for name in spread:
        if name in fragments and name not in seen:
            seen.add(name)
            found += _usages(schema, fragments[name], fragments, seen)
    return found


def _mismatch(
    schema: GraphQLSchema, definition: VariableDefinitionNode, usage: _Usage, operation: OperationDefinitionNode
) -> Iterator[Problem]:
    kind = type_from_ast(schema, definition.type)
    if kind is None or usage.kind is None or not is_input_type(kind):
        return
    if allowed_variable_usage(schema, kind, definition.default_value, usage.kind, usage.default):
        return
    name = definition.variable.name.value
    message = f"Type mismatch on variable ${name} and argument {usage.argument} ({kind} / {usage.kind})"
    extensions = {
        "variableName": name,
        "typeName": str(kind),
        "argumentName": usage.argument,
        "errorMessage": "Type mismatch",
    }
    yield _problem(message, usage.node, operation, "variableMismatch", extensions)


def _bad_type(
    schema: GraphQLSchema, name: str, definition: VariableDefinitionNode, operation: OperationDefinitionNode
) -> Iterator[Problem]:
    kind = type_from_ast(schema, definition.type)
    if kind is not None and is_input_type(kind):
        return
    written = _named(definition.type)
    if kind is None:
        message = f"{written} isn't a defined input type (on ${name})"
    else:
        message = f"{get_named_type(kind)} isn't a valid input type (on ${name})"
    extensions = {"typeName": written, "variableName": name}
    yield _problem(message, definition, operation, "variableRequiresValidType", extensions)


def _named(node: TypeNode) -> str:
    while not isinstance(node, NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]
    return print_ast(node)


def _problem(
    message: str, node: Node, operation: OperationDefinitionNode, code: str, extensions: dict[str, str]
) -> Problem:
    start = node.loc.start_token if node.loc else None
    place = {"line": start.line, "column": start.column} if start else {"line": 1, "column": 1}
    kind = operation.operation.value
    path = [f"{kind} {operation.name.value}" if operation.name else kind]
    return {"message": message, "locations": [place], "path": path, "extensions": {"code": code, **extensions}}
