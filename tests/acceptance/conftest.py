"""A repository with an empty store for each catalog."""

from pathlib import Path

import pytest

from reconciler.cli.embedded import EmbeddedStores
from tests.acceptance.round_trip import STORE
from tests.contract.repository import Repository


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    """An empty repository with an empty store that has one location."""
    made = Repository(tmp_path, f"catalog-{tmp_path.name.replace('_', '-').lower()}", embedded)
    made.make_shop(plan="enterprise", media_processing_ms=0)
    made.store_says(STORE)
    return made
