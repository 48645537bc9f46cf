"""Leftover jobs: bulk operations that the store goes on with although the apply that began them is gone.

The lease on the store names them, and goes on naming them when they are over: so the store is asked, and only then.
What they will have made is in no plan that is made before their end, so a plan says so, a rollback is not made, and an
apply waits, even one that has nothing to do.
"""

from dataclasses import replace

from reconciler.model.plan import Plan
from reconciler.model.plan_text import sealed
from reconciler.shopify.asking import NamedClient
from reconciler.shopify.bulk_jobs import is_at_work, waited_for
from reconciler.shopify.errors import BulkUnfinished
from reconciler.shopify.terms import Terms


def left_at_work(client: NamedClient, lease: Terms | None) -> str:
    """Return the name of the bulk operations that the lease names, if one is at work; "" otherwise."""
    job = lease.job if lease is not None else ""
    return job if job and is_at_work(client, job) else ""


def saying_what_is_at_work(plan: Plan, job: str) -> Plan:
    """Return a plan with a note on the bulk operations that are at work while it is made; as it is where none are."""
    if not job:
        return plan
    note = (
        f"{_at_work(job)}, and what it makes from now on is not in this plan; run plan again once it is done: an apply "
        "waits for that"
    )
    return sealed(replace(plan, notes=(note, *plan.notes)))


def refuse_rollback(client: NamedClient, lease: Terms | None) -> None:
    """Raise BulkUnfinished while bulk operations are at work: what they make could not be taken back."""
    job = left_at_work(client, lease)
    if job:
        cause = f"{_at_work(job)}, and what it makes would not go back"
        raise BulkUnfinished(client.store, cause, "nothing was planned; run rollback again once it is done")


def waited_for_end(client: NamedClient, job: str) -> None:
    """Wait for the end of bulk operations of an earlier apply. Raises BulkUnfinished where that does not come."""
    client.teller.began("waiting for a bulk operation of an earlier apply")
    if not waited_for(client, job):
        raise BulkUnfinished(client.store, _at_work(job), "nothing was written; run apply again later")


def of_waiting(job: str) -> str:
    """Return what a report says of bulk operations that were waited for."""
    return f"bulk operations {job} of an earlier apply had not been seen to their end; they were waited for"


def _at_work(job: str) -> str:
    return f"a bulk operation of an earlier apply ({job}) is still at work"
