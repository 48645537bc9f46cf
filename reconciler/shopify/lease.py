"""Lease: one writer per store. Shopify: a metafield of the Shop, taken, kept and given back by compare-and-set.

The lease says who holds it and until when, and carries a fencing token that grows by one each time it is taken; given
back, only the token stays. The holder keeps it while it works, and sends no change once it has run out by its own
clock, some seconds early; others take it only some seconds late. So two clocks may differ by the sum of both margins.
A request that is on its way when the lease runs out cannot be called back: Shopify knows no fencing tokens.

A holder measures with two clocks and believes the later one: a clock that was set back, or that slept with the machine,
must not prolong a lease. Rejected: a thread that keeps the lease all the while. It would go on while the work hangs,
and stop with it when the process is stopped, which is the case that matters. One does where nothing is written any more
and the program looks again at what it did.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.model.json import Json, JsonObject
from reconciler.shopify.answer import Answer, Failure
from reconciler.shopify.client import WriteClient
from reconciler.shopify.documents import parse
from reconciler.shopify.errors import AccessDenied, LeaseHeld, LeaseLost, LeaseRefused
from reconciler.shopify.lane import Order
from reconciler.shopify.retry import Effect
from reconciler.shopify.shop_notes import (
    LEASE,
    READ,
    WRITE,
    Notes,
    compared,
    notes_of,
    read_notes,
    row,
    writing,
    written,
)
from reconciler.shopify.terms import Holder, Terms, terms_of

TTL_S: Final = 120.0
EARLY_S: Final = 10.0  # before the end, the holder stops
LATE_S: Final = 30.0  # after the end, others begin
_PAUSE_S: Final = 5.0  # after keeping it failed
_ROUNDS: Final = 3
_MOVED: Final = frozenset({"STALE_OBJECT", "INVALID_COMPARE_DIGEST"})


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day, and seconds that pass; replaced in tests."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    seconds: Callable[[], float] = time.monotonic


class Lease:
    """A lease that we hold. A lane asks it before it writes, and lets it keep itself."""

    def __init__(
        self, store: str, shop_id: str, terms: Terms, *, digests: Mapping[str, str], clock: Clock, end_s: float
    ) -> None:
        self.terms = terms
        self.digests = digests
        """Note that was written when it was taken → what it takes to replace just that."""
        self._store = store
        self._shop_id = shop_id
        self._digest = digests[LEASE]
        self._clock = clock
        self._end_s = end_s
        """When it runs out, by the clock that counts seconds."""
        self._lost: LeaseLost | None = None
        self._busy = False
        self._not_before_s = 0.0

    @property
    def fence(self) -> int:
        """The fencing token."""
        return self.terms.fence

    @property
    def shop_id(self) -> str:
        """The shop whose lease it is."""
        return self._shop_id

    def refusal(self) -> LeaseLost | None:
        """Return why no change may be sent any more; None while we hold the store."""
        if self._lost is None and self._left_s() <= EARLY_S:
            cause = f"our lease of it ran out at {_said(self.terms.until)}, and others may write now"
            self._lost = LeaseLost(self._store, cause, _AGAIN)
        return self._lost

    def keep(self, exchange: Callable[[Order], Answer | Failure]) -> None:
        """Prolong the lease if less than half of it is left; what fails is tried again later, while there is time."""
        now_s = self._clock.seconds()
        if self._busy or self._left_s() >= TTL_S / 2 or now_s < self._not_before_s or self.refusal() is not None:
            return
        self._busy = True
        try:
            self._prolong(exchange, now_s)
        finally:
            self._busy = False

    def surrender(self) -> None:
        """Let no change be sent any more, by nobody, although the store may take us for its holder for a while."""
        if self._lost is None:
            self._lost = LeaseLost(self._store, "the run was ended here before it was done", _AGAIN)

    def given_back(self) -> dict[str, Json]:
        """Return the row that gives the lease back; it is refused if somebody else took it meanwhile."""
        return compared(self.row(LEASE, Terms(self.fence, self.terms.run, job=self.terms.job).value()), self._digest)

    def works(self, client: WriteClient, job: str) -> None:
        """Note on the store that bulk operations of this name may be at work; "" that none is. Raises ShopError."""
        if job == self.terms.job:
            return
        for _ in range(_ROUNDS):
            now_s, digest = self._clock.seconds(), self._digest
            terms = replace(self.terms, job=job, until=self._clock.now() + timedelta(seconds=TTL_S))
            digests, _ = written(client.note(writing([compared(self.row(LEASE, terms.value()), digest)])).data)
            if LEASE in digests:
                self.terms, self._digest, self._end_s = terms, digests[LEASE], now_s + TTL_S
                return
            if digest == self._digest:  # else we prolonged it ourselves, before this was sent
                break
        self._lost = LeaseLost(self._store, "our lease of it was taken over", _AGAIN)
        raise self._lost

    def row(self, key: str, value: JsonObject) -> dict[str, Json]:
        """Return the row of another note, to be written along with the lease: only while it is ours."""
        return row(self._shop_id, key, value)

    def _left_s(self) -> float:
        until = self.terms.until or self._clock.now()
        return min(self._end_s - self._clock.seconds(), (until - self._clock.now()).total_seconds())

    def _prolong(self, exchange: Callable[[Order], Answer | Failure], now_s: float) -> None:
        terms = replace(self.terms, until=self._clock.now() + timedelta(seconds=TTL_S))
        mutation = writing([compared(self.row(LEASE, terms.value()), self._digest)])
        answer = exchange(Order(parse(WRITE), mutation.variables, Effect.REPEATABLE, bookkeeping=True))
        if not isinstance(answer, Answer):
            self._not_before_s = self._clock.seconds() + _PAUSE_S
            return
        digests, errors = written(answer.data)
        if LEASE in digests:
            self.terms, self._digest, self._end_s = terms, digests[LEASE], now_s + TTL_S
        elif any(error.get("code") in _MOVED for error in errors):
            self._look(exchange)
        else:
            self._not_before_s = self._clock.seconds() + _PAUSE_S

    def _look(self, exchange: Callable[[Order], Answer | Failure]) -> None:
        """Find out whether the store holds another lease, or ours: an answer may have been lost."""
        answer = exchange(Order(parse(READ), {}, Effect.READ, bookkeeping=True))
        if not isinstance(answer, Answer):
            return
        note = notes_of(answer.data).lease
        found = terms_of(note)
        ours = self.terms
        if (
            found is None
            or note.digest is None
            or (found.fence, found.run, found.holder)
            != (
                ours.fence,
                ours.run,
                ours.holder,
            )
        ):
            by = f"; {_who(found)} has it now" if found is not None and found.holder is not None else ""
            self._lost = LeaseLost(self._store, f"our lease of it was taken over{by}", _AGAIN)
            return
        self.terms, self._digest = found, note.digest
        self._end_s = self._clock.seconds() + ((found.until or self._clock.now()) - self._clock.now()).total_seconds()


_AGAIN: Final = "nothing more was sent; run apply again, it goes on where this one stopped"


def nothing_else(notes: Notes) -> Sequence[dict[str, Json]]:
    """Return that the lease is all that is written."""
    del notes
    return ()


def nothing_first(terms: Terms, held: Terms | None) -> None:
    """Have nothing to do before a lease is taken."""
    del terms, held


def acquire(
    client: WriteClient,
    run: str,
    holder: Holder,
    is_gone: Callable[[Holder], bool],
    clock: Clock | None = None,
    *,
    along: Callable[[Notes], Sequence[dict[str, Json]]] = nothing_else,
    first: Callable[[Terms, Terms | None], None] = nothing_first,
    above: int = 0,
) -> Lease:
    """Return the lease of a store, taken. Raises LeaseHeld while somebody else has it, LeaseRefused if it cannot be.

    ``is_gone``: whether a holder is surely dead; then its lease is taken over before it has run out.
    ``along``: the notes as they are → the rows that are written in the same request as the lease, or not at all.
    ``first``: is told the terms that are about to be written, and those that are there, each time before we try; what
    it raises keeps us from it. ``above``: a fencing token that was given out, though the store may have forgotten it.
    """
    clock = clock or Clock()
    for _ in range(_ROUNDS):
        notes = read_notes(client)
        held = terms_of(notes.lease)
        if notes.lease.digest is not None and held is None:
            raise LeaseRefused(client.store, f"the lease that it holds ({_NAME}) is nothing that we wrote", _UNREADABLE)
        if held is not None and not is_free(held, is_gone, clock.now()):
            raise LeaseHeld(client.store, *_held(held, clock.now()))
        started_s, now = clock.seconds(), clock.now()
        until = now + timedelta(seconds=TTL_S)
        terms = Terms(max(held.fence if held else 0, above) + 1, run, holder, now, until, held.job if held else "")
        first(terms, held)
        try:
            taking = compared(row(notes.shop_id, LEASE, terms.value()), notes.lease.digest)
            answer = client.note(writing([taking, *along(notes)]))
        except AccessDenied as error:
            raise LeaseRefused(
                client.store, f"it does not let the app write {_NAME}: {error.cause}", _NO_NOTES
            ) from error
        digests, errors = written(answer.data)
        if LEASE in digests:
            ends_s = started_s + TTL_S
            return Lease(client.store, notes.shop_id, terms, digests=digests, clock=clock, end_s=ends_s)
        if not any(error.get("code") in _MOVED for error in errors):
            said = "; ".join(f"{error.get('message')} ({error.get('code')})" for error in errors) or "without a reason"
            raise LeaseRefused(client.store, f"it does not let the app write {_NAME}: {said}", _NO_NOTES)
    raise LeaseHeld(client.store, "others take its lease faster than we do", "let only one apply of it run at a time")


_NAME: Final = "$app:reconciler.lease, a metafield of the shop"
_UNREADABLE: Final = "if no apply of the store runs, delete it"
_NO_NOTES: Final = (
    "nothing was written, because nothing would keep two writers apart; the app has to be one that may keep its own "
    "metafields on the shop"
)


def is_free(terms: Terms, is_gone: Callable[[Holder], bool], now: datetime) -> bool:
    """Return whether nobody holds a store on these terms any more: they were given back, ran out, or died."""
    if terms.holder is None or terms.until is None:
        return True
    return now > terms.until + timedelta(seconds=LATE_S) or is_gone(terms.holder)


def _held(terms: Terms, now: datetime) -> tuple[str, str]:
    """Return cause and cure of a lease that somebody holds."""
    free = (terms.until or now) + timedelta(seconds=LATE_S)
    cause = (
        f"{_who(terms)} has been writing it since {_said(terms.since)} (run {terms.run}); its lease runs until "
        f"{_said(terms.until)}, and longer while it works"
    )
    return cause, f"wait until it is done; if it does not run any more, apply takes over after {_said(free)}"


def _who(terms: Terms) -> str:
    return f"{terms.holder.actor} (process {terms.holder.pid} on {terms.holder.host})" if terms.holder else "nobody"


def _said(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else "a time that nobody knows"
