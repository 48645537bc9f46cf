"""Killed within a bulk operation, which the store goes on with, and applied again: nothing twice, nothing missing.

The heir finds on the store that a job may be at work, waits for it, and makes what it did not come to.
"""

import signal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.journal.audit import verified_alone
from reconciler.app.journal.file import Journal
from reconciler.app.sessions.session import Session
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.progress import Began, Event
from reconciler.model.record import BEGINS_A_JOB, Begun, Ended, Requested
from reconciler.shopify.errors import BulkUnfinished
from tests.contract.new_products import a_product, a_shop, held
from tests.contract.repository import Repository
from tests.faults.processes import Point, Where, at, dies, ended, forked

pytestmark = pytest.mark.slow
NAMES = count(1)
STARTS_MS = 400
POINTS = {
    "before it is begun": Where.AFTER,
    "before it is known that it was begun": Where.BEFORE,
    "when it was just begun": Where.AFTER,
    "while the line of the journal is written": Where.TORN,
    "before it is noted what it came to": Where.BEFORE,
    "within the last one": Where.AFTER,
}


ENDLESS_MS = 3_600_000


def the_point(name: str, begins: list[int], ends: list[int]) -> Point:
    """Return a point of the run, by the numbers of the requests that begin jobs and of those that end them."""
    match name:
        case "before it is begun":
            return Point(begins[0], "requested")
        case "before it is noted what it came to":
            return Point(ends[0], "requested", Where.BEFORE)
        case "within the last one":
            return Point(begins[-1], "answered")
        case _:
            return Point(begins[0], "answered", POINTS[name])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedStores) -> tuple[Any, list[int], list[int]]:
    """What the store holds when nobody kills anything, and the numbers of the requests that begin jobs or end them."""
    shop = a_shop(Repository(tmp_path_factory.mktemp("bulk"), "bulk-undisturbed", embedded))
    assert shop.apply(shop.plan()).complete
    records = [entry.record for entry in Journal(shop.root, "shop").entries()]
    asked = [each for each in records if isinstance(each, Requested)]
    begins = [each.request for each in asked if each.mutation == BEGINS_A_JOB]
    return held(shop), begins, [each.request for each in asked if each.mutation == "bulkOperation"]


@pytest.mark.parametrize("where", POINTS, ids=list(POINTS))
def test_a_run_that_was_killed_in_a_job_ends_as_if_it_was_not(
    where: str, tmp_path: Path, embedded: EmbeddedStores, undisturbed: tuple[Any, list[int], list[int]]
) -> None:
    expected, begins, ends = undisturbed
    shop = a_shop(Repository(tmp_path, f"killed-in-bulk-{next(NAMES)}", embedded), bulk_start_ms=STARTS_MS)
    plan = shop.plan()

    def work() -> None:
        at(the_point(where, begins, ends), dies)
        shop.apply(plan)

    assert -signal.SIGKILL == ended(forked(work))
    report = shop.apply(plan)
    assert report.complete, report
    assert expected == held(shop)
    assert any("of an earlier apply" in note for note in report.notes)
    records = [entry.record for entry in Journal(shop.root, "shop").entries()]
    assert [report.run] == [each.run for each in records if isinstance(each, Ended)]
    assert 0 == shop.apply(shop.plan()).mutations
    assert None is verified_alone(shop.root, [])[0].broken


def test_what_is_planned_or_taken_back_while_a_job_of_a_killed_run_is_at_work_says_so_and_waits(
    tmp_path: Path, embedded: EmbeddedStores, undisturbed: tuple[Any, list[int], list[int]]
) -> None:
    expected, begins, _ = undisturbed
    shop = a_shop(Repository(tmp_path, f"killed-in-bulk-{next(NAMES)}", embedded), bulk_start_ms=ENDLESS_MS)
    plan = shop.plan()

    def work() -> None:
        at(Point(begins[0], "answered"), dies)
        shop.apply(plan)

    def told(event: Event) -> None:
        if isinstance(event, Began) and event.doing == "waiting for a bulk operation of an earlier apply":
            shop.make_shop(bulk_start_ms=0)

    assert -signal.SIGKILL == ended(forked(work))
    (run,) = [entry.record.run for entry in Journal(shop.root, "shop").entries() if isinstance(entry.record, Begun)]
    with pytest.raises(BulkUnfinished, match="still at work, and what it makes would not go back"):
        shop.rollback(run)
    shop.has([a_product(9, published=False)])
    empty = shop.plan()
    assert () == empty.changes
    assert "of an earlier apply" in empty.notes[0]

    (report,) = Session(shop.root, [], embedded, told).applied([empty], ()).results
    made = {str(node["title"]) for node in held(shop)}
    assert made <= {str(node["title"]) for node in expected}
    assert {f"product/p-{title.split()[1]}" for title in made} <= {str(address) for address in report.left_over}
    assert (False, False) == (report.complete, not made)
    assert any("they were waited for" in note for note in report.notes)
    assert [] == [note for note in shop.plan().notes if "at work" in note]
    assert shop.rollback(run).changes
