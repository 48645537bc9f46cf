import pytest

from reconciler.shopify.retry import (
    Budget,
    Effect,
    Event,
    GiveUp,
    RetryAfter,
    Spent,
    Unknown,
    decide,
    spend,
)

READ, REPEATABLE, ONCE = Effect.READ, Effect.REPEATABLE, Effect.ONCE
EXHAUSTED = Spent(failures=5)


def decided(event, effect, spent=Spent(), *, asked_wait_s=0.0, jitter=1.0, budget=Budget()):  # noqa: B008
    return decide(event, effect, spent=spent, budget=budget, jitter=jitter, asked_wait_s=asked_wait_s)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("event", [Event.THROTTLED, Event.TOKEN_REFUSED, Event.NOT_SENT])
def test_what_was_not_executed_is_sent_again_whatever_it_does(event, effect):
    assert isinstance(decided(event, effect), RetryAfter)


@pytest.mark.parametrize("effect", Effect)
def test_a_definite_no_is_final(effect):
    assert GiveUp() == decided(Event.REFUSED, effect)


@pytest.mark.parametrize(
    ("event", "effect", "first", "last"),
    [
        (Event.LOST, READ, RetryAfter(0.5), GiveUp()),
        (Event.LOST, REPEATABLE, RetryAfter(0.5), Unknown()),
        (Event.LOST, ONCE, Unknown(), Unknown()),
        (Event.UNREADABLE, READ, GiveUp(), GiveUp()),
        (Event.UNREADABLE, REPEATABLE, Unknown(), Unknown()),
        (Event.UNREADABLE, ONCE, Unknown(), Unknown()),
        (Event.NOT_SENT, ONCE, RetryAfter(0.5), GiveUp()),
    ],
)
def test_what_may_have_been_executed_is_sent_again_only_without_harm(event, effect, first, last):
    assert first == decided(event, effect)
    assert last == decided(event, effect, EXHAUSTED if last != first else Spent())


@pytest.mark.parametrize("event", [event for event in Event if event not in {Event.THROTTLED, Event.TOKEN_REFUSED}])
def test_a_refusal_after_a_lost_write_does_not_say_that_nothing_was_done(event):
    assert Unknown() == decided(event, REPEATABLE, Spent(failures=5, lost=True))
    assert GiveUp() == decided(event, READ, Spent(failures=5, lost=True))


def test_a_token_is_renewed_once():
    assert RetryAfter(0.0) == decided(Event.TOKEN_REFUSED, READ)
    assert GiveUp() == decided(Event.TOKEN_REFUSED, READ, Spent(renewals=1))
    assert Unknown() == decided(Event.TOKEN_REFUSED, REPEATABLE, Spent(renewals=1, lost=True))


def test_the_backoff_doubles_up_to_a_limit():
    waits = [decided(Event.NOT_SENT, READ, Spent(failures=n), budget=Budget(99, 9999.0)) for n in (0, 1, 2, 3, 9, 90)]
    assert [RetryAfter(s) for s in (0.5, 1.0, 2.0, 4.0, 20.0, 20.0)] == waits


def test_the_jitter_is_full():
    assert RetryAfter(0.0) == decided(Event.LOST, READ, jitter=0.0)
    assert RetryAfter(0.25) == decided(Event.LOST, READ, jitter=0.5)


@pytest.mark.parametrize("event", [Event.LOST, Event.NOT_SENT])
def test_the_wait_that_was_asked_for_is_kept(event):
    assert RetryAfter(7.0) == decided(event, READ, asked_wait_s=7.0)


def test_a_throttled_request_waits_for_the_bucket_and_a_little_longer():
    assert RetryAfter(7.25) == decided(Event.THROTTLED, ONCE, asked_wait_s=7.0, jitter=0.5)


def test_a_throttled_request_never_goes_at_once():
    wait = decided(Event.THROTTLED, READ, jitter=0.0)
    assert isinstance(wait, RetryAfter)
    assert wait.wait_s > 0


def test_a_wait_beyond_the_budget_is_not_begun():
    assert GiveUp() == decided(Event.LOST, READ, asked_wait_s=3600.0)
    assert GiveUp() == decided(Event.THROTTLED, ONCE, asked_wait_s=3600.0)


def test_being_throttled_is_not_failing():
    assert isinstance(decided(Event.THROTTLED, ONCE, Spent(failures=99, waited_s=9999.0)), RetryAfter)
    assert isinstance(decided(Event.LOST, READ, Spent(throttles=99, throttled_s=9999.0)), RetryAfter)


@pytest.mark.parametrize("event", [Event.LOST, Event.NOT_SENT, Event.THROTTLED, Event.TOKEN_REFUSED])
@pytest.mark.parametrize("effect", Effect)
def test_every_request_ends(event, effect):
    spent, attempts = Spent(), 0
    while isinstance(decision := decided(event, effect, spent, jitter=0.0), RetryAfter):
        spent = spend(spent, event, decision.wait_s)
        attempts += 1
        assert attempts < 10_000


def test_a_lost_attempt_is_remembered():
    spent = spend(spend(Spent(), Event.LOST, 1.0), Event.NOT_SENT, 2.0)
    assert Spent(failures=2, waited_s=3.0, lost=True) == spent
