"""Settling: waiting for what a store goes on doing after it answered. Shopify: ``job``; media are in ``media.py``.

A job says only that it is done. (shopify.dev, Job, 2026-10)
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, assert_never

from reconciler.model.address import Address
from reconciler.model.json import Json
from reconciler.shopify.codec import Mutation, Settling
from reconciler.shopify.writer import Settle

JOB: Final = "query Job($id: ID!) { job(id: $id) { done } }"


class Answer(Protocol):
    """What a client's query returns, as far as this module looks at it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the response; there were no errors."""


class Client(Protocol):
    """What settling needs of a client."""

    def query(self, document: str, variables: Mapping[str, Json]) -> Answer:
        """Return the answer, or raise a ReconcilerError."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait, and how often to look."""

    first_s: float = 0.1
    longest_s: float = 5.0
    limit_s: float = 120.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def until(self, is_done: Callable[[], bool]) -> bool:
        """Look until it is done; False when the limit passed before."""
        pause_s, end = self.first_s, self.clock() + self.limit_s
        while not is_done():
            if self.clock() + pause_s > end:
                return False
            self.sleep(pause_s)
            pause_s = min(pause_s * 2, self.longest_s)
        return True


def settling(client: Client, wait: Wait | None = None) -> Settle:
    """Return the function that waits for whatever a mutation set going."""
    patience = wait or Wait()

    def settle(mutation: Mutation, payload: Mapping[str, Any]) -> Mapping[Address, str]:
        match mutation.settling:
            case Settling.AT_ONCE:
                return {}
            case Settling.JOB:
                return _job(client, mutation, payload, patience)
            case Settling.MEDIA:
                return {}
            case _:
                assert_never(mutation.settling)

    return settle


def _job(client: Client, mutation: Mutation, payload: Mapping[str, Any], wait: Wait) -> Mapping[Address, str]:
    job: Any = payload.get("job")
    if not job or job.get("done"):
        return {}

    def is_done() -> bool:
        found = client.query(JOB, {"id": job["id"]}).data["job"]
        return found is None or bool(found["done"])

    if wait.until(is_done):
        return {}
    reason = f"the store accepted it and was not done after {wait.limit_s:g} s; run plan again later"
    return dict.fromkeys(mutation.covers, reason)
