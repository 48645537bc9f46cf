"""Jobs: the names of what was asked for to be done later, all of it done by the time anybody can ask."""

import uuid
from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Job:
    """A job that was started, under the name in its global id."""

    id: int
    name: str


JOBS = Table("jobs", Job, Job)


def started(database: Database) -> Job:
    """Return a new job."""
    job = Job(database.new_id(), str(uuid.uuid4()))
    JOBS.insert(database, [job])
    return job


def find_job(database: Database, name: str) -> Job | None:
    """Return the job of this name, or None."""
    found = JOBS.select(database, "WHERE name = ?", (name,))
    return found[0] if found else None
