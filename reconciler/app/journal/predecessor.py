"""The predecessor: the run that held a store last, as its lease says, and whether the journal here knows of it.

A journal is given to the next apply when an apply is over, and dies with a machine that dies before that. What the
store remembers of the last run that came to its end fits then; only the lease still names the one that did not. What it
wrote stands in the store, and nobody can tell it from what was there, or from what somebody put back since.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reconciler.app.journal.chain import Glance, Head
from reconciler.app.journal.file import Journal
from reconciler.app.journal.gaps import gaps_of, is_among, noted
from reconciler.app.journal.process import is_gone
from reconciler.app.journal.runs import is_of
from reconciler.model.errors import PlanRefused
from reconciler.model.plan import Plan
from reconciler.model.record import Gap, Missing, MissingRun
from reconciler.shopify.lease import is_free
from reconciler.shopify.pointer import Pointer
from reconciler.shopify.terms import Terms


@dataclass(frozen=True, slots=True)
class Takings:
    """Which leases the runs of a journal began with, and which runs they missed, as its lines tell them in turn."""

    taken: set[MissingRun] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)

    @property
    def highest(self) -> int:
        """The highest fencing token that any run began with."""
        return max((each.fence for each in self.taken), default=0)

    def lack_one(self, after: int, upto: int) -> bool:
        """Return whether a lease was given out, after one and up to another, that no run here began with."""
        return len({each.fence for each in self.taken if after < each.fence <= upto}) < upto - after

    def noting(self, glances: Iterable[Glance]) -> Iterator[Glance]:
        """Yield the glances on, and take them in."""
        for glance in glances:
            if glance.event == "begun":
                self.taken.add(MissingRun(glance.run, glance.fence))
            if glance.misses:
                self.missed.add(glance.misses)
            yield glance


def given_out(terms: Terms | None) -> MissingRun | None:
    """Return the last lease that a store gave out, and to whom, whether that holds it still; None: nobody knows."""
    return MissingRun(terms.run, terms.fence) if terms is not None else None


def predecessor(terms: Terms | None) -> MissingRun | None:
    """Return the run that held a store last; None where there was none, or one may hold it still."""
    if terms is None or not is_free(terms, is_gone, datetime.now(UTC)):
        return None
    return MissingRun(terms.run, terms.fence)


def unknown_predecessor(
    held: Terms | None, journal: Journal, takings: Takings, pointer: Pointer | None
) -> MissingRun | None:
    """Return the run that held the store on these terms, if the journal does not know it and nobody said why.

    Where the run came to its end, and the entry that the store remembers of it is not here, that is missed already.
    """
    if held is None:
        return None
    run = MissingRun(held.run, held.fence)
    if is_among(run, takings.taken):
        return None
    noted = pointer.journal if pointer is not None and pointer.run == held.run else None
    if noted is not None and not journal.holds(Head(noted.seq, noted.hash)):
        return None
    return None if gaps_of(entry.record for entry in journal.entries()).are_known(run) else run


def refuse_unrecorded(plan: Plan, journal: Journal, takings: Takings, last: MissingRun | None) -> None:
    """Raise PlanRefused for a plan of which a run died with its journal, unless somebody said why that is gone.

    What the run wrote and somebody took back looks like what it never came to: to go on would write it over.
    """
    lost = last
    if any(is_of(run, plan.digest) for run in takings.missed):
        gaps = gaps_of(entry.record for entry in journal.entries()).open
        of_plan = [gap for gap in gaps if isinstance(gap, MissingRun) and is_of(gap.run, plan.digest)]
        lost = max(of_plan, key=lambda run: run.fence, default=last)
    if lost is not None and is_of(lost.run, plan.digest) and not _is_known_to(plan, lost):
        raise PlanRefused(
            f"store {journal.store}: {lost} of this very plan held the store, and is not in {journal.name}: what it "
            "wrote and somebody changed back since cannot be told from what it never came to; nothing was written. "
            "Bring that journal back, from where the run was applied, or run plan again"
        )


def refuse_unseen(plan: Plan, journal: Journal, takings: Takings, held: Terms | None, gap: Gap | None) -> None:
    """Raise PlanRefused for a plan that was made before a run which is not here, whatever that run was of.

    The last of such runs is known by its name, those before it are not: one of them may have applied this very plan,
    and what was changed back since looks like what was never written. ``gap``: what this apply misses itself.
    """
    seen = plan.header.journal if plan.header is not None else None
    is_newer = isinstance(gap, Missing) and (seen is None or seen.seq < gap.seq)
    if not is_newer and held is not None and takings.lack_one(_lease_of(plan), held.fence):
        gap = gap or next(iter(gaps_of(entry.record for entry in journal.entries()).open), None)
        is_newer = gap is not None
    if is_newer:
        who = _unseen(plan, journal, takings, held)
        raise PlanRefused(
            f"store {journal.store}: {who} ({gap} is missing): what was changed back since cannot be told from what "
            "was never written; nothing was written. Bring that journal back, from where the run was applied, or run "
            "plan again"
        )


def _unseen(plan: Plan, journal: Journal, takings: Takings, held: Terms | None) -> str:
    """Return what is known of the run that a plan is older than."""
    if (
        held is not None
        and is_of(held.run, plan.digest)
        and not is_among(MissingRun(held.run, held.fence), takings.taken)
    ):
        return f"run {held.run} applied this very plan, and is not in {journal.name}"
    return f"a run that is not in {journal.name} held the store after this plan was made, and may have applied it"


def _is_known_to(plan: Plan, lost: MissingRun) -> bool:
    """Return whether a plan was made after a run took the store: it is a new decision, though it says the same."""
    return _lease_of(plan) >= lost.fence


def _lease_of(plan: Plan) -> int:
    """Return the number of the last lease that was given out before a plan was made; 0 where it names none."""
    return (plan.header.lease if plan.header is not None else None) or 0


def of_missing_run(journal: Journal, run: MissingRun) -> str:
    """Return what a report says of a run that held the store, and that the journal does not know."""
    gone = f"{run} held the store before, did not come to its end, and is not in {journal.name}"
    return noted(gone, "what is left there of journal/")
