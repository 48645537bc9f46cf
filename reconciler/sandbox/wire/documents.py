"""A GraphQL document that was read: what is in it, or what is wrong with it."""

from dataclasses import dataclass, field

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode

from reconciler.sandbox.wire.errors import Problem


@dataclass(frozen=True, slots=True)
class Document:
    """A document's operations and fragments; ``node`` is None if it could not be parsed."""

    operations: list[OperationDefinitionNode] = field(default_factory=list)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    node: DocumentNode | None = None
    problems: list[Problem] = field(default_factory=list)
