"""The recordings, where they are, and what becomes of all of them against a server that is started for it."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import requests

from tests.conformance.places import places
from tests.conformance.reasons import Reasons, found_out
from tests.conformance.replay import Outcome, replayed
from tests.conformance.scenario import Scenario, scenarios
from tests.sandbox.store import Server, Store, ended, started

_TIMEOUT_S = 30
NAMED_BY = "RECONCILER_CONFORMANCE"
_BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "conformance"
_DECLARED = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }"


def folder() -> Path | None:
    """Return the folder that holds recordings, or None."""
    named = os.environ.get(NAMED_BY)
    wanted = Path(named) if named else _BESIDE
    return wanted if wanted.is_dir() else None


def replay_all(chosen: Sequence[Scenario]) -> tuple[list[Outcome], Reasons]:
    """Return what became of every step, and the reasons for what is otherwise."""
    with tempfile.TemporaryDirectory() as data:
        server = started(Path(data))
        try:
            outcomes = [one for number, scenario in enumerate(chosen) for one in _alone(server, f"s{number}", scenario)]
            return outcomes, Reasons(found_out(), _declared(server.shop("roots")))
        finally:
            ended(server)


def _alone(server: Server, shop_name: str, scenario: Scenario) -> list[Outcome]:
    """Return what became of a scenario's steps; its shop is gone afterwards, with the jobs that still wait in it."""
    outcomes = replayed(server, shop_name, scenario)
    requests.delete(f"{server.url}/_sandbox/shops/{shop_name}", timeout=_TIMEOUT_S).raise_for_status()
    return outcomes


def all_scenarios(recordings: Path) -> list[Scenario]:
    """Return every recorded scenario, each with what all of them tell of its shop."""
    found = list(scenarios(recordings))
    known = places(one.content for one in found)
    return [replace(one, places=known[str(one.content.get("store"))]) for one in found]


def _declared(store: Store) -> frozenset[str]:
    answer = store.run(_DECLARED)["__schema"]
    return frozenset(field["name"] for kind in answer.values() for field in kind["fields"])
