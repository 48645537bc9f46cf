"""Apply one plan to its store: refused unless it fits, executed as a run, and planned again to see what is left.

A run holds the store by a lease and is in the journal from its first request to its last. Killed anywhere, it is taken
up by whoever applies the same plan again: under the same name, so that the journal tells one story.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reconciler import __version__
from reconciler.app.apply_plan import applied
from reconciler.app.approval import refuse_foreign, refuse_unaccepted
from reconciler.app.chain import Head
from reconciler.app.journal import Journal
from reconciler.app.journalled import JournalledSender, RunJournal
from reconciler.app.live import way_to
from reconciler.app.process import is_gone, this_process
from reconciler.app.run import Watch
from reconciler.app.runs import RunName, run_of
from reconciler.loading.source import Source
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.json import JsonObject
from reconciler.model.outcome import ApplyReport, Outcome
from reconciler.model.plan import Plan, Target
from reconciler.model.record import Begun, Consent, Ended
from reconciler.model.store import Store
from reconciler.shopify import shop_notes
from reconciler.shopify.client import WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import ShopError
from reconciler.shopify.lease import Lease, acquire


@dataclass(frozen=True, slots=True)
class Here:
    """Where a plan is to be applied: the store as it answers now, the files as they are now."""

    store: Store
    target: Target
    inputs_digest: str
    files: Source
    plan_again: Callable[[], Plan]
    """Plans the store anew, within the scope of the plan."""
    journal: Journal


@dataclass(frozen=True, slots=True)
class _Held:
    """A run that holds its store."""

    run: RunName
    lease: Lease
    journal: RunJournal


def apply_store(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str], watch: Watch) -> ApplyReport:
    """Make the changes of a plan and return what became of it; a plan without changes sends nothing that writes.

    Raises PlanRefused for a plan of something else, LimitBroken for limits that nobody accepted, LeaseHeld while
    somebody else writes the store, JournalFailed if what is done could not be recorded. Nothing was written then.
    """
    refuse_foreign(plan, here.target, here.inputs_digest)
    refuse_unaccepted(plan, accepted)
    if not plan.changes:
        return _report(here, plan, client, ())
    with _held(plan, client, here, accepted) as held:
        return _run(plan, client, here, held, watch)


def _run(plan: Plan, client: WriteClient, here: Here, held: _Held, watch: Watch) -> ApplyReport:
    def told(outcomes: Sequence[Outcome]) -> None:
        held.journal.told(outcomes)
        watch(outcomes)

    sender = JournalledSender(client, client.mutate, held.journal)
    outcomes = applied(plan, way_to(plan, here.store, client, here.files, sender), told)
    left_over, verified, notes = _verified(here)
    unrecorded = recorded(plan, client, held.lease, held.journal)
    report = _report(here, plan, client, outcomes)
    held.journal.ended(Ended(run=held.run.name, counts=report.counts(), left_over=left_over, verified=verified))
    missing = [each for each in (unrecorded, held.journal.failure) if each is not None]
    if held.run.resumes:
        notes = (f"run {held.run.name} had not come to its end; this went on with it", *notes)
    return replace(
        report,
        run=held.run.name,
        left_over=left_over,
        verified=verified,
        recorded=not missing,
        notes=(*notes, *map(str, missing)),
    )


@contextmanager
def _held(plan: Plan, client: WriteClient, here: Here, accepted: Collection[str]) -> Iterator[_Held]:
    """Hold the store and the journal for a run, which is noted to begin."""
    here.journal.open()
    try:
        run = run_of(plan.digest, here.journal.glances(), datetime.now(UTC))
        lease = acquire(client, run.name, this_process(), is_gone)
        client.write_under(lease)
        journal = RunJournal(here.journal, run.name, run.requests)
        try:
            journal.begun(_begun(plan, run.name, lease, accepted))
            yield _Held(run, lease, journal)
        except BaseException:
            _give_back(client, lease)
            raise
    finally:
        client.write_under(None)
        here.journal.close()


def _begun(plan: Plan, run: str, lease: Lease, accepted: Collection[str]) -> Begun:
    broken = dict.fromkeys(violation.rule for violation in plan.violations)
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
        consents=tuple(Consent(rule) for rule in broken if rule in accepted),
    )


def recorded(plan: Plan, client: WriteClient, lease: Lease, journal: RunJournal) -> str | None:
    """Note on the store what was applied and how far the journal goes, and give the lease back, in one request.

    Returns why that could not be done; None when it was.
    """

    def spelled(head: Head) -> Mutation:
        pointer: JsonObject = {
            "engine": __version__,
            "plan": plan.digest,
            "run": journal.run,
            "journal": {"seq": head.seq, "hash": head.hash},
        }
        return shop_notes.writing([lease.row(shop_notes.APPLIED, pointer), lease.given_back()])

    lost = lease.refusal()
    if lost is not None:
        return f"that the plan was applied could not be noted on the store: {lost}"
    try:
        answer = JournalledSender(client, client.note, journal).noted(shop_notes.ROOT, spelled)
    except ShopError as error:
        _give_back(client, lease)
        return f"that the plan was applied could not be noted on the store: {error}"
    _, errors = shop_notes.written(answer.data)
    if errors:
        said = "; ".join(str(error.get("message")) for error in errors)
        return f"that the plan was applied could not be noted on the store, it is not ours any more: {said}"
    return None


def _give_back(client: WriteClient, lease: Lease) -> None:
    """Give the lease back and nothing else, not even to the journal; if that fails, it runs out."""
    with suppress(ShopError):
        client.note(shop_notes.writing([lease.given_back()]))


def _report(here: Here, plan: Plan, client: WriteClient, outcomes: tuple[Outcome, ...]) -> ApplyReport:
    return ApplyReport(
        store=here.store.name,
        plan=plan.digest,
        outcomes=outcomes,
        left_over=(),
        mutations=client.counters.mutations,
        bookkeeping=client.counters.bookkeeping,
        requests=client.counters.requests,
        cost_points=client.counters.cost_points,
    )


def _verified(here: Here) -> tuple[tuple[Address, ...], bool, tuple[str, ...]]:
    """Return what is left over, and whether that could be found out."""
    try:
        again = here.plan_again()
    except ReconcilerError as error:
        return (), False, (f"the store could not be read again: {error}",)
    return tuple(change.address for change in again.changes), True, again.notes
