"""What bulk queries and bulk mutations share: a slice of work, its lines in the result, and the end.

A slice holds the shop and is one transaction, so that a process that is killed has done a slice wholly or not at all:
the row says how many bytes of the result count, and what stands beyond them is cut off when the job goes on.

A real job shows RUNNING for a while after it has counted its last object, and one that is canceled before it began
goes on for a while: a query of 1,459 products counted them all, a mutation did its line (recorded on 2026-04). So the
end of a job is a step of its own, and a cancellation is heeded only after so many objects.
"""

import time
from abc import ABC, abstractmethod
from typing import BinaryIO

from reconciler.sandbox.faults.declared import BulkFails
from reconciler.sandbox.language.execution import Executor
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.bulk_operations import BULK_OPERATIONS, BulkOperation, result_path

SLICE_S = 0.02  # how long a request may have to wait for a job


class Job(ABC):
    """A bulk operation that runs."""

    heeds_canceling_after = 1  # objects

    def __init__(self, executor: Executor, shop: Shop, row: BulkOperation, failure: BulkFails | None) -> None:
        self.executor = executor
        self.shop = shop
        self.row = row
        self.failure = failure
        self._result: BinaryIO | None = None
        self._error_code: str | None = None
        self._worked_until_s: float | None = None  # by the shop's clock; None while there is work

    @property
    def is_idle(self) -> bool:
        """Say whether nothing is left to do but to wait for the moment when it shows that it is done."""
        if self._worked_until_s is None or self._error_code:
            return False
        return self.shop.clock() < self._worked_until_s + self.shop.settings.bulk_finish_ms / 1000

    def run_slice(self) -> bool:
        """Do a little of the work; False once there is nothing left to do. The shop has to be held."""
        current = BULK_OPERATIONS.find(self.shop.database, self.row.id)
        if current is None:
            return False
        if current.status == "CANCELING" and self._heeds_canceling:
            self._cancel()
            return False
        self.shop.before_write()
        with self.shop.database.transaction():
            self.row.status = "RUNNING" if current.status == "CREATED" else current.status
            is_done = self._has_ended()
            if self._result:
                self._result.flush()
            BULK_OPERATIONS.update(self.shop.database, [self.row])
        return not is_done

    @property
    def _heeds_canceling(self) -> bool:
        return self._worked_until_s is not None or self.row.object_count >= self.heeds_canceling_after

    def _has_ended(self) -> bool:
        if self._worked_until_s is None and self.work(time.monotonic() + SLICE_S):
            self._worked_until_s = self.shop.clock()
        if self._worked_until_s is None or self.is_idle or self.row.status == "CANCELING":
            return False
        self._show_end()
        return True

    @abstractmethod
    def work(self, until_s: float) -> bool:
        """Work until the time comes, writing lines and counting; True when the job is at its end."""

    def write(self, line: bytes) -> None:
        """Add a line to the result."""
        if self._result is None:
            self._result = self._opened()
        self._result.write(line)
        self.row.result_size += len(line)

    def fail(self, error_code: str) -> bool:
        """Say that it ends badly; what was written so far can be read. Return True."""
        self._error_code = error_code
        return True

    def close(self) -> None:
        """Let go of the files."""
        if self._result:
            self._result.close()

    def _show_end(self) -> None:
        self.row.status = "FAILED" if self._error_code else "COMPLETED"
        self.row.error_code = self._error_code
        self.row.completed_at = self.shop.now()
        if self.row.result_size:
            self.row.has_url, self.row.has_partial_url = not self._error_code, bool(self._error_code)

    def _cancel(self) -> None:
        self.row.status = "CANCELED"
        with self.shop.database.transaction():
            BULK_OPERATIONS.update(self.shop.database, [self.row])
        self.close()
        result_path(self.shop.database, self.row.id).unlink(missing_ok=True)

    def _opened(self) -> BinaryIO:
        path = result_path(self.shop.database, self.row.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("ab")
        opened.truncate(self.row.result_size)
        return opened
