"""Introspection: what the schema says of itself, worked out once for each question; the schema never changes."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from graphql import FieldNode

from reconciler.sandbox.wire.documents import Document

_KEPT = 8  # answers of a megabyte


class Introspections:
    """Answers to the documents seen last that ask for nothing but the schema."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Document, dict[str, Any]]] = OrderedDict()
        self._lock = Lock()

    def known(self, document: Document) -> dict[str, Any] | None:
        """Return the answer to a document, if it was given before. Nobody may change it."""
        with self._lock:
            found = self._known.get(id(document))
            if found is None:
                return None
            self._known.move_to_end(id(document))
            return found[1]

    def keep(self, document: Document, data: dict[str, Any]) -> None:
        """Keep an answer, with its document, so that no other can take its place in memory."""
        if not _asks_for_the_schema_only(document):
            return
        with self._lock:
            self._known[id(document)] = (document, data)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)


def _asks_for_the_schema_only(document: Document) -> bool:
    """Return whether one operation without variables asks for ``__schema``, and nothing beside it."""
    if len(document.operations) != 1 or document.operations[0].variable_definitions:
        return False
    selections = document.operations[0].selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value == "__schema" and not one.directives for one in selections)
