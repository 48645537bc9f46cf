"""Answering: which requests of a journal's runs wait for an answer, and what is said of a bulk operation afterwards.

A request is answered once, by whoever noted it. What a bulk operation came to may be noted by another run of the same
plan, after the end of the one that began it: that names no lease, changes nothing, and says which lines are not done.
Where two runs do so, one of which was stopped meanwhile, only the first counts.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.app.journal.chain import BrokenLine
from reconciler.model.record import BEGINS_A_JOB, TELLS_OF_A_JOB, Answered, Record, Requested

_Asked: TypeAlias = tuple[str, int, int]
"""Run, lease, number."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The requests that wait for an answer, as the entries of a journal tell them in turn."""

    _requests: Counter[_Asked] = field(default_factory=Counter)
    _tellings: Counter[_Asked] = field(default_factory=Counter)
    """Those of them that only tell of a bulk operation."""
    _jobs: set[tuple[str, str]] = field(default_factory=set)
    """Run, name of a bulk operation that it began."""

    def meet(self, record: Record) -> None:
        """Take an entry in. Raises BrokenLine for an answer that no request waits for."""
        match record:
            case Requested():
                self._ask(record)
            case Answered():
                self._answer(record)
            case _:
                pass

    def may_follow_the_end(self, record: Record) -> bool:
        """Return whether another run may note it of one that is over; asked before it is taken in."""
        match record:
            case Requested():
                return self._is_of_a_job_here(record)
            case Answered():
                says_all = record.result == "executed" and record.undone is not None and not record.ids
                return says_all and bool(self._tellings[_key(record)])
            case _:
                return False

    def _ask(self, record: Requested) -> None:
        if record.mutation == BEGINS_A_JOB and record.job is not None:
            self._jobs.add((record.run, record.job.name))
        among = self._tellings if self._is_of_a_job_here(record) else self._requests
        among[_key(record)] += 1

    def _answer(self, record: Answered) -> None:
        key = _key(record)
        for among in (self._tellings, self._requests):
            if among[key]:
                among[key] -= 1
                if not among[key]:
                    del among[key]
                return
        raise BrokenLine(f"no request {record.request} of run {record.run} waits for this answer: it was added")

    def _is_of_a_job_here(self, record: Requested) -> bool:
        is_known = record.job is not None and (record.run, record.job.name) in self._jobs
        return is_known and only_asks_of_a_job(record)


def only_asks_of_a_job(record: Requested) -> bool:
    """Return whether another run may have noted it: it asks what a bulk operation came to, and changes nothing."""
    return record.mutation == TELLS_OF_A_JOB and not record.changes and not record.fence


def _key(record: Requested | Answered) -> _Asked:
    return record.run, record.fence, record.request
