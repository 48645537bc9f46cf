"""What every test shares: how hypothesis searches, a server of embedded stores, what long runs came to.

Tests must give the same answer twice, so the default profile is derandomized and keeps no database. To look for new
counterexamples, run `HYPOTHESIS_PROFILE=search make test`.
"""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import settings

from reconciler.cli.embedded import EmbeddedStores

settings.register_profile("ci", max_examples=60, derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("search", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Thousands of collected tests stay, and the collector would walk over them again and again: a tenth of a run.
gc.set_threshold(50_000, 20, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the schedules came to, where many were asked for: in whatever process each was played."""
    if not any(name in os.environ for name in ("FAULT_SCHEDULES", "RACE_SCHEDULES")):
        return
    figures: Counter[str] = Counter()
    for report in chain.from_iterable(terminalreporter.stats.values()):
        for name, counted in getattr(report, "user_properties", ()):
            if name == "figures" and report.when == "teardown":
                figures.update(counted)
    for what, number in sorted(figures.items()):
        terminalreporter.write_line(f"{number:8,} {what}")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStores]:
    """One server of embedded stores for each process of a run; a test names a store of its own in it."""
    with EmbeddedStores(tmp_path_factory.mktemp("embedded")) as stores:
        yield stores
