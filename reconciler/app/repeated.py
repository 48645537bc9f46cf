"""Repeated: what earlier runs of the very same plan wrote. It is not written again: whoever changed it since, meant it.

A plan file may be applied twice, by a job that is started again, or by a run that goes on where another was killed.
What that wrote already and the store holds no more was changed by somebody after our write, whatever the plan saw
before. A plan that was made after those runs ended is a new decision, even if it says the same to the letter.
"""

from collections.abc import Iterable
from datetime import datetime

from reconciler.app.journal import Journal
from reconciler.model.address import Address
from reconciler.model.outcome import Applied
from reconciler.model.plan import Plan
from reconciler.model.record import Begun, Ended, Entry, Told


def written_before(plan: Plan, journal: Journal) -> frozenset[Address]:
    """Return what earlier runs of the plan told to be applied. Raises JournalBroken."""
    runs = {glance.run for glance in journal.glances() if glance.event == "begun" and glance.plan == plan.digest}
    return frozenset(_applied(journal.entries(), runs, _made_at(plan))) if runs else frozenset()


def _applied(entries: Iterable[Entry], runs: set[str], made_at: datetime | None) -> Iterable[Address]:
    by_run: dict[str, set[Address]] = {}
    for entry in entries:
        match entry.record:
            case Begun(run=run) if run in runs:
                by_run.setdefault(run, set())
            case Told(run=run, outcomes=outcomes) if run in runs:
                by_run[run] |= {outcome.address for outcome in outcomes if isinstance(outcome, Applied)}
            case Ended(run=run) if run in runs and made_at is not None and made_at > datetime.fromisoformat(entry.at):
                by_run.pop(run, None)
            case _:
                pass
    for addresses in by_run.values():
        yield from addresses


def _made_at(plan: Plan) -> datetime | None:
    return datetime.fromisoformat(plan.header.created_at) if plan.header is not None else None
