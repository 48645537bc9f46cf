"""What a query costs: requested from its text, actual from what came back.

The formula and its constants were fitted to recorded (query, cost) pairs: a connection costs
``2 + max(1, floor(2·ln n)) × (1 + node)``, an object 1, a scalar nothing, a mutation 10. Recorded costs of answers are
met within a point.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.utilities import value_from_ast_untyped

MUTATION_POINTS = 10
_DEARER_MUTATIONS = {"fileCreate": 20, "productCreateMedia": 20}
_NEW_MEDIUM_POINTS, _VARIANT_FILE_POINTS, _VARIANT_POINTS, _METAFIELD_POINTS = 1.9, 0.6, 0.2, 0.4
_ROOT_COUNT_POINTS = 10
_INTROSPECTION_POINTS = 2
_CONNECTION_POINTS = 2
_LEAST_POINTS = 1  # of an operation, if everything in it is skipped (recorded on 2026-04)
# Values that belong to the row they are read from. (recorded, 2025-01 to 2026-04)
_FREE_TYPES = frozenset(
    {"CollectionRule", "CollectionRuleSet", "CurrencyFormats", "InventoryItemMeasurement", "LocationAddress"}
    | {"MailingAddress", "MoneyBag", "MoneyV2", "ShopAddress", "Weight"}
)
# Fields without fields of their own that cost a point all the same: they are counted elsewhere. (recorded on 2026-04)
_COSTLY_LEAVES = frozenset({("Location", "hasUnfulfilledOrders")})
_SKIPS = {"skip": True, "include": False}  # directives, and the condition under which a selection is not asked for
_UNKNOWN: Any = object()  # no answer yet: price what was asked for


@dataclass(frozen=True, slots=True)
class _Priced:
    """A field that costs something, as one selection asks for it."""

    key: str
    kind: GraphQLCompositeType
    nodes: list[FieldNode]
    sets: list[SelectionSetNode]


class Pricing:
    """Prices one operation. What a selection asks for is worked out once, not again for each row of an answer."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._known: dict[tuple[object, ...], list[_Priced]] = {}

    def requested(self, operation: OperationDefinitionNode) -> int:
        """Return the points charged before the operation runs."""
        return self._operation(operation, _UNKNOWN)

    def actual(self, operation: OperationDefinitionNode, answer: Any) -> int:
        """Return the points that the operation is worth, given the ``data`` it produced."""
        return self._operation(operation, answer)

    def _operation(self, operation: OperationDefinitionNode, answer: Any) -> int:
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return 0
        is_mutation = operation.operation is OperationType.MUTATION
        total = 0
        for key, nodes in self._merged(root, [operation.selection_set]).items():
            part = _part(answer, key)
            total += self._mutation(root, nodes, part) if is_mutation else self._root_field(root, nodes, part)
        return total or _LEAST_POINTS

    def _mutation(self, root: GraphQLObjectType, nodes: list[FieldNode], answer: Any) -> int:
        field = self._schema.get_field(root, nodes[0].name.value)
        payload = get_named_type(field.type) if field else None
        total = _DEARER_MUTATIONS.get(nodes[0].name.value, MUTATION_POINTS) + self._input_points(nodes[0])
        if not isinstance(payload, GraphQLObjectType) or answer is None:
            return total
        for key, inner in self._merged(payload, _sets(nodes)).items():
            known = self._schema.get_field(payload, inner[0].name.value)
            kind = get_named_type(known.type) if known else None
            if is_composite_type(kind) and inner[0].name.value != "userErrors":
                total += self._children(kind, _sets(inner), _part(answer, key))
        return total

    def _input_points(self, node: FieldNode) -> int:
        """Return what an input adds: so much for each variant, metafield and new file that is in it."""
        name = node.name.value
        points = 0.0
        for argument in node.arguments or ():
            given = self._given(node, argument.name.value)
            if argument.name.value == "variants":
                points += _written({"variants": given})
            elif argument.name.value == "media":
                is_free = name in _DEARER_MUTATIONS or name == "productUpdateMedia"
                points += 0 if is_free or not isinstance(given, list) else _NEW_MEDIUM_POINTS * len(given)
            elif isinstance(given, Mapping):
                points += _written(given)
        return round(points)

    def _given(self, node: FieldNode, name: str) -> Any:
        """Return what a variable says for an argument, or None."""
        value = next((one.value for one in node.arguments or () if one.name.value == name), None)
        return self._variables.get(value.name.value) if isinstance(value, VariableNode) else None

    def _root_field(self, root: GraphQLObjectType, nodes: list[FieldNode], answer: Any) -> int:
        name = nodes[0].name.value
        if name in {"__schema", "__type"}:
            return _INTROSPECTION_POINTS
        field = self._schema.get_field(root, name)
        if field and str(get_named_type(field.type)) == "Count":
            return _ROOT_COUNT_POINTS
        return sum(self._field(one, answer) for one in self._costly(root, {name: nodes}))

    def _field(self, field: _Priced, answer: Any) -> int:
        if field.kind.name.endswith("Connection") and isinstance(field.kind, GraphQLObjectType):
            return self._connection(field.kind, field.nodes, answer)
        return 1 + self._children(field.kind, field.sets, answer)

    def _children(self, parent: GraphQLCompositeType, sets: list[SelectionSetNode], answer: Any) -> int:
        if answer is None:
            return 0
        if isinstance(answer, list):
            return max((self._children(parent, sets, one) for one in answer), default=0)
        total = self._fields(self._priced(parent, sets), answer)
        if not is_abstract_type(parent):
            return total
        concretes = self._schema.get_possible_types(parent)
        prices = [self._fields(self._priced(concrete, sets, beyond=parent), answer) for concrete in concretes]
        return total + max(prices, default=0)

    def _fields(self, fields: list[_Priced], answer: Any) -> int:
        return sum(self._field(one, _part(answer, one.key)) for one in fields)

    def _priced(
        self, parent: GraphQLCompositeType, sets: list[SelectionSetNode], beyond: GraphQLCompositeType | None = None
    ) -> list[_Priced]:
        # The document holds the sets for as long as this lives, so that their addresses are names for them.
        place = (parent, beyond, *map(id, sets))
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = list(self._costly(parent, self._merged(parent, sets, beyond)))
        return known

    def _costly(self, parent: GraphQLCompositeType, merged: Mapping[str, list[FieldNode]]) -> Iterator[_Priced]:
        for key, nodes in merged.items():
            field = self._schema.get_field(parent, nodes[0].name.value)
            kind = get_named_type(field.type) if field else None
            if is_composite_type(kind) and kind.name not in _FREE_TYPES:
                yield _Priced(key, kind, nodes, _sets(nodes))
            elif (parent.name, nodes[0].name.value) in _COSTLY_LEAVES:
                yield _Priced(key, parent, nodes, [])

    def _connection(self, kind: GraphQLObjectType, nodes: list[FieldNode], answer: Any) -> int:
        asked = self._page_size(nodes[0])
        factor = max(1, math.floor(2 * math.log(asked))) if asked else 0
        total = _CONNECTION_POINTS
        for key, inner in self._merged(kind, _sets(nodes)).items():
            name = inner[0].name.value
            if name not in {"nodes", "edges"}:
                continue
            rows = _part(answer, key)
            sets = _sets(inner)
            field = self._schema.get_field(kind, name)
            row = get_named_type(field.type) if field else None
            if name == "edges" and isinstance(row, GraphQLObjectType):
                edges = self._merged(row, sets)
                chosen = [one for one in edges.values() if one[0].name.value == "node"]
                node_field = self._schema.get_field(row, "node")
                row = get_named_type(node_field.type) if node_field else None
                sets = [each for one in chosen for each in _sets(one)]
                rows = [_part(edge, "node") for edge in rows] if isinstance(rows, list) else rows
            total += self._rows(row, sets, rows, (asked, factor))
        return total

    def _rows(self, kind: Any, sets: list[SelectionSetNode], rows: Any, window: tuple[int, int]) -> int:
        asked, factor = window
        if not is_composite_type(kind) or not asked:
            return 0
        if rows is _UNKNOWN:
            return factor * (1 + self._children(kind, sets, _UNKNOWN))
        if not rows:
            return factor
        share = math.ceil(factor * min(1.0, len(rows) / asked))
        # Without a connection inside, every row costs what was asked for: no need to look at each.
        children = rows if self._has_connection(kind, sets) else _UNKNOWN
        return share * (1 + self._children(kind, sets, children))

    def _has_connection(self, parent: GraphQLCompositeType, sets: list[SelectionSetNode]) -> bool:
        for nodes in self._merged(parent, sets).values():
            field = self._schema.get_field(parent, nodes[0].name.value)
            kind = get_named_type(field.type) if field else None
            if not is_composite_type(kind):
                continue
            if kind.name.endswith("Connection") or self._has_connection(kind, _sets(nodes)):
                return True
        return False

    def _page_size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in {"first", "last"}:
                value = argument.value
                if isinstance(value, IntValueNode):
                    return max(0, int(value.value))
                found = self._variables.get(value.name.value) if isinstance(value, VariableNode) else None
                if isinstance(found, int):
                    return max(0, found)
        return 0

    def _merged(
        self,
        parent: GraphQLCompositeType,
        sets: Iterable[SelectionSetNode],
        beyond: GraphQLCompositeType | None = None,
    ) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        for one in sets:
            for node in self._chosen(parent, one, beyond):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return found

    def _chosen(
        self, parent: GraphQLCompositeType, chosen: SelectionSetNode, beyond: GraphQLCompositeType | None
    ) -> Iterator[FieldNode]:
        for node in chosen.selections:
            if self._is_skipped(node):
                continue
            if isinstance(node, FieldNode):
                if beyond is None:
                    yield node
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            if not isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode):
                continue
            name = fragment.type_condition.name.value if fragment.type_condition else parent.name
            if self._covers(name, parent):
                still_beyond = beyond if beyond is not None and self._covers(name, beyond) else None
                yield from self._chosen(parent, fragment.selection_set, still_beyond)

    def _is_skipped(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in _SKIPS and directive.arguments:
                condition = value_from_ast_untyped(directive.arguments[0].value, dict(self._variables))
                if condition is _SKIPS[name]:
                    return True
        return False

    def _covers(self, name: str, parent: GraphQLCompositeType) -> bool:
        if name == parent.name:
            return True
        condition = self._schema.get_type(name)
        return is_abstract_type(condition) and self._schema.is_sub_type(condition, parent)


def _sets(nodes: Iterable[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set]


def _written(content: Mapping[str, Any]) -> float:
    variants, metafields, files = (content.get(name) or [] for name in ("variants", "metafields", "files"))
    points = _METAFIELD_POINTS * len(metafields) + _NEW_MEDIUM_POINTS * len(files)
    for variant in variants:
        points += _VARIANT_POINTS + _METAFIELD_POINTS * len(variant.get("metafields") or [])
        points += _VARIANT_FILE_POINTS if variant.get("file") else 0
    return points


def _part(answer: Any, key: str) -> Any:
    return answer.get(key) if isinstance(answer, dict) else _UNKNOWN
