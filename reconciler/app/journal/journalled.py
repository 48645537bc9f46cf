"""Journalled: a run whose every request is in the journal before it is sent, and again when it is answered.

A journal that cannot be written ends a run as a frozen shop does: what was sent was sent, and nothing follows it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Condition
from typing import Literal, Protocol

from reconciler.app.journal.chain import Head, digest_of
from reconciler.app.journal.file import Journal, JournalFailed
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.json import Json
from reconciler.model.outcome import Outcome
from reconciler.model.record import TELLS_OF_A_JOB, Answered, Begun, Ended, Held, Job, Kept, Requested, Told
from reconciler.shopify.answer import Answer
from reconciler.shopify.bulk_jobs import Results
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import OutcomeUnknown, ShopError
from reconciler.shopify.writer import ids_in, unconfirmed, user_errors

_LONGEST_ERROR = 2_000
_MOST_ERRORS = 1_000


class Unjournalled(ShopError):
    """What would be sent cannot be journalled, so it was not sent, and nothing after it."""


class Client(Protocol):
    """What sends."""

    @property
    def store(self) -> str:
        """The store's name."""


class RunJournal:
    """The journal as one run writes it: an entry at a time, however many requests are on their way."""

    def __init__(self, journal: Journal, run: str, requests: int = 0) -> None:
        self.run = run
        self.outcomes: dict[Address, Outcome] = {}
        """What became of changes, as far as it was told."""
        self.asked: set[Address] = set()
        """What requests were noted for, and may have been sent."""
        self._journal = journal
        self._fence = 0
        self._requests = requests
        self._failure: JournalFailed | None = None
        self._open: set[int] = set()
        """The requests that are not answered."""
        self._takes_requests = True
        self._all_known = True
        self._turn = Condition()

    @property
    def failure(self) -> JournalFailed | None:
        """Why the journal could not be written; after that nothing is."""
        return self._failure

    def begun(self, record: Begun) -> None:
        """Note that the run begins. Raises JournalFailed."""
        self._fence = record.fence
        self._journal.append(record)

    def requested(self, root: str, changes: Sequence[Change], job: Job | None = None) -> tuple[int, Head]:
        """Return the number of a request that is about to be sent, and the head once it is noted.

        Raises JournalFailed.
        """
        with self._turn:
            self._refuse_after_the_end()
            self._requests += 1
            request = self._requests
            asked = Requested(run=self.run, request=request, mutation=root, changes=tuple(changes), job=job)
            head = self._noted(asked)
            if head is not None:
                self._open.add(request)
                self.asked.update(change.address for change in changes)
        if head is None:
            raise self._failure or self._over()
        return request, head

    def answered(self, record: Answered) -> None:
        """Note an answer."""
        with self._turn:
            self._all_known &= record.result != "unknown"  # it may be on its way for as long as we hold the store
            self._open.discard(record.request)  # first: whatever breaks in here, nobody notes another answer
            self._noted(record)
            self._turn.notify_all()

    def came_to(self, results: Results) -> None:
        """Note what a bulk operation came to, which was journalled as a request when it was begun.

        Raises JournalFailed.
        """
        request, _ = self.requested(TELLS_OF_A_JOB, (), results.job)
        said = tuple(error[:_LONGEST_ERROR] for error in results.errors[:_MOST_ERRORS])
        done = Answered(run=self.run, request=request, result="executed", errors=said, ids=results.ids)
        self.answered(replace(done, undone=results.undone))

    def left(self, request: int, why: str) -> None:
        """Note of a request that nobody waits for its answer any more."""
        self.answered(Answered(run=self.run, request=request, result="unknown", errors=(why,)))

    def ended_early(self, patience_s: float) -> bool:
        """Take no request any more, wait for the answers that are to come, and close for good.

        Returns whether all requests of the run came to an answer that tells. What did not is noted as unknown, whatever
        ends the waiting.
        """
        with self._turn:
            self._takes_requests = False
            try:
                self._turn.wait_for(lambda: not self._open, patience_s)
            finally:
                for request in sorted(self._open):
                    self.left(request, "the run was ended before it was answered")
                self._failure = self._failure or self._over()
            return self._all_known

    def told(self, outcomes: Sequence[Outcome]) -> None:
        """Note what became of changes."""
        if outcomes:
            self.outcomes |= {outcome.address: outcome for outcome in outcomes}
            self._noted(Told(run=self.run, outcomes=tuple(outcomes)))

    def kept(self, record: Held | Kept) -> None:
        """Note what is about to go, before it goes. Raises JournalFailed."""
        with self._turn:
            self._refuse_after_the_end()
            head = self._noted(record)
        if head is None:
            raise self._failure or self._over()

    def ending(self, record: Ended) -> str:
        """Return the digest of what the last entry of the run is going to say."""
        return digest_of(replace(record, fence=self._fence))

    def ended(self, record: Ended) -> None:
        """Note that the run came to its end."""
        self._noted(record)

    def _refuse_after_the_end(self) -> None:
        if not self._takes_requests:
            raise self._failure or self._over()

    def _over(self) -> JournalFailed:
        return JournalFailed(f"{self._journal.name}: run {self.run} was ended before it was done", "run apply again")

    def _noted(self, record: Requested | Answered | Told | Held | Kept | Ended) -> Head | None:
        with self._turn:
            if self._failure is not None:
                return None
            try:
                return self._journal.append(replace(record, fence=self._fence))
            except JournalFailed as error:
                self._failure = error
                return None


class JournalledSender:
    """Sends what is journalled, and journals what came back."""

    def __init__(self, client: Client, send: Callable[[Mutation], Answer], journal: RunJournal) -> None:
        self._client = client
        self._send = send
        self._journal = journal

    @property
    def store(self) -> str:
        """The store's name."""
        return self._client.store

    def mutate(self, mutation: Mutation) -> Answer:
        """Return the answer. Raises Unjournalled when nothing was sent, because the journal cannot be written."""
        return self._sent(self._requested(mutation.root, mutation.makes, mutation.job)[0], mutation)

    def noted(self, root: str, spelled: Callable[[Head], Mutation]) -> Answer:
        """Return the answer to a mutation that says how far the journal goes. Raises as ``mutate``."""
        request, head = self._requested(root, ())
        return self._sent(request, spelled(head))

    def came_to(self, results: Results) -> None:
        """Note what a bulk operation came to.

        Where the journal fails, what was made is told all the same; the journal refuses whatever comes next.
        """
        with suppress(JournalFailed):
            self._journal.came_to(results)

    def _requested(self, root: str, changes: Sequence[Change], job: Job | None = None) -> tuple[int, Head]:
        try:
            return self._journal.requested(root, changes, job)
        except JournalFailed as error:
            raise Unjournalled(self.store, f"{error.cause}; nothing more was sent", error.cure) from error

    def _sent(self, request: int, mutation: Mutation) -> Answer:
        try:
            answer = self._send(mutation)
        except ShopError as error:
            result: Literal["unknown", "refused"] = "unknown" if isinstance(error, OutcomeUnknown) else "refused"
            said = (str(error)[:_LONGEST_ERROR],)
            self._journal.answered(Answered(run=self._journal.run, request=request, result=result, errors=said))
            raise
        except BaseException as error:
            # Somebody pressed Ctrl-C, or it is a defect: the request may be on its way all the same.
            self._journal.left(request, f"nobody waited for the answer: {type(error).__name__}")
            raise
        open_still = _left_open(mutation, answer)
        self._journal.answered(
            Answered(
                run=self._journal.run,
                request=request,
                result="unknown" if open_still else "executed",
                errors=(*_errors(mutation, answer), *open_still),
                ids=ids_in(mutation, answer.data.get(mutation.root) or {}),
                request_id=answer.request_id or None,
                cost_points=answer.cost.actual,
            )
        )
        return answer


def _errors(mutation: Mutation, answer: Answer) -> Iterator[str]:
    """Yield what the store says against rows of a request, and what failed in its payload."""
    for result in mutation.results or (mutation.root,):
        for error in user_errors(mutation, answer.data.get(result)):
            code = f" ({error['code']})" if error.get("code") else ""
            yield f"{error.get('message')}{code}"[:_LONGEST_ERROR]
    yield from (problem[:_LONGEST_ERROR] for problem in answer.problems)


def _left_open(mutation: Mutation, answer: Answer) -> tuple[str, ...]:
    """Return why an answer does not tell whether the request was executed; nothing where it does."""
    for result in mutation.results or (mutation.root,):
        payload: Json = answer.data.get(result)
        if not isinstance(payload, Mapping) or not isinstance(payload.get(mutation.errors), list):
            return (f"the answer to {result} does not fit",)
        if not payload[mutation.errors] and unconfirmed(mutation, payload, answer.problems):
            return (f"the answer to {result} does not confirm all that it made",)
    return ()
