"""Introspection: a store's own schema, and what is wrong with a document by it. Shopify: ``__schema``.

Asked for whole, about 3,500 types: a document reaches types by paths that only a schema knows. Without descriptions,
with what is deprecated.
"""

from typing import Any, Final

from graphql import GraphQLError, GraphQLSchema, build_client_schema, get_introspection_query, parse, validate

from reconciler.shopify.asking import NamedClient
from reconciler.shopify.errors import BadResponse

DOCUMENT: Final = get_introspection_query(descriptions=False, input_value_deprecation=True)


class StoreSchema:
    """The schema that a store answers by."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def mistakes(self, document: str) -> tuple[str, ...]:
        """Return what the store would say against a document, each once: a field that it does not have."""
        return tuple(dict.fromkeys(error.message for error in validate(self._schema, parse(document))))


def read_schema(client: NamedClient) -> StoreSchema:
    """Return the store's schema. Raises BadResponse when what it tells is none."""
    data: Any = client.query(DOCUMENT).data
    try:
        return StoreSchema(build_client_schema(data, assume_valid=True))
    except (GraphQLError, KeyError, TypeError):
        cure = "run the command again; if it stays, report it"
        raise BadResponse(client.store, "what it tells of its schema cannot be read", cure) from None
