"""One lane, many threads. They meet at barriers inside the store: no test waits for a clock, unless it fails."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import orjson
import pytest

from reconciler.model.json import JsonObject
from reconciler.shopify.auth import StaticToken
from reconciler.shopify.documents import Document, parse
from reconciler.shopify.endpoint import endpoint_of
from reconciler.shopify.errors import ReadTooLongAgo
from reconciler.shopify.lane import Lane, Order, Timing
from reconciler.shopify.retry import Effect
from reconciler.shopify.secret import Secret
from reconciler.shopify.transport import ShopTransport
from reconciler.shopify.wire import Received
from tests.shopify.scripted import RETITLE, SHOP, TOKEN, Hours, a_store, answered

PATIENCE_S = 20
READ = Order(parse(SHOP), {}, Effect.READ)
WRITE = Order(parse(RETITLE), {"t": "Linen"}, Effect.REPEATABLE)


@dataclass
class Meeting(ShopTransport):
    """A store that answers once so many requests have arrived."""

    together: int
    available: int = 2000
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._barrier = threading.Barrier(self.together)

    def exchange(self, document: Document, variables: JsonObject, secret: Secret) -> Received:
        del variables, secret
        self.sent.append(document.name)
        self._barrier.wait(PATIENCE_S)
        data: dict[str, object] = {"shop": {"name": "Linen"}}
        data = data if document.is_query else {"productUpdate": {"userErrors": []}}
        return Received(
            200, {"X-Shopify-API-Version": "2026-10"}, orjson.dumps(answered(data, available=self.available).body)
        )


def a_lane(store: Meeting, timing: Timing | None = None) -> Lane:
    endpoint = endpoint_of(a_store(), base_url="https://linen.myshopify.com", credential="EU_TOKEN")
    return Lane(endpoint, store, StaticToken(Secret(TOKEN), "EU_TOKEN"), timing=timing or Timing())


def test_requests_of_several_threads_are_on_their_way_at_once():
    store = Meeting(4)
    lane = a_lane(store)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lane.send, [READ, WRITE, READ, WRITE]))
    assert [False] * 4 == [answer.resent for answer in answers]
    assert (4, 2) == (lane.counters.requests, lane.counters.mutations)


def test_what_others_are_about_to_spend_is_waited_for():
    hours = Hours()
    store = Meeting(1, available=20)
    lane = a_lane(store, hours.timing())
    lane.send(WRITE)
    with lane._on_its_way(WRITE), lane._on_its_way(WRITE):
        assert [] == hours.slept  # 20 points hold two of ten
        lane.send(WRITE)
    assert [0.1] == [round(each, 3) for each in hours.slept]


@dataclass
class Permit:
    """Kept by whoever comes first."""

    keeping: int = 0
    most: int = 0

    def keep(self, exchange):
        self.keeping += 1
        self.most = max(self.most, self.keeping)
        exchange(Order(parse(RETITLE), {"t": "ours"}, Effect.REPEATABLE, bookkeeping=True))
        self.keeping -= 1

    def refusal(self):
        return None


def test_one_thread_at_a_time_keeps_the_permit():
    store = Meeting(1)
    lane = a_lane(store)
    lane.permit = Permit()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lane.send, [WRITE, READ] * 20))
    assert 1 == lane.permit.most
    assert lane.counters.bookkeeping >= 1


def test_a_write_that_had_to_wait_for_the_bucket_is_not_sent_unless_there_is_room_first():
    hours = Hours()
    store = Meeting(1, available=10)
    lane = a_lane(store, hours.timing())
    lane.send(READ)
    dear = replace(WRITE, least_points=400, read_at=hours.now)
    with pytest.raises(ReadTooLongAgo, match="was not sent: it had to wait since what it overwrites was read"):
        lane.send(dear)
    assert (["Shop"], True) == (store.sent, sum(hours.slept) > 2)
    lane.make_room(400)
    slept = sum(hours.slept)
    lane.send(replace(dear, read_at=hours.now))
    assert (2, slept) == (len(store.sent), sum(hours.slept))
