"""The lease: one writer per store, by the embedded store's own compare-and-set and a clock that the test moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.json import Json
from reconciler.shopify.answer import Answer, Failure
from reconciler.shopify.auth import StaticToken
from reconciler.shopify.client import WriteClient, connect_to_write
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import LeaseHeld, LeaseLost, LeaseRefused, ShopError, Unavailable
from reconciler.shopify.lane import Order
from reconciler.shopify.lease import EARLY_S, LATE_S, TTL_S, Clock, Lease, acquire
from reconciler.shopify.retry import Event
from reconciler.shopify.secret import Secret
from reconciler.shopify.shop_notes import APPLIED, LEASE, Notes, compared, read_notes, row, writing
from reconciler.shopify.terms import Holder
from tests.shopify.scripted import (
    SHOP,
    Hours,
    Reply,
    ScriptedStore,
    a_client,
    a_mutation,
    a_store,
    answered,
    problem,
)

ANNA = Holder("anna", "office", "m1", 17, "1000")
BERT = Holder("bert", "ci", "m2", 99, "2000")
NAMES = count(1)
TAG = 'mutation Tag { tagsAdd(id: "gid://shopify/Product/1", tags: ["x"]) { userErrors { message } } }'


@dataclass
class Day:
    """Both clocks of a holder; they may be moved apart."""

    seconds: float = 0.0
    start: datetime = field(default_factory=lambda: datetime(2026, 11, 28, 6, 15, tzinfo=UTC))
    set_back_s: float = 0.0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds - self.set_back_s)

    def clock(self) -> Clock:
        return Clock(self.now, lambda: self.seconds)


@dataclass
class Shop:
    """A store of its own, and clients that ask it."""

    base_url: str
    token: str
    day: Day

    def client(self) -> WriteClient:
        token = StaticToken(Secret(self.token), "the test")
        return connect_to_write(a_store(), base_url=self.base_url, token=token)

    def taken(self, holder: Holder = ANNA, run: str = "r1", *, dead: Holder | None = None) -> tuple[WriteClient, Lease]:
        client = self.client()
        lease = acquire(client, run, holder, lambda other: other == dead, self.day.clock())
        client.write_under(lease)
        return client, lease

    def lease(self) -> Any:
        return read_notes(self.client()).lease.value


@pytest.fixture
def shop(embedded: EmbeddedStores) -> Shop:
    base_url, token = embedded.shop(f"lease-{next(NAMES)}", "EUR")
    return Shop(base_url, token, Day())


def tag() -> Mutation:
    return Mutation("tagsAdd", TAG, {}, ())


def give_back(client: WriteClient, lease: Lease) -> None:
    client.note(writing([lease.given_back()]))


def test_a_store_that_nobody_writes_is_taken_and_given_back(shop: Shop):
    client, lease = shop.taken()
    assert ("anna", "r1", 1) == (shop.lease()["actor"], shop.lease()["run"], lease.fence)
    give_back(client, lease)
    assert {"fence": 1, "run": "r1"} == shop.lease()


def test_another_note_is_written_with_the_lease_or_neither_is(shop: Shop):
    def along(notes: Notes) -> list[dict[str, Json]]:
        return [compared(row(notes.shop_id, APPLIED, {"said": fences}), None)]

    fences: list[Json] = [0]
    client = shop.client()
    lease = acquire(client, "r1", ANNA, lambda holder: False, along=along)
    noted = read_notes(client).applied
    assert ({"said": [0]}, lease.digests[APPLIED]) == (noted.value, noted.digest)
    give_back(client, lease)
    fences.append(lease.fence)
    with pytest.raises(LeaseHeld):
        acquire(client, "r2", BERT, lambda holder: False, along=along)
    assert ({"fence": 1, "run": "r1"}, noted) == (shop.lease(), read_notes(client).applied)


def test_the_fencing_token_grows_with_each_taking(shop: Shop):
    fences = []
    for _ in range(3):
        client, lease = shop.taken()
        fences.append(lease.fence)
        give_back(client, lease)
    assert [1, 2, 3] == fences


def test_a_token_that_was_given_out_is_not_given_out_again_though_the_store_forgot_it(shop: Shop):
    assert 8 == acquire(shop.client(), "r1", ANNA, lambda other: False, shop.day.clock(), above=7).fence
    assert 9 == acquire(shop.client(), "r2", BERT, lambda other: other == ANNA, shop.day.clock(), above=7).fence


def test_a_held_store_is_refused_with_who_since_when_until_when_and_what_to_do(shop: Shop):
    shop.taken()
    before = shop.lease()
    with pytest.raises(LeaseHeld) as refused:
        shop.taken(BERT, "r2")
    assert (
        "store eu: anna (process 17 on office) has been writing it since 2026-11-28 06:15:00 UTC (run r1); its lease "
        "runs until 2026-11-28 06:17:00 UTC, and longer while it works; wait until it is done; if it does not "
        "run any more, apply takes over after 2026-11-28 06:17:30 UTC"
    ) == str(refused.value)
    assert (7, before) == (refused.value.exit_code, shop.lease())


def test_whoever_takes_it_learns_of_the_bulk_operations_that_may_be_at_work(shop: Shop):
    client, lease = shop.taken()
    lease.works(client, "Run_r1_1")
    later, heir = shop.taken(BERT, dead=ANNA)
    assert "Run_r1_1" == heir.terms.job
    later.note(writing([heir.given_back()]))
    last, third = shop.taken(ANNA)
    assert "Run_r1_1" == third.terms.job  # nobody saw to their end yet
    third.works(last, "")
    last.note(writing([third.given_back()]))
    assert {"fence": 3, "run": "r1"} == shop.lease()


def test_who_lost_it_begins_no_bulk_operation(shop: Shop):
    client, lease = shop.taken()
    shop.taken(BERT, dead=ANNA)
    with pytest.raises(LeaseLost):
        lease.works(client, "Run_r1_1")


def test_a_holder_that_is_surely_dead_is_taken_over_at_once(shop: Shop):
    shop.taken()
    _, lease = shop.taken(BERT, "r2", dead=ANNA)
    assert (2, "bert") == (lease.fence, shop.lease()["actor"])


@pytest.mark.parametrize(("later_s", "taken"), [(TTL_S + LATE_S - 1, False), (TTL_S + LATE_S + 1, True)])
def test_a_lease_that_ran_out_is_taken_over_some_seconds_later(later_s: float, taken: bool, shop: Shop):
    shop.taken()
    shop.day.seconds += later_s
    if taken:
        assert 2 == shop.taken(BERT, "r2")[1].fence
    else:
        with pytest.raises(LeaseHeld):
            shop.taken(BERT, "r2")


@pytest.mark.parametrize(("later_s", "kept"), [(TTL_S / 2 - 1, 0), (TTL_S / 2 + 1, 1)])
def test_it_is_kept_by_whatever_is_asked_once_less_than_half_is_left(later_s: float, kept: int, shop: Shop):
    client, _ = shop.taken()
    shop.day.seconds += later_s
    client.query(SHOP)
    client.query(SHOP)
    assert 1 + kept == client.counters.bookkeeping
    until = datetime.fromisoformat(shop.lease()["expires_at"])
    assert timedelta(seconds=TTL_S + kept * later_s) == until - shop.day.start


def test_a_lease_that_is_kept_never_runs_out(shop: Shop):
    client, lease = shop.taken()
    for _ in range(10):
        shop.day.seconds += TTL_S / 2 + 1
        client.stay()
    assert None is lease.refusal()
    client.mutate(tag())


def test_nothing_is_written_once_it_ran_out_and_reading_goes_on(shop: Shop):
    client, _ = shop.taken()
    shop.day.seconds += TTL_S - EARLY_S
    before = client.counters.mutations
    with pytest.raises(
        LeaseLost, match="ran out at 2026-11-28 06:17:00 UTC, and others may write now; nothing more was"
    ):
        client.mutate(tag())
    assert before == client.counters.mutations
    client.query(SHOP)


def test_a_clock_that_was_set_back_does_not_prolong_it(shop: Shop):
    _, lease = shop.taken()
    shop.day.seconds += TTL_S
    shop.day.set_back_s = TTL_S
    assert isinstance(lease.refusal(), LeaseLost)


def test_a_machine_that_slept_does_not_prolong_it(shop: Shop):
    _, lease = shop.taken()
    shop.day.set_back_s = -TTL_S  # the time of day went on, the count of seconds did not
    assert isinstance(lease.refusal(), LeaseLost)


def test_a_holder_that_was_taken_over_writes_nothing_more_and_says_by_whom(shop: Shop):
    client, lease = shop.taken()
    shop.taken(BERT, "r2", dead=ANNA)
    shop.day.seconds += TTL_S / 2 + 1
    with pytest.raises(LeaseLost, match=r"taken over; bert \(process 99 on ci\) has it now; nothing more was sent"):
        client.mutate(tag())
    give_back(client, lease)
    assert "bert" == shop.lease()["actor"]


def test_a_lease_whose_keeping_was_done_and_its_answer_lost_is_still_ours(shop: Shop):
    client, lease = shop.taken()

    def loses(order: Order) -> Answer | Failure:
        client.note(Mutation("metafieldsSet", order.document.text, order.variables, ()))
        return Failure(Event.LOST, Unavailable("eu", "no answer", "try again"))

    client.write_under(None)
    shop.day.seconds += TTL_S / 2 + 1
    lease.keep(loses)
    client.write_under(lease)
    shop.day.seconds += 10
    client.mutate(tag())
    shop.day.seconds += TTL_S / 2
    client.mutate(tag())
    assert None is lease.refusal()


def test_of_two_that_take_it_at_once_one_gets_it(shop: Shop):
    class Slow(WriteClient):
        def note(self, mutation: Mutation) -> Answer:
            if not others:
                others.append(shop.taken()[1])
            return super().note(mutation)

    others: list[Lease] = []
    with pytest.raises(LeaseHeld, match="anna"):
        acquire(Slow(shop.client()._lane), "r2", BERT, lambda holder: False, shop.day.clock())
    assert (1, "anna") == (others[0].fence, shop.lease()["actor"])


@pytest.mark.parametrize("value", [{}, {"fence": 1}, {"fence": 1, "run": "r", "expires_at": "soon"}])
def test_a_lease_that_cannot_be_read_is_nobodys_to_take(value: dict[str, Json], shop: Shop):
    client = shop.client()
    client.note(writing([compared(row(read_notes(client).shop_id, LEASE, value), None)]))
    with pytest.raises(LeaseRefused, match=r"\$app:reconciler\.lease, a metafield of the shop"):
        shop.taken()


NO_LEASE = answered({"shop": {"id": "gid://shopify/Shop/1", "lease": None, "applied": None}})
REFUSED = {
    "metafieldsSet": {"metafields": [], "userErrors": [{"code": "APP_NOT_AUTHORIZED", "message": "Not allowed."}]}
}


@pytest.mark.parametrize("refusal", [answered(REFUSED), problem("ACCESS_DENIED")])
def test_a_store_that_takes_no_notes_is_not_written(refusal: Reply):
    with ScriptedStore(NO_LEASE, refusal) as store, a_client(store.url) as client:
        with pytest.raises(LeaseRefused, match="nothing was written, because nothing would keep two writers apart"):
            acquire(client, "r1", ANNA, lambda holder: False)
        assert 2 == len(store.sent)


@dataclass
class Watched:
    """A permit that notes when it was kept."""

    hours: Hours
    kept: list[float] = field(default_factory=list)
    against: ShopError | None = None

    def keep(self, exchange: object) -> None:
        self.kept.append(self.hours.now)

    def refusal(self) -> ShopError | None:
        return self.against


def test_it_is_kept_while_a_client_waits():
    hours = Hours()
    permit = Watched(hours)
    waits = Reply({"errors": "Too many"}, 429, {"Retry-After": "200"})
    done = answered({"productUpdate": {"userErrors": []}})
    with ScriptedStore(waits, done) as store, a_client(store.url, hours) as client:
        client.write_under(permit)
        client.mutate(a_mutation())
    assert hours.now >= 1200
    assert 15 >= max(after - before for before, after in zip(permit.kept, permit.kept[1:], strict=False))


def test_the_permit_is_asked_after_the_wait_and_right_before_the_sending():
    hours = Hours()
    lost = LeaseLost("eu", "it ran out", "run apply again")
    permit = Watched(hours)
    sleep = hours.sleep

    def overslept(seconds: float) -> None:
        sleep(seconds)
        permit.against = lost

    hours.sleep = overslept  # type: ignore[method-assign]
    waits = Reply({"errors": "Too many"}, 429, {"Retry-After": "5"})
    with ScriptedStore(waits) as store, a_client(store.url, hours) as client:
        client.write_under(permit)
        with pytest.raises(LeaseLost):
            client.mutate(a_mutation())
        assert 1 == len(store.sent)


def test_taking_and_giving_back_are_counted_as_bookkeeping(shop: Shop):
    client, lease = shop.taken()
    client.mutate(tag())
    give_back(client, lease)
    assert (3, 2) == (client.counters.mutations, client.counters.bookkeeping)
