"""Hostile answers: a store, or whoever stands between, says what no store says. Told in our words, and soon.

``HOSTILE_ANSWERS=10000`` spoils as many.
"""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.app.sessions.session import Planned, Session
from reconciler.app.stores.fleet import FleetResult
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.plan import Scope
from tests.contract.repository import Repository
from tests.faults.everything import STORE, as_it_was
from tests.faults.schedules import count_of
from tests.hostile.inputs import edited, rebuilt
from tests.hostile.limits import survived
from tests.hostile.spoiling import SpoilingProxy

ANSWERS = settings(
    max_examples=count_of("HOSTILE_ANSWERS", otherwise=30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def behind(
    tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores
) -> Iterator[tuple[Repository, SpoilingProxy]]:
    """A repository whose store holds every kind, asked through a proxy."""
    made = Repository(tmp_path_factory.mktemp("spoiled"), "spoiled", embedded)
    places = {"locations": ["North", "South"], "publications": ["Online Store", "Point of Sale"]}
    made.make_shop(plan="enterprise", media_processing_ms=0, **places)
    as_it_was(made)
    assert made.apply(made.plan()).complete
    base_url, token = embedded.shop("spoiled", "EUR")
    server, _, path = base_url.rpartition("/")
    with SpoilingProxy(server) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPOILED_TOKEN", token)
        credentials = "credentials: {token: {env: SPOILED_TOKEN}}\n"
        made.store_is(f"url: {proxy.url}/{path}\nchannel: web\ncurrency: EUR\n{STORE}{credentials}")
        yield made, proxy


@pytest.fixture(scope="module")
def answers(behind: tuple[Repository, SpoilingProxy]) -> list[str]:
    """What the store says while the catalog is planned, in order."""
    repository, proxy = behind
    said: list[str] = []
    proxy.each = lambda content: said.append(content.decode())
    repository.plan()
    proxy.each = bytes
    return said


@ANSWERS
@given(data=st.data())
def test_a_spoiled_answer_ends_in_no_crash_and_no_hang(
    data: st.DataObject, behind: tuple[Repository, SpoilingProxy], answers: list[str]
) -> None:
    repository, proxy = behind
    number = data.draw(st.integers(0, len(answers) - 1))
    good = answers[number]
    spoiled = data.draw(edited(good) | rebuilt(json.loads(good)).map(json.dumps)).encode("utf-8", "surrogatepass")
    proxy.next_time(number, lambda content: spoiled)
    survived(lambda: _told(Session(repository.root, [], repository.embedded).planned(Scope())))


def _told(fleet: FleetResult[Planned]) -> None:
    for failure in fleet.failures:
        raise failure.error
