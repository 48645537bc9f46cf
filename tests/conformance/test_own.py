"""Scenarios of our own, in the form of the recordings: what is known of Shopify's answers, held on every machine."""

from pathlib import Path

import pytest

from tests.conformance.replay import Verdict, replayed
from tests.conformance.scenario import Scenario, scenarios
from tests.sandbox.store import Server, ended, started

OWN = tuple(scenarios(Path(__file__).with_name("own")))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running: Server = started(tmp_path_factory.mktemp("own"))
    yield running
    ended(running)


@pytest.mark.parametrize("scenario", OWN, ids=lambda one: f"{one.domain}-{one.name}")
def test_the_store_answers_as_the_scenario_says(server: Server, scenario: Scenario):
    outcomes = replayed(server, scenario.name, scenario)
    assert [] == [(one.key, one.difference) for one in outcomes if one.verdict is not Verdict.MATCH]
