"""Repeated: what earlier runs of the very same plan wrote. It is not written again: whoever changed it since, meant it.

A plan file may be applied twice, by a job that is started again, or by a run that goes on where another was killed.
What that wrote already and the store holds no more was changed by somebody after our write, whatever the plan saw
before. A plan that was made after those runs ended is a new decision, even if it says the same to the letter.

A run that was killed may have told nothing yet of what the store answered to have done: that is written, too, field by
field, as far as an answer is the end of it. A request that nobody heard an answer to is no reason: there the old value
most likely means that it was never executed, and it is sent again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reconciler.app.journal import Journal
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, deletes
from reconciler.model.outcome import Applied, Outcome
from reconciler.model.plan import Plan
from reconciler.model.record import Begun, Ended, Entry, Told
from reconciler.planning.run_requests import Requests

_ANSWERED_BEFORE_THE_END: Final = frozenset(
    {
        ("image", "create"),  # a file is processed, and then put on its product
        ("stock", "create"),  # an item is stocked at a location, and then counted
        ("adjustment", "create"),  # counted, and then recorded
        ("membership", "create"),  # a job
        ("membership", "remove"),
    }
)
_FIELDS_OF_JOBS: Final = frozenset({("collection", "conditions")})


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs of a plan wrote."""

    applied: frozenset[Address] = frozenset()
    """What was told to be applied."""
    answered: Mapping[Address, frozenset[str]] = field(default_factory=dict)
    """What the store answered to have done, and nobody told → the fields that were written."""
    by_run: Mapping[str, Requests] = field(default_factory=dict)
    """What each of the runs asked for."""

    def includes(self, change: Change) -> bool:
        """Return whether it was made before, so that somebody took it back since. ``change``: as it would go now."""
        if change.address in self.applied:
            return True
        paths = self.answered.get(change.address)
        return paths is not None and _was_made(change, paths)

    def by(self, run: str, outcomes: Sequence[Outcome]) -> tuple[Address, ...]:
        """Return what a run had written before it was killed and went on to these outcomes, but for what it applied."""
        requests = self.by_run.get(run)
        if requests is None:
            return ()
        now = {outcome.address for outcome in outcomes if isinstance(outcome, Applied)}
        requests.add(Told(run=run, outcomes=tuple(each for each in outcomes if each.address not in now)))
        return tuple(sorted(address for address in requests.written() if address not in now))


def written_before(plan: Plan, journal: Journal) -> Before:
    """Return what earlier runs of the plan wrote. Raises JournalBroken."""
    runs = {glance.run for glance in journal.glances() if glance.event == "begun" and glance.plan == plan.digest}
    if not runs:
        return Before()
    by_run = _by_run(journal.entries(), runs, _made_at(plan))
    answered: dict[Address, frozenset[str]] = {}
    for requests in by_run.values():
        for address, paths in requests.answered.items():
            answered[address] = paths | answered.get(address, frozenset())
    return Before(frozenset().union(*(requests.applied for requests in by_run.values())), answered, by_run)


def _was_made(change: Change, paths: frozenset[str]) -> bool:
    """Return whether a change was made by requests that wrote these fields, and were all answered."""
    kind = change.address.kind
    if KINDS[kind].is_order or (kind, change.action) in _ANSWERED_BEFORE_THE_END:
        return False
    if isinstance(change, Create):
        return all(each.before is None for each in change.fields)  # there is none in the store, not even an empty one
    own = {each.path for each in change.fields if (kind, each.path) not in _FIELDS_OF_JOBS}
    return deletes(change) or bool(own & paths)


def _by_run(entries: Iterable[Entry], runs: set[str], made_at: datetime | None) -> dict[str, Requests]:
    """Return what the runs asked for, but for those that had ended when the plan was made."""
    by_run: dict[str, Requests] = {}
    for entry in entries:
        record = entry.record
        if record.run not in runs:
            continue
        if isinstance(record, Begun):
            by_run.setdefault(record.run, Requests())
        if record.run in by_run:
            by_run[record.run].add(record)
        if isinstance(record, Ended) and made_at is not None and made_at > datetime.fromisoformat(entry.at):
            by_run.pop(record.run, None)
    return by_run


def _made_at(plan: Plan) -> datetime | None:
    return datetime.fromisoformat(plan.header.created_at) if plan.header is not None else None
