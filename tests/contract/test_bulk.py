"""What is new, made by bulk operations: the same store as by requests, whatever becomes of a job."""

import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from reconciler.app.applying import held_run
from reconciler.app.journal.audit import verified_with_stores
from reconciler.app.journal.file import Journal
from reconciler.app.writing import bulk
from reconciler.model.outcome import Applied, Failed, Skipped
from reconciler.model.record import Answered, Requested
from reconciler.shopify import bulk_jobs
from reconciler.shopify.lease import TTL_S, Clock, acquire
from tests.contract.new_products import a_product, a_shop, faulty, held, jobs
from tests.contract.repository import Repository


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, embedded: Any) -> Any:
    """What the store holds when requests made it all."""
    by_requests = a_shop(Repository(tmp_path_factory.mktemp("requests"), "by-requests", embedded), "requests")
    plan = by_requests.plan()
    assert 0 == plan.forecast.bulk_jobs
    assert by_requests.apply(plan).complete
    assert [] == jobs(by_requests)
    return held(by_requests)


def test_what_is_new_is_made_as_by_requests_for_hardly_any_points(repository: Repository, expected: Any) -> None:
    shop = a_shop(repository)
    plan = shop.plan()
    assert 3 == plan.forecast.bulk_jobs  # products, one with a picture, and where they are sold
    assert any("made by bulk operations" in note for note in plan.notes)
    report = shop.apply(plan)
    assert (True, ()) == (report.complete, report.left_over)
    assert expected == held(shop)
    assert [("COMPLETED", "6"), ("COMPLETED", "5"), ("COMPLETED", "1")] == [
        (job["status"], job["objectCount"]) for job in jobs(shop)
    ]
    assert 0 == shop.apply(shop.plan()).mutations


def test_what_a_job_says_of_each_line_is_told_of_each_change(repository: Repository) -> None:
    shop = a_shop(repository)
    shop.has([*(a_product(number, handle=f"shirt-{number}") for number in range(3))])
    plan = shop.plan()
    shop.ask('mutation { productCreate(product: {title: "Hers", handle: "shirt-1"}) { userErrors { message } } }')
    report = shop.apply(plan)
    by_key = {str(outcome.address): outcome for outcome in report.outcomes}
    refused = by_key["product/p-1"]
    assert isinstance(refused, Failed)
    assert "handle" in refused.reason.lower()
    assert isinstance(by_key["publication/p-1/Online Store"], Skipped)
    assert isinstance(by_key["product/p-0"], Applied)
    assert isinstance(by_key["publication/p-2/Online Store"], Applied)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "bulk_fails", "after_lines": 2},
        {"kind": "bulk_fails", "after_lines": 0, "error_code": "TIMEOUT"},
        {"kind": "drop_after", "root": "bulkOperationRunMutation", "times": 1},
        {"kind": "drop_before", "root": "bulkOperationRunMutation", "times": 1},
        {"kind": "bad_gateway_after", "root": "bulkOperation", "times": 3},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('after_lines', '')}",
)
def test_a_job_that_does_not_end_well_is_made_good(
    repository: Repository, expected: Any, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_jobs, "_TO_BE_FOUND_S", 0.3)
    shop = a_shop(repository)
    plan = shop.plan()
    faulty(shop, fault)
    report = shop.apply(plan)
    faulty(shop)
    if fault["kind"] == "drop_before":  # whether it was begun nobody can tell: it is said, and the next apply ends it
        assert not report.complete
        assert "nobody knows whether a bulk operation was begun" in str(report.outcomes)
        report = shop.apply(plan)
    assert report.complete
    assert expected == held(shop)
    assert 0 == shop.apply(shop.plan()).mutations


def test_a_job_that_somebody_cancels_is_made_good(repository: Repository, expected: Any) -> None:
    shop = a_shop(repository, bulk_start_ms=1_500)
    plan = shop.plan()
    cancelled = threading.Event()

    def cancel() -> None:
        while not cancelled.is_set():
            for job in jobs(shop):
                if job["status"] in {"CREATED", "RUNNING"}:
                    shop.ask(f'mutation {{ bulkOperationCancel(id: "{job["id"]}") {{ userErrors {{ message }} }} }}')
                    cancelled.set()
            time.sleep(0.05)

    person = threading.Thread(target=cancel, daemon=True)
    person.start()
    assert shop.apply(plan).complete
    person.join(20)
    assert "CANCELED" in {job["status"] for job in jobs(shop)}
    assert expected == held(shop)


def test_the_lease_is_kept_while_requests_are_put_together(
    repository: Repository, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    clock = Clock(lambda: datetime.now(UTC) + timedelta(seconds=passed[0]), lambda: time.monotonic() + passed[0])
    monkeypatch.setattr(held_run, "acquire", partial(acquire, clock=clock))
    for owner, name in ((bulk, "_begun"), (bulk._Made, "next"), (bulk._Made, "end")):
        work = getattr(owner, name)

        def slow(*given: Any, work: Any = work) -> Any:
            passed[0] += TTL_S / 3
            return work(*given)

        monkeypatch.setattr(owner, name, slow)
    shop = a_shop(repository)
    assert shop.apply(shop.plan()).complete
    assert expected == held(shop)


def test_the_journal_says_what_each_job_was_for_and_what_it_came_to(repository: Repository) -> None:
    shop = a_shop(repository)
    report = shop.apply(shop.plan())
    records = [entry.record for entry in Journal(shop.root, "shop").entries()]
    asked = [each for each in records if isinstance(each, Requested) and each.mutation == "bulkOperationRunMutation"]
    assert report.counts()["applied"] == sum(len(each.changes) for each in asked) + 1  # and our mark's definition
    told = {address for each in records if isinstance(each, Answered) for address in each.ids}
    assert {f"product/p-{number}" for number in range(6)} <= set(map(str, told))
    back = shop.rollback(str(report.run))
    assert {f"product/p-{number}" for number in range(6)} <= {str(change.address) for change in back.changes}


def test_what_a_run_did_not_wait_for_is_noted_after_its_end_and_its_record_stays_whole(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = a_shop(repository)
    plan = shop.plan()

    def unheard(self: bulk_jobs.BulkJobs, job: str, teller: Any) -> Any:
        del job, teller
        raise self._unfinished("nobody knows")

    with monkeypatch.context() as patch:
        patch.setattr(bulk_jobs.BulkJobs, "_ended", unheard)
        first = shop.apply(plan)
    assert not first.complete
    assert shop.apply(plan).complete
    records = [entry.record for entry in Journal(shop.root, "shop").entries() if entry.record.run == first.run]
    after = records[[each.event for each in records].index("ended") + 1 :]
    assert {("requested", 0), ("answered", 0)} == {(each.event, getattr(each, "fence", None)) for each in after}
    assert None is verified_with_stores(shop.root, [], shop.embedded).results[0].broken
    shop.rollback(str(first.run))  # and is not refused
