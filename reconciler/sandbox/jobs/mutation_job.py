"""A bulk mutation while it runs: one line of the input after the other, each on its own. Lines count from 0.

A line that is no JSON object is answered by an error of its own (the sentence is ours) and does not stop the job.
"""

import time
from dataclasses import replace
from typing import Any, BinaryIO

import orjson

from reconciler.sandbox.faults.declared import BulkFails
from reconciler.sandbox.jobs.slices import Job
from reconciler.sandbox.language.execution import Call, Executor
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.bulk_operations import BulkOperation


class MutationJob(Job):
    """A bulk mutation that runs."""

    def __init__(self, executor: Executor, shop: Shop, row: BulkOperation, failure: BulkFails | None) -> None:
        super().__init__(executor, shop, row, failure)
        self._input: BinaryIO = shop.database.blobs.path(row.input_digest or "").open("rb")
        self._input.seek(row.input_offset)

    def work(self, until_s: float) -> bool:
        """Run lines until the time comes."""
        while time.monotonic() < until_s:
            if self.failure and self.row.object_count >= self.failure.after_lines:
                return self.fail(self.failure.error_code)
            line = self._input.readline()
            if not line:
                return True
            answer = {**self._answer(line), "__lineNumber": self.row.object_count}
            self.write(orjson.dumps(answer).replace(b"/", b"\\/") + b"\n")
            self.row.object_count += 1
            self.row.root_object_count += 1
            self.row.input_offset += len(line)
        return False

    def close(self) -> None:
        """Let go of the files."""
        super().close()
        self._input.close()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            variables = orjson.loads(line)
        except orjson.JSONDecodeError:
            variables = None
        if not isinstance(variables, dict):
            return {"errors": [{"message": "The line is not a JSON object."}]}
        work = self.executor.work({"query": self.row.query, "variables": variables})
        if isinstance(work, list):
            return {"errors": work}
        too_long = self.executor.oversized(work)
        if too_long:
            return {"errors": too_long}
        request_id = f"bulk-{self.row.id}"
        context = self.executor.context(self.shop, Call(self.row.api_version, request_id, self.row.base_url))
        return self.executor.result(replace(context, is_bulk=True), work, request_id)
