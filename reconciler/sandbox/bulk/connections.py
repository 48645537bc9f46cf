"""The connections that a text asks for. What is one is said by the schema, and beyond our schema by how it is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

_SEEDS = ("edges", "nodes")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection in a text; ``depth`` counts the connections around it."""

    name: str
    depth: int
    selects_nodes: bool
    is_in_list: bool
    has_id: bool  # its nodes are asked for their id, under that name
    has_inner: bool  # connections are asked for in its nodes


def connections(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[Connection]:
    """Return the connections of an operation, outer ones before those within them."""
    walk = _Walk(schema, fragments)
    return list(walk.within(schema.get_root_type(operation.operation), operation.selection_set, 0, is_in_list=False))


def named_fields(
    chosen: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[tuple[FieldNode, str | None]]:
    """Yield the fields of a selection, fragments spread out, each with the type that its fragment is on."""
    for node in chosen.selections if chosen else ():
        if isinstance(node, FieldNode):
            yield node, None
            continue
        fragment = fragments.get(node.name.value) if isinstance(node, FragmentSpreadNode) else node
        if isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode):
            on = fragment.type_condition.name.value if fragment.type_condition else None
            for inner, inner_on in named_fields(fragment.selection_set, fragments):
                yield inner, inner_on or on


def field_type(schema: GraphQLSchema, parent: GraphQLNamedType | None, node: FieldNode) -> GraphQLOutputType | None:
    """Return the type of a field, or None if the parent is unknown or has no such field."""
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return None
    field = schema.get_field(parent, node.name.value)
    return field.type if field else None


def is_connection(kind: GraphQLOutputType | None, node: FieldNode) -> bool:
    """Say whether a field is a connection."""
    if kind is not None:
        return get_named_type(kind).name.endswith("Connection")
    chosen = node.selection_set.selections if node.selection_set else ()
    return any(isinstance(one, FieldNode) and one.name.value in _SEEDS for one in chosen)


class _Walk:
    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def within(
        self, parent: GraphQLNamedType | None, chosen: SelectionSetNode | None, depth: int, *, is_in_list: bool
    ) -> Iterator[Connection]:
        for node, on in named_fields(chosen, self._fragments):
            owner = self._schema.get_type(on) if on else parent
            kind = field_type(self._schema, owner, node)
            if is_connection(kind, node):
                yield from self._connection(kind, node, depth, is_in_list=is_in_list)
                continue
            is_list = kind is not None and is_list_type(get_nullable_type(kind))
            inner = get_named_type(kind) if kind else None
            yield from self.within(inner, node.selection_set, depth, is_in_list=is_in_list or is_list)

    def _connection(
        self, kind: GraphQLOutputType | None, node: FieldNode, depth: int, *, is_in_list: bool
    ) -> Iterator[Connection]:
        parts = [part for part, _ in named_fields(node.selection_set, self._fragments)]
        named = get_named_type(kind) if kind else None
        sets = [(self._row(named, "nodes"), part.selection_set) for part in parts if part.name.value == "nodes"]
        for edges in (part for part in parts if part.name.value == "edges"):
            for part, _ in named_fields(edges.selection_set, self._fragments):
                if part.name.value == "node":
                    sets.append((self._row(named, "nodes"), part.selection_set))
        inner = [one for row, chosen in sets for one in self.within(row, chosen, depth + 1, is_in_list=False)]
        ids = {
            part.name.value
            for _, chosen in sets
            for part, _ in named_fields(chosen, self._fragments)
            if part.alias is None or part.alias.value == part.name.value
        }
        selects_nodes = any(part.name.value == "nodes" for part in parts)
        yield Connection(node.name.value, depth, selects_nodes, is_in_list, "id" in ids, has_inner=bool(inner))
        yield from inner

    def _row(self, connection: GraphQLNamedType | None, name: str) -> GraphQLNamedType | None:
        if not isinstance(connection, GraphQLObjectType) or name not in connection.fields:
            return None
        row: GraphQLNamedType = get_named_type(connection.fields[name].type)
        return row
