"""Scenarios, sent to a server step by step, and a verdict on every step.

A step counts in a version if its request means something there and the recording does not say that its answer belongs
to another version, another token or an index that runs behind. What does not count is listed all the same.
"""

import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from urllib.parse import urljoin

import requests

from tests.conformance.bulk import BulkState
from tests.conformance.compare import Difference, differences
from tests.conformance.names import Names
from tests.conformance.paths import found_at, is_left_out, parsed, under
from tests.conformance.scenario import Scenario, Step
from tests.conformance.stage import NotToBeStaged, StateUnknown, staged
from tests.conformance.unmade import unmade
from tests.sandbox.store import VERSION, Server, Store

BEFORE = "before the first step"  # the path of what kept a scenario from beginning
_PATIENCE_S, _PAUSE_S = 5.0, 0.1  # for reads that the recording repeated too
_TIMEOUT_S = 30
_STATES, _DONE, _UNDER_WAY = frozenset({"status", "fileStatus"}), "READY", frozenset({"UPLOADED", "PROCESSING"})
_FILES_UNDER_WAY = '{ files(first: 1, query: "status:UPLOADED,PROCESSING") { nodes { id } } }'
_NO_OPERATION = re.compile(r'No operation named "(?P<name>\w+)"')
_OTHER_VERSION = "version difference"
_OTHER_STATE = "recording needs state that it does not hold"
UNMADE = f"{_OTHER_STATE}: shows an object that nothing in the recording makes"
_NOT_COUNTED = {
    "other-version": f"{_OTHER_VERSION}: sent to another version",
    "pre-idempotency": f"{_OTHER_VERSION}: from before @idempotent was asked for",
    "token-scopes": f"{_OTHER_STATE}: a token without a scope",
    "search-index": f"{_OTHER_STATE}: a search index at that moment",
}


class Verdict(Enum):
    """What became of a step."""

    MATCH = "match"
    MISS = "miss"
    NOT_COUNTED = "not counted"


@dataclass(frozen=True)
class Outcome:
    """One step, replayed or not, and how it ended."""

    domain: str
    scenario: str
    step: int
    roots: frozenset[str]
    verdict: Verdict
    difference: Difference | None = None  # the first one
    reason: str | None = None  # where the recording itself says it

    @property
    def key(self) -> str:
        """The step's name over all scenarios."""
        return f"{self.scenario}#{self.step}"


def replayed(server: Server, shop_name: str, scenario: Scenario) -> list[Outcome]:
    """Return what became of each step of a scenario, in a shop of its own."""
    names = Names()
    if not scenario.behaves_in(VERSION):
        reason = f"{_OTHER_VERSION}: needs what ended with {scenario.content['behaves_until']}"
        return [_outcome(scenario, step, Verdict.NOT_COUNTED, reason) for step in scenario.steps]
    try:
        store = staged(server, shop_name, scenario, names)
    except StateUnknown as unknown:
        reason = f"{_OTHER_STATE}: {unknown}"
        return [_outcome(scenario, step, Verdict.NOT_COUNTED, reason) for step in scenario.steps]
    except NotToBeStaged as refusal:
        return [
            _outcome(scenario, step, Verdict.MISS if reason is None else Verdict.NOT_COUNTED, reason, str(refusal))
            for step in scenario.steps
            for reason in [_why_not_counted(step)]
        ]
    return list(_Run(store, scenario, names).outcomes())


def _outcome(
    scenario: Scenario, step: Step, verdict: Verdict, reason: str | None = None, said: str | None = None
) -> Outcome:
    difference = Difference(BEFORE, "the recorded shop", said) if said else None
    return Outcome(scenario.domain, scenario.name, step.number, step.roots, verdict, difference, reason)


def _why_not_counted(step: Step) -> str | None:
    if not step.is_valid_in(VERSION):
        return f"{_OTHER_VERSION}: no longer valid"
    return next((_NOT_COUNTED[flag] for flag in sorted(step.flags) if flag in _NOT_COUNTED), None)


class _Run:
    """One scenario in one shop."""

    def __init__(self, store: Store, scenario: Scenario, names: Names) -> None:
        self._store = store
        self._scenario = scenario
        self._names = names
        self._answers: dict[int, Any] = {}
        self._bulk = BulkState(store, scenario, names)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the verdict on each step, in order."""
        strange = unmade(self._scenario)
        for step in self._scenario.steps:
            reason = _why_not_counted(step) or (UNMADE if step.number in strange else None)
            self._bind(step)
            self._let_files_finish(step)
            self._bulk.make_ready(step)
            found = None if "token-scopes" in step.flags else self._patiently(step)
            verdict = Verdict.MISS if found else Verdict.MATCH
            outcome = _outcome(self._scenario, step, Verdict.NOT_COUNTED if reason else verdict, reason)
            yield replace(outcome, difference=found)

    def _bind(self, step: Step) -> None:
        for one in step.content.get("bindings") or ():
            number, _, place = one["from"].partition(".")
            ours = found_at(self._answers.get(int(number)), parsed(place))
            if ours is not None:
                self._names.bind(one["literal"], ours, only_the_tail=one.get("as") == "tail")

    def _let_files_finish(self, step: Step) -> None:
        """Wait for files that the recording shows done: time went by between its steps, and here it does not."""
        states = set(_file_states(step.content.get("response")))
        end = time.monotonic() + _PATIENCE_S
        while _DONE in states and not states & _UNDER_WAY and time.monotonic() < end:
            answer = self._store.post({"query": _FILES_UNDER_WAY}).json()
            if not found_at(answer, parsed("data.files.nodes")):
                break
            time.sleep(_PAUSE_S)

    def _patiently(self, step: Step) -> Difference | None:
        end = time.monotonic() + (_PATIENCE_S if "eventual" in step.flags else 0)
        while True:
            found = self._sent(step)
            if found is None or time.monotonic() >= end or self._is_refused(step):
                return found
            time.sleep(_PAUSE_S)

    def _is_refused(self, step: Step) -> bool:
        answer = self._answers.get(step.number)
        return isinstance(answer, dict) and isinstance(answer.get("errors"), list)

    def _sent(self, step: Step) -> Difference | None:
        match step.kind:
            case "upload":
                return self._upload(step)
            case "download":
                return self._download(step)
            case _:
                return self._ask(step)

    def _ask(self, step: Step) -> Difference | None:
        content = step.content
        body = {"query": self._names.rewritten(content["query"])}
        body["variables"] = self._names.rewritten(content.get("variables") or {})
        operation_name = content.get("operation_name") or _name_missed(content["response"])
        if operation_name:
            body["operationName"] = operation_name
        response = self._store.post(body, version=content.get("api_version") or VERSION)
        answer = response.json()
        self._answers[step.number] = answer
        self._bulk.learn(step, answer)
        if self._is_refused(step) and not content["response"].get("errors"):
            return Difference("response.errors", "nothing", [one.get("message") for one in answer["errors"]])
        if response.status_code != content.get("status", 200):
            return Difference("status", content.get("status", 200), response.status_code)
        return self._first(step, "response", content["response"], answer)

    def _upload(self, step: Step) -> Difference | None:
        content = step.content.get("content")
        if content is None:  # the bytes were not recorded
            return None
        target = found_at(self._answers.get(step.content["from_step"]), parsed(step.content["target"]))
        if not isinstance(target, dict):
            return Difference("upload", "a target", target)
        status = _uploaded(target, content.encode())
        return None if status // 100 == 2 else Difference("status", step.content.get("status"), status)

    def _download(self, step: Step) -> Difference | None:
        number, _, place = step.content["url_from"].partition(".")
        url = found_at(self._answers.get(int(number)), parsed(place))
        if step.content.get("records") is None:
            return None
        if not isinstance(url, str):
            return Difference("download", "an address", url)
        text = requests.get(urljoin(self._store.server_url, url), timeout=_TIMEOUT_S).text
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
        return self._first(step, "records", step.content["records"], records)

    def _first(self, step: Step, part: str, recorded: Any, ours: Any) -> Difference | None:
        masks = self._scenario.masks
        for key in ("steps", step.number, part):
            masks = under(masks, key)
        if is_left_out(masks):
            return None
        found = list(differences(recorded, ours, masks, self._names, (part,)))  # all: each binds the ids it meets
        return found[0] if found else None


def _name_missed(answer: Any) -> str | None:
    """Return the operation that was asked for and is not in the document, where the recording kept no other trace."""
    message = found_at(answer, parsed("errors[0].message"))
    missed = _NO_OPERATION.fullmatch(message) if isinstance(message, str) else None
    return missed["name"] if missed else None


def _file_states(answer: Any) -> Iterator[str]:
    parts = answer.items() if isinstance(answer, dict) else enumerate(answer) if isinstance(answer, list) else ()
    for key, value in parts:
        if key in _STATES and isinstance(value, str):
            yield value
        yield from _file_states(value)


def _uploaded(target: dict[str, Any], content: bytes) -> int:
    """Send a file where the target says, by form or as the body, and return the status."""
    fields = {one["name"]: one["value"] for one in target.get("parameters") or ()}
    if fields.keys() & {"key", "policy", "Policy"}:
        parts = {name: (None, value) for name, value in fields.items()}
        answer = requests.post(target["url"], files={**parts, "file": (uuid.uuid4().hex, content)}, timeout=_TIMEOUT_S)
    else:
        answer = requests.put(target["url"], data=content, headers=fields, timeout=_TIMEOUT_S)
    return answer.status_code
