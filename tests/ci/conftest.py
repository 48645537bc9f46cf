"""One repository, one embedded store and one forge for each of both hosts."""

from collections.abc import Iterator

import pytest

from reconciler.cli.embedded import EmbeddedStores
from reconciler.cli.sandbox import DATA_FOLDER
from tests.ci.forge_server import forge_server
from tests.ci.github_runner import GitHubRunner
from tests.ci.gitlab_runner import GitLabRunner
from tests.ci.jobs import put_source
from tests.ci.program import program
from tests.ci.shop import Shop, git

Runner = GitHubRunner | GitLabRunner


@pytest.fixture(scope="session", params=["github", "gitlab"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("ci")
    root = folder / "shop"
    root.mkdir()
    with program(folder) as file, forge_server() as forge, EmbeddedStores(root / DATA_FOLDER) as stores:
        source = put_source(folder / "source", file)
        git(source, "init", "-q")
        git(source, "add", ".")
        git(source, "commit", "-q", "-m", "source")
        stores.shop("warm", "EUR")
        yield Shop(root, request.param, file, source, stores, forge)


@pytest.fixture
def shop(shared: Shop, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The repository with a history of one commit and an empty store."""
    shared.fresh(f"shop-{abs(hash(request.node.nodeid)) % 10**9}")
    yield shared
    assert ([], []) == (shared.memory.unplayed, shared.memory.tokens_elsewhere)


@pytest.fixture
def runner(shop: Shop) -> Runner:
    return GitHubRunner(shop) if shop.host == "github" else GitLabRunner(shop)
