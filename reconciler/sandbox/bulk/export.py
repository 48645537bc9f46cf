"""A bulk query as what is really run, and the objects of an answer as lines.

The outermost connection is read page by page; the connections within it are read whole with each page, and their
windows are left out: in bulk they have no meaning. An object becomes a line without its connections, whose objects
follow it as lines of their own that name it as their parent. ``groupObjects`` changes nothing: children follow their
parent either way, which the ungrouped form allows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
)
from graphql.language.ast import FragmentSpreadNode

from reconciler.sandbox.bulk.connections import field_type, is_connection
from reconciler.sandbox.wire.documents import Document

SIZE, AFTER = "bulkPageSize", "bulkPageAfter"
_WINDOW = frozenset({"first", "last", "after", "before"})
_INFO = "bulkPageInfo"
Lines: TypeAlias = Iterator[tuple[bytes, bool]]


@dataclass(slots=True)
class Shape:
    """Where in an object its connections are: under these keys, and inside the objects under those."""

    connections: dict[str, "Shape"] = field(default_factory=dict)
    objects: dict[str, "Shape"] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether there are none."""
        return not self.connections and not self.objects


@dataclass(frozen=True, slots=True)
class Export:
    """A bulk query that can be run: its document, the shape of its answer, and the way to what is read in pages."""

    document: Document
    shape: Shape
    paged: tuple[str, ...] | None


def export_of(schema: GraphQLSchema, document: Document) -> Export:
    """Return a valid bulk query as it is run."""
    maker = _Maker(schema, document.fragments)
    return maker.export(document.operations[0])


def next_page(export: Export, data: Mapping[str, Any]) -> str | None:
    """Return the cursor of what follows the answer's page, or None at the end."""
    part: Any = data
    for key in export.paged or ():
        part = part.get(key) if part else None
    info = part[_INFO] if export.paged and part else None
    return info["endCursor"] if info and info["hasNextPage"] else None


def lines(export: Export, data: dict[str, Any], *, is_first: bool) -> Lines:
    """Yield the lines of one answer, each with whether it is a root; the data is taken apart."""
    for key, shape in export.shape.connections.items():
        for edge in (data.get(key) or {}).get("edges", ()):
            yield from _object_lines(edge["node"], shape, None)
    for key, shape in export.shape.objects.items():
        if data.get(key):
            yield from _object_lines(data[key], shape, None, is_shown=is_first)


def _object_lines(row: dict[str, Any], shape: Shape, parent: str | None, *, is_shown: bool = True) -> Lines:
    if shape.is_plain:
        yield _line(row, parent), parent is None
        return
    own = row.get("id")
    children = list(_taken_out(row, shape))
    if is_shown and row:
        yield _line(row, parent), parent is None
    for connection, inner in children:
        for edge in connection["edges"]:
            yield from _object_lines(edge["node"], inner, own)


def _taken_out(row: dict[str, Any], shape: Shape) -> Iterator[tuple[dict[str, Any], Shape]]:
    for key, inner in shape.connections.items():
        connection = row.pop(key, None)
        if connection:
            yield connection, inner
    for key, inner in shape.objects.items():
        if row.get(key):
            yield from _taken_out(row[key], inner)


def _line(row: dict[str, Any], parent: str | None) -> bytes:
    content = row if parent is None else {**row, "__parentId": parent}
    return orjson.dumps(content).replace(b"/", b"\\/") + b"\n"  # slashes are escaped (recorded on 2026-04)


class _Maker:
    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._paged: tuple[str, ...] | None = None

    def export(self, operation: OperationDefinitionNode) -> Export:
        root = self._schema.query_type
        outermost = self._outermost(root, operation.selection_set, ())
        self._paged = outermost[0] if len(outermost) == 1 else None
        shape = Shape()
        chosen = self._set(root, operation.selection_set, shape, ())
        variables = (_variable(SIZE, "Int", is_required=True), _variable(AFTER, "String", is_required=False))
        runnable = OperationDefinitionNode(
            operation=operation.operation,
            name=None,
            variable_definitions=variables if self._paged else (),
            directives=(),
            selection_set=chosen,
        )
        node = DocumentNode(definitions=(runnable,))
        return Export(Document(operations=[runnable], node=node), shape, self._paged)

    def _outermost(
        self, parent: GraphQLNamedType | None, chosen: SelectionSetNode | None, way: tuple[str, ...]
    ) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for node in chosen.selections if chosen else ():
            if not isinstance(node, FieldNode):
                owner, inner = self._fragment(parent, node)
                found += self._outermost(owner, inner, way)
                continue
            kind = field_type(self._schema, parent, node)
            here = (*way, _key(node))
            if is_connection(kind, node):
                found.append(here)
            elif kind:
                found += self._outermost(get_named_type(kind), node.selection_set, here)
        return list(dict.fromkeys(found))

    def _set(
        self, parent: GraphQLNamedType | None, chosen: SelectionSetNode, shape: Shape, way: tuple[str, ...]
    ) -> SelectionSetNode:
        made: list[SelectionNode] = []
        for node in chosen.selections:
            if isinstance(node, FieldNode):
                made.append(self._field(parent, node, shape, way))
                continue
            owner, inner = self._fragment(parent, node)
            on = NamedTypeNode(name=NameNode(value=owner.name)) if owner else None
            made.append(
                InlineFragmentNode(
                    type_condition=on, directives=node.directives, selection_set=self._set(owner, inner, shape, way)
                )
            )
        return SelectionSetNode(selections=tuple(made))

    def _field(self, parent: GraphQLNamedType | None, node: FieldNode, shape: Shape, way: tuple[str, ...]) -> FieldNode:
        kind = field_type(self._schema, parent, node)
        if kind is None or node.selection_set is None:
            return node
        here = (*way, _key(node))
        if is_connection(kind, node):
            inner = shape.connections.setdefault(_key(node), Shape())
            return self._connection(get_named_type(kind), node, inner, here)
        inner = shape.objects.get(_key(node)) or Shape()
        chosen = self._set(get_named_type(kind), node.selection_set, inner, here)
        if not inner.is_plain or not way:
            shape.objects[_key(node)] = inner
        return _changed(node, node.arguments, chosen)

    def _connection(self, kind: GraphQLNamedType, node: FieldNode, shape: Shape, way: tuple[str, ...]) -> FieldNode:
        kept = [one for one in node.arguments or () if one.name.value not in _WINDOW]
        assert node.selection_set is not None  # noqa: S101 the document is valid
        chosen = self._edges(kind, node.selection_set, shape, way)
        if way == self._paged:
            kept += [_argument("first", SIZE), _argument("after", AFTER)]
            chosen = SelectionSetNode(selections=(*chosen.selections, _page_info()))
        return _changed(node, tuple(kept), chosen)

    def _edges(
        self, kind: GraphQLNamedType, chosen: SelectionSetNode, shape: Shape, way: tuple[str, ...]
    ) -> SelectionSetNode:
        """Return the selection of a connection with nothing but its edges, and of these nothing but their nodes."""
        made: list[SelectionNode] = []
        for node in chosen.selections:
            if not isinstance(node, FieldNode):
                made += self._edges(kind, self._fragment(kind, node)[1], shape, way).selections
            elif node.name.value in {"edges", "node"} and node.selection_set:
                inner = field_type(self._schema, kind, node)
                assert inner is not None  # noqa: S101 the document is valid
                deeper = self._edges if node.name.value == "edges" else self._set
                content = deeper(get_named_type(inner), node.selection_set, shape, way)
                made.append(_unnamed(node, content))
        return SelectionSetNode(selections=tuple(made))

    def _fragment(
        self, parent: GraphQLNamedType | None, node: SelectionNode
    ) -> tuple[GraphQLNamedType | None, SelectionSetNode]:
        fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)  # noqa: S101 there is nothing else
        on = fragment.type_condition
        return (self._schema.get_type(on.name.value) if on else parent), fragment.selection_set


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _changed(node: FieldNode, arguments: tuple[ArgumentNode, ...] | None, chosen: SelectionSetNode) -> FieldNode:
    return FieldNode(
        alias=node.alias,
        name=node.name,
        arguments=arguments or (),
        directives=node.directives or (),
        selection_set=chosen,
        loc=node.loc,
    )


def _unnamed(node: FieldNode, chosen: SelectionSetNode) -> FieldNode:
    return FieldNode(
        alias=None, name=node.name, arguments=(), directives=node.directives or (), selection_set=chosen, loc=node.loc
    )


def _variable(name: str, kind: str, *, is_required: bool) -> VariableDefinitionNode:
    named = NamedTypeNode(name=NameNode(value=kind))
    return VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=name)),
        type=NonNullTypeNode(type=named) if is_required else named,
        default_value=None,
        directives=(),
    )


def _argument(name: str, variable: str) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=VariableNode(name=NameNode(value=variable)))


def _page_info() -> FieldNode:
    chosen = [_plain_field("hasNextPage"), _plain_field("endCursor")]
    return FieldNode(
        alias=NameNode(value=_INFO),
        name=NameNode(value="pageInfo"),
        arguments=(),
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(chosen)),
    )


def _plain_field(name: str) -> FieldNode:
    return FieldNode(alias=None, name=NameNode(value=name), arguments=(), directives=(), selection_set=None)
