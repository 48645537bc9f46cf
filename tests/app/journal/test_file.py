"""The journal: what was written comes back, survives what a kill leaves behind, and shows every change to its file."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.app.journal.audit import Anchor, Broken, verified
from reconciler.app.journal.chain import Head, Proof, beginning
from reconciler.app.journal.file import Journal, JournalFailed
from reconciler.app.journal.runs import run_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange, Update
from reconciler.model.outcome import Applied, Failed
from reconciler.model.plan import Scope, Target
from reconciler.model.record import Answered, Begun, Ended, Record, Requested, Told

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CUP = Address("product", "cup")
NASTY = 'Cup","hash":"\n\x1b[31m\u2028 {"event":"ended"} ☕'


def begun(run: str = "r1", plan: str = "p1") -> Begun:
    target = Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR")
    return Begun(
        run=run,
        plan=plan,
        engine="1",
        target=target,
        commit="c1",
        base_commit=None,
        scope=Scope(),
        actor="anna",
        fence=3,
    )


def requested(number: int = 1, run: str = "r1") -> Requested:
    change = Update(CUP, "gid://shopify/Product/1", (FieldChange("title", "Cup", NASTY),))
    return Requested(run=run, request=number, mutation="productUpdate", changes=(change,))


RECORDS: list[Record] = [
    begun(),
    requested(),
    Answered(run="r1", request=1, result="executed", ids={CUP: "gid://shopify/Product/1"}, request_id="q-1"),
    Told(run="r1", outcomes=(Applied(CUP), Failed(Address("variant", "cup/CUP"), NASTY))),
    Ended(run="r1", counts={"applied": 1}),
]


def a_journal(root: Path, records: list[Record] | None = None) -> Journal:
    journal = Journal(root, "eu", lambda: NOON)
    for record in RECORDS if records is None else records:
        journal.append(record)
    journal.close()
    return journal


def problem(root: Path, *anchors: Anchor) -> Broken | None:
    return verified(Journal(root, "eu"), anchors).broken


def test_what_was_appended_comes_back(tmp_path: Path):
    assert RECORDS == [entry.record for entry in a_journal(tmp_path).entries()]


def test_entries_are_numbered_dated_and_chained(tmp_path: Path):
    entries = list(a_journal(tmp_path).entries())
    assert [1, 2, 3, 4, 5] == [entry.seq for entry in entries]
    assert {"2026-11-28T12:00:00.000000+00:00"} == {entry.at for entry in entries}
    assert [entry.hash for entry in entries[:-1]] == [entry.previous for entry in entries[1:]]


def test_an_untouched_journal_is_whole(tmp_path: Path):
    journal = a_journal(tmp_path)
    result = verified(journal, ())
    assert (None, 5) == (result.broken, result.head.seq)


def test_a_journal_that_was_opened_again_goes_on(tmp_path: Path):
    a_journal(tmp_path, RECORDS[:2])
    a_journal(tmp_path, RECORDS[2:])
    assert None is problem(tmp_path)
    assert RECORDS == [entry.record for entry in Journal(tmp_path, "eu").entries()]


def test_two_writers_take_turns_in_one_chain(tmp_path: Path):
    one, other = Journal(tmp_path, "eu"), Journal(tmp_path, "eu")
    for record in RECORDS:
        one.append(record)
        other.append(replace(begun("r2"), fence=4) if isinstance(record, Begun) else replace(record, run="r2"))
    assert (None, 10) == ((result := verified(one, ())).broken, result.head.seq)


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_last_line_is_no_entry_and_is_cut_off_by_the_next(cut: int, tmp_path: Path):
    journal = a_journal(tmp_path, RECORDS[:2])
    head = journal.head_file.read_bytes()
    a_journal(tmp_path, RECORDS[2:3])
    data = journal.file.read_bytes()
    journal.file.write_bytes(data[:-cut])
    journal.head_file.write_bytes(head)
    assert RECORDS[:2] == [entry.record for entry in journal.entries()]
    assert None is problem(tmp_path)
    a_journal(tmp_path, RECORDS[2:])
    assert (RECORDS, None) == ([entry.record for entry in journal.entries()], problem(tmp_path))


def test_a_kill_between_a_line_and_its_head_is_mended_by_the_next(tmp_path: Path):
    journal = a_journal(tmp_path, RECORDS[:2])
    head = journal.head_file.read_bytes()
    a_journal(tmp_path, RECORDS[2:3])
    journal.head_file.write_bytes(head)
    assert None is problem(tmp_path)
    a_journal(tmp_path, RECORDS[3:])
    assert RECORDS == [entry.record for entry in journal.entries()]


def test_an_end_that_was_cut_off_is_not_appended_to(tmp_path: Path):
    journal = a_journal(tmp_path)
    journal.file.write_bytes(b"".join(journal.file.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(JournalFailed, match=r"journal/eu\.jsonl: it ends with entry 4, and eu\.head beside it says 5"):
        a_journal(tmp_path, RECORDS[:1])


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    journal = a_journal(tmp_path)
    before = journal.file.read_bytes()
    journal = Journal(tmp_path, "eu")
    journal.open()
    write = os.write

    def full(handle: int, data: bytes) -> int:
        write(handle, bytes(data)[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(
        JournalFailed, match=r"journal/eu\.jsonl: the journal cannot be written: No space left on device"
    ):
        journal.append(RECORDS[0])
    assert before == journal.file.read_bytes()


def test_the_journal_of_another_store_is_not_ours(tmp_path: Path):
    a_journal(tmp_path)
    for suffix in ("jsonl", "head"):
        (tmp_path / f"journal/eu.{suffix}").rename(tmp_path / f"journal/us.{suffix}")
    found = verified(Journal(tmp_path, "us"), ()).broken
    assert found is not None
    assert 1 == found.line


def lines_of(root: Path) -> list[bytes]:
    return (root / "journal/eu.jsonl").read_bytes().splitlines(keepends=True)


def with_lines(root: Path, lines: list[bytes]) -> None:
    (root / "journal/eu.jsonl").write_bytes(b"".join(lines))


def as_was(root: Path, forge: Callable[[], object], *anchors: Anchor) -> Broken | None:
    """Return what verification finds once something was done to the files; then they are as they were."""
    file, head = root / "journal/eu.jsonl", root / "journal/eu.head"
    before = (file.read_bytes(), head.read_bytes())
    try:
        forge()
        return problem(root, *anchors)
    finally:
        file.write_bytes(before[0])
        head.write_bytes(before[1])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole")
    a_journal(root)
    return root


@given(st.data())
def test_any_changed_byte_is_found_in_its_line(whole: Path, data: st.DataObject):
    content = (whole / "journal/eu.jsonl").read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    changed = content[:at] + bytes([byte]) + content[at + 1 :]
    found = as_was(whole, lambda: (whole / "journal/eu.jsonl").write_bytes(changed))
    assert found is not None
    assert found.line in {content[:at].count(b"\n") + 1, content[:at].count(b"\n")}


@given(st.sets(st.integers(0, 4), min_size=1))
def test_any_lines_that_are_gone_are_found(whole: Path, gone: set[int]):
    kept = [line for number, line in enumerate(lines_of(whole)) if number not in gone]
    assert None is not as_was(whole, lambda: with_lines(whole, kept))


@given(st.permutations(range(5)).filter(lambda order: list(order) != list(range(5))))
def test_any_other_order_is_found(whole: Path, order: list[int]):
    lines = lines_of(whole)
    assert None is not as_was(whole, lambda: with_lines(whole, [lines[number] for number in order]))


@given(st.permutations(range(5)), st.integers(0, 5))
def test_lines_followed_by_their_hashes_alone_say_what_verification_says(whole: Path, order: list[int], upto: int):
    lines = [lines_of(whole)[number] for number in order[:upto]]
    if upto > 1:
        lines[-1] = lines[-1].replace(b'"run":"r1"', b'"run":"r2"')
    proof = Proof(beginning("eu"))
    for number, line in enumerate(lines, 1):
        proof.meet(number, line)
    found = as_was(whole, lambda: with_lines(whole, lines))
    if upto > 1:
        assert found is not None
        assert (found.line, found.reason) == proof.broken
    else:
        assert (None if order[:upto] in ([], [0]) else 1) == (proof.broken and proof.broken[0])


@given(st.integers(0, 4), st.integers(0, 5))
def test_any_line_that_is_there_twice_is_found(whole: Path, number: int, at: int):
    lines = lines_of(whole)
    assert None is not as_was(whole, lambda: with_lines(whole, [*lines[:at], lines[number], *lines[at:]]))


@given(st.data())
def test_any_truncation_is_found(whole: Path, data: st.DataObject):
    content = (whole / "journal/eu.jsonl").read_bytes()
    end = data.draw(st.integers(0, len(content) - 1))
    assert None is not as_was(whole, lambda: (whole / "journal/eu.jsonl").write_bytes(content[:end]))


def test_a_journal_that_was_written_anew_is_found_by_what_the_store_remembers(whole: Path):
    head = Journal(whole, "eu")
    head.open()
    remembered = Anchor(head.head, "the store")
    head.close()

    def rewritten() -> None:
        for file in (whole / "journal").iterdir():
            file.unlink()
        a_journal(whole, [*RECORDS[:1], *RECORDS[1:3], Told(run="r1", outcomes=()), RECORDS[4]])

    assert None is as_was(whole, lambda: None, remembered)
    found = as_was(whole, rewritten, remembered)
    assert found is not None
    assert (5, True) == (found.line, "the store" in found.reason)


def test_a_journal_that_lost_its_end_and_its_head_is_found_by_what_the_store_remembers(tmp_path: Path):
    a_journal(tmp_path, RECORDS[:3])
    assert None is not problem(tmp_path, Anchor(Head(5, "0" * 64), "the store"))


@pytest.mark.parametrize("head", [b"", b"5\n", b"x" * 86])
def test_a_head_that_is_gone_or_something_else_is_found(head: bytes, whole: Path):
    assert None is not as_was(whole, lambda: (whole / "journal/eu.head").write_bytes(head))


def test_a_run_without_an_end_is_gone_on_with(tmp_path: Path):
    journal = a_journal(tmp_path, [*RECORDS, begun("r2"), requested(1, "r2"), requested(2, "r2")])
    run = run_of("p1", journal.glances(), NOON)
    assert ("r2", 2, True) == (run.name, run.requests, run.resumes)


def test_a_run_goes_on_that_a_stopped_process_of_it_ended_after_another_took_it_over(tmp_path: Path):
    ended = Ended(run="r1", counts={}, fence=3)
    journal = a_journal(tmp_path, [begun(), replace(begun(), fence=4), ended])
    assert "r1" == run_of("p1", journal.glances(), NOON).name
    a_journal(tmp_path, [replace(ended, fence=4)])
    assert "r1" != run_of("p1", journal.glances(), NOON).name


def test_a_run_that_somebody_began_to_take_back_is_not_gone_on_with(tmp_path: Path):
    back = replace(begun("r2", plan="p2"), undoes="r1")
    run = run_of("p1abcdefgh", a_journal(tmp_path, [begun(plan="p1abcdefgh"), requested(), back]).glances(), NOON)
    assert ("20261128T120000Z-p1abcd", False) == (run.name[:23], run.resumes)


def test_a_run_of_another_plan_or_one_that_ended_is_not(tmp_path: Path):
    journal = a_journal(tmp_path, [*RECORDS, begun("r2", plan="p2")])
    run = run_of("p1abcdefgh", journal.glances(), NOON)
    assert ("20261128T120000Z-p1abcd", 0, False) == (run.name[:23], run.requests, run.resumes)
