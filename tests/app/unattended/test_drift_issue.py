"""The issue about drift: it speaks of the stores that were looked at, and no other look closes or rewrites it."""

from collections.abc import Iterator

import pytest

from reconciler.app.stores.fleet import FleetResult
from reconciler.app.unattended.drift_issue import told_of_drift
from reconciler.forge.forge import Said
from reconciler.forge.github import github
from reconciler.forge.gitlab import gitlab
from reconciler.model.address import Address
from reconciler.model.drift import Drift, Drifted
from reconciler.model.plan import Inputs, Scope, Target
from tests.ci.forge_server import TOKEN, ForgeServer, forge_server


@pytest.fixture(scope="module")
def server() -> Iterator[ForgeServer]:
    with forge_server() as started:
        yield started


@pytest.fixture(params=["github", "gitlab"])
def night(server: ForgeServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> "Night":
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.memory.forget()
    return Night(server, request.param)


class Night:
    """The jobs of one night."""

    def __init__(self, server: ForgeServer, host: str) -> None:
        self._memory = server.memory
        self._forge = (
            github(f"{server.url}/github", "shop/catalog", TOKEN)
            if host == "github"
            else gitlab(f"{server.url}/gitlab", "10", TOKEN)
        )

    def looks(self, *named: str, finds: dict[str, bool], text: str = "") -> Said:
        """Have a job look at stores. ``finds``: store → whether it drifts."""
        found = FleetResult(tuple(a_drift(store, drifts=drifts) for store, drifts in finds.items()), ())
        return told_of_drift(self._forge, found, named, text=text or f"drift of {finds}", url="https://ci.example/1")

    def open_titles(self) -> list[str]:
        return [issue.title for issue in self._memory.issues if issue.is_open]


def a_drift(store: str, *, drifts: bool) -> Drift:
    items = (Drifted(Address("product", "cup"), "added", ()),) if drifts else ()
    target = Target(store, "gid://shopify/Shop/1", "2026-10", "EUR")
    file = f"stores/{store}.yaml"
    return Drift(target=target, file=file, inputs=Inputs("d"), scope=Scope(), complete=True, errored=False, items=items)


def test_a_look_at_one_store_does_not_close_what_a_look_at_all_opened(night: Night):
    assert "opened" == night.looks(finds={"eu": False, "us": True})
    assert "none" == night.looks("eu", finds={"eu": False})
    assert ["Stores hold what git did not ask for"] == night.open_titles()
    assert "closed" == night.looks(finds={"eu": False, "us": False})


def test_a_matrix_over_stores_has_an_issue_for_each_that_no_other_job_touches(night: Night):
    for said in ("opened", "unchanged", "unchanged"):
        assert (said, said) == tuple(night.looks(name, finds={name: True}) for name in ("eu", "eu-2"))
    assert ["eu", "eu-2"] == [title.rpartition(": ")[2] for title in night.open_titles()]
    assert "closed" == night.looks("eu", finds={"eu": False})
    assert ["Stores hold what git did not ask for: eu-2"] == night.open_titles()


def test_stores_are_the_same_in_any_order_and_many_make_no_endless_title(night: Night):
    both = {"eu": True, "us": True}
    assert "opened" == night.looks("us", "eu", finds=both)
    assert "unchanged" == night.looks("eu", "us", "eu", finds=both)
    many = {f"a-store-with-a-long-name-{number}": True for number in range(30)}
    assert "opened" == night.looks(*many, finds=many)
    assert "Stores hold what git did not ask for: 30 stores" == night.open_titles()[-1]


def test_the_name_of_a_store_ends_no_comment(night: Night):
    assert "opened" == night.looks("--> @all", finds={"--> @all": True})
    (issue,) = night._memory.issues
    assert "<!-- reconciler: drift of --%3E%20%40all -->" == issue.body.splitlines()[0]
