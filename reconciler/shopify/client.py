"""Clients: one that can only read, and one that may write. Shopify: the GraphQL Admin API, one store each.

A plan is made with a ``ReadClient``; that it cannot change the store is checked on every document before it is sent.
Two documents of ours are mutations all the same, and change nothing that is sold: they have a query's answer written
down as a file, and have that stopped.
"""

from types import TracebackType
from typing import Self

from reconciler.model.json import JsonObject
from reconciler.model.progress import SILENT, Teller
from reconciler.model.store import Store
from reconciler.shopify import documents
from reconciler.shopify.answer import Answer, Cost
from reconciler.shopify.auth import TokenSource
from reconciler.shopify.codec import Mutation
from reconciler.shopify.documents import Document
from reconciler.shopify.endpoint import endpoint_of
from reconciler.shopify.errors import QueryRejected, WriteRefused
from reconciler.shopify.exporting import CANCEL, START
from reconciler.shopify.interruption import Interruption
from reconciler.shopify.lane import Counters, Lane, Order, Permit, Timing
from reconciler.shopify.retry import Budget, Effect
from reconciler.shopify.throttle import Bucket
from reconciler.shopify.transport import ShopTransport
from reconciler.shopify.wire import LARGEST_ANSWER, Patience


class ReadClient:
    """Asks one store. Safe to share between threads, each of which sends a request of its own."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    @property
    def store(self) -> str:
        """The store's name."""
        return self._lane.endpoint.store

    @property
    def teller(self) -> Teller:
        """Tells of the work on the store."""
        return self._lane.teller

    @property
    def counters(self) -> Counters:
        """What was sent so far."""
        return self._lane.counters

    @property
    def bucket(self) -> Bucket | None:
        """What could be spent after the last answer; None before the first that told."""
        return self._lane.bucket

    @property
    def abreast(self) -> int:
        """How many requests on their way at once pay by now."""
        return self._lane.abreast

    def query(self, document: str, variables: JsonObject | None = None) -> Answer:
        """Return the whole answer to one query.

        Raises ShopError for anything less: any entry in ``errors``, a search filter that was ignored, an answer of
        another API version. Raises WriteRefused for a document that is not a query, before anything is sent.
        """
        parsed = self._parsed(document)
        if not parsed.is_query:
            raise WriteRefused(
                f"store {self.store}: {parsed.name} is a {parsed.operation.value}, expected a query; nothing was sent"
            )
        return self._lane.send(Order(parsed, variables or {}, Effect.READ))

    def start_export(self, text: str) -> Answer:
        """Return the answer to the request that has a query's answer written down as a file.

        Raises ShopError.
        """
        return self._lane.send(Order(self._parsed(START), {"text": text}, Effect.READ))

    def cancel_export(self, job_id: str) -> Answer:
        """Return the answer to the request that stops it. Raises ShopError."""
        return self._lane.send(Order(self._parsed(CANCEL), {"id": job_id}, Effect.READ))

    def close(self) -> None:
        """Close the connections."""
        self._lane.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.store!r})"

    def _parsed(self, document: str) -> Document:
        try:
            return documents.parse(document)
        except ValueError as error:
            raise QueryRejected(self.store, str(error), "this is ours to mend: report it") from None


class WriteClient(ReadClient):
    """Asks and changes one store."""

    def mutate(self, mutation: Mutation) -> Answer:
        """Return the answer to one mutation that was executed, userErrors and all.

        Raises OutcomeUnknown when the store may hold the change; after any other ShopError it does not.
        """
        return self._sent(mutation, bookkeeping=False)

    def note(self, mutation: Mutation) -> Answer:
        """Return the answer to a mutation that writes our own notes on the store: counted apart, needs no permit.

        Raises as ``mutate``.
        """
        return self._sent(mutation, bookkeeping=True)

    def write_under(self, permit: Permit | None) -> None:
        """Send changes only while the permit lets us; it is kept along with whatever is sent."""
        self._lane.permit = permit

    def make_room(self, points: int) -> None:
        """Wait until a read, and then a write that costs so much, can go without another wait."""
        self._lane.make_room(points)

    def keeps_nothing(self) -> None:
        """Return once no other thread prolongs the permit."""
        self._lane.keeps_nothing()

    def stay(self) -> None:
        """Keep the permit, while something takes long that is not sent by this client."""
        self._lane.stay()

    def _sent(self, mutation: Mutation, *, bookkeeping: bool) -> Answer:
        parsed = self._parsed(mutation.document)
        if not parsed.is_mutation:
            raise QueryRejected(
                self.store,
                f"{parsed.name} is a {parsed.operation.value}, expected a mutation",
                "this is ours to mend: report it",
            )
        effect = Effect.REPEATABLE if mutation.repeatable else Effect.ONCE
        order = Order(parsed, mutation.variables, effect, mutation.cost_points, bookkeeping, mutation.read_at)
        return self._lane.send(order)


def connect(
    store: Store,
    *,
    base_url: str,
    token: TokenSource,
    budget: Budget | None = None,
    timing: Timing | None = None,
    patience: Patience | None = None,
    largest_answer: int = LARGEST_ANSWER,
    teller: Teller = SILENT,
) -> ReadClient:
    """Return a client that can only read. Nothing is sent yet. Raises InvalidInput for a URL that will not do.

    ``base_url`` is the store's own, or where the embedded store is served; it may carry a path prefix.
    """
    return ReadClient(_lane(store, base_url, token, budget, timing, patience, largest_answer, teller))


def connect_to_write(
    store: Store,
    *,
    base_url: str,
    token: TokenSource,
    budget: Budget | None = None,
    timing: Timing | None = None,
    patience: Patience | None = None,
    largest_answer: int = LARGEST_ANSWER,
    teller: Teller = SILENT,
    interruption: Interruption | None = None,
) -> WriteClient:
    """Return a client that may write as well, until the interruption comes. Otherwise as ``connect``."""
    until = interruption or Interruption()
    timing = timing or Timing(sleep=until.sleep)
    lane = _lane(store, base_url, token, budget, timing, patience, largest_answer, teller)
    lane.interruption = until
    return WriteClient(lane)


def _lane(  # noqa: PLR0917 -- private; the two public functions take keywords
    store: Store,
    base_url: str,
    token: TokenSource,
    budget: Budget | None,
    timing: Timing | None,
    patience: Patience | None,
    largest_answer: int,
    teller: Teller,
) -> Lane:
    endpoint = endpoint_of(store, base_url=base_url, credential=token.reference)
    timing = timing or Timing()
    transport = ShopTransport(
        endpoint.graphql_url, token, patience=patience, largest_answer=largest_answer, clock=timing.clock
    )
    return Lane(endpoint, transport, token, budget or Budget(), timing, teller=teller)


__all__ = ["Answer", "Cost", "Counters", "JsonObject", "ReadClient", "WriteClient", "connect", "connect_to_write"]
