"""The requests of a run, and what the store may hold because of them, read off the journal. Pure.

A request may have been executed as long as no answer says that it was not, so also where nobody heard one. Of a
request that was executed with errors nobody knows whose they are: there counts what was told of each change. A run that
was killed and goes on is one run: what it made it finds so already, and that is its own doing all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from reconciler.model.address import Address
from reconciler.model.outcome import Applied
from reconciler.model.record import Answered, Begun, Record, Requested, Told

_APPLIED: Final = "applied"
_FOUND_SO: Final = "already-so"


@dataclass(slots=True)
class Request:
    """One request, and whether the store did what it asked for."""

    executed: Literal["surely", "perhaps", "no"] = "surely"
    """surely: without an error, or without an answer. perhaps: it had errors, though maybe those of others."""


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

    def add(self, record: Record) -> Request | None:
        """Take a record of the run in; return the request that it announces, if it does."""
        match record:
            case Begun():
                self._open.clear()  # nobody hears the answers any more: the store may have executed them
            case Requested():
                return self._asked(record)
            case Answered(request=number, result=result, errors=errors):
                request = self._open.pop(number, None)
                if request is not None and result != "unknown":
                    request.executed = "no" if result == "refused" else "perhaps" if errors else "surely"
            case Told(outcomes=outcomes):
                self._told |= {outcome.address: outcome.result for outcome in outcomes}
                self._applied.update(outcome.address for outcome in outcomes if isinstance(outcome, Applied))
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

    def results(self) -> Iterator[str]:
        """Yield the result of each change, as told last; what is so because the run asked for it was applied."""
        for address, result in self._told.items():
            yield _APPLIED if result == _FOUND_SO and self.may_hold(address) else result

    def _asked(self, record: Requested) -> Request:
        request = self._open[record.request] = Request()
        for change in record.changes:
            self._of.setdefault(change.address, []).append(request)
        return request
