"""Gathered: all that a store answered about some roots, before any of it is parsed, to be known again by its bytes.

Two answers of the same bytes to the same question make the same group, so that whoever noted what came of the first
need not look at the second. Bytes that differ say nothing: values that change without a meaning cost a closer look.

Rejected: a digest of what was parsed. It is one for all spellings of a group, and making it takes longer than all else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Final, Generic, TypeVar

import orjson

from reconciler.model.json import JsonObject
from reconciler.shopify.batches import in_batches
from reconciler.shopify.nodes import Given, Nodes
from reconciler.shopify.queries import IDS_AT_ONCE, Tree, documents

SIZE: Final = 16  # bytes
_GOES_ON: Final = b'"hasNextPage":true'  # within a text its quotation marks would be escaped
_OF_AN_APP: Final = b'"app--'

Noted_co = TypeVar("Noted_co", covariant=True)
Knows = Callable[[str, bytes], Noted_co | None]
"""The mark of a root, and the digest of all that was answered about it → what is noted of that, if anything is."""


@dataclass(frozen=True, slots=True)
class Familiar(Generic[Noted_co]):
    """A root that was answered as it was before: none of it is parsed."""

    id: str
    mark: str
    noted: Noted_co


@dataclass(frozen=True, slots=True)
class Sifted(Generic[Noted_co]):
    """Roots that are known, by their ids, and the others, each with the digest of what was answered about it."""

    known: Mapping[str, Familiar[Noted_co]]
    others: Sequence[JsonObject]
    answers: Mapping[str, bytes | None]


class Sieve(Generic[Noted_co]):
    """Tells the roots of a tree that somebody ``knows`` from the others.

    ``own_app``: the number of the app that asks, which marks may hold.
    """

    def __init__(self, tree: Tree, knows: Knows[Noted_co], own_app: Callable[[], str]) -> None:
        self._mark_of = tree.root.mark_of
        self._knows = knows
        self._own_app = own_app
        self._is_whole = _is_in_one_piece(tree)
        # Another question is another answer, whatever the store says to both.
        self._asked = blake2b("\n".join(documents((tree,))).encode(), digest_size=SIZE)

    def sifted(self, nodes: Sequence[JsonObject], spelled: Callable[[str], bytes | None]) -> Sifted[Noted_co]:
        """Return the nodes of roots, sifted. ``spelled``: root id → all that was answered, where that is at hand."""
        known: dict[str, Familiar[Noted_co]] = {}
        answers: dict[str, bytes | None] = {}
        others: list[JsonObject] = []
        for node in nodes:
            own_id = str(node["id"])
            mark = self._mark_of(node) if self._mark_of is not None else None
            answers[own_id] = answer = self._digest(spelled(own_id))
            noted = self._knows(mark, answer) if mark is not None and answer is not None else None
            if mark is not None and noted is not None:
                known[own_id] = Familiar(own_id, mark, noted)
            else:
                others.append(node)
        return Sifted(known, others, answers)

    def _digest(self, spelled: bytes | None) -> bytes | None:
        """Return what differs wherever an answer about a root does; None where that is not all of it."""
        if spelled is None or not self._is_whole or _GOES_ON in spelled:
            return None
        taken = self._asked.copy()
        taken.update(spelled)
        if _OF_AN_APP in spelled:
            taken.update(self._own_app().encode())
        return taken.digest()


class Gathered:
    """What hangs on roots, asked for level by level, as parsing them would ask for it. Stands for the nodes then."""

    def __init__(self, tree: Tree, nodes: Sequence[JsonObject], source: Nodes) -> None:
        self._source = source
        self._answers: dict[str, list[JsonObject | None]] = {str(node["id"]): [node] for node in nodes}
        self._below: dict[str, JsonObject | None] = {}
        if _is_in_one_piece(tree):
            self._descend(tree, [(str(node["id"]), node) for node in nodes])

    def pages(self, tree: Tree) -> Iterator[Sequence[JsonObject]]:
        """Yield the roots, some at a time."""
        return self._source.pages(tree)

    def below(self, tree: Tree, ids: Sequence[str]) -> Given:
        """Return what hangs on objects; what was not foreseen is asked for."""
        missing = [own_id for own_id in ids if own_id not in self._below]
        asked = dict(zip(missing, self._source.below(tree, missing), strict=True)) if missing else {}
        return [asked[own_id] if own_id in asked else self._below[own_id] for own_id in ids]

    def spelled(self, root_id: str) -> bytes:
        """Return all that was answered about a root: as it was exported, or as JSON."""
        return self._source.spelled(root_id) or orjson.dumps(self._answers[root_id])

    def _descend(self, tree: Tree, owned: Sequence[tuple[str, JsonObject]]) -> None:
        """Ask for what hangs on the children of nodes. ``owned``: the id of its root, and the node."""
        for child in (each for each in tree.children if each.children):
            wanted = [(root_id, own_id) for root_id, node in owned for own_id in _ids(node, child.root.connection)]
            answered: list[tuple[str, JsonObject]] = []
            for few in in_batches(wanted, IDS_AT_ONCE):
                nodes = self._source.below(child, [own_id for _, own_id in few])
                for (root_id, own_id), node in zip(few, nodes, strict=True):
                    self._below[own_id] = node
                    self._answers[root_id].append(node)
                    answered += [(root_id, node)] if node else []
            self._descend(child, answered)


def _ids(node: JsonObject, path: str) -> list[str]:
    connection: Any = node
    for name in path.split("."):
        connection = connection[name]
    return [str(each["id"]) for each in connection["nodes"] if each]


@cache
def _is_in_one_piece(tree: Tree) -> bool:
    """Whether all that hangs on a root is asked for by the ids of what it hangs on, and of nothing else."""
    return all(child.root.owner is None and _is_in_one_piece(child) for child in tree.children)
