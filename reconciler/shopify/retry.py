"""Retry: what to do after a request did not succeed. A table as a pure function; it neither sleeps nor counts.

What decides is not the error but two facts: was it executed, and does doing it twice do harm. A read may always be
sent again. A write may be sent again when it surely was not executed, or when it is repeatable; otherwise the outcome
is unknown, and only reading the store can tell. Rejected: a list of status codes to retry, as HTTP libraries offer
it, because it repeats a creation after a 502.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias, assert_never


class Effect(Enum):
    """What sending a request again could do."""

    READ = "read"
    REPEATABLE = "repeatable"  # a write that may be done twice without harm
    ONCE = "once"  # a write that must not be done twice


class Event(Enum):
    """What became of a request that did not succeed."""

    THROTTLED = "throttled"  # not executed: the bucket or the edge asks us to wait
    TOKEN_REFUSED = "token refused"  # noqa: S105 -- not executed: 401, and a new token is at hand
    NOT_SENT = "not sent"  # not executed: DNS, connection refused, TLS handshake
    REFUSED = "refused"  # not executed, and never will be as it stands
    LOST = "lost"  # perhaps executed: timeout, reset, 5xx, internal error, a garbled answer
    UNREADABLE = "unreadable"  # perhaps executed, and asking again would answer the same


@dataclass(frozen=True, slots=True)
class Budget:
    """How often and how long one request may be tried."""

    attempts: int = 6  # that failed; being throttled is not failing
    wait_s: float = 120.0  # between failed attempts, all together
    throttled_wait_s: float = 600.0  # for the bucket, all together


@dataclass(frozen=True, slots=True)
class Spent:
    """What one request has used of its budget."""

    failures: int = 0
    waited_s: float = 0.0
    throttles: int = 0
    throttled_s: float = 0.0
    renewals: int = 0
    lost: bool = False  # an earlier attempt was sent and may have been executed


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Send it again after so many seconds."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It was not executed, or it was a read: the error is the answer."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A write that may have been executed and must not, or need not, be tried again."""


Decision: TypeAlias = RetryAfter | GiveUp | Unknown

_FIRST_BACKOFF_S: Final = 0.5
_LONGEST_BACKOFF_S: Final = 20.0
_SHORTEST_THROTTLE_S: Final = 0.1


def decide(
    event: Event, effect: Effect, *, spent: Spent, budget: Budget, jitter: float, asked_wait_s: float = 0.0
) -> Decision:
    """Return what to do next; ``spent`` is what was used before this event.

    ``jitter`` is a random number from 0 to 1. ``asked_wait_s`` is the wait that the store asked for: Retry-After, or
    what the bucket needs. A wait that does not fit into the budget is not begun.
    """
    stop = _stop(event, effect, spent)
    match event:
        case Event.REFUSED | Event.UNREADABLE:
            return stop
        case Event.TOKEN_REFUSED:
            return RetryAfter(0.0) if not spent.renewals else stop
        case Event.THROTTLED:
            wait_s = max(asked_wait_s, _SHORTEST_THROTTLE_S) + _backoff_s(spent.throttles, jitter)
            return RetryAfter(wait_s) if spent.throttled_s + wait_s <= budget.throttled_wait_s else stop
        case Event.LOST if effect is Effect.ONCE:
            return stop
        case Event.LOST | Event.NOT_SENT:
            wait_s = max(asked_wait_s, _backoff_s(spent.failures, jitter))
            fits = spent.failures + 1 < budget.attempts and spent.waited_s + wait_s <= budget.wait_s
            return RetryAfter(wait_s) if fits else stop
        case _:
            assert_never(event)


def spend(spent: Spent, event: Event, wait_s: float) -> Spent:
    """Return what is spent once this event was answered by waiting."""
    match event:
        case Event.THROTTLED:
            return replace(spent, throttles=spent.throttles + 1, throttled_s=spent.throttled_s + wait_s)
        case Event.TOKEN_REFUSED:
            return replace(spent, renewals=spent.renewals + 1)
        case _:
            lost = spent.lost or event is Event.LOST
            return replace(spent, failures=spent.failures + 1, waited_s=spent.waited_s + wait_s, lost=lost)


def _stop(event: Event, effect: Effect, spent: Spent) -> GiveUp | Unknown:
    """A refusal of the second attempt says nothing about the first, if that one was lost."""
    perhaps_done = spent.lost or event in {Event.LOST, Event.UNREADABLE}
    return Unknown() if perhaps_done and effect is not Effect.READ else GiveUp()


def _backoff_s(earlier: int, jitter: float) -> float:
    """Exponential, with full jitter: many clients that failed together do not return together."""
    return float(jitter * min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2.0 ** min(earlier, 32)))
