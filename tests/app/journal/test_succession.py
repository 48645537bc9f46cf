"""Who may have written a journal: no run writes under a lease that no store can have given it, nor after its end."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.app.journal.audit import Anchor, verified
from reconciler.app.journal.chain import digest_of, line_of, said_digest
from reconciler.model.address import Address
from reconciler.model.record import (
    BEGINS_A_JOB,
    TELLS_OF_A_JOB,
    Acknowledged,
    Answered,
    Begun,
    Ended,
    Entry,
    Held,
    Job,
    Kept,
    Missing,
    MissingRun,
    Record,
    Requested,
)
from tests.app.journal.test_file import CUP, a_journal, begun, requested

ENDED = Ended(run="r1", counts={"applied": 1}, fence=3)
NOTE = Requested(run="r1", request=2, mutation="metafieldsSet", fence=3)
NOTED = Answered(run="r1", request=2, result="executed", fence=3)
OTHERS = Acknowledged(run="r1", missing=Missing(3, "0" * 64), actor="anna", reason="a fire")


def begins(run: str, fence: int) -> Begun:
    return replace(begun(run), fence=fence)


def asks(run: str, fence: int, number: int = 1) -> Requested:
    return replace(requested(number, run), fence=fence)


def ends(run: str, fence: int) -> Ended:
    return Ended(run=run, counts={}, fence=fence)


def reason(root: Path, records: Sequence[Record], lease: MissingRun | None = None) -> str:
    return str(verified(a_journal(root, [*records]), (), None, lease).broken or "")


HELD = Held(run="r1", fields={Address("stock", "cup/CUP/berlin"): {"available": 3}})
KEPT = Kept(run="r1", address=Address("image", "cup/front"), file="journal/kept/1.png", sha256="1")
R1: list[Record] = [begins("r1", 3), asks("r1", 3), NOTE, NOTED, ENDED]
JOB = Job("Run_r1_1", "productSet")
BEGINS = Requested(run="r1", request=5, mutation=BEGINS_A_JOB, changes=requested().changes, job=JOB, fence=3)
IN_BULK: list[Record] = [R1[0], BEGINS, replace(NOTED, request=5), *R1[1:]]
ASKS_LATER = Requested(run="r1", request=9, mutation=TELLS_OF_A_JOB, job=JOB)
TELLS_LATER = Answered(run="r1", request=9, result="executed", undone=(CUP,))
LATER: list[Record] = [begins("r2", 4), ASKS_LATER, TELLS_LATER]


@pytest.mark.parametrize(
    "records",
    [
        [*R1, begins("r2", 4), asks("r2", 4), ends("r2", 4)],
        [*R1, begins("r2", 4)],  # killed before it had its lease
        [*R1, begins("r2", 4), begins("r3", 4), asks("r3", 4)],  # two began at once, and one had it
        [begins("r2", 4), begins("r1", 3), asks("r1", 3)],  # noted later than who was next, and was killed
        [*R1[:2], begins("r1", 4), asks("r1", 4, 2), *R1[2:], ends("r1", 4)],  # stopped, gone on with, and woke up
        [
            begins("r1", 0),
            asks("r1", 0),
            ends("r1", 0),
            begins("r2", 0),
            asks("r2", 0),
            *R1,
        ],  # of before that was noted
        [*IN_BULK, *LATER],  # what a job of it came to
        [*IN_BULK, *LATER[:2], begins("r3", 5), *LATER[1:], TELLS_LATER],  # r2 was stopped meanwhile, and woke up
        [*IN_BULK, *LATER[:2], begins("r3", 5), replace(ASKS_LATER, request=10), replace(TELLS_LATER, request=10)],
        [*R1, OTHERS],
        [begins("r1", 2), *R1, replace(HELD, fence=2), replace(KEPT, fence=2), ends("r1", 2)],  # stopped, and woke up
        [begins("r1", 2), *R1, HELD, KEPT, ends("r1", 2)],  # of before these said their lease
    ],
)
def test_what_runs_of_ours_note_in_turn_is_whole(records: list[Record], tmp_path: Path) -> None:
    assert "" == reason(tmp_path, records, MissingRun("r9", 9))


IMPOSSIBLE: list[tuple[list[Record], str]] = [
    ([*R1, begins("r2", 3), asks("r2", 3)], "run r2 cannot have written under lease 3: run r1 had written under"),
    ([*R1, begins("r2", 2), asks("r2", 2)], "run r2 cannot have written under lease 2"),
    ([*R1, begins("r2", 0), asks("r2", 0)], "run r2 cannot have written under lease 0"),
    ([begins("r1", 3), begins("r2", 3), asks("r1", 3), asks("r2", 3)], "lease 3: run r1 did"),
    ([*R1, asks("r1", 3, 3)], "run r1 (lease 3) had come to its end"),
    ([*R1, asks("r1", 0, 3)], "run r1 (lease 3) had come to its end"),
    ([*R1, replace(ENDED, counts={"applied": 99})], "run r1 (lease 3) had come to its end"),
    ([*R1, HELD], "had come to its end"),
    ([*R1, replace(KEPT, fence=3)], "had come to its end"),
    ([begins("r1", 2), *R1, ends("r1", 2), HELD], "had come to its end"),
    ([begins("r1", 2), *R1, replace(HELD, fence=3)], "had come to its end"),
    ([*R1, asks("r1", 5, 3)], "run r1 did not begin with lease 5"),
    ([*R1, ASKS_LATER], "had come to its end"),  # it began no bulk operation
    ([*IN_BULK, replace(ASKS_LATER, changes=requested().changes)], "had come to its end"),
    ([*IN_BULK, replace(ASKS_LATER, job=Job("Run_r1_2", "productSet"))], "had come to its end"),
    ([*IN_BULK, replace(ASKS_LATER, job=None)], "had come to its end"),
    ([*IN_BULK, replace(ASKS_LATER, fence=3)], "had come to its end"),
    ([*IN_BULK, replace(BEGINS, request=9, fence=0)], "had come to its end"),
    ([*IN_BULK, *LATER[:2], replace(TELLS_LATER, request=10)], "had come to its end"),
    ([*IN_BULK, *LATER[:2], replace(TELLS_LATER, undone=None)], "had come to its end"),
    ([*IN_BULK, *LATER[:2], replace(TELLS_LATER, result="refused")], "had come to its end"),
    ([*IN_BULK, *LATER[:2], replace(TELLS_LATER, ids={CUP: "gid://shopify/Product/9"})], "had come to its end"),
    ([*IN_BULK, *LATER, TELLS_LATER], "had come to its end"),
    ([*IN_BULK, replace(TELLS_LATER, request=1)], "had come to its end"),
    ([*IN_BULK, replace(TELLS_LATER, request=1, fence=3)], "had come to its end"),
    ([*R1[:4], NOTED], "no request 2 of run r1 waits for this answer"),
    ([*R1[:4], replace(NOTED, fence=0)], "no request 2 of run r1 waits for this answer"),
    ([*R1[:4], replace(NOTED, request=7)], "no request 7 of run r1 waits for this answer"),
    (
        [begins("r0", 0), asks("r0", 0), *[Answered(run="r0", request=1, result="executed")] * 2],
        "no request 1 of run r0 waits for this answer",
    ),
]


@pytest.mark.parametrize(("records", "why"), IMPOSSIBLE)
def test_what_nobody_can_have_noted_whom_the_store_let_write_is_found_without_the_store(
    records: list[Record], why: str, tmp_path: Path
) -> None:
    found = reason(tmp_path, records)
    assert (True, True) == (why in found, found.startswith(f"journal/eu.jsonl:{len(records)}:")), found


@pytest.mark.parametrize(
    ("lease", "found"),
    [
        (MissingRun("r2", 5), False),
        (MissingRun("r3", 6), False),  # it works now, or its journal is elsewhere: that is told otherwise
        (None, False),
        (MissingRun("r1", 4), True),
        (MissingRun("r3", 5), True),
    ],
)
def test_a_run_that_the_lease_shows_never_to_have_been_is_found(
    lease: MissingRun | None, found: bool, tmp_path: Path
) -> None:
    said = reason(tmp_path, [begins("r1", 4), asks("r1", 4), begins("r2", 5), asks("r2", 5)], lease)
    assert found is ("journal/eu.jsonl:4: run r2 is said to have written under lease 5, and the last" in said), said


def after_the_note(root: Path, records: Sequence[Record], end: Ended = ENDED) -> str:
    """Return what is wrong with a journal whose note the store remembers, and of which end it was told."""
    journal = a_journal(root, [*records])
    note = next(entry for entry in journal.entries() if entry.record == NOTE)
    whole = verified(journal, ())
    anchor = Anchor(replace(whole.head, seq=note.seq, hash=note.hash), "store eu", "r1", digest_of(end))
    found = verified(journal, [anchor])
    return str(found.broken or found.lacks_end or "")


AFTER: list[tuple[list[Record], str]] = [
    ([NOTED, ENDED], ""),
    ([NOTED, ENDED, begins("r2", 4), asks("r2", 4), ends("r2", 4)], ""),
    ([], "r1"),  # its end is not here
    ([NOTED, begins("r1", 4), asks("r1", 4, 3)], "r1"),
    ([NOTED, begins("r1", 4), asks("r1", 4, 3), ends("r1", 4)], ""),
    ([NOTED, begins("r1", 4), asks("r1", 4, 3), ENDED, ends("r1", 4)], ""),
    ([NOTED, replace(ENDED, counts={"failed": 2})], "told store eu of another end"),
    ([NOTED, replace(ENDED, left_over=(CUP,))], "told store eu of another end"),
    ([NOTED, replace(ENDED, fence=0)], "told store eu of another end"),
    ([NOTED, replace(ASKS_LATER, changes=requested().changes), ENDED], "was the last that run r1 asked for"),
    ([NOTED, asks("r1", 0, 3), ENDED], "was the last that run r1 asked for"),
    ([asks("r1", 3, 3), NOTED, ENDED], "was the last that run r1 asked for"),
    ([HELD, NOTED, ENDED], "was the last that run r1 asked for"),
    ([replace(KEPT, fence=3), NOTED, ENDED], "was the last that run r1 asked for"),
]


@pytest.mark.parametrize(("after", "why"), AFTER)
def test_what_follows_the_entry_that_the_store_remembers_is_the_end_that_it_was_told_of(
    after: list[Record], why: str, tmp_path: Path
) -> None:
    said = after_the_note(tmp_path, [*R1[:3], *after])
    assert (said == why) if why in {"", "r1"} else (why in said), said


def test_an_end_of_before_the_run_went_on_is_not_the_end_that_the_store_was_told_of(tmp_path: Path) -> None:
    early: list[Record] = [begins("r1", 2), asks("r1", 2)]
    assert "r1" == after_the_note(tmp_path, [*early, *R1[:4], ends("r1", 2)])


def test_what_a_job_came_to_may_be_noted_after_the_end_that_the_store_was_told_of(tmp_path: Path) -> None:
    assert "" == after_the_note(tmp_path, [*IN_BULK, *LATER])


@pytest.mark.parametrize("fence", [0, 2])
def test_what_a_stopped_process_would_keep_is_not_between_that_entry_and_the_end(fence: int, tmp_path: Path) -> None:
    late: list[Record] = [replace(HELD, fence=fence), replace(KEPT, fence=fence)]
    records = [begins("r1", 2), *R1[:3], *late, NOTED, ENDED, *late, ends("r1", 2)]
    assert "" == after_the_note(tmp_path, records)


def test_a_last_line_that_is_spelled_otherwise_is_another_one() -> None:
    line, _ = line_of(Entry(seq=1, at="", previous="", record=ENDED))
    assert digest_of(ENDED) == said_digest(line)
    assert digest_of(ENDED) != said_digest(line.replace(b'"record":', b'"record" :'))
