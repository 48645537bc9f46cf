"""Exports from a client that is a function: when they are taken, and when pages are better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import pytest

from reconciler.model.progress import SILENT, Teller
from reconciler.shopify.export_documents import Branch, Export
from reconciler.shopify.exporting import NoExport, exported
from reconciler.shopify.retry import Event
from reconciler.shopify.wait import Wait
from reconciler.shopify.wire import Broken, Received
from tests.shopify.answering import ScriptedAnswer

EXPORTS = tuple(Export(f"query {name}", Branch((name,), name, is_home=True)) for name in ("One", "Two"))
LINES = b'{"id":"1"}\n{"id":"2"}\n'
DONE = {
    "status": "COMPLETED",
    "objectCount": "2",
    "fileSize": str(len(LINES)),
    "url": "https://there",
    "errorCode": None,
}


@dataclass
class Store:
    """Answers jobs by their number; ``busy`` starts are refused first."""

    jobs: Sequence[Mapping[str, Any]]
    busy: int = 0
    cancelled: list[str] = field(default_factory=list)
    started: int = 0
    teller: Teller = SILENT

    def start_export(self, text: str) -> ScriptedAnswer:
        if self.busy:
            self.busy -= 1
            errors = [{"code": "OPERATION_IN_PROGRESS", "field": None, "message": "busy"}]
            return ScriptedAnswer({"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": errors}})
        self.started += 1
        started = {"bulkOperation": {"id": str(self.started - 1)}, "userErrors": []}
        return ScriptedAnswer({"bulkOperationRunQuery": started})

    def query(self, document: str, variables: Any = None) -> ScriptedAnswer:
        return ScriptedAnswer({"bulkOperation": self.jobs[int(variables["id"])]})

    def cancel_export(self, job_id: str) -> ScriptedAnswer:
        self.cancelled.append(job_id)
        return ScriptedAnswer({})


@dataclass
class Clock:
    """Time that passes while somebody sleeps."""

    now: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def a_wait(clock: Clock) -> Wait:
    return Wait(first_s=1, longest_s=8, limit_s=3600, clock=lambda: clock.now, sleep=clock.sleep)


def saved(url: str, file: IO[bytes], size: int) -> Received:
    assert len(LINES) == size
    file.write(LINES)
    return Received(200, {}, b"")


def lost(url: str, file: IO[bytes], size: int) -> Broken:
    file.write(LINES[:5])
    return Broken(Event.LOST, "the answer broke off")


def ids(store: Store, save: Any = saved, clock: Clock | None = None) -> list[list[str]]:
    with exported(store, EXPORTS, wait=a_wait(clock or Clock()), save=save) as lines:
        return [[row["id"] for root in each.roots() for row in each.of(root.decode())] for each in lines]


def test_exports_are_lent_in_the_order_in_which_they_were_asked_for():
    assert [["1", "2"], ["1", "2"]] == ids(Store([DONE, DONE]))


def test_nothing_found_has_no_file():
    nothing = {**DONE, "url": None, "objectCount": "0", "fileSize": None}
    assert [["1", "2"], []] == ids(Store([DONE, nothing]))


def test_other_exports_are_waited_for_but_not_for_long():
    assert [["1", "2"], ["1", "2"]] == ids(Store([DONE, DONE], busy=3))
    clock = Clock()
    with pytest.raises(NoExport, match="busy for 60 s"):
        ids(Store([DONE, DONE], busy=1000), clock=clock)
    assert clock.now <= 60


@pytest.mark.parametrize(
    ("job", "why"),
    [
        ({**DONE, "status": "FAILED", "errorCode": "TIMEOUT"}, "FAILED .TIMEOUT."),
        ({**DONE, "status": "CANCELED"}, "CANCELED"),
        (None, "EXPIRED"),
        ({**DONE, "status": "RUNNING"}, "not done after 3600 s"),
    ],
)
def test_what_does_not_complete_is_no_export_and_the_others_are_stopped(job, why):
    store = Store([DONE, job])
    with pytest.raises(NoExport, match=why):
        ids(store)
    assert ["0", "1"] == store.cancelled


def test_fewer_lines_than_were_announced_are_no_export():
    with pytest.raises(NoExport, match="2 lines, and 3 objects"):
        ids(Store([DONE, {**DONE, "objectCount": "3"}]))


def test_a_file_that_breaks_off_is_fetched_again_and_then_given_up():
    with pytest.raises(NoExport, match="broke off"):
        ids(Store([DONE, DONE]), save=lost)


def test_lines_that_are_no_json_are_no_export():
    def garbled(url: str, file: IO[bytes], size: int) -> Received:
        file.write(b"<html>")
        return Received(200, {}, b"")

    with pytest.raises(NoExport, match="cannot be read"):
        ids(Store([DONE, DONE]), save=garbled)
