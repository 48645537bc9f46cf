"""Apply one plan to its store: refused unless it fits, executed as a run, and planned again to see what is left.

A run holds the store by a lease and is in the journal from its first request to its last. Killed anywhere, it is taken
up by whoever applies the same plan again: under the same name, so that the journal tells one story.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from reconciler import __version__
from reconciler.app.apply_plan import applied
from reconciler.app.approval import refuse_foreign, refuse_made_up, refuse_unaccepted, refuse_understated, refuse_untrue
from reconciler.app.base import StoreBase
from reconciler.app.chain import Head, Proof, beginning
from reconciler.app.gaps import gaps_of
from reconciler.app.history import as_history_tells
from reconciler.app.journal import Journal
from reconciler.app.journalled import JournalledSender, RunJournal
from reconciler.app.keeping import Keeper
from reconciler.app.live import way_to
from reconciler.app.process import is_gone, this_process
from reconciler.app.remember import (
    Remembered,
    give_back,
    pointer_after,
    pointer_after_look,
    pointer_after_rollback,
    pointer_before,
    recorded,
    recorded_without_a_run,
)
from reconciler.app.repeated import Before, written_before
from reconciler.app.runs import RunName, run_of
from reconciler.app.staying import staying
from reconciler.app.store_view import StoreView
from reconciler.app.way import Look, Way
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.json import Json
from reconciler.model.outcome import Applied, ApplyReport, Outcome
from reconciler.model.plan import Plan, Target
from reconciler.model.record import Begun, Consent, Ended, Missing
from reconciler.planning.respelled import Respelled, respellings, told, without_respellings
from reconciler.planning.respelled import remembered as all_respelled
from reconciler.planning.written import Written
from reconciler.shopify.bulk_jobs import BulkJobs, waited_for
from reconciler.shopify.client import WriteClient
from reconciler.shopify.download import downloaded
from reconciler.shopify.errors import BrokenOff, BulkUnfinished, ShopError
from reconciler.shopify.interruption import LAST_ANSWERS_S
from reconciler.shopify.lease import Lease, acquire
from reconciler.shopify.pointer import Memory, Pointer, Record, pointer_row
from reconciler.shopify.shop_notes import APPLIED, Notes
from reconciler.shopify.uploads import UploadingSender


@dataclass(frozen=True, slots=True)
class Here:
    """Where a plan is to be applied: the store as it answers now, the files as they are now."""

    view: StoreView
    """The store, with what git asks of it."""
    target: Target
    inputs_digest: str
    root: Path
    """The repository."""
    files: Source
    """What is in it."""
    plan_again: Callable[[Memory], Plan]
    """Plans the store anew, within the scope of the plan, as if the store remembered this."""
    commit: str | None
    """The commit that holds the files just as they are; None where none does."""
    memory: Memory
    """What the store remembered before."""
    base: StoreBase
    """What git decided when the store was last brought to a commit."""
    journal: Journal
    look: Look
    undone: Written | None = None
    """Of a rollback: what the run wrote that it takes back."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A run that holds its store."""

    run: RunName
    lease: Lease
    journal: RunJournal
    written: Before
    """What earlier runs of the very same plan wrote."""
    memory: Memory
    """What the store remembers while the run is at work."""
    lacks: Missing | None = None
    """What the store remembers of its journal, and the one that is here does not hold."""
    broken: tuple[int, str] | None = None
    """The first line of its journal that is not as it was written, and why."""
    job: str = ""
    """The bulk operations of an earlier apply that were waited for."""


def apply_store(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str]) -> ApplyReport:
    """Make the changes of a plan and return what became of it; without changes the store is not held.

    Raises PlanRefused for a plan of something else, LimitBroken for limits that nobody accepted, LeaseHeld while
    somebody else writes the store, JournalFailed if what is done could not be recorded, JournalBroken where what was
    done before cannot be read. Nothing was written then.
    """
    refuse_foreign(plan, here.target, here.inputs_digest)
    refuse_made_up(plan, here.view)
    refuse_untrue(plan, here.undone)
    refuse_understated(plan, as_history_tells(plan, here.view, here.base), here.view)
    refuse_unaccepted(plan, accepted, datetime.now(UTC).date())
    if not plan.changes:
        pointer, notes = pointer_after_look(_pointer(plan, (), here), here.memory.pointer.value, plan)
        unrecorded = recorded_without_a_run(client, here.target.shop_id, here.memory, pointer)
        return replace(_report(here, plan, client, ()), notes=(*notes, *unrecorded))
    with _held(plan, client, here, accepted) as held:
        return _run(plan, client, replace(here, memory=held.memory), held)


def _run(plan: Plan, client: WriteClient, here: Here, held: _Held) -> ApplyReport:
    left = Counter({"changes": len(plan.changes)})

    def heard(outcomes: Sequence[Outcome]) -> None:
        held.journal.told(outcomes)
        left["changes"] -= len(outcomes)
        client.teller.advanced(len(outcomes))

    def announced(job: str) -> None:
        held.lease.works(client, job)
        if not job:
            client.teller.began("applying", left["changes"])

    sender = JournalledSender(client, client.mutate, held.journal)
    refusals: list[ShopError] = []
    way = replace(_way(plan, client, here, held, sender), refused=refusals.append)
    if plan.forecast.bulk_jobs and isinstance(way.sender, UploadingSender):
        name = f"{_name_of_jobs(held.run.name)}_{held.lease.fence}"
        way = replace(way, bulk=BulkJobs(client, sender, way.sender, name, announced, sender.came_to))
    outcomes = applied(plan, way, heard)
    with staying(client):
        seen = _verified(plan, outcomes, _pointer(plan, outcomes, here), here)
    noting = JournalledSender(client, client.note, held.journal)
    remembered = Remembered(here.memory, seen.pointer, seen.respelled, held.run.name)
    unrecorded = recorded(noting, remembered, held.lease)
    if unrecorded:
        give_back(client, held.lease)
    report = _report(here, plan, client, outcomes)
    ended = Ended(run=held.run.name, counts=report.counts(), left_over=seen.left_over, verified=seen.verified)
    held.journal.ended(ended)
    missing = (*unrecorded, *([str(held.journal.failure)] if held.journal.failure is not None else []))
    return replace(
        report,
        run=held.run.name,
        earlier=held.written.by(held.run.name, outcomes),
        left_over=seen.left_over,
        verified=seen.verified,
        recorded=not missing,
        refused=any(not isinstance(each, BrokenOff) for each in refusals),
        notes=(*_opening_notes(here, held), *seen.notes, *missing),
    )


def _name_of_jobs(run: str) -> str:
    """Return a run's name as a name in GraphQL."""
    return "Run_" + re.sub(r"\W", "_", run)


def _way(plan: Plan, client: WriteClient, here: Here, held: _Held, sender: JournalledSender) -> Way:
    def download(url: str) -> bytes:
        client.stay()  # many large files take longer than a lease lasts
        return downloaded(url)

    keeper = Keeper(
        client, here.view.store, here.root, held.run.name, held.journal.kept, download, references=plan.references
    )
    way = way_to(plan, here.view.store, client, here.files, sender, here.view.formerly)
    return replace(way, keep=keeper.keep, look=here.look, run=held.run.name, written=held.written)


def _pointer(plan: Plan, outcomes: Sequence[Outcome], here: Here) -> Pointer | None:
    """Return what the store is to remember of the commit that it is at."""
    before = here.memory.pointer.value
    if here.undone is not None:
        return pointer_after_rollback(plan, outcomes, before, here.undone)
    return pointer_after(plan, outcomes, before, here.commit)


@contextmanager
def _held(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str]) -> Iterator[_Held]:
    """Hold the store and the journal for a run, which is noted to begin."""
    here.journal.open()
    try:
        proof = Proof(beginning(here.journal.store))
        run = run_of(plan.digest, here.journal.glances_proved(proof), datetime.now(UTC))
        written = written_before(plan, here.journal)
        lacks = _lacked(here)
        lease, memory = _taken(plan, client, here.memory, run)
        client.write_under(lease)
        journal = RunJournal(here.journal, run.name, run.requests)
        try:
            job = _waited_for_jobs(client, lease)
            journal.begun(_begun(plan, run.name, lease, accepted, lacks))
            yield _Held(run, lease, journal, written, memory, lacks, proof.broken, job)
        except BaseException:
            _let_go(client, lease, journal)
            raise
        client.write_under(None)
    finally:
        here.journal.close()


def _taken(plan: Plan, client: WriteClient, memory: Memory, run: RunName) -> tuple[Lease, Memory]:
    """Take the store, and note on it in the same request what the run may take over; return what it remembers then."""
    noted = pointer_before(plan, memory.pointer)

    def along(notes: Notes) -> list[dict[str, Json]]:
        is_as_read = notes.applied.digest == memory.pointer.digest
        return [pointer_row(notes.shop_id, noted, memory.pointer)] if noted is not None and is_as_read else []

    lease = acquire(client, run.name, this_process(), is_gone, along=along)
    if APPLIED not in lease.digests:
        return lease, memory
    return lease, replace(memory, pointer=Record(noted, lease.digests[APPLIED]))


def _let_go(client: WriteClient, lease: Lease, journal: RunJournal) -> None:
    """Give the lease of a run that was broken off back, once nothing of it can reach the store any more.

    Other threads may still be at work: the surrendered lease stays the client's permit, so that they send nothing.
    Where a request stays without an answer, it may be on its way: the lease is left to run out, and nobody writes.
    """
    lease.surrender()
    if journal.ended_early(LAST_ANSWERS_S):
        give_back(client, lease)


def _waited_for_jobs(client: WriteClient, lease: Lease) -> str:
    """Wait for the bulk operations that whoever held the lease before may have left at work; return their name."""
    job = lease.terms.job
    if not job:
        return ""
    client.teller.began("waiting for a bulk operation of an earlier apply")
    if not waited_for(client, job):
        cause = f"a bulk operation of an earlier apply ({job}) is still at work"
        raise BulkUnfinished(client.store, cause, "nothing was written; run apply again later")
    lease.works(client, "")
    return job


def _lacked(here: Here) -> Missing | None:
    """Return the entry that the store remembers, if the journal here does not hold it and nobody said why."""
    noted = here.memory.pointer.value.journal if here.memory.pointer.value is not None else None
    if noted is None or here.journal.holds(Head(noted.seq, noted.hash)):
        return None
    missing = Missing(noted.seq, noted.hash)
    known = gaps_of(entry.record for entry in here.journal.entries()).are_known(missing)
    return None if known else missing


def _opening_notes(here: Here, held: _Held) -> Iterator[str]:
    """Yield what was so before the run wrote anything: that it was begun already, that its journal is not whole."""
    if held.run.resumes:
        yield f"run {held.run.name} had not come to its end; this went on with it"
    if held.job:
        yield f"bulk operations {held.job} of an earlier apply had not been seen to their end; they were waited for"
    if held.lacks is not None:
        yield _journal_in_part(here, held.lacks)
    if held.broken is not None:
        yield _journal_changed(here, *held.broken)


def _journal_changed(here: Here, line: int, reason: str) -> str:
    broken = f"{here.journal.name}:{line}: {reason}; from there on the journal proves nothing"
    cure = "bring both files back from a copy, or move both away to begin anew, as docs/journal.md says"
    return f"{broken}. `audit verify` says so, and no rollback is made, until it is mended: {cure}"


def _journal_in_part(here: Here, lacks: Missing) -> str:
    pointer = here.memory.pointer.value
    run = f", of run {pointer.run}" if pointer is not None and pointer.run is not None else ""
    gone = f"the store remembers entry {lacks.seq} of {here.journal.name}{run}, which is not here: a part is missing"
    cure = "it is where that run was applied: what its job kept of journal/, as docs/journal.md says"
    return f"{gone}; {cure}. `audit verify` says so from now on, and no rollback is made, until it is acknowledged"


def _begun(plan: Plan, run: str, lease: Lease, accepted: Collection[str], lacks: Missing | None) -> Begun:
    return Begun(
        run=run,
        plan=plan.digest,
        engine=__version__,
        target=plan.target,
        commit=plan.inputs.commit,
        base_commit=plan.inputs.base_commit,
        scope=plan.scope,
        actor=lease.actor,
        fence=lease.fence,
        changes=len(plan.changes),
        consents=tuple(_consents(plan, accepted)),
        undoes=plan.undoes,
        lacks=lacks,
        dirty=plan.inputs.dirty,
    )


def _consents(plan: Plan, accepted: Collection[str]) -> Iterator[Consent]:
    """Yield who let each broken limit through: whoever applies, or the store's file."""
    for rule, violation in {violation.rule: violation for violation in plan.violations}.items():
        if rule in accepted:
            yield Consent(rule)
        elif violation.acceptance is not None:
            yield Consent(rule, violation.acceptance.reason)


def _report(here: Here, plan: Plan, client: WriteClient, outcomes: tuple[Outcome, ...]) -> ApplyReport:
    return ApplyReport(
        store=here.view.store.name,
        plan=plan.digest,
        outcomes=outcomes,
        left_over=(),
        mutations=client.counters.mutations,
        bookkeeping=client.counters.bookkeeping,
        requests=client.counters.requests,
        cost_points=client.counters.cost_points,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a second look at the store showed."""

    pointer: Pointer | None
    """What the store is to remember, now that it was looked at."""
    left_over: tuple[Address, ...] = ()
    verified: bool = True
    notes: tuple[str, ...] = ()
    respelled: Respelled = field(default_factory=dict)


def _verified(plan: Plan, outcomes: Sequence[Outcome], pointer: Pointer | None, here: Here) -> _Seen:
    """Return what is left over, and whether that could be found out.

    What was applied is compared with what git says now: whatever a customer buys meanwhile is no failure of ours.
    """
    known, before = here.memory.respelled.value or {}, here.memory.pointer.value
    try:
        again = here.plan_again(replace(here.memory, pointer=replace(here.memory.pointer, value=pointer)))
    except ReconcilerError as error:
        pointer, notes = pointer_after_look(pointer, before, None)
        unread = f"the store could not be read again: {error}"
        return _Seen(pointer, verified=False, notes=(unread, *notes), respelled=known)
    pointer, notes = pointer_after_look(pointer, before, again)
    done = {outcome.address for outcome in outcomes if isinstance(outcome, Applied)}
    found = list(respellings([change for change in plan.changes if change.address in done], again.changes))
    left_over = tuple(change.address for change in without_respellings(again.changes, found))
    notes = (*again.notes, *(told(each) for each in found), *notes)
    return _Seen(pointer, left_over, notes=notes, respelled=all_respelled(known, plan.changes, found))
