"""The overview of runs: one counts as taken back only as far as a rollback that still counts came to its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from reconciler.app.journal.file import Journal
from reconciler.app.journal.run_overview import run_overviews, still_taken_back
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import FieldChange, Update
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Stale
from reconciler.model.overview import RunOverview
from reconciler.model.plan import Scope, Target
from reconciler.model.record import Answered, Begun, Ended, Record, Requested, Told
from reconciler.planning.written import written
from reconciler.render.run_overview import overview_text
from reconciler.render.style import Style

TARGET = Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR")
CUP, HAT = Address("product", "cup"), Address("product", "hat")
Result = Literal["executed", "refused", "unknown"]
KILLED = Ended(run="somebody killed it here", counts={})


def a_run(name: str, how: str, undoes: str | None = None, commit: str = "c1") -> Sequence[Record]:
    begun = Begun(
        run=name,
        plan=f"plan of {name}",
        engine="1",
        target=TARGET,
        commit=commit,
        base_commit=None,
        scope=Scope(),
        actor="anna",
        undoes=undoes,
    )
    told = Told(run=name, outcomes=(Applied(CUP),))
    stale = Told(run=name, outcomes=(Stale(HAT, "it moved"),))
    return {
        "complete": (begun, told, Ended(run=name, counts={"applied": 1})),
        "in part": (begun, told, stale, Ended(run=name, counts={"applied": 1, "stale": 1})),
        "but for one": (begun, told, Ended(run=name, counts={"applied": 1}, not_back=(HAT,))),
        "all stale": (begun, stale, Ended(run=name, counts={"applied": 0, "stale": 1})),
        "killed": (begun, told),
        "resumed": (begun, told, begun, told, Ended(run=name, counts={"applied": 1})),
    }[how]


def counts_of(run: RunOverview) -> dict[str, int]:
    """Return the results that occurred, with how often each did."""
    return {result: count for result, count in run.counts.items() if count}


def told_of(root: Path, *runs: Sequence[Record]) -> dict[str, tuple[str | None, str | None]]:
    """Return run → which run took it back, and which did in part."""
    journal = Journal(root, "eu")
    for record in (record for run in runs for record in run):
        journal.append(record)
    journal.close()
    return {each.begun.run: (each.taken_back_by, each.partly_taken_back_by) for each in run_overviews(root)}


def waits(root: Path, commit: str) -> str | None:
    found = still_taken_back(root, "eu", commit)
    return f"{found.run}{'' if found.whole else ' in part'}" if found is not None else None


@pytest.mark.parametrize(
    ("how", "said", "waiting"),
    [
        ("complete", ("back", None), "run"),
        ("resumed", ("back", None), "run"),
        ("in part", (None, "back"), "run in part"),
        ("but for one", (None, "back"), "run in part"),
        ("killed", (None, "back"), "run in part"),
        ("all stale", (None, None), None),
    ],
)
def test_what_came_of_a_rollback_decides(
    tmp_path: Path, how: str, said: tuple[str | None, str | None], waiting: str | None
):
    found = told_of(tmp_path, a_run("run", "complete"), a_run("back", how, "run"))
    assert (said, (None, None)) == (found["run"], found["back"])
    assert waiting == waits(tmp_path, "c1")
    assert None is waits(tmp_path, "c2")
    text = overview_text(run_overviews(tmp_path), Style(width=200))
    assert (said[0] is not None) is ("; taken back by back" in text)
    assert (said[1] is not None) is ("; partly taken back by back" in text)


def asked(request: int, address: Address) -> Requested:
    changes = (Update(address, "1", (FieldChange("title", "Old", "New"),)),)
    return Requested(run="run", request=request, mutation="productUpdate", changes=changes)


def answered(request: int, result: Result, *errors: str) -> Answered:
    return Answered(run="run", request=request, result=result, errors=errors)


def told(*outcomes: Outcome) -> Told:
    return Told(run="run", outcomes=outcomes)


def test_what_a_killed_run_did_is_done_by_it_though_it_was_found_so_when_it_went_on(tmp_path: Path):
    begun, *_ = a_run("run", "complete")
    mug, tie, bag = (Address("product", key) for key in ("mug", "tie", "bag"))
    killed = (
        *(begun, asked(1, CUP), answered(1, "executed"), told(Applied(CUP), AlreadySo(bag))),
        *(asked(2, HAT), answered(2, "executed"), asked(3, tie), answered(3, "refused"), asked(4, mug)),
    )
    told_of(tmp_path, killed)
    assert [{"applied": 1, "already-so": 1}] == [counts_of(each) for each in run_overviews(tmp_path)]
    assert "1 applied, 1 already-so, 1 executed and not told, 1 sent without an answer that tells" in of_text(tmp_path)
    found_so = told(*(AlreadySo(address) for address in (CUP, HAT, tie, bag, mug)))
    told_of(tmp_path, (begun, found_so, Ended(run="run", counts={"already-so": 5})))
    (run,) = run_overviews(tmp_path)
    assert ("complete", {"applied": 3, "already-so": 2}) == (run.state, counts_of(run))


def of_text(root: Path) -> str:
    return overview_text(run_overviews(root), Style(width=200))


def test_what_a_killed_run_wrote_is_said_of_it_whatever_it_finds_when_it_goes_on(tmp_path: Path):
    begun, *_ = a_run("run", "complete")
    told_of(tmp_path, (begun, asked(1, CUP), answered(1, "executed"), told(Applied(CUP)), asked(2, HAT)))
    told_of(tmp_path, (answered(2, "executed"),))
    assert "unfinished, 1 applied, 1 executed and not told" in of_text(tmp_path)
    moved = told(Stale(CUP, "it moved"), Stale(HAT, "it moved"))
    told_of(tmp_path, (begun, moved, Ended(run="run", counts={"stale": 2})))
    assert "partial, 2 stale, 2 of these written before, or in part" in of_text(tmp_path)


def test_what_a_stopped_process_notes_after_another_took_its_run_over_does_not_count(tmp_path: Path):
    begins = a_run("run", "complete")[0]
    assert isinstance(begins, Begun)
    first, second = (replace(begins, fence=fence) for fence in (1, 2))
    late = (replace(told(Failed(HAT, "our lease ran out")), fence=1), Ended(run="run", counts={"failed": 1}, fence=1))
    own = (replace(told(Applied(HAT)), fence=2), Ended(run="run", counts={"applied": 2}, fence=2))
    begun = (
        *(first, replace(asked(1, CUP), fence=1), replace(answered(1, "executed"), fence=1)),
        *(replace(told(Applied(CUP)), fence=1), replace(asked(2, HAT), fence=1)),
        *(second, replace(asked(3, HAT), fence=2)),
        *(replace(asked(3, CUP), fence=1), replace(answered(3, "refused"), fence=1)),  # its numbers went on, too
        replace(answered(3, "executed"), fence=2),
    )
    told_of(tmp_path / "while it works", (*begun, *late))
    assert "unfinished, 1 applied, 1 executed and not told" in of_text(tmp_path / "while it works")
    for name, records in {"before": (*begun, *late, *own), "after": (*begun, *own, *late)}.items():
        told_of(tmp_path / name, records)
        (run,) = run_overviews(tmp_path / name)
        assert (name, "complete", {"applied": 2}) == (name, run.state, counts_of(run))


def test_a_run_of_which_nothing_reached_the_store_wrote_nothing(tmp_path: Path):
    told_of(tmp_path, (a_run("run", "killed")[0], asked(1, CUP), answered(1, "refused")))
    assert "unfinished, nothing written" in of_text(tmp_path)


FAILED, STALE = Failed(CUP, "no"), Stale(CUP, "it moved")


@pytest.mark.parametrize(
    ("did", "between"),
    [
        (True, (asked(1, CUP), answered(1, "executed"), told(Applied(CUP)))),
        (True, (asked(1, CUP), answered(1, "unknown"), told(AlreadySo(CUP)))),
        (True, (asked(1, CUP), answered(1, "executed", "of a row"), told(AlreadySo(CUP)))),
        (True, (asked(1, CUP), answered(1, "executed", "of a row"), KILLED, told(AlreadySo(CUP)))),
        (True, (asked(1, CUP), KILLED, told(AlreadySo(CUP)))),
        (True, (asked(1, CUP), answered(1, "refused"), told(Applied(CUP)), KILLED, told(AlreadySo(CUP)))),
        (False, (told(AlreadySo(CUP)),)),
        (False, (told(AlreadySo(CUP)), KILLED, told(AlreadySo(CUP)))),
        (False, (asked(1, CUP), answered(1, "refused"), told(AlreadySo(CUP)))),
        (False, (asked(1, CUP), answered(1, "refused"), KILLED, told(AlreadySo(CUP)))),
        (False, (asked(1, HAT), answered(1, "executed"), told(AlreadySo(CUP)))),
        (False, (asked(1, CUP), answered(1, "executed", "of a row"), told(FAILED))),
        (False, (asked(1, CUP), answered(1, "refused"), told(STALE))),
    ],
)
@pytest.mark.parametrize("ends", [True, False])
def test_the_overview_and_a_rollback_agree_on_what_a_run_did(
    tmp_path: Path, did: bool, between: Sequence[Record], ends: bool
):
    begun, *_ = a_run("run", "complete")
    last = {each.address: each.result for record in between if isinstance(record, Told) for each in record.outcomes}
    records = [begun, *(begun if record is KILLED else record for record in between)]
    records += [Ended(run="run", counts=Counter(last.values()))] if ends else []
    told_of(tmp_path, records)
    (run,) = run_overviews(tmp_path)
    wrote = written(records, "run", KINDS)
    assert wrote is not None
    assert (did, did) == (CUP in wrote.changes, run.counts.get("applied", 0) == 1)
    assert 1 == sum(run.counts.values())


def test_a_rollback_that_was_taken_back_does_not_count(tmp_path: Path):
    runs = (a_run("run", "complete"), a_run("back", "complete", "run"), a_run("forth", "complete", "back"))
    assert {"run": (None, None), "back": ("forth", None), "forth": (None, None)} == told_of(tmp_path, *runs)
    assert None is waits(tmp_path, "c1")


def test_a_rollback_that_was_taken_back_in_part_counts_in_part(tmp_path: Path):
    runs = (a_run("run", "complete"), a_run("back", "complete", "run"), a_run("forth", "in part", "back"))
    assert {"run": (None, "back"), "back": (None, "forth"), "forth": (None, None)} == told_of(tmp_path, *runs)
    assert "run in part" == waits(tmp_path, "c1")


def test_what_one_rollback_left_another_one_completes(tmp_path: Path):
    runs = (a_run("run", "complete"), a_run("back", "in part", "run"), a_run("rest", "complete", "run"))
    assert ("rest", None) == told_of(tmp_path, *runs, a_run("again", "all stale", "run"))["run"]
    assert "run" == waits(tmp_path, "c1")


def test_what_two_rollbacks_did_is_partly_there_once_the_first_of_them_is_taken_back(tmp_path: Path):
    runs = (a_run("run", "complete"), a_run("back", "in part", "run"), a_run("rest", "complete", "run"))
    assert (None, "rest") == told_of(tmp_path, *runs, a_run("forth", "complete", "back"))["run"]


def test_what_a_rollback_did_that_was_taken_back_before_the_next_one_began_is_done_by_that(tmp_path: Path):
    runs = (a_run("run", "complete"), a_run("back", "in part", "run"), a_run("forth", "complete", "back"))
    assert ("rest", None) == told_of(tmp_path, *runs, a_run("rest", "complete", "run"))["run"]


def test_what_cannot_be_taken_back_is_counted(tmp_path: Path):
    told_of(tmp_path, a_run("run", "complete"), a_run("back", "but for one", "run"))
    assert "takes back run; 0 changes; commit c1: complete, 1 applied, 1 cannot be taken back" in of_text(tmp_path)


def test_a_run_that_brought_another_commit_ends_the_waiting(tmp_path: Path):
    runs = (a_run("run", "complete"), a_run("back", "complete", "run"), a_run("next", "complete", commit="c2"))
    told_of(tmp_path, *runs)
    assert None is waits(tmp_path, "c1")


def test_a_rollback_of_what_the_journal_lost_is_still_waited_for(tmp_path: Path):
    told_of(tmp_path, a_run("back", "complete", "gone"))
    assert "gone" == waits(tmp_path, "c1")
