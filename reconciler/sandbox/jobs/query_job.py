"""A bulk query while it runs: a page of its outermost connection after the other. After a restart it begins anew."""

import time
from dataclasses import replace
from typing import Any

from graphql.execution.values import VariableValues

from reconciler.sandbox.bulk.export import AFTER, SIZE, export_of, lines, next_page
from reconciler.sandbox.faults.declared import BulkFails
from reconciler.sandbox.jobs.slices import SLICE_S, Job
from reconciler.sandbox.language.execution import Call, Executor, Work
from reconciler.sandbox.search.paging import LONGEST_PAGE, whole_lists
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.bulk_operations import BulkOperation

_FIRST_SIZE = 16
_CODES = frozenset({"ACCESS_DENIED", "TIMEOUT"})


class QueryJob(Job):
    """A bulk query that runs."""

    heeds_canceling_after = 2_000

    def __init__(self, executor: Executor, shop: Shop, row: BulkOperation, failure: BulkFails | None) -> None:
        super().__init__(executor, shop, row, failure)
        row.object_count = row.root_object_count = row.result_size = 0
        self._export = export_of(executor.schema, executor.read(row.query))
        self._after: str | None = None
        self._size = _FIRST_SIZE
        self._is_first = True

    def work(self, until_s: float) -> bool:
        """Read pages until the time comes. Raises nothing: what goes wrong inside a query fails the job."""
        while True:
            began_s = time.monotonic()
            body = self._page()
            if body.get("errors"):
                return self.fail(_error_code(body["errors"]))
            after = next_page(self._export, body["data"])
            for line, is_root in lines(self._export, body["data"], is_first=self._is_first):
                if self.failure and self.row.object_count >= self.failure.after_lines:
                    return self.fail(self.failure.error_code)
                self.write(line)
                self.row.object_count += 1
                self.row.root_object_count += is_root
            self._after, self._is_first = after, False
            if after is None:
                return self.fail(self.failure.error_code) if self.failure else True
            now_s = time.monotonic()
            self._adjust(now_s - began_s)
            if now_s >= until_s:
                return False

    def _page(self) -> dict[str, Any]:
        values = {SIZE: self._size, AFTER: self._after} if self._export.paged else {}
        operation = self._export.document.operations[0]
        work = Work(self._export.document, operation, VariableValues({}, values))
        call = Call(self.row.api_version, f"bulk-{self.row.id}", self.row.base_url)
        context = self.executor.context(self.shop, call)
        with whole_lists():
            return self.executor.result(replace(context, is_bulk=True), work, f"bulk-{self.row.id}")

    def _adjust(self, took_s: float) -> None:
        """Make pages as long as fit a slice: a request that comes in waits for one."""
        if took_s < SLICE_S / 2:
            self._size = min(LONGEST_PAGE, self._size * 2)
        elif took_s > SLICE_S * 2:
            self._size = max(1, self._size // 2)


def _error_code(errors: list[dict[str, Any]]) -> str:
    code = str(errors[0].get("extensions", {}).get("code"))
    return code if code in _CODES else "INTERNAL_SERVER_ERROR"
