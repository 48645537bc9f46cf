"""Punctual: what overwrites something goes soon after that was read, or it is looked at once more.

A request may have to wait after the reading: for the bucket, for uploads of its files, before another attempt. Whoever
sends refuses it then (``ReadTooLongAgo``), nothing was sent, and what it would overwrite is read again. First there is
waited for as many points as both take, so that the second reading is not followed by the same wait.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from reconciler.model.address import Address
from reconciler.model.outcome import Outcome
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import ReadTooLongAgo
from reconciler.shopify.writer import Answer, Sender

_MOST_LOOKS: Final = 5


class Looks(Protocol):
    """What looks at the store before each request of a step."""

    def withheld(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return what a request must not write any more → why; it is sent only where there is nothing of that."""

    def read_at(self, mutation: Mutation) -> float | None:
        """Return when what it overwrites was read last; None for what overwrites nothing."""

    def overtaken(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Look again, because it was not sent in time; return what must not be written any more, and why."""


class NoLooks:
    """Everything may be sent."""

    def withheld(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return nothing."""
        del mutation
        return {}

    def read_at(self, mutation: Mutation) -> float | None:
        """Return that nothing is overwritten."""
        del mutation
        return None

    def overtaken(self, mutation: Mutation) -> Mapping[Address, Outcome]:
        """Return nothing."""
        del mutation
        return {}


@dataclass(frozen=True, slots=True)
class Punctual:
    """A sender that looks again where a request would come too late. What must not go is noted in ``kept_back``."""

    sender: Sender
    looks: Looks
    make_room: Callable[[int], None]
    kept_back: dict[Address, Outcome]

    def mutate(self, mutation: Mutation) -> Answer:
        """Return the answer. Raises ReadTooLongAgo for what was kept back, and for what could not be sent in time."""
        for _ in range(_MOST_LOOKS):
            try:
                return self.sender.mutate(replace(mutation, read_at=self.looks.read_at(mutation)))
            except ReadTooLongAgo:
                self.make_room(mutation.cost_points)
                why = self.looks.overtaken(mutation)
                if why:
                    self.kept_back.update(why)
                    raise
        return self.sender.mutate(replace(mutation, read_at=self.looks.read_at(mutation)))
