"""Clients that answer from a list and remember what they were asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.json import JsonObject
from reconciler.model.progress import SILENT, Teller
from reconciler.shopify.codec import Mutation


@dataclass(frozen=True)
class ScriptedAnswer:
    data: Mapping[str, Any]
    resent: bool = False
    problems: Sequence[str] = ()


@dataclass
class ScriptedClient:
    """Answers queries with a function of document and variables."""

    answer: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    teller: Teller = SILENT

    def query(self, document: str, variables: JsonObject | None = None) -> ScriptedAnswer:
        self.asked.append((document, variables or {}))
        return ScriptedAnswer(self.answer(document, variables or {}))


@dataclass
class ScriptedSender:
    """Answers mutations one after another; an exception in the script is raised."""

    script: Sequence[Mapping[str, Any] | Exception]
    sent: list[Mutation] = field(default_factory=list)

    def mutate(self, mutation: Mutation) -> ScriptedAnswer:
        answer = self.script[len(self.sent)]
        self.sent.append(mutation)
        if isinstance(answer, Exception):
            raise answer
        return ScriptedAnswer(answer)
