"""Why a step is answered otherwise than recorded: what a person found out (reasons.yaml), else what can be told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.conformance.compare import Difference
from tests.conformance.replay import BEFORE, Outcome
from tests.conformance.roots import CORE

_BUG, _FOREIGN = "bug", "not our domain"
CLASSES = (_BUG, "version difference", _FOREIGN, "recording needs state that it does not hold")
_FOUND_OUT = Path(__file__).with_name("reasons.yaml")
_LACKING = re.compile(r"Field '(\w+)' doesn't exist on type '(\w+)'")
UNEXPLAINED = "not looked into yet"


@dataclass(frozen=True)
class Reason:
    """A class, and one line of ours."""

    kind: str
    line: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.line}"


class Reasons:
    """The reasons that are known, and the roots that the store answers."""

    def __init__(self, found_out: Mapping[str, Reason], declared: frozenset[str]) -> None:
        self._found_out = found_out
        self._declared = declared

    def of(self, outcome: Outcome) -> Reason:
        """Return why a step does not match or does not count."""
        if outcome.reason:
            return Reason(*outcome.reason.split(": ", 1))
        known = self._found_out.get(outcome.key) or self._found_out.get(outcome.scenario)
        return known or self._told(outcome.roots, outcome.difference)

    def _told(self, roots: frozenset[str], difference: Difference | None) -> Reason:
        foreign = sorted(roots - CORE - self._declared)
        if foreign:
            return Reason(_FOREIGN, f"asks for {', '.join(foreign)}")
        missing = sorted(roots - self._declared)
        if missing:
            return Reason(_BUG, f"{', '.join(missing)} is not there yet")
        if difference and difference.path == BEFORE:
            return Reason(_BUG, "what it takes for granted cannot be set up")
        lacking = sorted(set(_LACKING.findall(str(difference.ours)))) if difference else []
        if lacking:
            return Reason(_BUG, f"{', '.join(f'{kind}.{field}' for field, kind in lacking)} is not there yet")
        return Reason(_BUG, UNEXPLAINED)


def found_out(file: Path = _FOUND_OUT) -> dict[str, Reason]:
    """Return the reasons of a file by scenario, or by scenario and step. Raises ValueError for an unknown class."""
    content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    unknown = content.keys() - set(CLASSES)
    if unknown:
        raise ValueError(f"{file.name}: {sorted(unknown)}: expected {', '.join(CLASSES)}")
    return {key: Reason(kind, line) for kind, rows in content.items() for key, line in (rows or {}).items()}
