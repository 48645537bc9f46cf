"""Bulk operations: asking for one, looking at it, stopping it. Shopify: BulkOperation. They run in the jobs room."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from reconciler.sandbox.bulk.rules import identifier_errors, mutation_errors, query_errors
from reconciler.sandbox.search.conditions import BULK_OPERATION_SEARCH, search
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.bulk_operations import BULK_OPERATIONS, UNFINISHED, BulkOperation, unfinished
from reconciler.sandbox.storage.staged_uploads import staged_upload
from reconciler.sandbox.wire.errors import Refused, invalid_id, user_error
from reconciler.sandbox.wire.ids import gid, parse_gid

MAX_INPUT_BYTES = 100 * 1024 * 1024
_AT_ONCE, _AT_ONCE_BEFORE_2026 = 5, 1
_KEPT = timedelta(days=7)
_NO_FILE = (
    "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly "
    "for the stagedUploadPath mutation argument."
)
_ORDERS: dict[str, Order[BulkOperation]] = {
    "CREATED_AT": Order("created_at", lambda row: row.created_at),
    "COMPLETED_AT": Order("coalesce(completed_at, '')", lambda row: row.completed_at or ""),
}


def _run_query(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    text = args["query"]
    errors = query_errors(context.schema, text, context.read(text))
    if errors:
        raise Refused(*errors)
    return _started(context, "QUERY", text)


def _run_mutation(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    text, identifier = args["mutation"], args.get("clientIdentifier")
    errors = mutation_errors(context.schema, text, context.read(text)) or identifier_errors(identifier)
    if errors:
        raise Refused(*errors)
    upload = staged_upload(context.database, args["stagedUploadPath"])
    if upload is None or upload.digest is None:
        raise Refused(user_error(None, _NO_FILE, "NO_SUCH_FILE"))
    if not upload.size:
        raise Refused(user_error(None, "The input file is empty.", "INVALID_STAGED_UPLOAD_FILE"))
    if upload.size > MAX_INPUT_BYTES:
        # That it is refused was observed, the sentence is ours.
        message = f"The input file is too large (maximum is {MAX_INPUT_BYTES // 1024 // 1024} MB)."
        raise Refused(user_error(None, message, "INVALID_STAGED_UPLOAD_FILE"))
    return _started(context, "MUTATION", text, identifier, upload.digest)


def _started(
    context: Context, kind: str, text: str, identifier: str | None = None, digest: str | None = None
) -> dict[str, Any]:
    running = unfinished(context.database, kind)
    at_once = _AT_ONCE_BEFORE_2026 if context.api_version < "2026-01" else _AT_ONCE
    if len(running) >= at_once:
        listed = ", ".join(gid("BulkOperation", one.id) for one in running)
        message = f"A bulk {kind.lower()} operation for this app and shop is already in progress: {listed}."
        raise Refused(user_error(None, message, "OPERATION_IN_PROGRESS"))
    now_s = context.shop.clock()
    row = BulkOperation(
        id=context.database.new_id(),
        type=kind,
        status="CREATED",
        query=text,
        client_identifier=identifier,
        input_digest=digest,
        api_version=context.api_version,
        created_at=datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        asked_at_s=now_s,
        base_url=context.base_url,
    )
    BULK_OPERATIONS.insert(context.database, [row])
    context.shop.announce_job()
    return {"bulkOperation": row, "userErrors": []}


def _cancel(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    row = _find(context, args["id"])
    if row is None:
        raise Refused(user_error(["id"], "Bulk operation does not exist"))
    if row.status not in UNFINISHED:
        message = f"A bulk operation cannot be canceled when it is {_status(row, context, {}).lower()}"
        raise Refused(user_error(None, message), payload={"bulkOperation": row})
    row.status = "CANCELING"
    BULK_OPERATIONS.update(context.database, [row])
    return {"bulkOperation": row, "userErrors": []}


def _find(context: Context, text: str) -> BulkOperation | None:
    parsed = parse_gid(text)
    if parsed is None or parsed.kind != "BulkOperation":
        raise invalid_id(text)
    return BULK_OPERATIONS.find(context.database, parsed.number)


def _operations(_root: Any, context: Context, args: Args) -> Page[BulkOperation]:
    where = search(context, BULK_OPERATION_SEARCH, args.get("query"))
    newest_first = {**args, "reverse": not args.get("reverse")}
    return row_page(
        context.database, BULK_OPERATIONS, where, _ORDERS[args.get("sortKey") or "CREATED_AT"], newest_first
    )


def _current(_root: Any, context: Context, args: Args) -> BulkOperation | None:
    clause = "WHERE type = ? ORDER BY id DESC LIMIT 1"
    found = BULK_OPERATIONS.select(context.database, clause, (args.get("type") or "QUERY",))
    return found[0] if found else None


def _status(row: BulkOperation, context: Context, _args: Args) -> str:
    is_kept = row.completed_at is None or context.shop.clock() < _expiry(row.completed_at).timestamp()
    return row.status if is_kept else "EXPIRED"


def _expiry(completed_at: str) -> datetime:
    return datetime.fromisoformat(completed_at) + _KEPT


def _url(row: BulkOperation, context: Context, _args: Args) -> str | None:
    return _signed_url(row, context) if row.has_url else None


def _partial_url(row: BulkOperation, context: Context, _args: Args) -> str | None:
    return _signed_url(row, context) if row.has_partial_url else None


def _signed_url(row: BulkOperation, context: Context) -> str | None:
    if row.completed_at is None or _status(row, context, {}) == "EXPIRED":
        return None
    expires = str(int(_expiry(row.completed_at).timestamp()))
    named = f"attachment; filename=\"bulk-{row.id}.jsonl\"; filename*=UTF-8''bulk-{row.id}.jsonl"
    signature = result_signature(context.settings.client_secret, row.id, expires)
    parameters = {
        "Expires": expires,
        "Signature": signature,
        "response-content-disposition": named,
        "response-content-type": "application/jsonl",
    }
    return f"{context.base_url}/{context.settings.name}/bulk-operation-outputs/{row.id}?{urlencode(parameters)}"


def result_signature(secret: str, operation_id: int, expires: str) -> str:
    """Return what signs the address of a result until it expires."""
    return hmac.new(secret.encode(), f"{operation_id}:{expires}".encode(), hashlib.sha256).hexdigest()


def _wire_time(text: str | None) -> str | None:
    return f"{text[:19].replace(' ', 'T')}Z" if text else None


KINDS = {BulkOperation: "BulkOperation"}
NODES = {"BulkOperation": lambda context, number: BULK_OPERATIONS.find(context.database, number)}

FIELDS: Fields = {
    "QueryRoot": {
        "bulkOperation": lambda _root, context, args: _find(context, args["id"]),
        "bulkOperations": _operations,
        "currentBulkOperation": _current,
    },
    "Mutation": {
        "bulkOperationRunQuery": _run_query,
        "bulkOperationRunMutation": _run_mutation,
        "bulkOperationCancel": _cancel,
    },
    "BulkOperation": {
        "id": lambda row, _context, _args: gid("BulkOperation", row.id),
        "status": _status,
        "type": attrgetter("type"),
        "query": attrgetter("query"),
        "errorCode": attrgetter("error_code"),
        "createdAt": lambda row, _context, _args: _wire_time(row.created_at),
        "completedAt": attrgetter("completed_at"),
        "objectCount": attrgetter("object_count"),
        "rootObjectCount": attrgetter("root_object_count"),
        "fileSize": lambda row, _context, _args: row.result_size if row.has_url else None,
        "url": _url,
        "partialDataUrl": _partial_url,
    },
}
