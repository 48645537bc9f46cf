"""A run's journal, when the run is broken off: it waits for answers, and says of each request what became of it."""

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.app.journal.file import Journal, JournalFailed
from reconciler.app.journal.journalled import JournalledSender, RunJournal, Unjournalled
from reconciler.model.record import Answered, Ended, Record, Requested
from reconciler.shopify.answer import Answer
from reconciler.shopify.codec import Mutation


@dataclass(frozen=True)
class ScriptedStore:
    store: str


PATIENCE_S = 20  # of the test itself, where it fails


def answer(request: int) -> Answered:
    return Answered(run="r1", request=request, result="executed")


def records(root: Path) -> list[tuple[str, int, str]]:
    return [
        (record.event, record.request, record.result if isinstance(record, Answered) else "")
        for record in (entry.record for entry in Journal(root, "eu").entries())
        if isinstance(record, Requested | Answered)
    ]


def test_it_waits_for_the_answers_that_are_to_come_and_takes_no_request_meanwhile(tmp_path: Path):
    journal = RunJournal(Journal(tmp_path, "eu"), "r1")
    first, _ = journal.requested("productUpdate", ())

    def until_it_is_ended() -> None:
        while True:
            journal.answered(answer(journal.requested("productUpdate", ())[0]))

    def late() -> None:
        with pytest.raises(JournalFailed, match="run r1 was ended before it was done; run apply again"):
            until_it_is_ended()
        journal.answered(answer(first))

    thread = threading.Thread(target=late)
    thread.start()
    assert journal.ended_early(PATIENCE_S)
    thread.join(PATIENCE_S)
    assert ("answered", first, "executed") == records(tmp_path)[-1]


def test_what_is_not_answered_in_time_is_unknown_and_what_comes_later_is_not_noted(tmp_path: Path):
    at = Journal(tmp_path, "eu")
    journal = RunJournal(at, "r1")
    request, _ = journal.requested("productUpdate", ())
    assert not journal.ended_early(0)
    at.close()
    journal.answered(answer(request))
    journal.ended(Ended(run="r1", counts={}, left_over=(), verified=True))
    assert [("requested", 1, ""), ("answered", 1, "unknown")] == records(tmp_path)
    assert 2 == len(list(Journal(tmp_path, "eu").entries()))


def test_a_request_that_nobody_waits_for_any_more_is_unknown_and_not_waited_for(tmp_path: Path):
    journal = RunJournal(Journal(tmp_path, "eu"), "r1")
    request, _ = journal.requested("productUpdate", ())
    journal.left(request, "KeyboardInterrupt")
    assert not journal.ended_early(PATIENCE_S)
    assert [("requested", 1, ""), ("answered", 1, "unknown")] == records(tmp_path)


def test_a_request_whose_answer_was_lost_may_be_on_its_way_when_the_run_is_ended(tmp_path: Path):
    journal = RunJournal(Journal(tmp_path, "eu"), "r1")
    request, _ = journal.requested("productSet", ())
    journal.answered(Answered(run="r1", request=request, result="unknown", errors=("no answer came",)))
    assert not journal.ended_early(PATIENCE_S)


def test_a_journal_that_was_closed_is_not_appended_to_unless_it_is_opened_again(tmp_path: Path):
    journal = Journal(tmp_path, "eu")
    journal.append(answer(1))
    journal.close()
    with pytest.raises(JournalFailed, match=r"journal/eu\.jsonl: it was closed"):
        journal.append(answer(2))
    journal.open()
    journal.append(answer(3))
    assert [1, 3] == [request for _, request, _ in records(tmp_path)]


def test_a_request_that_cannot_be_journalled_is_not_sent_and_says_the_whole_cure(tmp_path: Path):
    def full(record: Record, line: bytes) -> None:
        raise JournalFailed("the log has a hole", "bring it back; if it is lost, move the log away")

    def sent(mutation: Mutation) -> Answer:
        raise AssertionError(mutation)

    journal = RunJournal(Journal(tmp_path, "eu", beside=full), "r1")
    with pytest.raises(Unjournalled) as raised:
        JournalledSender(ScriptedStore("eu"), sent, journal).mutate(Mutation("productUpdate", "", {}, ()))
    assert "bring it back; if it is lost, move the log away" == raised.value.cure
    said = "store eu: the log has a hole; nothing more was sent; bring it back; if it is lost, move the log away"
    assert said == str(raised.value)
    assert "the log has a hole; bring it back; if it is lost, move the log away" == str(journal.failure)
