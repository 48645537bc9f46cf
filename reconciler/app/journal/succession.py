"""Succession: under which leases the runs of a journal wrote. One writes at a time, and no lease is given out twice.

So whoever writes has a higher number than all who wrote before it began, and writes nothing under it once it said that
it ended. A run that was noted to begin may never have had its lease; then nothing is noted under that. What does not
fit was written by nobody whom the store let write, however well its hashes follow one another.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.app.journal.answering import Waiting
from reconciler.app.journal.chain import BrokenLine
from reconciler.model.record import (
    Acknowledged,
    Answered,
    Begun,
    Ended,
    Held,
    Kept,
    MissingRun,
    Record,
    Requested,
    Told,
)

Noted: TypeAlias = Requested | Answered | Told | Held | Kept | Ended


@dataclass(frozen=True, slots=True)
class Writer:
    """A run that wrote under a lease, and the first line that says so."""

    run: str
    fence: int
    line: int


@dataclass(slots=True)
class Succession:
    """The writers of one journal, as its entries tell them in turn."""

    highest: Writer = field(default=Writer("", 0, 0))
    """The one with the highest number; 0 where none is known, as in the oldest journals."""
    _last: dict[str, int] = field(default_factory=dict)
    """Run → the lease that it began with last."""
    _begun: dict[str, set[MissingRun]] = field(default_factory=dict)
    """Run → all leases that it began with."""
    _too_late: dict[MissingRun, Writer] = field(default_factory=dict)
    """What began with a number that cannot have been given out any more → who had written by then."""
    _writers: dict[int, str] = field(default_factory=dict)
    _over: set[MissingRun] = field(default_factory=set)
    _waiting: Waiting = field(default_factory=Waiting)

    def meet(self, line: int, record: Record) -> MissingRun | None:
        """Take an entry in, and return the lease that it was noted under; None where nobody knows, or under none.

        Raises BrokenLine for one that no run of ours can have written there.
        """
        if isinstance(record, Acknowledged):
            return None
        if isinstance(record, Begun):
            return self._begins(MissingRun(record.run, record.fence))
        if self._may_be_of_several(record):
            return None
        own = MissingRun(record.run, record.fence or self._last.get(record.run, 0))
        if own.fence:
            self._refuse(own, record)
            self._writers[own.fence] = own.run
            if own.fence > self.highest.fence:
                self.highest = Writer(own.run, own.fence, line)
        elif own in self._too_late:
            raise BrokenLine(_too_late(own, self._too_late[own]))
        self._waiting.meet(record)
        if isinstance(record, Ended):
            self._over.add(own)
        return own

    def against(self, lease: MissingRun | None, store: str) -> tuple[str, int] | None:
        """Return what is wrong beside the lease that a store gave out last, and in which line; None: nothing."""
        writer = self.highest
        if lease is None or writer.fence < lease.fence or (writer.run, writer.fence) == (lease.run, lease.fence):
            return None
        gone = f"run {writer.run} is said to have written under lease {writer.fence}"
        last = f"the last one that store {store} gave out is {lease.fence}, to run {lease.run}"
        return f"{gone}, and {last}: such a run never was; if an apply began just now, look again", writer.line

    def _begins(self, own: MissingRun) -> MissingRun:
        self._last[own.run] = own.fence
        self._begun.setdefault(own.run, set()).add(own)
        if self.highest.fence and own.fence <= self.highest.fence:
            self._too_late[own] = self.highest
        return own

    def _may_be_of_several(self, record: Noted) -> bool:
        """Return whether it does not say its lease, as once, and a process that was stopped may have noted it.

        Nothing follows the end of all of them.
        """
        begun = self._begun.get(record.run, set())
        return isinstance(record, Held | Kept) and not record.fence and len(begun) > 1 and not begun <= self._over

    def _refuse(self, own: MissingRun, record: Noted) -> None:
        if own not in self._begun.get(own.run, set()):
            raise BrokenLine(f"run {own.run} did not begin with lease {own.fence}")
        if own in self._too_late:
            raise BrokenLine(_too_late(own, self._too_late[own]))
        other = self._writers.get(own.fence, own.run)
        if other != own.run:
            raise BrokenLine(f"run {own.run} cannot have written under lease {own.fence}: run {other} did")
        if own in self._over and not self._waiting.may_follow_the_end(record):
            raise BrokenLine(f"{own} had come to its end, and nothing follows that")


def _too_late(own: MissingRun, before: Writer) -> str:
    earlier = f"run {before.run} had written under lease {before.fence} before that began, and the numbers grow"
    return f"run {own.run} cannot have written under lease {own.fence}: {earlier}"
