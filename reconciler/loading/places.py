"""Places: the line and column of any value of a YAML file, found on demand by composing the file again.

Positions cost nothing while all is well: no nodes are kept, and a file is composed again only when somebody asks.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Protocol

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from reconciler.loading.source import Source
from reconciler.loading.yaml import compose, place_of
from reconciler.model.errors import InvalidInput
from reconciler.model.origin import FieldPath, Place

REMEMBERED: Final = 8  # files; a message rarely names more, and the nodes of a large one take 100 MB


class Locator(Protocol):
    """Where the parts of one document stand."""

    def value(self, path: FieldPath) -> Place:
        """Return the place of a value, or of its nearest ancestor that the file has."""

    def key(self, path: FieldPath) -> Place:
        """Return the place of the key that leads to a value."""

    def written(self, path: FieldPath) -> str | None:
        """Return the text of a scalar as the file spells it; None if there is no scalar."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a repository's files, with the last few files remembered."""

    source: Source
    _roots: OrderedDict[str, Node | None] = field(default_factory=OrderedDict)

    def of(self, file: str, above: FieldPath = ()) -> "FilePlaces":
        """Return the places of a file, or of the part of it below a path."""
        return FilePlaces(self, file, above)

    def root(self, file: str) -> Node | None:
        """Return the nodes of a file; None when it can no longer be read."""
        if file in self._roots:
            self._roots.move_to_end(file)
            return self._roots[file]
        try:
            root = compose(file, self.source.read(file))
        except InvalidInput:
            root = None  # it was read a moment ago: somebody is editing it
        self._roots[file] = root
        if len(self._roots) > REMEMBERED:
            self._roots.popitem(last=False)
        return root


@dataclass(frozen=True, slots=True)
class FilePlaces:
    """A Locator of one file, or of the part of it below a path."""

    places: Places
    file: str
    above: FieldPath = ()

    def __call__(self, path: FieldPath) -> Place:
        return self.value(path)

    def value(self, path: FieldPath) -> Place:
        """Return the place of a value, or of its nearest ancestor that the file has."""
        node = self._walk(path)[1]
        return place_of(self.file, node.start_mark) if node is not None else Place(self.file)

    def key(self, path: FieldPath) -> Place:
        """Return the place of the key that leads to a value; of the value itself in a list."""
        key = self._walk(path)[0]
        return place_of(self.file, key.start_mark) if key is not None else self.value(path)

    def written(self, path: FieldPath) -> str | None:
        """Return the text of a scalar as the file spells it; None if there is no scalar."""
        key, node, whole = self._walk(path)
        del key
        return node.value if whole and isinstance(node, ScalarNode) else None

    def _walk(self, path: FieldPath) -> tuple[Node | None, Node | None, bool]:
        """Return the last key, the node it leads to, and whether the whole path was there."""
        key: Node | None = None
        node = self.places.root(self.file)
        for step in (*self.above, *path):
            pair = _step(node, step)
            if pair is None:
                return key, node, False
            key, node = pair
        return key, node, node is not None


def _step(node: Node | None, step: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return None, node.value[step]
    return None
