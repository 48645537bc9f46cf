"""Acknowledging: somebody says why a part of a journal is gone. Only what ``audit verify`` misses can be said so of.

What a reason does not settle is a journal that holds something else than was written: that file is no record.
"""

from pathlib import Path

from reconciler.app.journal.audit import Verified, stores_with_journals, verified, verified_with_stores
from reconciler.app.journal.file import Journal, JournalBroken
from reconciler.app.journal.process import actor
from reconciler.app.stores.connect import EmbeddedShops
from reconciler.model.errors import WrongUsage
from reconciler.model.record import Acknowledged


def acknowledge(root: Path, store: str, reason: str, embedded: EmbeddedShops) -> tuple[Acknowledged, ...]:
    """Write down that somebody knows what a store's journal lacks; return what was written.

    The store is asked what it remembers, unless the journal itself says what it lacks. Raises WrongUsage where nothing
    is missing, JournalBroken for what no reason settles, and JournalFailed as the journal does.
    """
    journal = Journal(root, store)
    found = verified(journal, ()) if store in stores_with_journals(root) else None
    if found is None or found.broken is None:
        found = _held_against_the_store(root, store, embedded)
    if not found.lacks:
        if found.broken is not None:
            cure = "bring both files back from a copy, or move both away to begin anew, and acknowledge that"
            raise JournalBroken(f"{found.broken}; no reason settles that: {cure}")
        raise WrongUsage(f"{journal.name} lacks nothing that store {store} remembers; there is nothing to acknowledge")
    said = [Acknowledged(run=run, missing=each, actor=actor(), reason=reason) for each, run in found.lacks.items()]
    journal.open()
    try:
        for record in said:
            journal.append(record)
    finally:
        journal.close()
    return tuple(said)


def _held_against_the_store(root: Path, store: str, embedded: EmbeddedShops) -> Verified:
    fleet = verified_with_stores(root, [store], embedded)
    for failure in fleet.failures:
        raise failure.error
    return fleet.results[0]
