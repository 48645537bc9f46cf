"""One server for the session; a fresh shop for each test that asks for one."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.sandbox.store import Server, Store, ended, started

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = started(tmp_path_factory.mktemp("sandbox"))
    yield running
    ended(running)


@pytest.fixture
def store(server: Server) -> Store:
    return server.shop(f"shop-{next(_NUMBERS)}", display_name="Demo")


@pytest.fixture(scope="module")
def shared(server: Server) -> Store:
    """A shop that the tests of one module share; they leave each other's rows alone."""
    return server.shop(f"shared-{next(_NUMBERS)}", display_name="Demo")
