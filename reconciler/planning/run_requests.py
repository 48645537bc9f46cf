"""The requests of a run, and what the store may hold because of them, read off the journal. Pure.

A request may have been executed as long as no answer says that it was not, so also where nobody heard one. Of a
request that was executed with errors nobody knows whose they are: there counts what was told of each change. A run that
was killed and goes on is one run: what it made it finds so already, and that is its own doing all the same.

That the store did what a request asked for is known where it answered without an error. That it began a bulk operation
says nothing of its lines: those are done that its results, noted afterwards, do not except; where nobody noted what
they except, those that they name by the id of what they made.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.outcome import AlreadySo, Applied, Failed
from reconciler.model.overview import Beside
from reconciler.model.record import BEGINS_A_JOB, TELLS_OF_A_JOB, Answered, Begun, Job, Record, Requested, Told
from reconciler.planning.later import Fate

_APPLIED: Final = "applied"
_FOUND_SO: Final = "already-so"
_NAMELESS: Final = Job("", BEGINS_A_JOB)
"""Of journals that do not say which one it was: the last that was begun."""
_FAILED: Final = "failed"
_NOT_DONE: Final = frozenset({"stale", _FAILED, "skipped"})
_Asks = dict[Address, frozenset[str]]
Ends: TypeAlias = Callable[[Change, frozenset[str]], bool]
"""Whether a change is made once the store answered these mutations for it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the store answered to have done of a change."""

    paths: frozenset[str]
    """The fields that were written."""
    by: frozenset[str]
    """The mutations that it answered; of a bulk operation, what its lines execute."""

    def __or__(self, other: "Done") -> "Done":
        return Done(self.paths | other.paths, self.by | other.by)


@dataclass(frozen=True, slots=True)
class JobAtLarge:
    """A bulk operation of which nobody noted what it came to."""

    job: Job
    asks: Mapping[Address, frozenset[str]]
    """What it changes → the fields that it writes, line by line."""


@dataclass(slots=True)
class Request:
    """One request, and whether the store did what it asked for."""

    executed: Literal["surely", "perhaps", "no"] = "surely"
    """surely: without an error, or without an answer. perhaps: it had errors, though maybe those of others."""
    mutation: str = ""
    job: Job | None = None
    asks: _Asks = field(default_factory=dict)
    """What it changes → the fields that it writes; empty once it is known what became of it."""


def any_answer(change: Change, by: frozenset[str]) -> bool:  # noqa: ARG001  it has the shape of all that tells this
    """Whether a change is made once the store answered any mutation for it: so it is, where each takes one request."""
    return True


def is_late(fence: int, highest: int) -> bool:
    """Return whether who noted something under a fencing token had lost the run by then, to one with a higher one.

    A process that was stopped, and wakes after another took over, says of what it did not do that it was not done. What
    it asked for, and was answered, is true all the same.
    """
    return 0 < fence < highest


class Requests:
    """The requests of one run, as far as they were read. Holds no values."""

    def __init__(self) -> None:
        self._of: dict[Address, list[Request]] = {}
        self._open: dict[tuple[int, int], Request] = {}
        """Fencing token, number → those without an answer."""
        self._told: dict[Address, str] = {}
        """The result that was told last."""
        self._applied: set[Address] = set()
        """What was told to be applied at any time, whatever was told later on."""
        self._met: set[Address] = set()
        """The same with what was found so."""
        self._answered: dict[Address, Done] = {}
        self._unheard: dict[Address, Done] = {}
        self._silent: list[frozenset[Address]] = []
        """What requests change of which nobody heard an answer, and hears none any more."""
        self._jobs: dict[str, JobAtLarge] = {}
        self._paths: dict[frozenset[str], frozenset[str]] = {}
        self._done_alike: dict[Done, Done] = {}
        self.last = 0
        """The number of the last one."""
        self.fence = 0
        """The highest fencing token that the run had."""

    @property
    def applied(self) -> frozenset[Address]:
        """What was told to be applied at any time."""
        return frozenset(self._applied)

    @property
    def met(self) -> frozenset[Address]:
        """What was told to be as the run asks for at any time: it was applied, or found so."""
        return frozenset(self._met)

    @property
    def answered(self) -> Mapping[Address, Done]:
        """What the store answered to have done, and nobody told to be applied, or to have failed."""
        return self._answered

    def unheard(self) -> Mapping[Address, Done]:
        """Return what requests did that nobody heard an answer to, if they were executed."""
        found = dict(self._unheard)
        for request in self._open.values():
            if request.mutation != BEGINS_A_JOB:
                self._noted(request.asks, request.mutation, found)
        for each in self._jobs.values():
            self._noted(each.asks, each.job.mutation, found)
        return found

    def in_doubt(self, so: Collection[Address]) -> int:
        """Return how many requests may have been executed or not: nobody knows, unless all they change is so now."""
        jobs = (frozenset(each.asks) for each in self._jobs.values())
        are_so = frozenset(so)
        return sum(not asks <= are_so for asks in (*self._silent, *self._waited_for(), *jobs))

    def jobs_at_large(self) -> tuple[JobAtLarge, ...]:
        """Return the bulk operations that may have been begun, and of which nobody noted what they came to."""
        return tuple(each for name, each in self._jobs.items() if name != _NAMELESS.name)

    def add(self, record: Record) -> Request | None:
        """Take a record of the run in; return the request that it announces, if it does."""
        match record:
            case Begun(fence=fence):
                self.fence = max(self.fence, fence)
                self._unheard = dict(self.unheard())  # nobody hears the answers any more
                self._silent += self._waited_for()
                self._open.clear()
                self._jobs.pop(_NAMELESS.name, None)
            case Requested():
                return self._asked(record)
            case Answered(request=number, fence=fence):
                request = self._open.pop((fence, number), None)
                if request is not None:
                    self._hear(request, record)
            case Told(outcomes=outcomes) if not is_late(record.fence, self.fence):
                self._told |= {outcome.address: outcome.result for outcome in outcomes}
                self._applied.update(outcome.address for outcome in outcomes if isinstance(outcome, Applied))
                self._met.update(outcome.address for outcome in outcomes if isinstance(outcome, Applied | AlreadySo))
                for outcome in outcomes:
                    if isinstance(outcome, Applied | Failed):
                        self._answered.pop(outcome.address, None)
            case _:
                pass
        return None

    def fate(self, address: Address) -> Fate:
        """Return what became of a change, as far as it was told.

        What failed was looked for once more. What is stale since may be so because a request made it of which nobody
        heard an answer.
        """
        if address in self._applied:
            return "done"
        result = self._told.get(address)
        if result in _NOT_DONE:
            return "unknown" if result != _FAILED and self._is_unheard(address) else "undone"
        return "unknown" if result is None else "done"

    def is_sure_of(self, change: Change, ends: Ends) -> bool:
        """Return whether it is known that the store made a change: that was told, or what ends it was answered."""
        done = self._answered.get(change.address)
        return change.address in self._met or (done is not None and ends(change, done.by))

    def forget_what_was_done(self) -> None:
        """Forget what was applied, or answered to be done, so far; not what is on its way."""
        self._applied.clear()
        self._met.clear()
        self._answered.clear()
        self._unheard.clear()

    def may_hold(self, address: Address) -> bool:
        """Return whether the store may hold something because the run asked for it."""
        return any(self.may_hold_of(request, address) for request in self._of.get(address, ()))

    def may_hold_of(self, request: Request, address: Address) -> bool:
        """Return whether the store may hold what one request asked for of an address."""
        if address in self._applied or request.executed == "surely":
            return True
        return request.executed == "perhaps" and self._told.get(address) == _FOUND_SO

    def written(self) -> Iterator[Address]:
        """Yield what the run wrote, by what was told and by what the store answered, whatever was told later on."""
        found_so = (at for at, result in self._told.items() if result == _FOUND_SO and self.may_hold(at))
        yield from dict.fromkeys((*self._applied, *self._answered, *found_so))

    def results(self) -> Iterator[str]:
        """Yield the result of each change, as told last; what is so because the run asked for it was applied."""
        for address, result in self._told.items():
            yield _APPLIED if result == _FOUND_SO and self.may_hold(address) else result

    def besides(self) -> Iterator[Beside]:
        """Yield what the results do not say, change by change."""
        for address, requests in self._of.items():
            result = self._told.get(address)
            wrote = address in self._applied or address in self._answered
            if result is None and (wrote or any(request.executed != "no" for request in requests)):
                yield "executed" if wrote else "unknown"
            elif result in _NOT_DONE and (address in self._applied or self._has_fields(address)):
                yield "written-before"

    def _is_unheard(self, address: Address) -> bool:
        """Return whether a request for it may have been executed that nobody heard an answer to."""
        waiting = (*(request.asks for request in self._open.values()), *(each.asks for each in self._jobs.values()))
        return address in self._unheard or any(address in asks for asks in waiting)

    def _waited_for(self) -> Iterator[frozenset[Address]]:
        """Yield what the requests change that are not answered; those that begin jobs are known by the name of that."""
        for request in self._open.values():
            if request.asks and request.mutation != BEGINS_A_JOB:
                yield frozenset(request.asks)

    def _has_fields(self, address: Address) -> bool:
        """Return whether more of it was answered to be done than our mark."""
        done = self._answered.get(address)
        return done is not None and bool(done.paths)

    def _asked(self, record: Requested) -> Request:
        request = self._open[record.fence, record.request] = Request(mutation=record.mutation, job=record.job)
        self.last = max(self.last, record.request)
        for change in record.changes:
            paths = frozenset(each.path for each in change.fields)
            request.asks[change.address] = self._paths.setdefault(paths, paths)
            self._of.setdefault(change.address, []).append(request)
        if record.mutation == BEGINS_A_JOB:
            job = record.job or _NAMELESS
            self._jobs[job.name] = JobAtLarge(job, request.asks)
        return request

    def _hear(self, request: Request, answer: Answered) -> None:
        if answer.result != "unknown":
            request.executed = "no" if answer.result == "refused" else "perhaps" if answer.errors else "surely"
        asks, request.asks = request.asks, {}
        if request.mutation == BEGINS_A_JOB:
            if answer.result == "refused" or answer.errors:
                self._jobs.pop((request.job or _NAMELESS).name, None)
        elif request.mutation == TELLS_OF_A_JOB:
            self._hear_of_job(request.job or _NAMELESS, answer)
        elif answer.result == "unknown":
            self._silent += [frozenset(asks)] if asks else []
            self._noted(asks, request.mutation, self._unheard)
        elif answer.result == "executed" and not answer.errors:
            self._noted(asks, request.mutation, self._answered)

    def _hear_of_job(self, job: Job, answer: Answered) -> None:
        """Take in what a job came to. A line is about one group."""
        ended = self._jobs.pop(job.name, None)
        if ended is None:
            return
        made = {address.root_key for address in answer.ids}
        undone = {address.root_key for address in answer.undone or ()}
        done = {
            address: paths
            for address, paths in ended.asks.items()
            if (address.root_key in made if answer.undone is None else address.root_key not in undone)
        }
        self._noted(done, job.mutation, self._answered)

    def _noted(self, asks: Mapping[Address, frozenset[str]], mutation: str, among: dict[Address, Done]) -> None:
        by = frozenset({mutation})
        for address, paths in asks.items():
            done = Done(paths, by)
            done |= among.get(address, done)
            among[address] = self._done_alike.setdefault(done, done)
