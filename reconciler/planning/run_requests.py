"""The requests of a run, and what the store may hold because of them, read off the journal. Pure.

A request may have been executed as long as no answer says that it was not, so also where nobody heard one. Of a
request that was executed with errors nobody knows whose they are: there counts what was told of each change. A run that
was killed and goes on is one run: what it made it finds so already, and that is its own doing all the same.

That the store did what a request asked for is known where it answered without an error. That it began a bulk operation
says nothing of its lines: those are done that the answer to it afterwards names by the id of what they made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from reconciler.model.address import Address
from reconciler.model.outcome import Applied, Failed
from reconciler.model.overview import Beside
from reconciler.model.record import Answered, Begun, Record, Requested, Told

_APPLIED: Final = "applied"
_FOUND_SO: Final = "already-so"
_BEGINS_A_JOB: Final = "bulkOperationRunMutation"
_TELLS_OF_A_JOB: Final = "bulkOperation"
_NOT_DONE: Final = frozenset({"stale", "failed", "skipped"})
_Asks = dict[Address, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Done:
    """What the store answered to have done of a change."""

    paths: frozenset[str]
    """The fields that were written."""
    by: frozenset[str]
    """The mutations that it answered; of a bulk operation, what its lines execute."""

    def __or__(self, other: "Done") -> "Done":
        return Done(self.paths | other.paths, self.by | other.by)


@dataclass(slots=True)
class Request:
    """One request, and whether the store did what it asked for."""

    executed: Literal["surely", "perhaps", "no"] = "surely"
    """surely: without an error, or without an answer. perhaps: it had errors, though maybe those of others."""
    mutation: str = ""
    asks: _Asks = field(default_factory=dict)
    """What it changes → the fields that it writes; empty once it is known what became of it."""


class Requests:
    """The requests of one run, as far as they were read. Holds no values."""

    def __init__(self) -> None:
        self._of: dict[Address, list[Request]] = {}
        self._open: dict[int, Request] = {}
        """Those without an answer."""
        self._told: dict[Address, str] = {}
        """The result that was told last."""
        self._applied: set[Address] = set()
        """What was told to be applied at any time, whatever was told later on."""
        self._answered: dict[Address, Done] = {}
        self._unheard: dict[Address, Done] = {}
        self._job: _Asks = {}
        """What the bulk operation changes that was begun last, and of which nothing was told yet."""
        self._paths: dict[frozenset[str], frozenset[str]] = {}
        self._done_alike: dict[Done, Done] = {}

    @property
    def applied(self) -> frozenset[Address]:
        """What was told to be applied at any time."""
        return frozenset(self._applied)

    @property
    def answered(self) -> Mapping[Address, Done]:
        """What the store answered to have done, and nobody told to be applied, or to have failed."""
        return self._answered

    def unheard(self) -> Mapping[Address, Done]:
        """Return what requests did that nobody heard an answer to, if they were executed."""
        found = dict(self._unheard)
        for request in self._open.values():
            self._noted(request.asks, request.mutation, found)
        return found

    def add(self, record: Record) -> Request | None:
        """Take a record of the run in; return the request that it announces, if it does."""
        match record:
            case Begun():
                self._unheard = dict(self.unheard())  # nobody hears the answers any more
                self._open.clear()
                self._job = {}
            case Requested():
                return self._asked(record)
            case Answered(request=number):
                request = self._open.pop(number, None)
                if request is not None:
                    self._hear(request, record)
            case Told(outcomes=outcomes):
                self._told |= {outcome.address: outcome.result for outcome in outcomes}
                self._applied.update(outcome.address for outcome in outcomes if isinstance(outcome, Applied))
                for outcome in outcomes:
                    if isinstance(outcome, Applied | Failed):
                        self._answered.pop(outcome.address, None)
            case _:
                pass
        return None

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
                yield "written before"

    def _has_fields(self, address: Address) -> bool:
        """Return whether more of it was answered to be done than our mark."""
        done = self._answered.get(address)
        return done is not None and bool(done.paths)

    def _asked(self, record: Requested) -> Request:
        request = self._open[record.request] = Request(mutation=record.mutation)
        for change in record.changes:
            paths = frozenset(each.path for each in change.fields)
            request.asks[change.address] = self._paths.setdefault(paths, paths)
            self._of.setdefault(change.address, []).append(request)
        return request

    def _hear(self, request: Request, answer: Answered) -> None:
        if answer.result != "unknown":
            request.executed = "no" if answer.result == "refused" else "perhaps" if answer.errors else "surely"
        asks, request.asks = request.asks, {}
        if answer.result == "unknown":
            self._noted(asks, request.mutation, self._unheard)
        if answer.result != "executed":
            return
        if request.mutation == _BEGINS_A_JOB:
            self._job = asks
        elif request.mutation == _TELLS_OF_A_JOB:
            made = {address.root_key for address in answer.ids}  # a line is about one group
            done = {address: paths for address, paths in self._job.items() if address.root_key in made}
            self._noted(done, request.mutation, self._answered)
            self._job = {}
        elif not answer.errors:
            self._noted(asks, request.mutation, self._answered)

    def _noted(self, asks: _Asks, mutation: str, among: dict[Address, Done]) -> None:
        by = frozenset({mutation})
        for address, paths in asks.items():
            done = Done(paths, by)
            done |= among.get(address, done)
            among[address] = self._done_alike.setdefault(done, done)
