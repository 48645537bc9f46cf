"""Validates documents, and words what is wrong as graphql-ruby does, which is what clients of the API see.

graphql-core decides whether a document is good; only for a bad one is it walked again to find the API's words. So a
gap in the wording can never let a bad document through. Rejected: rewriting graphql-core's messages, whose text is no
contract.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLError,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
    validate,
)

from reconciler.sandbox.language.literals import literal_problems
from reconciler.sandbox.language.variable_use import variable_use_problems
from reconciler.sandbox.wire.errors import Problem

Path: TypeAlias = tuple[str | int, ...]


def document_problems(schema: GraphQLSchema, document: DocumentNode) -> list[Problem]:
    """Return what is wrong with the document; empty when it may be executed."""
    found = validate(schema, document)
    worded = list(_Walk(schema, document).problems())
    if worded or not found:
        return worded
    return [_plain(error) for error in found]


def label(definition: OperationDefinitionNode | FragmentDefinitionNode) -> str:
    """Return the first element of a validation path: ``query Name``."""
    kind = "fragment" if isinstance(definition, FragmentDefinitionNode) else definition.operation.value
    return f"{kind} {definition.name.value}" if definition.name else kind


def problem(message: str, node: Node, path: Path, code: str, **extensions: Any) -> Problem:
    """Return a validation error at a node."""
    start = node.loc.start_token if node.loc else None
    place = {"line": start.line, "column": start.column} if start else {"line": 1, "column": 1}
    return {
        "message": message,
        "locations": [place],
        "path": list(path),
        "extensions": {"code": code, **extensions},
    }


def _plain(error: GraphQLError) -> Problem:
    places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {"message": error.message, "locations": places, "extensions": {"code": "invalidDocument"}}


class _Walk:
    """One pass over a document, in the order a reader would find the mistakes."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def problems(self) -> Iterator[Problem]:
        for definition in self._document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                root = self._schema.get_root_type(definition.operation)
                if root:
                    yield from self._selections(definition.selection_set, root, (label(definition),))
                yield from variable_use_problems(self._schema, definition, self._fragments)
            elif isinstance(definition, FragmentDefinitionNode):
                yield from self._fragment(definition)

    def _fragment(self, definition: FragmentDefinitionNode) -> Iterator[Problem]:
        path = (label(definition),)
        yield from self._condition(definition, definition.type_condition.name.value, definition.selection_set, path)

    def _condition(self, node: Node, name: str, selections: SelectionSetNode, path: Path) -> Iterator[Problem]:
        kind = self._schema.get_type(name)
        if kind is None:
            message = f"No such type {name}, so it can't be a fragment condition"
            yield problem(message, node, path, "undefinedType", typeName=name)
        elif is_composite_type(kind):
            yield from self._selections(selections, kind, path)

    def _selections(self, selections: SelectionSetNode, parent: GraphQLCompositeType, path: Path) -> Iterator[Problem]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield from self._field(node, parent, path)
            elif isinstance(node, InlineFragmentNode):
                yield from self._inline(node, parent, path)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in self._fragments:
                message = f"Fragment {node.name.value} was used, but not defined"
                yield problem(message, node, path, "useAndDefineFragment", fragmentName=node.name.value)

    def _inline(self, node: InlineFragmentNode, parent: GraphQLCompositeType, path: Path) -> Iterator[Problem]:
        if node.type_condition is None:
            yield from self._selections(node.selection_set, parent, (*path, "..."))
            return
        name = node.type_condition.name.value
        yield from self._condition(node, name, node.selection_set, (*path, f"... on {name}"))

    def _field(self, node: FieldNode, parent: GraphQLCompositeType, path: Path) -> Iterator[Problem]:
        name = node.name.value
        here = (*path, node.alias.value if node.alias else name)
        yield from self._directives(node, here)
        definition = self._schema.get_field(parent, name)
        if definition is None:
            message = f"Field '{name}' doesn't exist on type '{parent}'"
            yield problem(message, node, here, "undefinedField", typeName=str(parent), fieldName=name)
            return
        yield from self._arguments(node, definition.args, "Field", here)
        yield from self._shape(node, definition.type, here)
        named = get_named_type(definition.type)
        if node.selection_set and is_composite_type(named):
            yield from self._selections(node.selection_set, named, here)

    def _shape(self, node: FieldNode, kind: GraphQLType, path: Path) -> Iterator[Problem]:
        name = node.name.value
        named = get_named_type(kind)
        if is_leaf_type(named) and node.selection_set:
            chosen = [one.name.value for one in node.selection_set.selections if isinstance(one, FieldNode)]
            listed = ", ".join(f'"{one}"' for one in chosen)
            message = (
                f"Selections can't be made on scalars (field '{name}' returns {named} but has selections [{listed}])"
            )
        elif not is_leaf_type(named) and not node.selection_set:
            message = (
                f"Field must have selections (field '{name}' returns {named} but has no selections. "
                f"Did you mean '{name} {{ ... }}'?)"
            )
        else:
            return
        yield problem(message, node, path, "selectionMismatch", nodeName=f"field '{name}'", typeName=str(named))

    def _directives(self, node: FieldNode, path: Path) -> Iterator[Problem]:
        for directive in node.directives or ():
            name = directive.name.value
            known = self._schema.get_directive(name)
            if known is None:
                message = f"Directive @{name} is not defined"
                yield problem(message, directive, path, "undefinedDirective", directiveName=name)
            else:
                yield from self._arguments(directive, known.args, "Directive", path)

    def _arguments(
        self, node: FieldNode | DirectiveNode, known: dict[str, GraphQLArgument], kind: str, path: Path
    ) -> Iterator[Problem]:
        name = node.name.value
        given = {argument.name.value for argument in node.arguments or ()}
        for argument in node.arguments or ():
            yield from self._argument(argument, known, (kind, name), path)
        missing = [key for key, argument in known.items() if is_required_argument(argument) and key not in given]
        if missing:
            listed = ", ".join(missing)
            message = f"{kind} '{name}' is missing required arguments: {listed}"
            extensions = {"className": kind, "name": name, "arguments": listed}
            yield problem(message, node, path, "missingRequiredArguments", **extensions)

    def _argument(
        self, argument: ArgumentNode, known: dict[str, GraphQLArgument], owner: tuple[str, str], path: Path
    ) -> Iterator[Problem]:
        kind, name = owner
        key = argument.name.value
        here = (*path, key)
        if key not in known:
            message = f"{kind} '{name}' doesn't accept argument '{key}'"
            extensions = {"name": name, "typeName": kind, "argumentName": key}
            yield problem(message, argument, here, "argumentNotAccepted", **extensions)
            return
        yield from literal_problems(known[key].type, argument, (kind, name, key), here)
