"""Other plans: what their runs wrote after a plan was made. It is not written over: that was decided later.

A plan waits for its review, and meanwhile another plan of the same commit is applied, or a rollback. What that wrote,
and the store holds no more, was changed by somebody after it, although the plan finds its old value again: a price that
was put back, the last piece sold. So whatever the plan still has to change and such a run wrote is stale. The plan's
header names the last entry of the journal that was known when it was made; see `made_after`.
"""

from collections.abc import Iterator

from reconciler.app.journal.chain import Head
from reconciler.app.journal.file import Journal
from reconciler.app.journal.runs import runs_of
from reconciler.kinds import KINDS
from reconciler.model.plan import Plan, Seen
from reconciler.model.record import Acknowledged, Begun, Missing, Record
from reconciler.planning.later import Later
from reconciler.planning.written import written_since


def since_plan(plan: Plan, journal: Journal) -> Later:
    """Return what runs of other plans wrote since a plan was made. The journal is open. Raises JournalBroken."""
    known = _known_up_to(journal, plan.header.journal if plan.header is not None else None)
    return Later() if known >= journal.head.seq else written_since(_of_other_plans(plan, journal, known), KINDS)


def _of_other_plans(plan: Plan, journal: Journal, known: int) -> Iterator[Record]:
    """Yield the records after an entry, but for those of runs of this very plan: `repeated` looks at these."""
    own = runs_of(plan.digest, journal.glances())
    yield from (entry.record for entry in journal.entries(known) if entry.record.run not in own)


def _known_up_to(journal: Journal, seen: Seen | None) -> int:
    """Return the number of the last entry here that was known when the plan was made.

    Where the entry that it names is not here, those are later that follow upon a run which missed it, or one after it.
    """
    if seen is None:
        return 0
    if journal.holds(Head(seen.seq, seen.hash)):
        return seen.seq
    missing = (entry.seq - 1 for entry in journal.entries() if _misses(entry.record, seen))
    return next(missing, journal.head.seq)


def _misses(record: Record, seen: Seen) -> bool:
    match record:
        case Begun(lacks=Missing(seq)) | Acknowledged(missing=Missing(seq)):
            return seq >= seen.seq
        case _:
            return False
