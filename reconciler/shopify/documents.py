"""Documents: GraphQL text, parsed once. Checking it against the schema is for tests and doctor, not for requests."""

from dataclasses import dataclass, field
from functools import lru_cache

from gql import GraphQLRequest, gql
from graphql import GraphQLError, OperationDefinitionNode, OperationType

# Look-ups spell their keys into the text, so the number of documents has no bound of its own.
_DOCUMENTS_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Document:
    """One operation, as it is sent."""

    text: str
    operation: OperationType
    name: str  # for the log: the operation's name, or its first root field
    request: GraphQLRequest = field(repr=False)

    @property
    def is_query(self) -> bool:
        """Whether it cannot change the store."""
        return self.operation is OperationType.QUERY

    @property
    def is_mutation(self) -> bool:
        """Whether it can."""
        return self.operation is OperationType.MUTATION


@lru_cache(maxsize=_DOCUMENTS_REMEMBERED)
def parse(text: str) -> Document:
    """Return the one operation of a document. Raises ValueError, saying why, for anything else."""
    try:
        request = gql(text)
    except GraphQLError as error:
        place = f" at line {error.locations[0].line}" if error.locations else ""
        raise ValueError(f"the document is not GraphQL{place}: {error.message}") from None
    operations = [node for node in request.document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1:
        raise ValueError(f"the document holds {len(operations)} operations, expected one")
    return Document(text, operations[0].operation, _name(operations[0]), request)


def _name(operation: OperationDefinitionNode) -> str:
    if operation.name:
        return operation.name.value
    first = operation.selection_set.selections[0]
    name = getattr(first, "name", None)
    return str(name.value) if name else operation.operation.value
