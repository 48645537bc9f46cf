"""A run that holds its store: by a lease from its first request to its last, and in the journal as begun.

Killed anywhere, it is taken up by whoever applies the same plan again: under the same name, so that the journal tells
one story.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reconciler import __version__
from reconciler.app.applying.jobs_at_large import noted_results
from reconciler.app.applying.leftover_jobs import of_waiting, waited_for_end
from reconciler.app.applying.remember import give_back, pointer_before
from reconciler.app.journal.chain import Head, Proof, beginning
from reconciler.app.journal.file import Journal
from reconciler.app.journal.gaps import gaps_of, noted
from reconciler.app.journal.journalled import RunJournal
from reconciler.app.journal.predecessor import (
    Takings,
    of_missing_run,
    refuse_unrecorded,
    refuse_unseen,
    unknown_predecessor,
)
from reconciler.app.journal.process import is_gone, this_process
from reconciler.app.journal.repeated import Before, written_before
from reconciler.app.journal.runs import RunName, run_of
from reconciler.model.json import Json
from reconciler.model.plan import Plan
from reconciler.model.record import Begun, Consent, Held, Kept, Missing, MissingRun
from reconciler.shopify.client import WriteClient
from reconciler.shopify.errors import LeaseHeld
from reconciler.shopify.interruption import LAST_ANSWERS_S
from reconciler.shopify.lease import Lease, acquire
from reconciler.shopify.pointer import Memory, Pointer, Record, pointer_row
from reconciler.shopify.shop_notes import APPLIED, Notes
from reconciler.shopify.terms import Terms


@dataclass(frozen=True, slots=True)
class HeldRun:
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
    lacks_run: MissingRun | None = None
    """The run that held the store before, if the journal that is here does not know it."""
    broken: tuple[int, str] | None = None
    """The first line of its journal that is not as it was written, and why."""
    job: str = ""
    """The bulk operations of an earlier apply that were waited for."""

    def kept(self, record: Held | Kept) -> None:
        """Note what is about to go. Raises LeaseLost where it would not go any more, and JournalFailed."""
        lost = self.lease.refusal()
        if lost is not None:
            raise lost
        self.journal.kept(record)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a store said of itself when it was looked at for an apply."""

    memory: Memory
    lease: Terms | None


@contextmanager
def held_run(
    plan: Plan, client: WriteClient, journal: Journal, looked: Looked, accepted: Collection[str]
) -> Iterator[HeldRun]:
    """Hold the store and the journal for a run, which is noted to begin.

    Raises LeaseHeld while somebody else writes the store, or did since it was looked at, BulkUnfinished while an
    earlier bulk operation does, PlanRefused where a run that may be of this very plan is not here, JournalFailed if
    what is done could not be recorded, JournalBroken where what was done before cannot be read.
    """
    memory = looked.memory
    journal.open()
    try:
        proof = Proof(beginning(journal.store))
        takings = Takings()
        run = run_of(plan.digest, takings.noting(journal.glances_proved(proof)), datetime.now(UTC))
        written = written_before(plan, journal)
        run_journal = RunJournal(journal, run.name, run.requests)
        opening = _Opening(
            plan, journal, run_journal, memory.pointer.value, takings, accepted, _lacked(journal, memory), looked.lease
        )
        lease, memory = _taken(plan, client, memory, opening)
        client.write_under(lease)
        try:
            job = _waited_for_jobs(client, lease)
            if noted_results(client, journal, run_journal, written.by_run):
                written = written_before(plan, journal)
            lacks, lacks_run = opening.lacks, opening.lacks_run
            yield HeldRun(run, lease, run_journal, written, memory, lacks, lacks_run, proof.broken, job)
        except BaseException:
            _let_go(client, lease, run_journal)
            raise
        client.write_under(None)
    finally:
        journal.close()


def opening_notes(held: HeldRun, journal: Journal, pointer: Pointer | None) -> Iterator[str]:
    """Yield what was so before the run wrote anything: that it was begun already, that its journal is not whole."""
    if held.run.resumes:
        yield f"run {held.run.name} had not come to its end; this went on with it"
    if held.job:
        yield of_waiting(held.job)
    if held.lacks is not None:
        yield _journal_in_part(journal, pointer, held.lacks)
    if held.lacks_run is not None:
        yield of_missing_run(journal, held.lacks_run)
    if held.broken is not None:
        yield _journal_changed(journal, *held.broken)


@dataclass
class _Opening:
    """Notes that a run begins, right before it takes the store: it is here whatever then becomes of us."""

    plan: Plan
    journal: Journal
    run_journal: RunJournal
    pointer: Pointer | None
    takings: Takings
    accepted: Collection[str]
    lacks: Missing | None
    looked: Terms | None
    lacks_run: MissingRun | None = None

    def first(self, terms: Terms, held: Terms | None) -> None:
        """Raise PlanRefused where a run that may be of this very plan is not here, or note that the run begins.

        Raises LeaseHeld where another run came and went since the store was looked at: what it remembers is another.
        """
        if _taking(held) != _taking(self.looked) and held is not None:
            cause = f"run {held.run} wrote it while this apply looked at it"
            raise LeaseHeld(self.journal.store, cause, "nothing was written; apply the plan again, which looks anew")
        self.lacks_run = unknown_predecessor(held, self.journal, self.takings, self.pointer)
        refuse_unrecorded(self.plan, self.journal, self.takings, self.lacks_run)
        refuse_unseen(self.plan, self.journal, self.takings, held, self.lacks or self.lacks_run)
        begun = _begun(self.plan, terms, self.accepted)
        self.run_journal.begun(replace(begun, lacks=self.lacks, lacks_run=self.lacks_run))


def _taking(terms: Terms | None) -> tuple[int, bool]:
    """Return what is another one once somebody took the store, or gave it back."""
    return (terms.fence, terms.holder is not None) if terms is not None else (0, False)


def _taken(plan: Plan, client: WriteClient, memory: Memory, opening: _Opening) -> tuple[Lease, Memory]:
    """Take the store, and note on it in the same request what the run may take over; return what it remembers then."""
    noted = pointer_before(plan, memory.pointer)

    def along(notes: Notes) -> list[dict[str, Json]]:
        is_as_read = notes.applied.digest == memory.pointer.digest
        return [pointer_row(notes.shop_id, noted, memory.pointer)] if noted is not None and is_as_read else []

    run = opening.run_journal.run
    lease = acquire(
        client, run, this_process(), is_gone, along=along, first=opening.first, above=opening.takings.highest
    )
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
    waited_for_end(client, job)
    lease.works(client, "")
    return job


def _lacked(journal: Journal, memory: Memory) -> Missing | None:
    """Return the entry that the store remembers, if the journal here does not hold it and nobody said why."""
    noted = memory.pointer.value.journal if memory.pointer.value is not None else None
    if noted is None or journal.holds(Head(noted.seq, noted.hash)):
        return None
    missing = Missing(noted.seq, noted.hash)
    known = gaps_of(entry.record for entry in journal.entries()).are_known(missing)
    return None if known else missing


def _journal_changed(journal: Journal, line: int, reason: str) -> str:
    broken = f"{journal.name}:{line}: {reason}; from there on the journal proves nothing"
    cure = "bring both files back from a copy, or move both away to begin anew, as docs/journal.md says"
    return f"{broken}. `audit verify` says so, and no rollback is made, until it is mended: {cure}"


def _journal_in_part(journal: Journal, pointer: Pointer | None, lacks: Missing) -> str:
    run = f", of run {pointer.run}" if pointer is not None and pointer.run is not None else ""
    gone = f"the store remembers entry {lacks.seq} of {journal.name}{run}, which is not here"
    return noted(gone, "what its job kept of journal/")


def _begun(plan: Plan, terms: Terms, accepted: Collection[str]) -> Begun:
    return Begun(
        run=terms.run,
        plan=plan.digest,
        engine=__version__,
        target=plan.target,
        commit=plan.inputs.commit,
        base_commit=plan.inputs.base_commit,
        scope=plan.scope,
        actor=terms.holder.actor if terms.holder is not None else "",
        fence=terms.fence,
        changes=len(plan.changes),
        consents=tuple(_consents(plan, accepted)),
        undoes=plan.undoes,
        dirty=plan.inputs.dirty,
    )


def _consents(plan: Plan, accepted: Collection[str]) -> Iterator[Consent]:
    """Yield who let each broken limit through: whoever applies, or the store's file."""
    for rule, violation in {violation.rule: violation for violation in plan.violations}.items():
        if rule in accepted:
            yield Consent(rule)
        elif violation.acceptance is not None:
            yield Consent(rule, violation.acceptance.reason)
