"""What bulk queries and bulk mutations share: a slice of work, its lines in the result, and the end.

A slice holds the shop and is one transaction, so that a process that is killed has done a slice wholly or not at all:
the row says how many bytes of the result count, and what stands beyond them is cut off when the job goes on.
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

    def __init__(self, executor: Executor, shop: Shop, row: BulkOperation, failure: BulkFails | None) -> None:
        self.executor = executor
        self.shop = shop
        self.row = row
        self.failure = failure
        self._result: BinaryIO | None = None

    def run_slice(self) -> bool:
        """Do a little of the work; False once there is nothing left to do. The shop has to be held."""
        current = BULK_OPERATIONS.find(self.shop.database, self.row.id)
        if current is None:
            return False
        if current.status == "CANCELING":
            self._end("CANCELED")
            return False
        self.shop.before_write()
        with self.shop.database.transaction():
            self.row.status = "RUNNING"
            is_done = self.work(time.monotonic() + SLICE_S)
            if self._result:
                self._result.flush()
            BULK_OPERATIONS.update(self.shop.database, [self.row])
        return not is_done

    @abstractmethod
    def work(self, until_s: float) -> bool:
        """Work until the time comes, writing lines and counting; True when the job is at its end."""

    def write(self, line: bytes) -> None:
        """Add a line to the result."""
        if self._result is None:
            self._result = self._opened()
        self._result.write(line)
        self.row.result_size += len(line)

    def complete(self) -> bool:
        """End well; the result can be read. Return True."""
        self._stop("COMPLETED")
        self.row.has_url = self.row.result_size > 0
        return True

    def fail(self, error_code: str) -> bool:
        """End badly; what was written so far can be read. Return True."""
        self._stop("FAILED")
        self.row.error_code = error_code
        self.row.has_partial_url = self.row.result_size > 0
        return True

    def close(self) -> None:
        """Let go of the files."""
        if self._result:
            self._result.close()

    def _stop(self, status: str) -> None:
        self.row.status = status
        self.row.completed_at = self.shop.now()

    def _end(self, status: str) -> None:
        self.row.status = status
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
