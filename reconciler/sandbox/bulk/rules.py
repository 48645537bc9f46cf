"""Which texts may run in bulk, and the API's words for those that may not.

Where several things are wrong they are listed in a fixed order, and a text is looked at as far as it can be read: what
is no valid document otherwise is told last. The words for a second top-level field, for a field that does not exist and
for ``nodes`` at the top are inferred from those of their neighbours.
"""

from collections.abc import Iterator

from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, OperationType

from reconciler.sandbox.bulk.connections import Connection, connections
from reconciler.sandbox.wire.documents import Document
from reconciler.sandbox.wire.errors import UserError, user_error

MAX_TEXT_BYTES = 65_535
_MAX_CONNECTIONS, _MAX_DEPTH = 5, 2
_MUTATION_CONNECTIONS, _MUTATION_DEPTH = 1, 1
_BULK_ROOTS = frozenset({"bulkOperationRunMutation", "bulkOperationRunQuery", "bulkOperationCancel"})
_SHORTEST_IDENTIFIER, _LONGEST_IDENTIFIER = 10, 255


def query_errors(schema: GraphQLSchema, text: str, document: Document) -> list[UserError]:
    """Return what keeps a text from being a bulk query."""
    size = len(text.encode())
    if size > MAX_TEXT_BYTES:
        return [_query_error(f"Query is too large ({size} bytes; maximum is {MAX_TEXT_BYTES} bytes)")]
    if document.node is None:
        return [_query_error(f"Invalid bulk query: {_parse_problem(text, document)}")]
    if any(one.operation is not OperationType.QUERY for one in document.operations):
        return [_query_error("Invalid operation type. Only `query` operations are supported.")]
    errors = [
        _query_error(message) for one in document.operations[:1] for message in _query_rules(schema, document, one)
    ]
    return errors or [_query_error(f"Invalid bulk query: {problem['message']}") for problem in document.problems]


def mutation_errors(schema: GraphQLSchema, text: str, document: Document) -> list[UserError]:
    """Return what keeps a text from being run as a bulk mutation."""
    size = len(text.encode())
    if document.node is None:
        message = f"Failed to parse the mutation - {_parse_problem(text, document)}"
        return [user_error(None, message, "INVALID_MUTATION")]
    if any(one.operation is not OperationType.MUTATION for one in document.operations):
        message = "Invalid operation type. Only `mutation` operations are supported."
        return [user_error(None, message, "INVALID_MUTATION")]
    errors = [
        user_error(["mutation"], message)
        for one in document.operations[:1]
        for message in _mutation_rules(schema, document, one)
    ]
    if not errors and size > MAX_TEXT_BYTES:
        message = f"is too large ({size} bytes; maximum is {MAX_TEXT_BYTES} bytes)"
        errors.append(user_error(["query"], message, "INVALID_MUTATION"))
    return errors or [
        user_error(None, f"Failed to parse the mutation - {problem['message']}", "INVALID_MUTATION")
        for problem in document.problems
    ]


def identifier_errors(identifier: str | None) -> list[UserError]:
    """Return what is wrong with a client identifier."""
    if identifier is None:
        return []
    if len(identifier) < _SHORTEST_IDENTIFIER:
        message = f"is too short (minimum is {_SHORTEST_IDENTIFIER} characters)"
    elif len(identifier) > _LONGEST_IDENTIFIER:
        message = f"is too long (maximum is {_LONGEST_IDENTIFIER} characters)"
    else:
        return []
    return [user_error(["clientIdentifier"], message, "INVALID_MUTATION")]


def _query_error(message: str) -> UserError:
    return user_error(["query"], message, "INVALID")


def _parse_problem(text: str, document: Document) -> str:
    message = str(document.problems[0]["message"])
    return message if text.strip() else message.partition(" at [")[0]


def _query_rules(schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode) -> Iterator[str]:
    found = connections(schema, operation, document.fragments)
    roots = _roots(operation)
    by_nodes = _names(one for one in found if one.selects_nodes)
    if by_nodes:
        listed = ", ".join(f"'{name}'" for name in by_nodes)
        yield (
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
            f"'{by_nodes[0]} {{ edges {{ node {{'. Selecting via 'nodes' is not supported. "
            f"Invalid connection fields: {listed}."
        )
    for name in ("node", "nodes"):
        if name in roots:
            yield f"Bulk queries cannot contain a top level `{name}` field."
    if len(roots) > 1:
        yield "Bulk queries cannot contain more than 1 top level field."
    if any(one.depth > _MAX_DEPTH for one in found):
        yield f"Bulk queries cannot contain connections with a nesting depth greater than {_MAX_DEPTH}."
    elif len(found) > _MAX_CONNECTIONS:
        yield f"Bulk queries cannot contain more than {_MAX_CONNECTIONS} connections."
    without_id = _names(one for one in found if one.has_inner and not one.has_id)
    if without_id:
        yield (
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be "
            f"of 'ID' return type. Connection fields without 'id': {', '.join(without_id)}."
        )
    if any(one.is_in_list for one in found):
        yield "Queries that contain a connection field within a list field are not currently supported."
    if not found:
        yield "Bulk queries must contain at least one connection."


def _mutation_rules(schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode) -> Iterator[str]:
    roots = _roots(operation)
    if len(roots) != 1:
        yield "You must specify a single top level mutation."
        return
    if roots[0] in _BULK_ROOTS:
        yield "You must use an allowed mutation name."
        return
    found = connections(schema, operation, document.fragments)
    if len(found) > _MUTATION_CONNECTIONS:
        yield f"Bulk mutations cannot contain more than {_MUTATION_CONNECTIONS} connection."
    if any(one.depth >= _MUTATION_DEPTH for one in found):
        yield f"Bulk mutations cannot contain connections with a nesting depth greater than {_MUTATION_DEPTH}."


def _roots(operation: OperationDefinitionNode) -> list[str]:
    return [one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode)]


def _names(found: Iterator[Connection]) -> list[str]:
    return list(dict.fromkeys(one.name for one in found))
