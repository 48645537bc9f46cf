"""Asking: what modules that read need of a client, so that each can be tested with a scripted one."""

from collections.abc import Mapping
from typing import Any, Protocol

from reconciler.model.json import JsonObject
from reconciler.model.progress import Teller


class Answer(Protocol):
    """What a query returns, as far as anybody looks at it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the response; there were no errors."""


class Client(Protocol):
    """Whoever can ask a store."""

    @property
    def teller(self) -> Teller:
        """What tells of the work that it is asked for."""

    def query(self, document: str, variables: JsonObject | None = None) -> Answer:
        """Return the answer, or raise a ReconcilerError."""


class NamedClient(Client, Protocol):
    """The same, for modules that say which store it was."""

    @property
    def store(self) -> str:
        """The store's name."""
