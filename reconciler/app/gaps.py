"""Gaps: parts of a journal that were gone when a run began, and what somebody says to that.

A journal that was deleted, or begun anew beside the store's memory of an older one, is a chain without a flaw. So the
run that finds it so writes down what the store remembered, and only a person's reason in the journal settles that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.app.journal import Journal
from reconciler.app.process import actor
from reconciler.model.errors import WrongUsage
from reconciler.model.record import Acknowledged, Begun, Missing, Record


@dataclass(slots=True)
class Gaps:
    """The gaps of one journal, as its entries tell them in turn."""

    open: dict[Missing, tuple[int, str]] = field(default_factory=dict)
    """What is missing, with the line of the run that began without it, and the run."""
    acknowledged: list[Acknowledged] = field(default_factory=list)

    def meet(self, line: int, record: Record) -> None:
        """Take an entry in."""
        match record:
            case Begun(lacks=Missing() as lacks):
                self.open.setdefault(lacks, (line, record.run))
            case Acknowledged():
                self.open.pop(record.missing, None)
                self.acknowledged.append(record)
            case _:
                pass

    def first(self, store: str) -> tuple[str, int] | None:
        """Return what is wrong, and in which line; None where nothing is missing, or somebody knows of it."""
        for missing, (line, run) in self.open.items():
            gone = (
                f"run {run} began without entry {missing.seq}, which store {store} remembered: what was before is gone"
            )
            return f"{gone}; keep that journal if it is found, and say so: reconciler audit acknowledge {store}", line
        return None


def acknowledge(root: Path, store: str, reason: str) -> tuple[Acknowledged, ...]:
    """Write down that somebody knows of the gaps of a store's journal; return what was written.

    Raises WrongUsage where there is none, JournalBroken and JournalFailed as the journal does.
    """
    journal = Journal(root, store)
    gaps = _gaps(entry.record for entry in journal.entries())
    if not gaps.open:
        raise WrongUsage(f"{journal.name} lacks nothing that store {store} remembered; there is nothing to acknowledge")
    said = [Acknowledged(run=run, missing=each, actor=actor(), reason=reason) for each, (_, run) in gaps.open.items()]
    journal.open()
    try:
        for record in said:
            journal.append(record)
    finally:
        journal.close()
    return tuple(said)


def _gaps(records: Iterable[Record]) -> Gaps:
    gaps = Gaps()
    for line, record in enumerate(records, 1):
        gaps.meet(line, record)
    return gaps
