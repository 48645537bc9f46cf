"""How tests run bulk operations: start one, wait for its end, read its lines."""

import time
from collections.abc import Callable
from typing import Any

import orjson
import requests

from tests.sandbox.store import Store

_PATIENCE_S = 60
FIELDS = "id status type errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl query"
RUN_QUERY = (
    "mutation R($text: String!) { bulkOperationRunQuery(query: $text) {"
    " bulkOperation {" + FIELDS + "} userErrors { field message code } } }"
)
RUN_MUTATION = (
    "mutation R($text: String!, $path: String!, $name: String) {"
    " bulkOperationRunMutation(mutation: $text, stagedUploadPath: $path, clientIdentifier: $name) {"
    " bulkOperation {" + FIELDS + "} userErrors { field message code } } }"
)
READ = "query Q($id: ID!) { bulkOperation(id: $id) {" + FIELDS + "} }"
CANCEL = (
    "mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation {"
    + FIELDS
    + "} userErrors { field message } } }"
)
_STAGE = """mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url parameters { name value } } userErrors { field message } } }"""
CREATE = (
    "mutation C($product: ProductCreateInput!) {"
    " productCreate(product: $product) { product { id title } userErrors { field message } } }"
)
_DONE = {"COMPLETED", "FAILED", "CANCELED"}


def started(store: Store, text: str) -> Any:
    """Return the bulk query that was started."""
    return store.mutate(RUN_QUERY, text=text)["bulkOperation"]


def started_mutation(store: Store, text: str, *lines: str) -> Any:
    """Return the bulk mutation that was started with these lines."""
    return store.mutate(RUN_MUTATION, text=text, path=uploaded(store, *lines))["bulkOperation"]


def uploaded(store: Store, *lines: str) -> str:
    """Return the path under which the lines are kept."""
    wished = {"resource": "BULK_MUTATION_VARIABLES", "filename": "lines.jsonl", "mimeType": "text/jsonl"}
    target = store.mutate(_STAGE, input=[{**wished, "httpMethod": "POST"}])["stagedTargets"][0]
    parameters = {one["name"]: one["value"] for one in target["parameters"]}
    content = "".join(f"{line}\n" for line in lines)
    answer = requests.post(target["url"], data=parameters, files={"file": content}, timeout=_PATIENCE_S)
    assert answer.status_code == 201, answer.text
    return str(parameters["key"])


def ended(store: Store, operation: Any) -> Any:
    """Return the operation when it is done."""
    return _once(store, operation, lambda found: found["status"] in _DONE)


def counted(store: Store, operation: Any, number: int) -> Any:
    """Return the operation when it has counted that many objects."""
    return _once(store, operation, lambda found: int(found["objectCount"]) >= number)


def _once(store: Store, operation: Any, holds: Callable[[Any], bool]) -> Any:
    until_s = time.monotonic() + _PATIENCE_S
    found = operation
    while not holds(found):
        assert time.monotonic() < until_s, found
        time.sleep(0.01)
        found = store.run(READ, id=operation["id"])["bulkOperation"]
    return found


def lines(url: str) -> list[Any]:
    """Return the objects of a result."""
    answer = requests.get(url, timeout=_PATIENCE_S)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.text.splitlines()]


def exported(store: Store, text: str) -> list[Any]:
    """Return the objects that a bulk query finds."""
    operation = ended(store, started(store, text))
    assert operation["status"] == "COMPLETED", operation
    return lines(operation["url"]) if operation["url"] else []
