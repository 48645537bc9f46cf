"""From a request's JSON to its answer's JSON: parse, validate, price, run, and put into the API's envelope."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard, cast

from graphql import ExecutionResult, FieldNode, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution import default_field_resolver, default_type_resolver, execute_root_selection_set
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues, get_variable_values

from reconciler.sandbox.faults.declared import StaleSearch, Throttled
from reconciler.sandbox.faults.plan import Plan, Traits
from reconciler.sandbox.language.coercion import Coercion
from reconciler.sandbox.language.cost import Pricing
from reconciler.sandbox.language.documents import Documents
from reconciler.sandbox.language.fields import FieldExecutor
from reconciler.sandbox.language.input_size import size_problems
from reconciler.sandbox.language.introspection import Introspections
from reconciler.sandbox.language.schema import enum_values, the_schema
from reconciler.sandbox.language.variables import variable_problems
from reconciler.sandbox.resolvers.jobs import run_due
from reconciler.sandbox.resolvers.nodes import resource
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.shops.settings import EVERY_SCOPE
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.snapshots import Lag
from reconciler.sandbox.wire.documents import Document
from reconciler.sandbox.wire.errors import Problem, executed, max_cost_exceeded, throttled

MAX_QUERY_POINTS = 1_000
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """What surrounds a request: the version that answers, its id, and what goes wrong with it."""

    api_version: str
    request_id: str
    base_url: str = ""  # of this server, for addresses in answers
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True)
class Work:
    """An operation that may run: its document and the values of its variables."""

    document: Document
    operation: OperationDefinitionNode
    coerced: VariableValues


class Executor:
    """Runs requests against shops."""

    def __init__(self) -> None:
        self.schema = the_schema()
        self._documents = Documents(self.schema)
        self._introspections = Introspections()
        self._coercion = Coercion(self.schema)
        self._currencies = enum_values(self.schema, "CurrencyCode")

    def read(self, text: str) -> Document:
        """Return a text as a document."""
        return self._documents.read(text)

    def traits(self, request: Mapping[str, Any]) -> Traits:
        """Return what faults know a request by."""
        operation = _chosen(self.read(request["query"]), request.get("operationName"))
        if isinstance(operation, list):
            return Traits()
        fields = (one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode))
        return Traits(operation.operation.value, frozenset(fields))

    def run(self, shop: Shop, request: Mapping[str, Any], call: Call) -> dict[str, Any]:
        """Return the body that answers the request; the shop is held for its duration, rivals included."""
        with shop.lock:
            shop.count_request()
            self._let_rivals_write(shop, call, "before")
            body = self._run(shop, request, call)
            self._let_rivals_write(shop, call, "after")
            return body

    def work(self, request: Mapping[str, Any]) -> Work | list[Problem]:
        """Return the operation that a request asks for, or why it cannot run."""
        document = self.read(request["query"])
        operation = _chosen(document, request.get("operationName"))
        if isinstance(operation, list):
            return operation
        values = request.get("variables") or {}
        fitting = self._coercion.fitting(operation, values)
        if fitting is not None:
            return Work(document, operation, fitting)
        problems = variable_problems(self.schema, operation, values)
        if problems:
            return problems
        coerced = get_variable_values(self.schema, operation.variable_definitions or (), values)
        if not isinstance(coerced, VariableValues):
            return [{"message": error.message} for error in coerced]
        return Work(document, operation, coerced)

    def context(self, shop: Shop, call: Call) -> Context:
        """Return what the resolvers of one request work with."""
        stale = call.plan.first(StaleSearch)
        return Context(
            shop=shop,
            database=shop.database,
            settings=shop.settings,
            api_version=call.api_version,
            now=shop.now(),
            currencies=self._currencies,
            find=resource,
            read=self.read,
            schema=self.schema,
            base_url=call.base_url,
            denied=call.plan.denied,
            past=shop.searched(Lag(stale.milliseconds, stale.requests) if stale else Lag()),
        )

    def oversized(self, work: Work) -> list[Problem]:
        """Return the errors of lists in arguments that are too long."""
        return list(size_problems(self.schema, work.operation, work.coerced))

    def result(self, context: Context, work: Work, request_id: str) -> dict[str, Any]:
        """Return ``data`` and ``errors`` of an operation that is run without a price."""
        known = self._introspections.known(work.document)
        if known is not None:
            return {"data": known}
        result = _executed(self.schema, work, context)
        if result.data is not None and not result.errors:
            self._introspections.keep(work.document, result.data)
        return _body(result, request_id)

    def _run(self, shop: Shop, request: Mapping[str, Any], call: Call) -> dict[str, Any]:
        work = self.work(request)
        if isinstance(work, list):
            return {"errors": work}
        pricing = Pricing(self.schema, work.document.fragments, work.coerced.coerced)
        requested = pricing.requested(work.operation)
        too_long = self.oversized(work)
        if too_long:
            return {"errors": too_long, **_cost(shop, requested, None)}
        if requested > MAX_QUERY_POINTS:
            return {"errors": [max_cost_exceeded(requested, MAX_QUERY_POINTS)], **_cost(shop, requested, None)}
        if call.plan.first(Throttled):
            return {"errors": [throttled()], **_cost(shop, requested, None, available=0)}
        if not shop.bucket.take(requested):
            return {"errors": [throttled()], **_cost(shop, requested, None)}
        return self._answer(shop, work, (pricing, requested), call)

    def _answer(self, shop: Shop, work: Work, price: tuple[Pricing, int], call: Call) -> dict[str, Any]:
        if work.operation.operation is OperationType.MUTATION:
            shop.before_write()
        context = self.context(shop, call)
        run_due(context, self.schema)
        body = self.result(context, work, call.request_id)
        pricing, requested = price
        actual = min(requested, pricing.actual(work.operation, body["data"]))
        shop.bucket.give_back(requested - actual)
        envelope = _cost(shop, requested, actual)
        if context.search:
            envelope["extensions"]["search"] = context.search
        return body | envelope

    def _let_rivals_write(self, shop: Shop, call: Call, moment: str) -> None:
        for rival, armed in call.plan.rivals_at(moment):
            work = self.work({"query": rival.document, "variables": rival.variables})
            if isinstance(work, list):
                armed.outcomes.append({"errors": work})
                continue
            shop.before_write()
            settings = replace(shop.settings, scopes=EVERY_SCOPE)
            context = self.context(shop, Call(call.api_version, call.request_id))
            armed.outcomes.append(self.result(replace(context, settings=settings), work, call.request_id))


def _executed(schema: GraphQLSchema, work: Work, context: Context) -> ExecutionResult:
    fragments = work.document.fragments
    executor = FieldExecutor(
        schema,
        fragments,
        {name: FragmentDetails(definition, None) for name, definition in fragments.items()},
        None,
        context,
        work.operation,
        work.coerced,  # coerced once, for pricing too
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        is_awaitable=_never,
        is_async_iterable=_never,
    )
    return cast("ExecutionResult", execute_root_selection_set(executor))


def _never(_value: Any) -> TypeGuard[Any]:
    return False


def _body(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    errors = [_reported(error, request_id) for error in result.errors or ()]
    return body | {"errors": errors} if errors else body


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


def _cost(shop: Shop, requested: int, actual: int | None, *, available: int | None = None) -> dict[str, Any]:
    status = shop.bucket.status()
    if available is not None:
        status["currentlyAvailable"] = available
    return {
        "extensions": {"cost": {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}}
    }
