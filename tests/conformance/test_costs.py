"""The requested cost of a query is the recorded one, but for a few operations that nobody can explain."""

from tests.conformance.costs import UNEXPLAINED, UNTOLD, samples

GOAL = 0.97


def test_a_request_costs_what_it_cost_when_it_was_recorded():
    known = [one for one in samples() if not one.lacking]
    missed = [one.name for one in known if not one.is_met]
    assert [] == sorted(set(missed) - UNEXPLAINED.keys())
    untold = [name for name in missed if UNEXPLAINED[name] == UNTOLD]
    assert 1 - (len(missed) - len(untold)) / (len(known) - len(untold)) >= GOAL
