"""Work that was asked for without waiting, done a moment later: each time a request comes in, what is due is run."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLSchema, coerce_input_value

from reconciler.sandbox.media.processing import process_files
from reconciler.sandbox.products.duplicate import wish
from reconciler.sandbox.products.removal import remove_product
from reconciler.sandbox.resolvers.product_duplicate import duplicated
from reconciler.sandbox.resolvers.product_set import write
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.operations import OPERATIONS, Operation
from reconciler.sandbox.wire.errors import ApiError, Refused, user_error

# How long after the request an operation is COMPLETE. (recorded: a set and a duplication that fails are at the first
# look, a delete is not yet)
_DELAYS_S = {"ProductSetOperation": 0.0, "ProductDeleteOperation": 0.5, "ProductDuplicateOperation": 0.0}


def run_due(context: Context, schema: GraphQLSchema) -> None:
    """Run the operations that have waited long enough, each in a transaction of its own, and move files on."""
    process_files(context)
    for operation in OPERATIONS.select(context.database, "WHERE status <> 'COMPLETE' ORDER BY id"):
        is_due = context.shop.clock() - operation.asked_at_s >= _DELAYS_S[operation.kind]
        if not is_due and operation.status == "CREATED":
            continue
        work = _WORK[operation.kind]
        context.shop.before_write()
        try:
            with context.database.transaction():
                work(context, operation, schema)
                _keep(context, operation, "COMPLETE" if is_due else operation.status)
        except Refused as refusal:
            operation.user_errors = refusal.errors
            operation.product_id = refusal.unchanged
            with context.database.transaction():
                _keep(context, operation, "COMPLETE")
        except ApiError as problem:
            operation.user_errors = [user_error(None, problem.message, "JOB_ERROR")]
            with context.database.transaction():
                _keep(context, operation, "COMPLETE")


def _keep(context: Context, operation: Operation, status: str) -> None:
    operation.status = status
    OPERATIONS.update(context.database, [operation])


def _set(context: Context, operation: Operation, schema: GraphQLSchema) -> None:
    kind = schema.get_type("ProductSetInput")
    assert isinstance(kind, GraphQLInputObjectType)  # noqa: S101 our own schema
    given: dict[str, Any] = coerce_input_value(operation.request["input"], kind)
    operation.product_id = write(context, given, operation.request["identifier"])


def _delete(context: Context, operation: Operation, _schema: GraphQLSchema) -> None:
    if operation.product_id is not None and remove_product(context, operation.product_id):
        operation.deleted_product_id = operation.product_id


def _duplicate(context: Context, operation: Operation, _schema: GraphQLSchema) -> None:
    operation.new_product_id = duplicated(context, wish(operation.request))


_WORK: dict[str, Callable[[Context, Operation, GraphQLSchema], None]] = {
    "ProductSetOperation": _set,
    "ProductDeleteOperation": _delete,
    "ProductDuplicateOperation": _duplicate,
}
