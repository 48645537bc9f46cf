"""Stores side by side: what one of them does keeps nobody waiting."""

from collections.abc import Iterator
from threading import Event

import pytest

from reconciler.app.stores.fleet import Failure, FleetResult, failures_noted, side_by_side
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import ApplyReport
from reconciler.model.store import Store, StoreDocument

EU = Store("eu", "stores/eu.yaml", StoreDocument(url="sandbox:eu", channel="web", currency="EUR"), {})


class Interrupted(tuple[Store, ...]):
    """Stores; between the first and the next one somebody presses Ctrl-C."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Store]:
        yield self[0]
        raise KeyboardInterrupt


def test_an_interruption_waits_for_no_store_wherever_it_comes():
    answered, over = Event(), Event()

    def ask(store: Store) -> None:
        answered.wait(timeout=5)
        over.set()

    with pytest.raises(KeyboardInterrupt):
        side_by_side(Interrupted((EU, EU)), ask)
    assert not over.is_set(), "it was waited for"
    answered.set()
    assert over.wait(timeout=5), "what was begun goes on to its end"


def test_results_and_failures_come_in_the_order_of_the_stores():
    def ask(store: Store) -> str:
        if store.name == "us":
            raise ZeroDivisionError
        return store.name

    stores = [Store(name, EU.file, EU.document, {}) for name in ("eu", "us", "uk")]
    fleet = side_by_side(stores, ask)
    assert ["eu", "uk"] == [*fleet.results]
    assert ["us"] == [failure.store for failure in fleet.failures]
    assert "defect of ours" in str(fleet.failures[0].error)


def test_what_was_done_in_a_store_that_failed_all_the_same_is_not_recorded_in_full():
    done, lost = (ApplyReport(name, "1", (), (), 0, 0, 0, notes=("before",)) for name in ("eu", "us"))
    fleet = FleetResult((done, lost), (Failure("us", ReconcilerError("its journal is out")),))
    told = failures_noted(fleet)
    assert (done, fleet.failures) == (told.results[0], told.failures)
    assert (False, False, ("its journal is out", "before")) == (
        *(told.results[1].recorded, told.results[1].complete),
        told.results[1].notes,
    )
