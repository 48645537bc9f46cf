"""Two writers of one store: one at a time writes, the other is told who does, and writes nothing."""

import os
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.journal.audit import verified_with_stores
from reconciler.app.journal.file import Journal
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.errors import ReconcilerError
from reconciler.model.record import Answered, Begun, Ended, Requested, Told
from reconciler.shopify import lease
from reconciler.shopify.errors import LeaseHeld
from tests.contract.pictures import a_png
from tests.contract.repository import Repository
from tests.contract.test_promises import BOWL, CUP, FIND
from tests.faults.processes import Point, Where, at, ended, forked, halts, stopped

NAMES = count(1)
SENDS_NEXT = Point(2, "requested")  # journalled, and not sent yet


@pytest.fixture
def repository(tmp_path: Path, embedded: EmbeddedStores) -> Repository:
    made = Repository(tmp_path, f"two-{next(NAMES)}", embedded)
    made.store_says("")
    made.has([CUP, BOWL, {**CUP, "key": "mug", "variants": [{"sku": "MUG", "price": "8.00"}]}])
    return made


def halted(repository: Repository, *before: Callable[[], object]) -> int:
    """Return a process that applies the plan of now, and was stopped when it was about to send its second request."""
    plan = repository.plan()

    def work() -> None:
        for each in before:
            each()
        at(SENDS_NEXT, halts)
        repository.apply(plan)

    pid = forked(work)
    stopped(pid)
    return pid


def held(repository: Repository) -> Any:
    products = repository.ask(FIND)["products"]["nodes"]
    notes = "{ shop { metafields(first: 9) { nodes { key value updatedAt } } } }"
    return products, repository.ask(notes)["shop"]["metafields"]["nodes"]


def journal(repository: Repository) -> list[Any]:
    return [entry.record for entry in Journal(repository.root, "shop").entries()]


def test_the_second_is_told_who_writes_and_writes_nothing(repository: Repository) -> None:
    first = halted(repository)
    plan, before, noted = repository.plan(), held(repository), journal(repository)
    with pytest.raises(LeaseHeld) as refused:
        repository.apply(plan)
    assert f"process {first} on " in str(refused.value)
    assert "wait until it is done" in str(refused.value)
    assert (7, before, noted) == (refused.value.exit_code, held(repository), journal(repository))
    os.kill(first, signal.SIGCONT)
    assert 0 == ended(first)
    assert () == repository.plan().changes


def test_of_two_that_apply_at_once_one_does_everything_and_the_other_nothing(repository: Repository) -> None:
    plan = repository.plan()

    def work() -> None:
        try:
            assert repository.apply(plan).complete
        except LeaseHeld:
            os._exit(LeaseHeld.exit_code)

    codes = sorted(ended(pid) for pid in [forked(work), forked(work)])
    assert codes in ([0, 7], [0, 0])  # the second found everything done, if it was late
    assert 0 == codes[0]
    assert codes.count(0) == len([record for record in journal(repository) if isinstance(record, Ended)])
    assert () == repository.plan().changes
    assert ["bowl", "cup", "mug"] == sorted(node["handle"] for node in held(repository)[0])


def test_a_killed_holder_is_taken_over_at_once(repository: Repository) -> None:
    first = halted(repository)
    os.kill(first, signal.SIGKILL)
    ended(first)
    started = time.monotonic()
    assert repository.apply(repository.plan()).complete
    assert time.monotonic() - started < lease.TTL_S
    fences = [record.fence for record in journal(repository) if isinstance(record, Begun)]
    assert [1, 2] == fences


def test_a_stopped_holder_whose_lease_ran_out_writes_nothing_more(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LATE_S", 0.5)
    ttl_s = lease.EARLY_S + 2
    first = halted(repository, lambda: setattr(lease, "TTL_S", ttl_s))
    plan = repository.plan()
    with pytest.raises(LeaseHeld):
        repository.apply(plan)
    time.sleep(ttl_s + 1)
    assert repository.apply(plan).complete
    before = held(repository)
    os.kill(first, signal.SIGCONT)
    assert 0 == ended(first)
    assert before == held(repository)
    own = next(record.run for record in journal(repository) if isinstance(record, Begun))
    records = [record for record in journal(repository) if record.run == own]
    refused = next(record for record in records if isinstance(record, Answered) and record.result == "refused")
    assert (2, True) == (refused.request, "our lease of it" in refused.errors[0])
    after = records[records.index(refused) :]
    assert "applied" not in {o.result for record in after if isinstance(record, Told) for o in record.outcomes}
    assert [] == [record for record in after if isinstance(record, Requested)]


@pytest.mark.parametrize("event", ["held", "kept"])
def test_what_a_stopped_holder_notes_of_what_it_would_take_away_does_not_count(
    event: str, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.make_shop(locations=["Main"], media_processing_ms=0)
    repository.store_says("on_remove: delete\nlocations: {main: Main}\n")
    repository.file("catalog/images/front.png", a_png(1))
    variant = {"sku": "POT", "price": "8.00", "tracked": True, "stock": {"main": 4}}
    pot = {"key": "pot", "name": "Pot", "images": ["images/front.png"], "variants": [variant]}
    repository.has([pot, BOWL])
    assert repository.apply(repository.plan()).complete
    repository.has([BOWL])
    plan = repository.plan()
    accepted = {violation.rule for violation in plan.violations}
    monkeypatch.setattr(lease, "LATE_S", 0.5)
    ttl_s = lease.EARLY_S + 2

    def work() -> None:
        monkeypatch.setattr(lease, "TTL_S", ttl_s)
        at(Point(0, event, Where.BEFORE), halts)
        repository.apply(plan, *accepted)

    first = forked(work)
    stopped(first)
    time.sleep(ttl_s + 1)
    report = repository.apply(plan, *accepted)
    assert report.complete, report
    os.kill(first, signal.SIGCONT)
    assert 0 == ended(first)
    assert None is verified_with_stores(repository.root, [], repository.embedded).results[0].broken
    assert [2] == [record.fence for record in journal(repository) if record.event == event][1:]
    assert repository.apply(repository.rollback(str(report.run))).complete
    assert ["bowl", "pot"] == sorted(node["handle"] for node in held(repository)[0])


def test_a_journal_that_cannot_be_written_any_more_ends_a_run_before_the_next_request(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = repository.plan()
    monkeypatch.setattr("reconciler.app.journal.file._write", full_after(6))
    report = repository.apply(plan)
    results = [outcome.result for outcome in report.outcomes]
    assert (False, False) == (report.complete, report.recorded)
    assert {"applied", "failed", "skipped"} == set(results)
    failed = next(outcome for outcome in report.outcomes if outcome.result == "failed")
    assert "journal/shop.jsonl: the journal cannot be written: No space left" in failed.reason
    assert "nothing more was sent" in failed.reason
    monkeypatch.undo()
    assert repository.apply(plan).complete
    assert () == repository.plan().changes


def full_after(lines: int) -> Callable[[int, bytes], None]:
    """Return a write that has room for so many lines."""
    left = [lines]

    def write(handle: int, data: bytes) -> None:
        if not left[0]:
            os.write(handle, data[:10])
            raise OSError(28, os.strerror(28))
        left[0] -= 1
        os.write(handle, data)

    return write


def test_a_store_that_refuses_notes_on_the_shop_is_not_written(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.shopify.shop_notes.MARK_NAMESPACE", "app--1--theirs")
    with pytest.raises(ReconcilerError, match="nothing was written, because nothing would keep two writers apart"):
        repository.apply(repository.plan())
    assert [] == held(repository)[0]
