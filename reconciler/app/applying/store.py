"""Apply one plan to its store: refused unless it fits, executed as a run, and planned again to see what is left."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from reconciler.app.applying.broken_off import BrokenOffInWriting, known_outcomes
from reconciler.app.applying.held_run import HeldRun, Looked, held_run, opening_notes
from reconciler.app.applying.history import as_history_tells
from reconciler.app.applying.leftover_jobs import left_at_work, of_waiting, waited_for_end
from reconciler.app.applying.remember import (
    Remembered,
    give_back,
    pointer_after,
    pointer_after_look,
    pointer_after_rollback,
    recorded,
    recorded_without_a_run,
)
from reconciler.app.applying.staying import staying
from reconciler.app.journal.file import Journal
from reconciler.app.journal.journalled import JournalledSender
from reconciler.app.plans.as_made import LookAtMade
from reconciler.app.plans.live import way_to
from reconciler.app.repository.base import StoreBase
from reconciler.app.repository.store_view import StoreView
from reconciler.app.review.approval import (
    refuse_foreign,
    refuse_made_up,
    refuse_unaccepted,
    refuse_understated,
    refuse_untrue,
)
from reconciler.app.stores.fleet import failure_of
from reconciler.app.writing.keeping import Keeper
from reconciler.app.writing.plan import applied
from reconciler.app.writing.way import Look, Way
from reconciler.kinds import KINDS
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Applied, ApplyReport, Outcome
from reconciler.model.plan import Plan, Target
from reconciler.model.record import Ended
from reconciler.planning.identity import ids_by_root
from reconciler.planning.respelled import Respelled, respellings, told, without_respellings
from reconciler.planning.respelled import remembered as all_respelled
from reconciler.planning.written import Written
from reconciler.shopify.bulk_jobs import BulkJobs
from reconciler.shopify.client import WriteClient
from reconciler.shopify.download import downloaded
from reconciler.shopify.errors import BrokenOff, ShopError
from reconciler.shopify.pointer import Memory, Pointer
from reconciler.shopify.terms import Terms
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
    lease: Terms | None = None
    """Who held the store before us, and what of that may still be at work."""
    undone: Written | None = None
    """Of a rollback: what the run wrote that it takes back."""


def apply_store(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str]) -> ApplyReport:
    """Make the changes of a plan and return what became of it; without changes the store is not held.

    Raises PlanRefused for a plan of something else, LimitBroken for limits that nobody accepted, LeaseHeld while
    somebody else writes the store, JournalFailed if what is done could not be recorded, JournalBroken where what was
    done before cannot be read. Nothing was written then. Raises BrokenOffInWriting for what ends a run later on.
    """
    refuse_foreign(plan, here.target, here.inputs_digest)
    refuse_made_up(plan, here.view)
    refuse_untrue(plan, here.undone)
    refuse_understated(plan, as_history_tells(plan, here.view, here.base), here.view)
    refuse_unaccepted(plan, accepted, datetime.now(UTC).date())
    if not plan.changes:
        return _nothing_to_do(plan, client, here)
    begun: HeldRun | None = None
    try:
        with held_run(plan, client, here.journal, Looked(here.memory, here.lease), accepted) as held:
            begun = held
            return _run(plan, client, replace(here, memory=held.memory), held)
    except Exception as error:
        if begun is None or not begun.journal.asked:
            raise
        told = failure_of(here.view.store, error).error
        raise BrokenOffInWriting(_broken_off(plan, client, here, begun, told)) from error


def _broken_off(plan: Plan, client: WriteClient, here: Here, held: HeldRun, error: ReconcilerError) -> ApplyReport:
    """Return the report of a run that an error ended after it had begun to write, with the error before all else."""
    outcomes = tuple(known_outcomes(plan, held.journal, error))
    return replace(
        _report(here, plan, client, outcomes),
        run=held.run.name,
        earlier=held.written.by(held.run.name, outcomes),
        in_doubt=held.written.in_doubt(held.run.name, outcomes),
        verified=False,
        recorded=False,
        notes=(*str(error).splitlines(), *opening_notes(held, here.journal, here.memory.pointer.value)),
    )


def _nothing_to_do(plan: Plan, client: WriteClient, here: Here) -> ApplyReport:
    """Return the report of an apply without changes: after bulk operations that were at work, it looks at the store."""
    job = left_at_work(client, here.lease)
    pointer = _pointer(plan, (), here)
    if job:
        waited_for_end(client, job)
        seen = _verified(plan, (), pointer, here)
    else:
        pointer, notes = pointer_after_look(pointer, here.memory.pointer.value, plan)
        seen = _Seen(pointer, notes=notes)
    unrecorded = recorded_without_a_run(client, here.target.shop_id, here.memory, seen.pointer)
    notes = (*([of_waiting(job)] if job else []), *seen.notes, *unrecorded)
    looked = seen.verified if job else None
    return replace(_report(here, plan, client, ()), left_over=seen.left_over, verified=looked, notes=notes)


def _run(plan: Plan, client: WriteClient, here: Here, held: HeldRun) -> ApplyReport:
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
    counts = _report(here, plan, client, outcomes).counts()
    ended = Ended(run=held.run.name, counts=counts, left_over=seen.left_over, not_back=seen.not_back)
    ended = replace(ended, verified=seen.verified)
    end = held.journal.ending(ended)
    remembered = Remembered(here.memory, seen.pointer, seen.respelled, held.run.name, end)
    unrecorded = recorded(noting, remembered, held.lease)
    if unrecorded:
        give_back(client, held.lease)
    report = _report(here, plan, client, outcomes)
    held.journal.ended(ended)
    missing = (*unrecorded, *([str(held.journal.failure)] if held.journal.failure is not None else []))
    return replace(
        report,
        run=held.run.name,
        earlier=held.written.by(held.run.name, outcomes),
        in_doubt=held.written.in_doubt(held.run.name, outcomes),
        left_over=seen.left_over,
        verified=seen.verified,
        recorded=not missing,
        refused=any(not isinstance(each, BrokenOff) for each in refusals),
        notes=(*opening_notes(held, here.journal, here.memory.pointer.value), *seen.notes, *missing),
    )


def _name_of_jobs(run: str) -> str:
    """Return a run's name as a name in GraphQL."""
    return "Run_" + re.sub(r"\W", "_", run)


def _way(plan: Plan, client: WriteClient, here: Here, held: HeldRun, sender: JournalledSender) -> Way:
    def download(url: str) -> bytes:
        client.stay()  # many large files take longer than a lease lasts
        return downloaded(url)

    references = ids_by_root(plan.references, KINDS)
    keeper = Keeper(client, here.view.store, here.root, held.run.name, held.kept, download, references)
    way = way_to(plan, here.view.store, client, here.files, sender, here.view.formerly)
    if here.undone is not None:
        way = replace(way, touched=LookAtMade(plan.changes, here.undone, keeper).touched)
    return replace(way, keep=keeper.keep, look=here.look, run=held.run.name, written=held.written)


def _pointer(plan: Plan, outcomes: Sequence[Outcome], here: Here) -> Pointer | None:
    """Return what the store is to remember of the commit that it is at."""
    before = here.memory.pointer.value
    if here.undone is not None:
        return pointer_after_rollback(plan, outcomes, before, here.undone)
    return pointer_after(plan, outcomes, before, here.commit)


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
    not_back: tuple[Address, ...] = ()
    """Of a rollback: what cannot be taken back."""
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
    not_back = again.unplanned if plan.undoes is not None else ()
    return _Seen(pointer, left_over, not_back, notes=notes, respelled=all_respelled(known, plan.changes, found))
