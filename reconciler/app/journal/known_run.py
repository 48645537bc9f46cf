"""A run that a journal knows: which journal that is, what the run wrote, and whether the journal proves it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reconciler.app.journal.audit import Anchor, verified
from reconciler.app.journal.chain import Head
from reconciler.app.journal.file import Journal
from reconciler.app.journal.predecessor import given_out, predecessor
from reconciler.app.journal.repeated import is_ended
from reconciler.app.journal.run_overview import named_runs
from reconciler.kinds import KINDS
from reconciler.model.errors import PlanRefused, WrongUsage
from reconciler.model.meant import meant
from reconciler.model.store import Store
from reconciler.planning.written import Written, written
from reconciler.shopify.preflight import ShopFacts

_NEAR: Final = 0.9  # all names of runs are alike in form


def journal_of(run: str, root: Path, stores: Sequence[Store]) -> tuple[Store, Journal]:
    """Return the journal that knows a run, with its store. Raises WrongUsage when none does."""
    known: list[str] = []
    for store in stores:
        journal = Journal(root, store.name)
        runs = [glance.run for glance in journal.glances() if glance.event == "begun"]
        if run in runs:
            return store, journal
        known += dict.fromkeys(runs)
    hint = meant(run, known, "", likeness=_NEAR)
    told = f"{hint} " if hint else ""
    raise WrongUsage(f"no journal of {root} knows a run {run}; {told}{named_runs(root, [s.name for s in stores])}")


def written_by(journal: Journal, run: str) -> Written:
    """Return what a run wrote. Raises WrongUsage for one that the journal does not know."""
    found = written((entry.record for entry in journal.entries()), run, KINDS, is_ended)
    if found is None:
        raise WrongUsage(f"{journal.name} knows no run {run}; roll back from the repository that applied it")
    return found


def refuse_unproved(wrote: Written, journal: Journal, facts: ShopFacts) -> None:
    """Raise PlanRefused unless the journal is whole, and that of this very shop, as far as the shop remembers it.

    What it does not know of, such as a later run, would be taken back along with the run.
    """
    if wrote.begun.target.shop_id != facts.shop_id:
        raise PlanRefused(
            f"run {wrote.begun.run} wrote to shop {wrote.begun.target.shop_id}, and store {journal.store} is "
            f"{facts.shop_id} now; roll back where the store's file names the shop that it wrote to"
        )
    noted = facts.memory.pointer.value.journal if facts.memory.pointer.value is not None else None
    run = (facts.memory.pointer.value.run if facts.memory.pointer.value is not None else None) or ""
    anchors = [Anchor(Head(noted.seq, noted.hash), f"store {journal.store}", run, noted.end)] if noted else []
    broken = verified(journal, anchors, predecessor(facts.lease), given_out(facts.lease)).broken
    if broken is not None:
        raise PlanRefused(f"{broken}; nothing is rolled back by a journal that is not whole: bring the right one back")
