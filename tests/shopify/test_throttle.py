import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.json import Json
from reconciler.shopify.errors import ImpossibleCost
from reconciler.shopify.throttle import LEAST_COST, Bucket, Estimates, after, wait_s


def a_bucket(available=100.0, maximum=2000.0, restore_rate=100.0, at=50.0):
    return Bucket(available, maximum, restore_rate, at)


@pytest.mark.parametrize(
    ("cost", "now", "expected"),
    [
        (100, 50.0, 0.0),
        (101, 50.0, 0.01),
        (600, 50.0, 5.0),
        (600, 52.0, 3.0),
        (600, 55.0, 0.0),
        (600, 40.0, 5.0),  # a clock that went back refills nothing
        (2000, 9999.0, 0.0),
    ],
)
def test_a_request_waits_until_the_bucket_holds_its_cost(cost, now, expected):
    assert expected == pytest.approx(wait_s(cost, a_bucket(), now))


def test_the_bucket_does_not_overflow():
    assert 0.0 == wait_s(2000, a_bucket(), 1e9)
    with pytest.raises(ImpossibleCost):
        wait_s(2001, a_bucket(), 1e9)


@pytest.mark.parametrize("rate", [0.0, -50.0])
def test_a_bucket_that_does_not_refill_is_asked_again_later(rate):
    assert 1.0 == wait_s(600, a_bucket(restore_rate=rate), 99.0)


def test_an_impossible_cost_says_what_is_impossible():
    with pytest.raises(ImpossibleCost) as caught:
        wait_s(2003, a_bucket(), 0.0)
    assert (2003, 2000) == (caught.value.cost_points, caught.value.maximum)
    assert "store eu: a request costs 2003 points and the bucket holds 2000" in str(caught.value.of("eu"))


@given(st.integers(1, 2000), st.floats(0, 2000), st.floats(0.1, 2000), st.floats(0, 1e6))
def test_after_the_wait_there_is_nothing_more_to_wait_for(cost, available, rate, now):
    bucket = Bucket(available, 2000.0, rate, now)
    then = now + wait_s(cost, bucket, now)
    assert wait_s(cost, bucket, then) < 1e-3


def test_the_bucket_is_read_from_the_answer():
    cost: Json = {"throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 666, "restoreRate": 100}}
    assert Bucket(666.0, 2000.0, 100.0, 7.0) == after(cost, 7.0)


@pytest.mark.parametrize(
    "cost",
    [
        None,
        "none",
        {},
        {"throttleStatus": None},
        {"throttleStatus": {"currentlyAvailable": 1}},
        {"throttleStatus": {"maximumAvailable": 0, "currentlyAvailable": 0, "restoreRate": 1}},
        {"throttleStatus": {"maximumAvailable": "2000", "currentlyAvailable": 1, "restoreRate": 1}},
    ],
)
def test_an_answer_without_a_bucket_leaves_it_unknown(cost):
    assert None is after(cost, 0.0)


def test_nothing_is_ever_expected_to_cost_nothing():
    estimates = Estimates()
    estimates.learn("{shop{name}}", 0)
    assert LEAST_COST == estimates.of_read("{shop{name}}")
    assert LEAST_COST == estimates.of_write("mutation {a}")
    assert LEAST_COST < estimates.of_read("{never sent}")


def test_what_a_shape_cost_last_is_expected_next():
    estimates = Estimates()
    estimates.learn("{a}", 30)
    estimates.learn("{a}", 752)
    assert 752 == estimates.of_read("{a}")


def test_the_oldest_shape_is_forgotten():
    estimates = Estimates()
    for number in range(2000):
        estimates.learn(f"{{a{number}}}", 500)
    assert 500 == estimates.of_write("{a1999}")
    assert LEAST_COST == estimates.of_write("{a0}")
