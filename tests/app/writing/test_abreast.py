"""Pieces of work on one store. Threads meet at barriers: no test waits for a clock, unless it fails."""

import threading
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from reconciler.app.journal.file import JournalFailed
from reconciler.app.writing.abreast import Piece, done_abreast
from reconciler.model.address import Address

PATIENCE_S = 20


def named(name: str) -> Address:
    return Address("product", name)


def pieces(*names: str, work: Callable[[str], None]) -> list[Piece]:
    return [Piece(named(name), lambda name=name: work(name)) for name in names]  # type: ignore[misc]


def test_where_one_at_a_time_pays_all_is_done_in_order_by_whoever_asks():
    done: list[tuple[str, int]] = []
    done_abreast(pieces("a", "b", "c", work=lambda name: done.append((name, threading.get_ident()))), lambda: 1)
    assert [(name, threading.get_ident()) for name in "abc"] == done


def test_as_many_as_pay_are_on_their_way_at_once_and_no_more():
    meeting, most, here = threading.Barrier(3), [0], [0]
    turn = threading.Lock()

    def work(name: str) -> None:
        with turn:
            here[0] += 1
            most[0] = max(most[0], here[0])
        meeting.wait(PATIENCE_S)
        with turn:
            here[0] -= 1

    done_abreast(pieces(*"abcdef", work=work), lambda: 3)
    assert [3] == most


def test_a_piece_begins_when_what_it_waits_for_is_done():
    done: list[str] = []
    begun = threading.Event()

    def first() -> None:
        begun.wait(PATIENCE_S)
        done.append("first")

    def beside() -> None:
        begun.set()

    done_abreast(
        [
            Piece(named("first"), first),
            Piece(named("beside"), beside),
            Piece(named("second"), lambda: done.append("second"), frozenset({named("first"), named("elsewhere")})),
        ],
        lambda: 8,
    )
    assert ["first", "second"] == done


def test_an_error_ends_it_once_what_is_on_its_way_is_done():
    done: list[str] = []
    failed = threading.Event()

    def work(name: str) -> None:
        if name == "bad":
            failed.set()
            raise LookupError(name)
        failed.wait(PATIENCE_S)
        done.append(name)

    with pytest.raises(LookupError, match="bad"):
        done_abreast(pieces("good", "bad", *(f"later-{number}" for number in range(50)), work=work), lambda: 2)
    assert "good" in done
    assert len(done) <= 2  # one may have been begun while nobody knew


def test_whatever_ends_it_those_on_their_way_come_to_their_end():
    done: list[str] = []

    def endless() -> Iterator[Piece]:
        begun, failed = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            failed.wait(PATIENCE_S)
            done.append("good")

        yield Piece(named("good"), work)
        begun.wait(PATIENCE_S)
        failed.set()
        raise LookupError("no further piece")

    with pytest.raises(LookupError, match="no further piece"):
        done_abreast(endless(), lambda: 2)
    assert ["good"] == done


def test_where_how_many_may_be_on_their_way_cannot_be_told_they_come_to_their_end_too():
    done: list[str] = []
    failed = threading.Event()
    asked = count(1)

    def width() -> int:
        if next(asked) > 1:
            failed.set()
            raise LookupError("nobody knows")
        return 2

    def work(name: str) -> None:
        failed.wait(PATIENCE_S)
        done.append(name)

    with pytest.raises(LookupError, match="nobody knows"):
        done_abreast(pieces("good", "never", work=work), width)
    assert ["good"] == done


def test_of_several_errors_the_first_in_the_order_of_pieces_is_raised_and_tells_the_others():
    failing = threading.Barrier(3)
    later_failed = threading.Event()
    same = JournalFailed("the journal is full", "make room")

    def work(name: str) -> None:
        failing.wait(PATIENCE_S)
        if name == "a":
            later_failed.wait(PATIENCE_S)
            raise same
        later_failed.set()
        raise same if name == "c" else LookupError("defect")

    with pytest.raises(JournalFailed) as raised:
        done_abreast(pieces("a", "b", "c", work=work), lambda: 3)
    assert "the journal is full; make room\nalso, of product/b: unexpected LookupError: defect" == str(raised.value)


def test_an_interruption_of_one_is_what_ended_it_whatever_the_others_say():
    refused = threading.Event()

    def work(name: str) -> None:
        if name == "a":
            refused.set()
            raise LookupError("not sent, because somebody interrupted us")
        refused.wait(PATIENCE_S)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        done_abreast(pieces("a", "b", work=work), lambda: 2)


def test_an_error_keeps_its_cause():
    second_failed = threading.Event()

    def work(name: str) -> None:
        if name == "b":
            second_failed.set()
            raise LookupError("what ends it")
        second_failed.wait(PATIENCE_S)
        raise JournalFailed(name, "make room") from OSError("no space")

    with pytest.raises(JournalFailed) as raised:
        done_abreast(pieces("a", "b", work=work), lambda: 2)
    assert "no space" == str(raised.value.__cause__)


def test_an_interrupted_caller_does_not_wait():
    done: list[str] = []
    let_go = threading.Event()
    asked = count(1)

    def width() -> int:
        if next(asked) > 1:
            raise KeyboardInterrupt
        return 2

    def work(name: str) -> None:
        let_go.wait(PATIENCE_S)
        done.append(name)

    with pytest.raises(KeyboardInterrupt):
        done_abreast(pieces("on-its-way", "never", work=work), width)
    assert [] == done
    let_go.set()
