"""A run that is broken off while threads of it are at work: none of them writes once somebody else may."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from reconciler.app.applying import held_run
from reconciler.app.journal.file import Journal
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.errors import ReconcilerError
from reconciler.model.json import JsonObject
from reconciler.model.plan import Plan
from reconciler.model.record import Answered, Requested
from reconciler.shopify.client import ReadClient
from reconciler.shopify.documents import Document, parse
from reconciler.shopify.errors import LeaseHeld
from reconciler.shopify.secret import Secret
from reconciler.shopify.shop_notes import WRITE
from reconciler.shopify.transport import ShopTransport
from reconciler.shopify.wire import Broken, Received
from tests.contract.repository import Repository
from tests.contract.test_promises import BOWL, CUP

NAMES = count(1)
PRODUCTS = (CUP, BOWL, {**CUP, "key": "mug", "variants": [{"sku": "MUG", "price": "8.00"}]})
NOTE = parse(WRITE).name
THIRD = 3
PATIENCE_S = 20  # of the test itself, where it fails


class Interrupted:
    """Two groups are on their way with the first of their writes when whoever begins the third is interrupted."""

    def __init__(self) -> None:
        self.answered = threading.Event()
        """Lets the requests come to their answers."""
        self.sent: list[str] = []
        self.threads: list[threading.Thread] = []
        self._under_way = threading.Barrier(3)
        self._asked = count(1)

    def abreast(self, client: ReadClient) -> int:
        """Stand in for what pays on a store; the third who asks is interrupted."""
        del client
        if next(self._asked) == THIRD:
            self._under_way.wait(PATIENCE_S)
            raise KeyboardInterrupt
        return THIRD

    def pressed(self, client: ReadClient) -> int:
        """Stand in for what pays, too; when the third asks, somebody presses Ctrl-C, which meets the main thread."""
        if next(self._asked) == THIRD:
            self._under_way.wait(PATIENCE_S)
            os.kill(os.getpid(), signal.SIGINT)
            until = time.monotonic() + PATIENCE_S
            while not client._lane.interruption.came and time.monotonic() < until:
                time.sleep(0.01)
            self.answered.set()
        return THIRD

    def exchange_of(self) -> Callable[[ShopTransport, Document, JsonObject, Secret], Received | Broken]:
        """Return what stands in for the connection."""
        passed_on = ShopTransport.exchange

        def exchange(
            transport: ShopTransport, document: Document, variables: JsonObject, secret: Secret
        ) -> Received | Broken:
            if document.is_mutation:
                self.sent.append(document.name)
                if document.name != NOTE and len(self.threads) < 2:
                    self.threads.append(threading.current_thread())
                    self._under_way.wait(PATIENCE_S)
                    self.answered.wait(PATIENCE_S)
            return passed_on(transport, document, variables, secret)

        return exchange


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    made = Repository(tmp_path, f"interrupted-{next(NAMES)}", embedded)
    made.store_says("")
    made.has(PRODUCTS)
    assert made.apply(made.plan()).complete
    return made


def renamed(repository: Repository) -> Plan:
    """Return a plan with two writes for each of three products: a title and a price."""
    repository.has(
        [
            {**each, "name": f"New {each['key']}", "variants": [{**v, "price": "99.00"} for v in each["variants"]]}
            for each in PRODUCTS
        ]
    )
    return repository.plan()


def interrupted(repository: Repository, monkeypatch: pytest.MonkeyPatch, work: Interrupted) -> None:
    """Apply two writes for each of three products."""
    plan = renamed(repository)
    monkeypatch.setattr(ReadClient, "abreast", property(work.abreast))
    monkeypatch.setattr(ShopTransport, "exchange", work.exchange_of())
    with pytest.raises(ReconcilerError, match="KeyboardInterrupt"):
        repository.apply(plan)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """What a shell begins in the background ignores SIGINT, and so do the tests then."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def over(work: Interrupted) -> None:
    """Wait until every thread of the run has come to its end."""
    for thread in work.threads:
        thread.join(PATIENCE_S)
    assert [False, False] == [thread.is_alive() for thread in work.threads]


def results(repository: Repository) -> list[str]:
    """Return what the journal says of the requests of the last run, each of which has one answer."""
    records = [entry.record for entry in Journal(repository.root, "shop").entries()]
    run = records[-1].run
    asked = [record.request for record in records if isinstance(record, Requested) and record.run == run]
    told = {record.request: record.result for record in records if isinstance(record, Answered) and record.run == run}
    assert asked == sorted(told)
    return [told[request] for request in asked]


def test_what_is_on_its_way_is_waited_for_before_the_lease_is_given_back(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Interrupted()
    work.answered.set()
    interrupted(repository, monkeypatch, work)
    over(work)
    written = [name for name in work.sent if name != NOTE]
    assert ["executed"] * len(written) == results(repository)
    assert NOTE == work.sent[-1]
    monkeypatch.undo()
    assert repository.apply(repository.plan()).complete


def test_what_stays_without_an_answer_is_unknown_and_nothing_follows_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_run, "LAST_ANSWERS_S", 0.05)
    work = Interrupted()
    interrupted(repository, monkeypatch, work)
    sent, noted = list(work.sent), Journal(repository.root, "shop").file.read_bytes()
    work.answered.set()
    over(work)
    assert ["unknown", "unknown"] == results(repository)
    assert (sent, noted) == (work.sent, Journal(repository.root, "shop").file.read_bytes())
    assert NOTE != work.sent[-1]
    monkeypatch.undo()
    with pytest.raises(LeaseHeld):
        repository.apply(repository.plan())


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_lets_the_answers_come_and_gives_the_lease_back(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Interrupted()
    plan = renamed(repository)
    monkeypatch.setattr(ReadClient, "abreast", property(work.pressed))
    monkeypatch.setattr(ShopTransport, "exchange", work.exchange_of())
    with pytest.raises(KeyboardInterrupt):
        repository.apply(plan)
    sent = list(work.sent)
    over(work)
    assert (NOTE, sent) == (work.sent[-1], work.sent), "the lease was given back, and nothing followed"
    assert ["executed", "executed"] == [told for told in results(repository) if told != "refused"]
    monkeypatch.undo()
    assert repository.apply(repository.plan()).complete
