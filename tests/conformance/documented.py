"""Examples of Shopify's documentation, asked of the store: an answer must have the documented one's shape.

A shape is the keys, the types and what is null; lists count by their first element. The ids of an example stand for
objects that documented.yaml says how to make.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from graphql import parse, validate

from reconciler.sandbox.language.schema import the_schema
from tests.conformance.acceptance import place
from tests.conformance.compare import Difference, differences
from tests.conformance.names import Names
from tests.conformance.paths import masked
from tests.conformance.roots import CORE
from tests.conformance.scenario import FORMAT, Scenario, roots_of, scenario
from tests.conformance.stage import staged
from tests.sandbox.store import VERSION, Server

_PLANS = Path(__file__).with_name("documented.yaml")


@dataclass(frozen=True)
class Example:
    """A documented request, its documented answer, and what we know about both."""

    name: str
    content: Mapping[str, Any]
    plan: Mapping[str, Any]

    @property
    def lacking(self) -> list[str]:
        """What the store says does not exist."""
        return [error.message for error in validate(the_schema(), parse(self.content["query"]))]

    @property
    def why_not(self) -> str | None:
        """Why the store cannot answer as documented, if it cannot."""
        return self.plan.get("why_not")

    def difference(self, server: Server) -> Difference | None:
        """Ask a fresh shop and return the first place where the answer's shape is another."""
        names = Names()
        store = staged(server, self.name.partition("-")[0], self._scenario(), names)
        variables = names.rewritten(self.content["variables"] or {})
        answer = store.post({"query": self.content["query"], "variables": variables}).json()
        ours = answer if answer.get("errors") else answer["data"]
        return next(differences(shape(self.content["response"]), shape(ours), masked(()), Names()), None)

    def _scenario(self) -> Scenario:
        seed = {"ambient": self.plan.get("ambient", []), "locales": self.plan.get("locales")}
        steps = self.plan.get("steps", [])
        return scenario(
            {"format": FORMAT, "name": self.name, "domain": "documented", "seed": seed | {"steps": steps}, "steps": []},
            self.name,
        )


def examples() -> Iterator[Example]:
    """Yield the examples that are valid in our version and ask for a core root. Skips the test without them."""
    folder = place("docs-examples")
    plans = yaml.safe_load(_PLANS.read_text(encoding="utf-8"))
    validity = json.loads((folder / "_validity.json").read_text(encoding="utf-8"))
    for name, problems in sorted(validity.items()):
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        if not problems[VERSION] and roots_of(content["query"]) & CORE:
            yield Example(name, content, plans.get(name.partition("-")[0]) or {})


def shape(value: Any) -> Any:
    """Return a value with its leaves replaced by the names of their types."""
    match value:
        case dict():
            return {key: shape(one) for key, one in value.items()}
        case list():
            return [shape(one) for one in value[:1]]
        case None:
            return None
        case _:
            return type(value).__name__
