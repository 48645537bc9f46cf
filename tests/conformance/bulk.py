"""What the bulk operations of a recording take for granted: files, as many products as they counted, and time.

A file was there unless the recording says that it was not, which is looked at first: one of ours lies in its place,
whose only line has no variables and changes nothing. It shows how many products its shop had: ours gets as many. And it
shows how far a job was when it was looked at: ours stands still until the recording shows it further on.
"""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from tests.conformance.names import Names
from tests.conformance.paths import found_at, parsed
from tests.conformance.scenario import Scenario, Step
from tests.sandbox.store import Store

NEVER_MS = 3_600_000  # how long a job takes until the recording shows that it went on
_PATIENCE_S, _PAUSE_S, _TIMEOUT_S = 20.0, 0.02, 30
_PATH = re.compile(r"tmp/[\w./-]+")
_LINE, _NO_FILE = "{}\n", "NO_SUCH_FILE"
_WHOLE_CATALOG = re.compile(r"\{\s*products\s*\{\s*edges\s*\{\s*node\s*\{(?P<fields>[\w\s]*)\}\s*\}\s*\}\s*\}\s*$")
_MOST_PRODUCTS, _PRODUCTS_AT_ONCE = 5_000, 50
_UNDER_WAY, _DONE = frozenset({"RUNNING", "CANCELING"}), frozenset({"COMPLETED", "CANCELED", "FAILED"})
_STAGE = """mutation { stagedUploadsCreate(input: [{resource: BULK_MUTATION_VARIABLES, filename: "lines.jsonl",
  mimeType: "text/jsonl", httpMethod: POST}]) { stagedTargets { url parameters { name value } } } }"""
_READ = "query Q($id: ID!) { bulkOperation(id: $id) { status objectCount } }"
_COUNT = "{ productsCount(limit: null) { count } }"


class BulkState:
    """The bulk operations of one scenario in one shop."""

    def __init__(self, store: Store, scenario: Scenario, names: Names) -> None:
        self._store = store
        self._scenario = scenario
        self._names = names

    def make_ready(self, step: Step) -> None:
        """Bring about what a step takes for granted. Call before it is sent."""
        shown = list(_operations(step.content.get("response")))
        if "bulkOperationRunMutation" in step.roots and _NO_FILE not in str(step.content.get("response")):
            self._lay_files(step)
        if "bulkOperationRunQuery" in step.roots:
            for one in shown:
                self._fill_catalog(one)
        for one in shown:
            self._wait_for(one)

    def learn(self, step: Step, answer: Any) -> None:
        """Take the paths of staged targets for those that were recorded."""
        if "stagedUploadsCreate" in step.roots:
            for then, now in zip(_paths(step.content.get("response")), _paths(answer), strict=False):
                self._names.bind(then, now)

    def _lay_files(self, step: Step) -> None:
        for path in _paths(step.content.get("variables")):
            if self._names.rewritten(path) == path:
                self._names.bind(path, self._uploaded())

    def _uploaded(self) -> str:
        target = self._store.run(_STAGE)["stagedUploadsCreate"]["stagedTargets"][0]
        fields = {one["name"]: one["value"] for one in target["parameters"]}
        requests.post(target["url"], data=fields, files={"file": _LINE}, timeout=_TIMEOUT_S)
        return str(fields["key"])

    def _fill_catalog(self, started: Mapping[str, Any]) -> None:
        """Give the shop as many products as an export of all of them counted."""
        if not _WHOLE_CATALOG.search(str(started.get("query"))):
            return
        counts = [
            int(one["objectCount"])
            for step in self._scenario.steps
            for one in _operations(step.content.get("response"))
            if one["id"] == started["id"] and str(one.get("objectCount", "")).isdigit()
        ]
        wanted = max(counts, default=0)
        lacking = wanted - self._store.run(_COUNT)["productsCount"]["count"]
        if wanted <= _MOST_PRODUCTS:
            for start in range(0, lacking, _PRODUCTS_AT_ONCE):
                self._add_products(min(_PRODUCTS_AT_ONCE, lacking - start))

    def _add_products(self, count: int) -> None:
        one = 'productCreate(product: {title: "Shelf warmer"}) { product { id } }'
        self._store.run("mutation {" + " ".join(f"p{number}: {one}" for number in range(count)) + "}")

    def _wait_for(self, shown: Mapping[str, Any]) -> None:
        """Let jobs go on until ours is as far as the recorded one was."""
        operation_id, status = shown["id"], shown.get("status")
        counted = str(shown.get("objectCount", ""))
        is_counting = status in _UNDER_WAY and counted.isdigit() and int(counted) > 0
        if not self._names.knows(operation_id) or not (is_counting or status in _DONE):
            return
        self._pace(0, NEVER_MS if is_counting else 0)
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            found = self._store.run(_READ, id=self._names.rewritten(operation_id))["bulkOperation"]
            if found is None or found["status"] in _DONE:
                break
            if is_counting and int(found["objectCount"]) >= int(counted):
                break
            time.sleep(_PAUSE_S)
        self._pace(NEVER_MS, NEVER_MS)

    def _pace(self, start_ms: int, finish_ms: int) -> None:
        url = f"{self._store.server_url}/_sandbox/shops/{self._store.shop['name']}"
        wished = {"bulk_start_ms": start_ms, "bulk_finish_ms": finish_ms}
        requests.put(url, json=wished, timeout=_TIMEOUT_S).raise_for_status()


def _operations(answer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the bulk operations that an answer shows."""
    if isinstance(answer, dict):
        if str(answer.get("id")).startswith("gid://shopify/BulkOperation/"):
            yield answer
        for one in answer.values():
            yield from _operations(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from _operations(one)


def _paths(content: Any) -> list[str]:
    """Return the paths of staged uploads that stand in a request or an answer, each once, in order."""
    texts = content if isinstance(content, dict) else {}
    targets = found_at(texts, parsed("data.stagedUploadsCreate.stagedTargets"))
    found = [path for text in _texts(targets if targets is not None else texts) for path in _PATH.findall(text)]
    return list(dict.fromkeys(found))


def _texts(content: Any) -> Iterator[str]:
    match content:
        case str():
            yield content
        case dict():
            for one in content.values():
                yield from _texts(one)
        case list():
            for one in content:
                yield from _texts(one)
        case _:
            pass
