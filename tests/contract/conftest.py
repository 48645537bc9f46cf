"""An embedded store for each test."""

from itertools import count
from pathlib import Path

import pytest

from reconciler.cli.embedded import EmbeddedStores
from tests.contract.repository import Repository

_names = count(1)


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    """An empty repository with an empty store."""
    made = Repository(tmp_path, f"shop-{next(_names)}", embedded)
    made.store_says("")
    return made
