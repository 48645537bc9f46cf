"""Gaps: parts of a journal that are gone, and what somebody says to that.

A journal that was deleted, or begun anew beside the store's memory of an older one, is a chain without a flaw. So the
run that finds it so writes down what the store remembered, and only a person's reason in the journal settles that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

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
            case Begun(lacks=Missing() as lacks) if not self.are_known(lacks):
                self.open.setdefault(lacks, (line, record.run))
            case Acknowledged():
                self.open.pop(record.missing, None)
                self.acknowledged.append(record)
            case _:
                pass

    def are_known(self, missing: Missing) -> bool:
        """Return whether somebody said why this is missing."""
        return any(each.missing == missing for each in self.acknowledged)

    def first(self, store: str) -> tuple[str, int] | None:
        """Return what is wrong, and in which line; None where nothing is missing, or somebody knows of it."""
        for missing, (line, run) in self.open.items():
            gone = (
                f"run {run} began without entry {missing.seq}, which store {store} remembered: what was before is gone"
            )
            return f"{gone}; {cure(store)}", line
        return None


def gaps_of(records: Iterable[Record]) -> Gaps:
    """Return the gaps that a journal tells of."""
    gaps = Gaps()
    for line, record in enumerate(records, 1):
        gaps.meet(line, record)
    return gaps


def cure(store: str) -> str:
    """Return what to do about a part that is gone."""
    return f"keep that journal if it is found, and say so: reconciler audit acknowledge {store}"
