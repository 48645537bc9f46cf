"""Ending: what comes after the entry that a store remembers. Its run had told the store by then how it would end."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.app.journal.answering import only_asks_of_a_job
from reconciler.app.journal.chain import BrokenLine, Head, said_digest
from reconciler.model.record import Answered, Begun, Ended, Entry, MissingRun, Record, Requested


@dataclass(slots=True)
class Ending:
    """The end of the run that a store remembers, as the entries of its journal tell it in turn."""

    head: Head
    whose: str
    said: str | None
    """The digest of what its last entry says; None: the store was not told."""
    run: str = ""
    """The run, once its entry was met."""
    is_over: bool = False
    _fence: int = 0
    _goes_on: bool = False

    def meet(self, entry: Entry, line: bytes, under: MissingRun | None) -> None:
        """Take an entry in. Raises BrokenLine for another end than was told, or what comes between.

        ``under``: the lease that it was noted under, where that is known.
        """
        record = entry.record
        if under is None:
            return
        if (entry.seq, entry.hash) == (self.head.seq, self.head.hash):
            self.run, self._fence = under.run, under.fence
            return
        if not self.run or record.run != self.run:
            return
        if isinstance(record, Begun):
            self._goes_on = True  # killed before it could end, and gone on with under another lease
            return
        is_ours = under.fence == self._fence if under.fence else not self._goes_on
        if isinstance(record, Ended):
            self.is_over |= is_ours or under.fence > self._fence
            if is_ours and self.said is not None and said_digest(line) != self.said:
                raise BrokenLine(f"run {self.run} told {self.whose} of another end: this one was put in its place")
        elif is_ours and not _may_come_between(record):
            last = f"entry {self.head.seq}, which {self.whose} remembers, was the last that run {self.run} asked for"
            raise BrokenLine(f"{last}: this one was added")


def _may_come_between(record: Record) -> bool:
    """Return whether it may follow what its run asked for last: an answer, and what is asked of a bulk operation."""
    return isinstance(record, Answered) or (isinstance(record, Requested) and only_asks_of_a_job(record))


@dataclass(frozen=True, slots=True)
class Endings:
    """The ends of all runs that somebody remembers of a journal."""

    all: Sequence[Ending]

    @property
    def lacking(self) -> str | None:
        """The run whose end is not here: it was killed right then, or lines were cut off."""
        return next((each.run for each in self.all if each.run and not each.is_over), None)

    def meet(self, entry: Entry, line: bytes, under: MissingRun | None) -> None:
        """Take an entry in. Raises BrokenLine as each of them."""
        for each in self.all:
            each.meet(entry, line, under)
