"""The threads that run bulk operations: one a shop, for as long as the shop has any that are not done."""

import logging
import sqlite3
import threading
import time

from reconciler.sandbox.jobs.mutation_job import MutationJob
from reconciler.sandbox.jobs.query_job import QueryJob
from reconciler.sandbox.jobs.slices import Job
from reconciler.sandbox.language.execution import Executor
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.bulk_operations import BULK_OPERATIONS, BulkOperation, unfinished

_PAUSE_S = 0.0005  # between slices: whoever waits for the shop gets it
_IDLE_S = 0.01
# What a job can meet beyond the errors of the fields that it asks for: files, the database, and what cannot be read.
_FAILURES = (OSError, sqlite3.Error, LookupError, TypeError, ValueError)
_LOG = logging.getLogger(__name__)
_KINDS: dict[str, type[Job]] = {"QUERY": QueryJob, "MUTATION": MutationJob}


class Runner:
    """Runs what shops have to do in the background."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def look_at(self, shop: Shop) -> None:
        """Begin to run the shop's bulk operations, if there are any that nobody runs."""
        if not shop.claim_jobs():
            return
        threading.Thread(target=self._run, args=(shop,), name=f"bulk {shop.settings.name}", daemon=True).start()

    def _run(self, shop: Shop) -> None:
        jobs: dict[int, Job] = {}
        while True:
            with shop.lock:
                rows = [] if shop.is_closed else unfinished(shop.database)
                if not rows:
                    shop.end_jobs()
                    break
            due = [row for row in rows if _is_due(shop, row, jobs.get(row.id))]
            for row in due:
                self._slice(shop, row, jobs)
                time.sleep(_PAUSE_S)
            if not due:
                time.sleep(_IDLE_S)
        for job in jobs.values():
            job.close()

    def _slice(self, shop: Shop, row: BulkOperation, jobs: dict[int, Job]) -> None:
        with shop.lock:
            if shop.is_closed:
                return
            try:
                if row.id not in jobs:
                    jobs[row.id] = self._job(shop, row)
                if not jobs[row.id].run_slice():
                    jobs.pop(row.id).close()
            except _FAILURES:
                _LOG.exception("bulk operation %s failed inside", row.id)
                if row.id in jobs:
                    jobs.pop(row.id).close()
                _give_up(shop, row)

    def _job(self, shop: Shop, row: BulkOperation) -> Job:
        traits = self._executor.traits({"query": row.query})
        return _KINDS[row.type](self._executor, shop, row, shop.faults.bulk_failure(traits))


def _is_due(shop: Shop, row: BulkOperation, job: Job | None) -> bool:
    if row.status == "CANCELING":
        return True
    if job:
        return not job.is_idle
    return row.status != "CREATED" or (shop.clock() - row.asked_at_s) * 1000 >= shop.settings.bulk_start_ms


def _give_up(shop: Shop, row: BulkOperation) -> None:
    row.status, row.error_code, row.completed_at = "FAILED", "INTERNAL_SERVER_ERROR", shop.now()
    with shop.database.transaction():
        BULK_OPERATIONS.update(shop.database, [row])
