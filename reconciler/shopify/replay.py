"""Replay: a client that answers from what was recorded of a store, and sends nothing.

It knows the documents that a reader asks by their text, and answers each with all that was recorded of the objects in
question: that is more than was asked for where fewer kinds are wanted now, and parsers look at what they know alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from reconciler.model.errors import SnapshotRefused
from reconciler.model.json import JsonObject
from reconciler.model.progress import Teller
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.queries import (
    Tree,
    below_document,
    ids_document,
    owned_document,
    page_document,
)
from reconciler.shopify.recording import Answered, Kept, Refusal

_NAME: Final = re.compile(r"^query (\w+)")


class Shelf(Protocol):
    """Where recorded roots are."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def page(self, kind: str, piece: int, after: int | None, size: int) -> tuple[Sequence[Kept], int | None]:
        """Return roots in the order in which they were read, and where the next ones are; None: that is all.

        Of a kind that was not read to its end the last page is an empty one.
        """

    def find(self, kind: str, root_id: str) -> Kept | None:
        """Return one root."""

    def refusal(self, kind: str) -> Refusal | None:
        """Return why a kind of roots was not read to its end."""

    def answered(self, document: str, variables: JsonObject) -> Answered | None:
        """Return what was answered to something that is asked once."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """An answer."""

    data: Mapping[str, Any]


class Replay:
    """Answers for a store. ``trees``: kind of root → what is read of it now."""

    def __init__(self, shelf: Shelf, trees: Mapping[str, Tree], teller: Teller) -> None:
        self.teller = teller
        self._shelf = shelf
        self._page_at_hand: dict[str, Kept] = {}
        self._below_at_hand: dict[str, Any] = {}
        self._holders: dict[str, tuple[str, str]] = {}
        """What has the children of a root in its place → that root; such a root may be asked for nothing itself."""
        self._known: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}
        for kind, tree in trees.items():
            self._known |= dict(self._ways(kind, tree))

    def query(self, document: str, variables: JsonObject | None = None) -> Replayed:
        """Return the answer as it was recorded. Raises AccessDenied where that was one, SnapshotRefused for none."""
        given = variables or {}
        if document in self._known:
            return Replayed(self._known[document](given))
        answered = self._shelf.answered(document, given)
        if answered is None:
            name = _NAME.findall(document)[0]
            raise SnapshotRefused(
                f"{self._shelf.name}: it does not hold the answer to {name}, which was not asked when it was made; "
                "make a new snapshot with the files as they are now, or plan against the store"
            )
        if answered.refusal is not None:
            raise self._denied(answered.refusal)
        return Replayed(answered.data or {})

    def _ways(self, kind: str, tree: Tree) -> Iterator[tuple[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]]:
        for number, piece in enumerate((None, *tree.root.further)):
            yield page_document(tree, piece), partial(self._page, kind, number, tree)
        yield ids_document(tree), partial(self._roots, kind)
        if tree.children:
            yield below_document(tree), partial(self._roots, kind)
        for child in _below(tree):
            if child.root.owner is not None:
                yield owned_document(child), self._hanging
            if child.children:
                yield below_document(child), self._hanging

    def _page(self, kind: str, piece: int, tree: Tree, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        after = variables["after"]
        page, following = self._shelf.page(kind, piece, None if after is None else int(after), tree.root.page_size)
        if not page and (refusal := self._shelf.refusal(kind)) is not None:
            raise self._denied(refusal)
        self._page_at_hand = {kept.id: kept for kept in page}
        if any(child.root.owner is not None for child in tree.children):
            self._holders |= {each: (kind, kept.id) for kept in page for each in kept.held if each != kept.id}
        info = {"hasNextPage": following is not None, "endCursor": None if following is None else str(following)}
        return {tree.root.connection: {"pageInfo": info, "nodes": [kept.held[kept.id] for kept in page]}}

    def _roots(self, kind: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        self._below_at_hand = {}
        return {"nodes": [self._root(kind, root_id) for root_id in variables["ids"]]}

    def _root(self, kind: str, root_id: str) -> Any:
        kept = self._page_at_hand.get(root_id)
        if kept is None or kept.kind != kind:
            kept = self._shelf.find(kind, root_id)
        if kept is None:
            return None
        if kept.is_alone:
            raise SnapshotRefused(
                f"{self._shelf.name}: of {kind} {root_id}, which is not ours, it holds no more than its own fields: "
                "git did not ask for its handle when the snapshot was made; make a new one, or plan against the store"
            )
        self._below_at_hand |= kept.held
        return kept.held[root_id]

    def _hanging(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what hangs on objects of the roots that were asked for last, or of pages, where nothing was asked."""
        return {"nodes": [self._object(each) for each in variables["ids"]]}

    def _object(self, own_id: str) -> Any:
        if own_id in self._below_at_hand:
            return self._below_at_hand[own_id]
        kept = self._shelf.find(*self._holders[own_id]) if own_id in self._holders else None
        return None if kept is None else kept.held[own_id]

    def _denied(self, refusal: Refusal) -> AccessDenied:
        return AccessDenied(self.teller.store, refusal.cause, refusal.cure)


def _below(tree: Tree) -> Iterator[Tree]:
    for child in tree.children:
        yield child
        yield from _below(child)
