"""Repeated: what earlier runs of the very same plan wrote. It is not written again: whoever changed it since, meant it.

A plan file may be applied twice, by a job that is started again, or by a run that goes on where another was killed.
What that wrote already and the store holds no more was changed by somebody after our write, whatever the plan saw
before. A plan that was made when it had happened is a new decision, even if it says the same to the letter: it names
the last entry of the journal that was known then. Rejected: comparing when it was made with when runs ended. That takes
the clocks of two machines.

A run that was killed may have told nothing yet of what the store answered to have done: that is written, too, field by
field, as far as an answer is the end of it. A request that nobody heard an answer to is no reason: there the old value
most likely means that it was never executed, and it is sent again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.app.journal.file import Journal
from reconciler.app.journal.other_plans import since_plan
from reconciler.app.journal.runs import runs_of
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, deletes
from reconciler.model.outcome import AlreadySo, Applied, Outcome
from reconciler.model.plan import Plan, Seen
from reconciler.model.record import Begun, Entry, Told
from reconciler.planning.later import Later
from reconciler.planning.run_requests import Done, Requests


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs of a plan wrote."""

    met: frozenset[Address] = frozenset()
    """What was told to be applied, or found so."""
    answered: Mapping[Address, Done] = field(default_factory=dict)
    """What the store answered to have done, and nobody told."""
    unheard: Mapping[Address, Done] = field(default_factory=dict)
    """What goes with a root in one request that nobody heard an answer to: if the root is there, that was executed."""
    by_run: Mapping[str, Requests] = field(default_factory=dict)
    """What each of the runs asked for."""
    others: Later = field(default_factory=Later)
    """What runs of other plans wrote since this one was made."""

    def includes(self, change: Change) -> bool:
        """Return whether it was made before, so that somebody took it back since. ``change``: as it would go now."""
        if change.address in self.met:
            return True
        done = self.answered.get(change.address)
        return done is not None and _was_made(change, done)

    def came_with_its_root(self, change: Change) -> bool:
        """Return whether it was made before, together with its root, so that somebody took it back since.

        ``change``: as it would go now, though its root is in the store, and was not made just now.
        """
        done = self.unheard.get(change.address)
        return done is not None and _was_made(change, done)

    def in_doubt(self, run: str, outcomes: Sequence[Outcome]) -> int:
        """Return how many requests of a run nobody knows of whether they were executed, now that it came to these."""
        requests = self.by_run.get(run)
        so = {outcome.address for outcome in outcomes if isinstance(outcome, Applied | AlreadySo)}
        return requests.in_doubt(so) if requests is not None else 0

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
    others = since_plan(plan, journal)
    runs = runs_of(plan.digest, journal.glances())
    if not runs:
        return Before(others=others)
    by_run, since = _by_run(journal.entries(), runs, plan.header.journal if plan.header is not None else None)
    return Before(
        frozenset().union(*(requests.met for requests in since.values())),
        _together(requests.answered for requests in since.values()),
        _with_their_roots(plan, _together(requests.unheard() for requests in since.values())),
        by_run,
        others,
    )


def _together(several: Iterable[Mapping[Address, Done]]) -> dict[Address, Done]:
    found: dict[Address, Done] = {}
    for each in several:
        for address, done in each.items():
            found[address] = done | found.get(address, done)
    return found


def _with_their_roots(plan: Plan, unheard: Mapping[Address, Done]) -> dict[Address, Done]:
    """Return what was asked for in the request that makes its root, as far as a plan makes that."""
    made = {change.address for change in plan.changes if isinstance(change, Create) and change.address in unheard}
    found: dict[Address, Done] = {}
    for address, done in unheard.items():
        root = KINDS.root_of(address)
        whole = CODECS[root.kind].makes_whole
        if root in made and root != address and whole in done.by & unheard[root].by:
            found[address] = Done(done.paths, frozenset({whole}))
    return found


def _was_made(change: Change, done: Done) -> bool:
    """Return whether the requests that were answered made all of a change."""
    if not is_ended(change, done.by):
        return False
    own = {each.path for each in change.fields} - CODECS[change.address.kind].goes_on_with
    return isinstance(change, Create) or deletes(change) or bool(own & done.paths)


def is_ended(change: Change, by: frozenset[str]) -> bool:
    """Return whether all of a change was made once the store answered these mutations for it."""
    kind = change.address.kind
    ends = CODECS[kind].ended_by.get(change.action)
    if ends is None:
        return not KINDS[kind].is_order
    return not by.isdisjoint(ends) and not CODECS[kind].half_done(change, by)


def _by_run(
    entries: Iterable[Entry], runs: set[str], seen: Seen | None
) -> tuple[dict[str, Requests], dict[str, Requests]]:
    """Return what the runs asked for; and the same but for what was done by an entry that the plan has seen."""
    by_run: dict[str, Requests] = {}
    since: dict[str, Requests] = {}
    for entry in entries:
        record = entry.record
        if record.run in runs:
            if isinstance(record, Begun):
                by_run.setdefault(record.run, Requests())
                since.setdefault(record.run, Requests())
            if record.run in by_run:
                by_run[record.run].add(record)
                since[record.run].add(record)
        if seen is not None and (entry.seq, entry.hash) == (seen.seq, seen.hash):
            for requests in since.values():
                requests.forget_what_was_done()
    return by_run, since
