"""How long the lists in arguments may be; checked before anything runs, so that one too long leaves no trace."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLSchema, OperationDefinitionNode, OperationType, get_argument_values
from graphql.execution.values import VariableValues

from reconciler.sandbox.wire.errors import Problem

_LIMIT = 250
# Lists with a limit of their own, by root field and path. (recorded on 2026-04; metafieldsSet answers by user error)
_OWN_LIMITS: Mapping[tuple[str, ...], int] = {
    ("productSet", "input", "variants"): 2_048,
    ("productVariantsBulkCreate", "variants"): 2_048,
    ("productVariantsBulkUpdate", "variants"): 2_048,
    ("productVariantsBulkDelete", "variantsIds"): 2_048,
    ("productVariantsBulkReorder", "positions"): 2_048,
}


def size_problems(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: VariableValues
) -> Iterator[Problem]:
    """Yield an error for each root argument that holds too long a list."""
    root = schema.get_root_type(operation.operation)
    if root is None or operation.operation is OperationType.SUBSCRIPTION:
        return
    for node in operation.selection_set.selections:
        field = schema.get_field(root, node.name.value) if isinstance(node, FieldNode) else None
        if isinstance(node, FieldNode) and field is not None and field.args:
            yield from _field_problems(field, node, variables)


def _field_problems(field: GraphQLField, node: FieldNode, variables: VariableValues) -> Iterator[Problem]:
    key = node.alias.value if node.alias else node.name.value
    for name, value in get_argument_values(field, node, variables).items():
        for path, size, limit in _oversized(value, (node.name.value, name)):
            start = node.loc.start_token if node.loc else None
            yield {
                "message": f"The input array size of {size} is greater than the maximum allowed of {limit}.",
                "locations": [{"line": start.line, "column": start.column}] if start else [],
                "path": [key, *path[1:]],
                "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
            }


def _oversized(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    if isinstance(value, list):
        limit = _OWN_LIMITS.get(path, _LIMIT)
        if len(value) > limit:
            yield path, len(value), limit
            return
        # The path names fields only, no places in lists. (recorded on 2026-04)
        for element in value:
            if isinstance(element, dict | list):
                yield from _oversized(element, path)
    elif isinstance(value, dict):
        for name, element in value.items():
            if isinstance(element, dict | list):
                yield from _oversized(element, (*path, name))
