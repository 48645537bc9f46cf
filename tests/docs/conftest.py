"""The documentation, tried out; ``pytest tests/docs --rewrite-docs`` writes anew what commands print."""

import os
from collections.abc import Iterator

import pytest

from tests.docs.scratch import Scratch
from tests.docs.terminal import program


def pytest_addoption(parser):
    parser.addoption("--rewrite-docs", action="store_true", help="write what commands print into the pages")


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = tmp_path_factory.mktemp("d")  # short: the address of a socket may not be long
    with program(folder) as bin_folder:
        yield Scratch(folder, bin_folder, shared)


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-docs", default=False))
