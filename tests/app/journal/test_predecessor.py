"""Which run that held a store is missed: what its lease says, held against what the journal here tells."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.app.journal.audit import Anchor, verified
from reconciler.app.journal.chain import Head
from reconciler.app.journal.file import Journal
from reconciler.app.journal.predecessor import (
    Takings,
    predecessor,
    refuse_unrecorded,
    refuse_unseen,
    unknown_predecessor,
)
from reconciler.app.journal.process import this_process
from reconciler.app.journal.runs import is_of, run_of
from reconciler.model.errors import PlanRefused
from reconciler.model.plan import Header, Seen
from reconciler.model.record import Acknowledged, Gap, Missing, MissingRun, Record
from reconciler.shopify.pointer import JournalHead, Pointer
from reconciler.shopify.terms import Terms
from tests.app.journal.test_file import RECORDS, a_journal, begun
from tests.render.plans import a_plan, an_update

R1, R2 = replace(begun("r1"), fence=4), replace(begun("r2"), fence=5)
GONE = JournalHead(9, "0" * 64)
KNOWN = Acknowledged(run="r2", missing=MissingRun("r2", 5), actor="anna", reason="the runner died")


def missed(root: Path, records: Sequence[Record], held: Terms | None, pointer: Pointer | None = None) -> bool:
    """Return whether both an apply and a verification miss the run of a lease."""
    journal = a_journal(root, list(records))
    takings = Takings()
    for _ in takings.noting(journal.glances()):
        pass
    found = unknown_predecessor(held, journal, takings, pointer)
    noted = pointer.journal if pointer is not None else None
    anchors = [Anchor(Head(noted.seq, noted.hash), "store eu", str(pointer.run))] if pointer and noted else []
    journal.close()
    lacks = verified(journal, anchors, predecessor(held)).lacks
    assert ([found] if found is not None else []) == [gap for gap in lacks if isinstance(gap, MissingRun)]
    return found is not None


@pytest.mark.parametrize(
    ("records", "held"),
    [
        ([R1], None),  # nobody ever held it
        ([R1], Terms(4, "r1")),
        ([R1, replace(R1, fence=6), *RECORDS[1:]], Terms(6, "r1")),  # killed, and gone on with
        ([replace(R1, fence=0)], Terms(4, "r1")),  # the oldest journals do not say with which lease
        ([R1, R2], Terms(4, "r1")),  # r2 was noted, and never took it
        ([R1, KNOWN], Terms(5, "r2")),
    ],
)
def test_a_run_that_the_journal_knows_is_not_missed(records: list[Record], held: Terms | None, tmp_path: Path) -> None:
    assert not missed(tmp_path, records, held)


@pytest.mark.parametrize("records", [[], [R1], [R1, replace(R2, fence=4)]])
def test_a_run_or_a_part_of_one_that_it_does_not_know_is(records: list[Record], tmp_path: Path) -> None:
    assert missed(tmp_path, records, Terms(5, "r2"))


def test_of_a_run_that_came_to_its_end_the_last_entry_is_missed_and_it_is_not_missed_twice(tmp_path: Path) -> None:
    assert not missed(tmp_path / "a", [R1], Terms(5, "r2"), Pointer(run="r2", journal=GONE))
    assert missed(tmp_path / "b", [R1], Terms(5, "r2"), Pointer(run="r1", journal=GONE))


def test_who_may_be_at_work_is_no_predecessor() -> None:
    now = datetime.now(UTC)
    works = Terms(5, "r2", this_process(), now, now + timedelta(seconds=60))
    assert None is predecessor(works)
    assert MissingRun("r2", 5) == predecessor(replace(works, until=now - timedelta(seconds=60)))


def test_a_gap_stays_open_for_good_and_is_told_with_the_run_that_began_so(tmp_path: Path) -> None:
    later = replace(begun("r3"), fence=6, lacks=Missing(9, "0" * 64), lacks_run=MissingRun("r2", 5))
    found = verified(a_journal(tmp_path, [R1, later]), (), MissingRun("r3", 6))
    assert {Missing(9, "0" * 64): "r3", MissingRun("r2", 5): "r3"} == found.lacks
    assert "run r3 began without entry 9, which store eu remembered" in str(found.broken)


def test_a_run_that_began_and_ended_while_another_one_read_the_journal_is_not_missing(tmp_path: Path) -> None:
    later = replace(begun("r3"), fence=6, lacks_run=MissingRun("r2", 5))
    assert {} == verified(a_journal(tmp_path, [R1, R2, later]), (), MissingRun("r3", 6)).lacks


def test_a_run_tells_by_its_name_of_which_plan_it_may_be() -> None:
    name = run_of("ab12cd3456", (), datetime(2026, 11, 28, tzinfo=UTC)).name
    assert [True, False, False] == [is_of(name, "ab12cd99"), is_of(name, "ab12ce"), is_of("r1", "ab12cd")]


def test_a_plan_has_to_know_of_the_last_of_its_runs_that_died(tmp_path: Path) -> None:
    plan = a_plan(an_update("product/cup"), header=Header("2026-11-28T06:15:00+00:00", "ci-7", lease=4))
    lost = [MissingRun(f"20261128T061500Z-{plan.digest[:6]}-{name}", fence) for name, fence in (("a", 3), ("b", 5))]
    others = [replace(begun(f"r{each.fence}"), fence=each.fence + 1, lacks_run=each) for each in lost]
    journal, takings = a_journal(tmp_path, [*others]), Takings()
    assert 2 == len(list(takings.noting(journal.glances())))
    with pytest.raises(PlanRefused, match="lease 5"):
        refuse_unrecorded(plan, journal, takings, None)


def test_both_kinds_of_gaps_are_read_as_they_were_written(tmp_path: Path) -> None:
    records: list[Record] = [replace(R2, lacks=Missing(9, "0" * 64), lacks_run=MissingRun("r1", 4)), KNOWN]
    a_journal(tmp_path, [*records]).close()
    assert records == [entry.record for entry in Journal(tmp_path, "eu").entries()]


@pytest.mark.parametrize(
    ("header", "gap", "refused"),
    [
        (Header("2026-11-28", "ci-7", Seen(9, "0" * 64), lease=5), Missing(9, "0" * 64), False),
        (Header("2026-11-28", "ci-7", Seen(3, "3" * 64), lease=5), Missing(9, "0" * 64), True),  # it was at work then
        (Header("2026-11-28", "ci-7", Seen(99, "9" * 64), lease=4), Missing(9, "0" * 64), True),  # of another chain
        (Header("2026-11-28", "ci-7", Seen(3, "3" * 64), lease=4), MissingRun("r2", 5), True),
        (Header("2026-11-28", "ci-7", Seen(3, "3" * 64), lease=5), MissingRun("r2", 5), False),
        (Header("2026-11-28", "ci-7", Seen(3, "3" * 64), lease=4), None, False),  # somebody said why
        (Header("2026-11-28", "ci-7"), None, False),
        (Header("2026-11-28", "ci-7"), MissingRun("r2", 5), True),
        (None, Missing(9, "0" * 64), True),
    ],
)
def test_a_plan_that_is_older_than_what_the_journal_lacks_is_refused_whatever_the_last_run_was_of(
    header: Header | None, gap: Gap | None, refused: bool, tmp_path: Path
) -> None:
    plan, journal, takings = a_plan(an_update("product/cup"), header=header), a_journal(tmp_path, [R1]), Takings()
    assert 1 == len(list(takings.noting(journal.glances())))
    with pytest.raises(PlanRefused, match="may have applied it") if refused else nullcontext():
        refuse_unseen(plan, journal, takings, Terms(5, "r2"), gap)
