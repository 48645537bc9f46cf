"""Work that was asked for without waiting, done a moment later: each time a request comes in, what is due is run."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLSchema, coerce_input_value

from reconciler.sandbox.media.processing import process_files
from reconciler.sandbox.products.removal import remove_product
from reconciler.sandbox.resolvers.product_set import write
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.operations import OPERATIONS, Operation
from reconciler.sandbox.wire.errors import ApiError, Refused, user_error

# How long after the request the work is done. (recorded: a set is done at the first look, a delete is not yet)
_DELAYS_S = {"ProductSetOperation": 0.0, "ProductDeleteOperation": 0.5}


def run_due(context: Context, schema: GraphQLSchema) -> None:
    """Run the operations that have waited long enough, each in a transaction of its own, and move files on."""
    process_files(context)
    for operation in OPERATIONS.select(context.database, "WHERE status <> 'COMPLETE' ORDER BY id"):
        if context.shop.clock() - operation.asked_at_s < _DELAYS_S[operation.kind]:
            continue
        work = _WORK[operation.kind]
        try:
            with context.database.transaction():
                work(context, operation, schema)
                _finish(context, operation)
        except Refused as refusal:
            operation.user_errors = refusal.errors
            operation.product_id = refusal.unchanged
            with context.database.transaction():
                _finish(context, operation)
        except ApiError as problem:
            operation.user_errors = [user_error(None, problem.message, "JOB_ERROR")]
            with context.database.transaction():
                _finish(context, operation)


def _finish(context: Context, operation: Operation) -> None:
    operation.status = "COMPLETE"
    OPERATIONS.update(context.database, [operation])


def _set(context: Context, operation: Operation, schema: GraphQLSchema) -> None:
    kind = schema.get_type("ProductSetInput")
    assert isinstance(kind, GraphQLInputObjectType)  # noqa: S101 our own schema
    given: dict[str, Any] = coerce_input_value(operation.request["input"], kind)
    operation.product_id = write(context, given, operation.request["identifier"])


def _delete(context: Context, operation: Operation, _schema: GraphQLSchema) -> None:
    if operation.product_id is not None and remove_product(context, operation.product_id):
        operation.deleted_product_id = operation.product_id


_WORK: dict[str, Callable[[Context, Operation, GraphQLSchema], None]] = {
    "ProductSetOperation": _set,
    "ProductDeleteOperation": _delete,
}
