"""Recording: what a store answers while it is read, gathered by object, so that a file can answer in its place.

Recorded is what a query would have told of a root with all that hangs on it: further pages of a connection stand in the
first one, and lines of exports are put together. Nothing is interpreted: that is done when it is read back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.json import JsonObject
from reconciler.model.progress import Teller
from reconciler.model.state import Found, FoundGroup
from reconciler.shopify import automatic, places, preflight
from reconciler.shopify.asking import Answer
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.identity import OWN_APP
from reconciler.shopify.lane import Counters
from reconciler.shopify.large import MeasuredClient
from reconciler.shopify.nodes import Given, Nodes
from reconciler.shopify.queries import Tree, page_document, rest_document
from reconciler.shopify.throttle import Bucket

ASKED_ONCE: Final = (preflight.DOCUMENT, *places.DOCUMENTS.values(), OWN_APP, *automatic.DOCUMENTS)
"""What is asked of a store beside its roots: a few answers, which are kept as they are."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a store said where it did not let us read."""

    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One of the few answers."""

    document: str
    variables: JsonObject
    data: Mapping[str, Any] | None
    refusal: Refusal | None = None
    """Instead of data."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A root, as the store answered it."""

    kind: str
    piece: int
    """0: through the connection as its kind reads it; 1 and up: which of its slices."""
    id: str
    is_alone: bool
    """What hangs on it was not asked for."""
    held: Mapping[str, Any]
    """Id → node: of the root, of what hangs on it and has something below it, of what owns its children."""


@dataclass(slots=True)
class Recorder:
    """A client that notes what is answered. ``keeps``: the roots without a mark of which all is asked."""

    client: MeasuredClient
    trees: Mapping[str, Tree]
    """Kind of root → what is read of it."""
    keeps: Callable[[Found], bool]
    answers: list[Answered] = field(default_factory=list)
    _held: dict[str, dict[str, Any]] = field(default_factory=dict)
    _piece: int = 0
    _pages: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Document → its connection, and the number of the slice."""
    _rests: dict[str, str] = field(default_factory=dict)
    """Document → the path of the connection of which it asks for more."""

    def __post_init__(self) -> None:
        for tree in self.trees.values():
            self._rests |= _rests(tree)
            for number, piece in enumerate((None, *tree.root.further)):
                self._pages[page_document(tree, piece)] = (tree.root.connection, number)

    @property
    def teller(self) -> Teller:
        """Tells of the work on the store."""
        return self.client.teller

    @property
    def counters(self) -> Counters:
        """What was sent so far."""
        return self.client.counters

    @property
    def bucket(self) -> Bucket | None:
        """What could be spent after the last answer."""
        return self.client.bucket

    def start_export(self, text: str) -> Answer:
        """Return the answer to the request for an export: where that is, is a secret, and not recorded."""
        return self.client.start_export(text)

    def cancel_export(self, job_id: str) -> Answer:
        """Return the answer to the request to stop one."""
        return self.client.cancel_export(job_id)

    def query(self, document: str, variables: JsonObject | None = None) -> Answer:
        """Return the answer to a query; what is known to be asked for roots, or once, is recorded."""
        given = variables or {}
        try:
            answer = self.client.query(document, variables)
        except AccessDenied as error:
            if document in ASKED_ONCE:
                self.answers.append(Answered(document, given, None, Refusal(error.cause, error.cure)))
            raise
        self._record(document, given, answer.data)
        return answer

    def _record(self, document: str, variables: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if document in ASKED_ONCE:
            self.answers.append(Answered(document, variables, data))
        elif document in self._pages:
            connection, self._piece = self._pages[document]
            self.page(data[connection]["nodes"])
        elif document in self._rests:
            _append(self._held[variables["id"]], data["node"], self._rests[document].split("."))
        elif "nodes" in data:
            self.below(variables["ids"], data["nodes"])

    def page(self, nodes: Sequence[JsonObject | None]) -> None:
        """Note the roots of a page; those of the one before have been taken by now."""
        self._held = {str(node["id"]): dict(node) for node in nodes if node}

    def below(self, ids: Sequence[str], nodes: Given) -> None:
        """Note what was answered about objects."""
        for own_id, node in zip(ids, nodes, strict=True):
            if node:
                self._held[own_id] = {**self._held.get(own_id, {}), **node}

    def kept(self, group: FoundGroup) -> Kept:
        """Return what was recorded of a group of the last page."""
        root = group.root
        met = (root, *group.children)
        ids = dict.fromkeys(each for found in met for each in (found.id, *found.handles.values()))
        held = {each: self._held[each] for each in ids if each in self._held}
        is_alone = bool(self.trees[root.kind].children) and root.mark is None and not self.keeps(root)
        return Kept(root.kind, self._piece, root.id, is_alone, held)


class Witnessed:
    """Nodes that a recorder hears of, wherever they come from."""

    def __init__(self, nodes: Nodes, recorder: Recorder) -> None:
        self._nodes = nodes
        self._recorder = recorder

    def pages(self, tree: Tree) -> Iterator[Sequence[JsonObject]]:
        """Yield the roots, some at a time."""
        for page in self._nodes.pages(tree):
            self._recorder.page(page)
            yield page

    def below(self, tree: Tree, ids: Sequence[str]) -> Given:
        """Return what hangs on objects of the last page."""
        nodes = self._nodes.below(tree, ids)
        self._recorder.below(ids, nodes)
        return nodes

    def spelled(self, root_id: str) -> None:
        """Return nothing: what is recorded has to be parsed."""
        del root_id


def _rests(tree: Tree) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in tree.children:
        if child.root.connection:
            owner = child.root.owner.type if child.root.owner else tree.root.type
            found[rest_document(owner, child.root)] = child.root.connection
        found |= _rests(child)
    return found


def _append(held: dict[str, Any], node: Any, path: Sequence[str]) -> None:
    """Put the nodes of a further page into the first one."""
    first, more = held, node
    for name in path:
        first, more = first[name], more[name]
    first["nodes"] = [*first["nodes"], *more["nodes"]]
    first["pageInfo"] = more["pageInfo"]
