"""Gaps: parts of a journal that are gone, and what somebody says to that.

A journal that was deleted, or begun anew beside the store's memory of an older one, is a chain without a flaw. So the
run that finds it so writes down what the store remembered, and only a person's reason in the journal settles that. So
does one that finds on the store the lease of a run which the journal does not know: that run died with its journal.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from reconciler.model.record import Acknowledged, Begun, Gap, Missing, MissingRun, Record


@dataclass(slots=True)
class Gaps:
    """The gaps of one journal, as its entries tell them in turn."""

    open: dict[Gap, tuple[int, str]] = field(default_factory=dict)
    """What is missing, with the line of the run that began without it, and the run."""
    acknowledged: list[Acknowledged] = field(default_factory=list)
    taken: set[MissingRun] = field(default_factory=set)
    """Each run with each lease that it began with: none of these is missing."""

    def meet(self, line: int, record: Record) -> None:
        """Take an entry in."""
        match record:
            case Begun(lacks=lacks, lacks_run=lacks_run):
                self.taken.add(MissingRun(record.run, record.fence))
                for gap in (lacks, lacks_run):
                    if gap is not None and not self.are_known(gap) and not self._holds(gap):
                        self.open.setdefault(gap, (line, record.run))
            case Acknowledged():
                self.open.pop(record.missing, None)
                self.acknowledged.append(record)
            case _:
                pass

    def hold(self, run: MissingRun) -> bool:
        """Return whether the journal knows that a run began with this lease."""
        return is_among(run, self.taken)

    def _holds(self, gap: Gap) -> bool:
        """Return whether a run is here after all: it began, and ended, while another one read what the journal knew."""
        return isinstance(gap, MissingRun) and self.hold(gap)

    def are_known(self, missing: Gap) -> bool:
        """Return whether somebody said why this is missing."""
        return any(each.missing == missing for each in self.acknowledged)

    def first(self, store: str) -> tuple[str, int] | None:
        """Return what is wrong, and in which line; None where nothing is missing, or somebody knows of it."""
        for missing, (line, run) in self.open.items():
            gone = (
                f"which store {store} remembered: what was before is gone"
                if isinstance(missing, Missing)
                else f"which held store {store} before it: what that wrote is not known"
            )
            return f"run {run} began without {missing}, {gone}; {cure(store)}", line
        return None


def gaps_of(records: Iterable[Record]) -> Gaps:
    """Return the gaps that a journal tells of."""
    gaps = Gaps()
    for line, record in enumerate(records, 1):
        gaps.meet(line, record)
    return gaps


def is_among(run: MissingRun, taken: Collection[MissingRun]) -> bool:
    """Return whether a run began with this lease; the oldest journals do not say with which."""
    return run in taken or MissingRun(run.run, 0) in taken


def noted(gone: str, where: str) -> str:
    """Return what a report says of a part that the run found to be gone. ``where``: where it may be looked for."""
    until = "`audit verify` says so from now on, and no rollback is made, until it is acknowledged"
    return f"{gone}: a part is missing; it is where that run was applied: {where}, as docs/journal.md says. {until}"


def cure(store: str) -> str:
    """Return what to do about a part that is gone."""
    said = f"reconciler audit acknowledge {store} --reason TEXT"
    return f"bring it back from where that was applied; where it is lost: {said}"
