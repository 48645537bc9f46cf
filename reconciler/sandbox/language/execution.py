"""From a request's JSON to its answer's JSON: parse, validate, price, run, and put into the API's envelope."""

import logging
from collections.abc import Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode, execute_sync
from graphql.execution.values import VariableValues, get_variable_values

from reconciler.sandbox.language.cost import Pricing
from reconciler.sandbox.language.documents import Document, Documents
from reconciler.sandbox.language.input_size import size_problems
from reconciler.sandbox.language.schema import enum_values, the_schema
from reconciler.sandbox.language.variables import variable_problems
from reconciler.sandbox.resolvers.jobs import run_due
from reconciler.sandbox.resolvers.nodes import resource
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.wire.errors import Problem, executed, max_cost_exceeded, throttled

MAX_QUERY_POINTS = 1_000
_LOG = logging.getLogger(__name__)


class Executor:
    """Runs requests against shops."""

    def __init__(self) -> None:
        self._schema = the_schema()
        self._documents = Documents(self._schema)
        self._currencies = enum_values(self._schema, "CurrencyCode")

    def run(
        self, shop: Shop, request: Mapping[str, Any], *, api_version: str, request_id: str, base_url: str
    ) -> dict[str, Any]:
        """Return the body that answers the request; the shop is held for its duration."""
        with shop.lock:
            document = self._documents.read(request["query"])
            operation = _chosen(document, request.get("operationName"))
            if isinstance(operation, list):
                return {"errors": operation}
            values = request.get("variables") or {}
            problems = variable_problems(self._schema, operation, values)
            if problems:
                return {"errors": problems}
            coerced = get_variable_values(self._schema, operation.variable_definitions or (), values)
            if not isinstance(coerced, VariableValues):
                return {"errors": [{"message": error.message} for error in coerced]}
            pricing = Pricing(self._schema, document.fragments, coerced.coerced)
            requested = pricing.requested(operation)
            too_long = list(size_problems(self._schema, operation, coerced))
            if too_long:
                return {"errors": too_long, **_cost(shop, requested, None)}
            if requested > MAX_QUERY_POINTS:
                return {"errors": [max_cost_exceeded(requested, MAX_QUERY_POINTS)], **_cost(shop, requested, None)}
            if not shop.bucket.take(requested):
                return {"errors": [throttled()], **_cost(shop, requested, None)}
            return self._answer(
                shop, (document, operation, values), (pricing, requested), (api_version, request_id, base_url)
            )

    def _answer(
        self,
        shop: Shop,
        work: tuple[Document, OperationDefinitionNode, dict[str, Any]],
        price: tuple[Pricing, int],
        labels: tuple[str, str, str],
    ) -> dict[str, Any]:
        document, operation, values = work
        context = Context(
            shop, shop.database, shop.settings, labels[0], shop.now(), self._currencies, labels[2], resource
        )
        run_due(context, self._schema)
        result = _executed(self._schema, document, operation, values, context)
        pricing, requested = price
        actual = min(requested, pricing.actual(operation, result.data))
        shop.bucket.give_back(requested - actual)
        body: dict[str, Any] = {"data": result.data}
        errors = [_reported(error, labels[1]) for error in result.errors or ()]
        if errors:
            body["errors"] = errors
        envelope = _cost(shop, requested, actual)
        if context.search:
            envelope["extensions"]["search"] = context.search
        return body | envelope


def _executed(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    values: dict[str, Any],
    context: Context,
) -> ExecutionResult:
    assert document.node is not None  # noqa: S101 a document without problems has one
    name = operation.name.value if operation.name else None
    return execute_sync(schema, document.node, None, context, values, name)


def _chosen(document: Document, name: Any) -> OperationDefinitionNode | list[Problem]:
    if document.problems:
        return document.problems
    if not document.operations:
        return [{"message": "A query document needs an operation"}]
    if not name:
        return document.operations[0] if len(document.operations) == 1 else [_bare("An operation name is required")]
    for operation in document.operations:
        if operation.name and operation.name.value == name:
            return operation
    return [_bare(f'No operation named "{name}"')]


def _bare(message: str) -> Problem:
    return {"message": message}


def _reported(error: Any, request_id: str) -> Problem:
    shape = executed(error, request_id)
    if shape["extensions"]["code"] == "INTERNAL_SERVER_ERROR":
        _LOG.error("request %s failed inside", request_id, exc_info=error.original_error or error)
    return shape


def _cost(shop: Shop, requested: int, actual: int | None) -> dict[str, Any]:
    cost = {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": shop.bucket.status()}
    return {"extensions": {"cost": cost}}
