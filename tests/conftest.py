"""What every test shares: how hypothesis searches.

Tests must give the same answer twice, so the default profile is derandomized and keeps no database. To look for new
counterexamples, run `HYPOTHESIS_PROFILE=search make test`.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from reconciler.cli.embedded import EmbeddedStores

settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("search", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStores]:
    """One server of embedded stores for the whole run; a test names a store of its own in it."""
    with EmbeddedStores(tmp_path_factory.mktemp("embedded")) as stores:
        yield stores
