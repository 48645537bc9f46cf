"""Pieces of work on one store. Threads meet at barriers: no test waits for a clock, unless it fails."""

import threading
from collections.abc import Callable

import pytest

from reconciler.app.abreast import Piece, done_abreast
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
