"""Lane: the requests to one store, each waited for, judged and tried again as the tables say.

The bucket belongs to app and store, so two lanes of one program to one store only make each other wait. Threads may
share a lane: each sends a request of its own. They wait for the bucket in turn, and while one waits so does who comes
after it. A write goes before the reads that wait: what it writes was read just before.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from threading import Lock, RLock
from typing import Final, Protocol

from reconciler.model.json import JsonObject
from reconciler.model.progress import SILENT, AwaitedThing, Teller
from reconciler.shopify import retry, throttle
from reconciler.shopify.answer import Answer, Failure, Judged, cost_of, judge
from reconciler.shopify.auth import TokenSource
from reconciler.shopify.documents import Document
from reconciler.shopify.endpoint import Endpoint
from reconciler.shopify.errors import (
    BrokenOff,
    ImpossibleCost,
    OutcomeUnknown,
    QueryRejected,
    ReadTooLongAgo,
    ShopError,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from reconciler.shopify.interruption import Interruption
from reconciler.shopify.pace import Pace
from reconciler.shopify.refusals import of_broken
from reconciler.shopify.retry import Budget, Effect, Event, RetryAfter, Spent, Unknown
from reconciler.shopify.secret import Secret
from reconciler.shopify.transport import ShopTransport
from reconciler.shopify.wire import Broken

_LOG: Final = logging.getLogger(__name__)
_LONGEST_NAP_S: Final = 15.0  # while a permit has to be kept
_A_MOMENT_S: Final = 2.0  # between the reading of something and the request that overwrites it
_POINTS_OF_A_READ: Final = 50  # of one product again


@dataclass(frozen=True, slots=True)
class Counters:
    """What a lane has done so far; every attempt counts."""

    requests: int = 0
    mutations: int = 0
    bookkeeping: int = 0
    """Mutations among them that write our own notes, and change nothing else."""
    cost_points: int = 0
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock, the bed and the dice; replaced in tests."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Order:
    """One request to be made."""

    document: Document
    variables: JsonObject
    effect: Effect
    least_points: int = throttle.LEAST_COST
    bookkeeping: bool = False
    """It is about our own notes on the store, which guard themselves: it needs no permit."""
    read_at: float | None = None
    """When what it overwrites was read; it is not sent much later. None: it may be sent at any time."""


class Permit(Protocol):
    """What lets a lane write: a lease."""

    def keep(self, exchange: Callable[[Order], Answer | Failure]) -> None:
        """Keep it, if it is time, by requests of one attempt each."""

    def refusal(self) -> ShopError | None:
        """Return why nothing may be written any more; None while it may."""


@dataclass(slots=True)
class Lane:
    """Everything that a store's requests share."""

    endpoint: Endpoint
    transport: ShopTransport
    token: TokenSource
    budget: Budget = field(default_factory=Budget)
    timing: Timing = field(default_factory=Timing)
    counters: Counters = Counters()
    permit: Permit | None = None
    """None: nobody asked for one."""
    teller: Teller = SILENT
    interruption: Interruption = field(default_factory=Interruption)
    _pace: Pace = field(default_factory=Pace)
    _noting: Lock = field(default_factory=Lock, repr=False)
    """Held for the moment of a change of what threads share: the pace and the counters."""
    _turn: RLock = field(default_factory=RLock, repr=False)
    """Held by whoever waits for the bucket."""
    _reading: Lock = field(default_factory=Lock, repr=False)
    """Held before that by whoever wants to read, so that one of them at most is in the way of a write."""
    _prolonging: Lock = field(default_factory=Lock, repr=False)

    def send(self, order: Order) -> Answer:
        """Return the answer, after as many attempts as the budget allows. Raises ShopError."""
        spent = Spent()
        while True:
            verdict = self._attempt(order)
            if isinstance(verdict, Answer):
                return replace(verdict, resent=spent.lost)
            decision = retry.decide(
                verdict.event,
                order.effect,
                spent=spent,
                budget=self.budget,
                jitter=self.timing.jitter(),
                asked_wait_s=verdict.wait_s,
            )
            match decision:
                case RetryAfter(wait_s):
                    spent = retry.spend(spent, verdict.event, wait_s)
                    # Once it may have been executed, only its answer tells; another look would find our own write.
                    order = replace(order, read_at=None) if spent.lost else order
                    self._wait(wait_s, "bucket" if verdict.event is Event.THROTTLED else "retry")
                case Unknown():
                    raise self._unknown(order, spent, verdict.error) from verdict.error
                case _:
                    raise verdict.error

    def make_room(self, points: int) -> None:
        """Wait until the bucket holds so many points more than a read takes, or all that it can hold."""
        with self._reading, self._turn:
            with self._noting:
                most = self._pace.bucket.maximum if self._pace.bucket is not None else 0.0
                wait_s = self._pace.wait_s(min(most, points + _POINTS_OF_A_READ), self.timing.clock())
            self._wait(wait_s, "bucket")

    def stay(self) -> None:
        """Keep the permit, while something takes long that is not sent here."""
        self._keep()

    def keeps_nothing(self) -> None:
        """Return once no thread prolongs the permit: what is written of it next is compared with what it is now."""
        with self._prolonging:
            pass

    @property
    def bucket(self) -> throttle.Bucket | None:
        """What could be spent after the last answer; None before the first that told."""
        return self._pace.bucket

    @property
    def abreast(self) -> int:
        """How many requests on their way at once pay."""
        with self._noting:
            return self._pace.abreast(self.timing.clock())

    def _attempt(self, order: Order) -> Answer | Failure:
        try:
            with self._on_its_way(order):
                verdict, secret = self._exchanged(order)
        except ImpossibleCost as error:
            return Failure(Event.REFUSED, error)
        return self._worth_another_try(order, verdict, refused=secret)

    @contextmanager
    def _on_its_way(self, order: Order) -> Iterator[None]:
        """Wait in turn until the bucket holds what a request may cost, and count that as spent for as long."""
        hindered = order.effect is Effect.READ and not order.bookkeeping  # the permit is kept by whoever waits
        with self._reading if hindered else nullcontext(), self._turn:
            self._wait(self._pause_s(order), "bucket")
            with self._noting:
                points = self._points(order)
                self._pace.sent(points)
        try:
            yield
        finally:
            with self._noting:
                self._pace.landed(points)

    def _exchanged(self, order: Order) -> tuple[Answer | Failure, Secret | None]:
        """Return what one attempt came to, and the token that it was made with, if it was sent."""
        try:
            secret = self._sendable_token()
            self._permitted(order)  # after the other, because that may take long
            self._in_time(order)
        except (Unavailable, Unreachable) as error:
            return Failure(Event.NOT_SENT, error), None
        except ShopError as error:
            return Failure(Event.REFUSED, error), None
        started = self.timing.clock()
        try:
            received = self.transport.exchange(order.document, order.variables, secret)
        except TypeError as error:
            cause = f"the variables of {order.document.name} are not JSON: {error}"
            mend = "this is ours to mend: report it"
            return Failure(Event.REFUSED, QueryRejected(self.endpoint.store, cause, mend)), None
        judged = (
            Judged(Failure(received.event, of_broken(received, self.endpoint)))
            if isinstance(received, Broken)
            else judge(received, order.effect, self.endpoint)
        )
        self._account(order, judged, self.timing.clock() - started)
        return judged.verdict, secret

    def _permitted(self, order: Order) -> None:
        """Raise what the permit says against a write."""
        if order.bookkeeping:
            return
        self._refuse_after_interruption(order)
        self._keep()
        refusal = self.permit.refusal() if self.permit is not None and order.effect is not Effect.READ else None
        if refusal is not None:
            raise refusal

    def _refuse_after_interruption(self, order: Order) -> None:
        """Raise KeyboardInterrupt before a read; what would be written is journalled, and is told that it was not."""
        if not self.interruption.came:
            return
        if order.effect is Effect.READ:
            raise KeyboardInterrupt
        cause = f"{order.document.name} was not sent: somebody interrupted us"
        raise BrokenOff(self.endpoint.store, cause, "run apply again")

    def _in_time(self, order: Order) -> None:
        """Raise that somebody may have changed by now what the order overwrites."""
        if order.read_at is not None and self.timing.clock() - order.read_at > _A_MOMENT_S:
            cause = f"{order.document.name} was not sent: it had to wait since what it overwrites was read"
            raise ReadTooLongAgo(self.endpoint.store, cause, "apply the plan again")

    def _keep(self) -> None:
        """Let the permit keep itself; while one thread does, the others go on."""
        if self.permit is not None and self._prolonging.acquire(blocking=False):
            try:
                self.permit.keep(self._attempt)
            finally:
                self._prolonging.release()

    def _sendable_token(self) -> Secret:
        secret = self.token.token()
        if secret.fits_a_header:
            return secret
        cause = "the token is empty or holds a character that no token has, such as a space or an umlaut"
        raise Unauthorized(self.endpoint.store, cause, f"copy it again and set {self.token.reference}")

    def _worth_another_try(
        self, order: Order, verdict: Answer | Failure, *, refused: Secret | None
    ) -> Answer | Failure:
        """A refused token is worth another try if there is another; a throttled request, once the bucket holds it."""
        match verdict:
            case Failure(Event.TOKEN_REFUSED) if refused is None or not self.token.renew(refused):
                return replace(verdict, event=Event.REFUSED)
            case Failure(Event.THROTTLED):
                try:
                    return replace(verdict, wait_s=max(verdict.wait_s, self._pause_s(order)))
                except ImpossibleCost as error:
                    return Failure(Event.REFUSED, error)
            case _:
                return verdict

    def _pause_s(self, order: Order) -> float:
        """The seconds until the bucket holds what this request should cost."""
        with self._noting:
            try:
                return self._pace.wait_s(self._points(order), self.timing.clock())
            except ImpossibleCost as error:
                raise error.of(self.endpoint.store) from None

    def _points(self, order: Order) -> int:
        shape = order.document.text
        of = self._pace.estimates.of_read if order.effect is Effect.READ else self._pace.estimates.of_write
        return max(of(shape), order.least_points)

    def _wait(self, wait_s: float, awaited: AwaitedThing) -> None:
        if wait_s > 0:
            self.teller.waiting(awaited, wait_s)
        while wait_s > 0:
            nap_s = wait_s if self.permit is None else min(wait_s, _LONGEST_NAP_S)
            with self._noting:
                self.counters = replace(self.counters, waited_s=self.counters.waited_s + nap_s)
            self.timing.sleep(nap_s)
            wait_s -= nap_s
            self._keep()

    def _account(self, order: Order, judged: Judged, seconds: float) -> None:
        cost = cost_of(judged.extensions)
        bucket = throttle.after(judged.extensions.get("cost"), self.timing.clock())
        with self._noting:
            self._pace.answered(order.document.text, cost, bucket, seconds)
            self.counters = Counters(
                requests=self.counters.requests + 1,
                mutations=self.counters.mutations + (order.effect is not Effect.READ),
                bookkeeping=self.counters.bookkeeping + (order.bookkeeping and order.effect is not Effect.READ),
                cost_points=self.counters.cost_points + (cost.actual or 0),
                waited_s=self.counters.waited_s,
            )
        outcome = judged.verdict.event.value if isinstance(judged.verdict, Failure) else "ok"
        _LOG.debug(
            "store=%s operation=%s outcome=%s cost=%s ms=%.0f",
            self.endpoint.store,
            order.document.name,
            outcome,
            cost.requested if cost.actual is None else cost.actual,
            1000 * seconds,
        )

    def _unknown(self, order: Order, spent: Spent, error: ShopError) -> OutcomeUnknown:
        attempts = f" after {spent.failures + 1} attempts" if spent.failures else ""
        return OutcomeUnknown(
            self.endpoint.store,
            f"{order.document.name} was sent and may or may not have been done: {error.cause}{attempts}",
            "run plan again, it reads what the store holds now",
        )
