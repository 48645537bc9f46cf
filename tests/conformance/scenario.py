"""Recorded scenarios, read from ``shopify-conformance/1`` files: requests in order, each with the answer it got."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from tests.conformance.paths import Masks, masked
from tests.conformance.places import NOWHERE, Places

FORMAT = "shopify-conformance/1"


@dataclass(frozen=True)
class Step:
    """One exchange. ``content`` is the file as it stands; what is missing in it has the format's default."""

    number: int
    content: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """``graphql``, ``upload`` or ``download``."""
        return str(self.content.get("kind") or "graphql")

    @property
    def flags(self) -> frozenset[str]:
        """What the recording says about the step."""
        return frozenset(self.content.get("flags") or ())

    @property
    def label(self) -> str:
        """The case's name."""
        return str(self.content.get("label") or "")

    def is_valid_in(self, version: str) -> bool:
        """Say whether the request means something in a version; one that is refused as a whole does in each."""
        valid = self.content.get("valid_in")
        return valid is None or version in valid or "top-level-errors" in self.flags

    @cached_property
    def is_mutation(self) -> bool:
        """Whether the request is a mutation."""
        try:
            definitions = parse(self.content.get("query") or "").definitions
        except GraphQLError:
            return False
        kinds = {one.operation for one in definitions if isinstance(one, OperationDefinitionNode)}
        return OperationType.MUTATION in kinds

    @cached_property
    def roots(self) -> frozenset[str]:
        """The root fields that the request asks for; none for a transfer or for a text that is no GraphQL."""
        return roots_of(self.content.get("query") or "", self.content.get("operation_name"))


@dataclass(frozen=True)
class Scenario:
    """One recording."""

    name: str
    domain: str
    content: Mapping[str, Any]
    steps: tuple[Step, ...]
    places: Places = NOWHERE

    @cached_property
    def masks(self) -> Masks:
        """What cannot repeat and is not compared."""
        return masked(self.content.get("ignore") or ())

    @property
    def makes(self) -> frozenset[str]:
        """The ids of what its own mutations make, as far as a later step asks for them."""
        made = (one for step in self.steps for one in step.content.get("bindings") or ())
        return frozenset(one["literal"] for one in made if self.steps[int(one["from"].partition(".")[0])].is_mutation)

    @property
    def seed(self) -> Mapping[str, Any]:
        """What exists before the first step."""
        return self.content.get("seed") or {}

    def behaves_in(self, version: str) -> bool:
        """Say whether the answers are those of a version, as far as the recording knows."""
        last = self.content.get("behaves_until")
        return last is None or version <= last


def scenarios(folder: Path) -> Iterator[Scenario]:
    """Yield every scenario below a folder, in order of path. Raises ValueError for another format."""
    for file in sorted(folder.rglob("*.json")):
        yield scenario(json.loads(file.read_text(encoding="utf-8")), str(file))


def scenario(content: Mapping[str, Any], place: str) -> Scenario:
    """Return one file's scenario."""
    if content.get("format") != FORMAT:
        raise ValueError(f"{place}: format is {content.get('format')!r}, expected {FORMAT!r}")
    steps = tuple(Step(number, one) for number, one in enumerate(content["steps"]))
    return Scenario(content["name"], content["domain"], content, steps)


def roots_of(query: str, operation_name: str | None = None) -> frozenset[str]:
    """Return the root fields of a document's operation; those of every operation if none is named."""
    try:
        definitions = parse(query).definitions
    except GraphQLError:
        return frozenset()
    fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
    named = [one for one in operations if one.name and one.name.value == operation_name]
    chosen = named or operations
    return frozenset(name for one in chosen for name in _fields(one.selection_set, fragments, ()))


def _fields(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], inside: tuple[str, ...]
) -> Iterable[str]:
    for one in selections.selections:
        match one:
            case FieldNode():
                yield one.name.value
            case InlineFragmentNode():
                yield from _fields(one.selection_set, fragments, inside)
            case FragmentSpreadNode():
                name = one.name.value
                if name in fragments and name not in inside:
                    yield from _fields(fragments[name].selection_set, fragments, (*inside, name))
            case _:
                pass
