"""Stores that things happen to, and a program that does not really sleep between its attempts."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

import pytest

from reconciler.cli.embedded import EmbeddedStores
from reconciler.shopify import client
from reconciler.shopify.lane import Timing
from tests.contract.repository import Repository
from tests.faults.everything import as_it_is_to_be, as_it_was
from tests.faults.held import Held, held

_NUMBERS = count(1)
_SHARE = 0.001
Start = Literal["an empty store", "a store as it was"]


@dataclass(frozen=True)
class Undisturbed:
    """What a store holds before and after an apply that nothing disturbs."""

    before: Held
    after: Held


NewStory = Callable[[Start], Repository]
Expect = Callable[[Start], Undisturbed]


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Iterator[Counter[str]]:
    """What a test counts; tests/conftest.py adds up what all of them did, and says it."""
    counted: Counter[str] = Counter()
    yield counted
    record_property("figures", dict(counted))


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a thousandth of every wait be enough; what is decided to be waited, and how often, stays as it is."""

    def timing(sleep: Callable[[float], None] = time.sleep) -> Timing:
        return Timing(sleep=lambda seconds: sleep(seconds * _SHARE))

    monkeypatch.setattr(client, "Timing", timing)


@pytest.fixture
def new_story(tmp_path: Path, embedded: EmbeddedStores) -> NewStory:
    """Make repositories that have something to plan, each with a store of its own."""
    return lambda start: _about_to_plan(tmp_path, embedded, start)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores) -> Expect:
    """Return what a store holds before and after, from each start."""
    known: dict[Start, Undisturbed] = {}

    def told(start: Start) -> Undisturbed:
        if start not in known:
            repository = _about_to_plan(tmp_path_factory.mktemp("undisturbed"), embedded, start)
            before = held(repository)
            assert repository.apply(repository.plan()).complete
            known[start] = Undisturbed(before, held(repository))
        return known[start]

    return told


def _about_to_plan(folder: Path, embedded: EmbeddedStores, start: Start) -> Repository:
    number = next(_NUMBERS)
    made = Repository(folder / str(number), f"disturbed-{number}", embedded)
    places = {"locations": ["North", "South"], "publications": ["Online Store", "Point of Sale"]}
    made.make_shop(plan="enterprise", media_processing_ms=0, display_name="Demo", **places)
    as_it_was(made)
    if start == "a store as it was":
        assert made.apply(made.plan()).complete
        as_it_is_to_be(made)
    return made
