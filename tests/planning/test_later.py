"""What stands of later runs, once some of them were taken back: orders go with their members, counts by counters."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove, Update
from reconciler.planning.later import Later, LaterRuns

ORDER = Address("image_order", "cup")
STOCK = Address("stock", "cup/A/north")


def image(name: str) -> Address:
    return Address("image", f"cup/{name}")


def adds(name: str) -> Change:
    return Create(image(name), (FieldChange("alt", None, name),))


def takes_off(name: str) -> Change:
    return Remove(image(name), f"#{name}", ())


def arranges(before: str, then: str) -> Change:
    return Update(ORDER, "#cup", (FieldChange("images", list(before), list(then)),))


def counts(reference: str, by: int) -> Change:
    return Create(Address("adjustment", f"cup/A/north: {reference}"), (FieldChange("delta", None, by),))


def later(*runs: tuple[str, str | None, Sequence[Change]]) -> Later:
    found = LaterRuns("run-0", KINDS)
    for run, undoes, changes in runs:
        found.add(run, undoes, {each.address: each for each in changes}, lambda _: "done")
    return found.found()


ORDERS: Mapping[str, Any] = {
    "its only member went": ([adds("c"), arranges("ab", "cab")], [takes_off("c")], False),
    "what it took off is back": ([takes_off("a"), arranges("ab", "b")], [adds("a")], False),
    "one of its members is there": ([adds("c"), adds("d"), arranges("ab", "abcd")], [takes_off("c")], True),
    "it arranged the others, too": ([adds("c"), arranges("ab", "bac")], [takes_off("c")], True),
    "that was written back, too": ([adds("c"), arranges("ab", "bac")], [takes_off("c"), arranges("ba", "ab")], False),
    "nothing of it went": ([adds("c"), arranges("ab", "abc")], [], True),
    "its member was added by another run": ([arranges("ab", "cab")], [], True),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_stands_as_long_as_something_of_it_does(name: str) -> None:
    wrote, took_back, stands = ORDERS[name]
    found = later(("run-1", None, wrote), ("run-2", "run-1", took_back))
    assert stands == (ORDER in found.by_address)


def test_an_order_stands_again_once_the_rollback_was_taken_back() -> None:
    wrote = [adds("c"), arranges("ab", "abc")]
    runs = [("run-1", None, wrote), ("run-2", "run-1", [takes_off("c")]), ("run-3", "run-2", [adds("c")])]
    assert ORDER in later(*runs).by_address
    assert ORDER not in later(*runs, ("run-4", "run-1", [takes_off("c")])).by_address


def test_a_count_stands_until_the_last_of_what_counts_against_it() -> None:
    runs: list[tuple[str, str | None, Sequence[Change]]] = [
        ("run-1", None, [counts("R1", 5)]),
        ("run-2", "run-1", [counts("rollback run-1: R1", -5)]),
        ("run-3", "run-2", [counts("rollback run-2: rollback run-1: R1", 5)]),
        ("run-4", "run-1", [counts("rollback run-1: rollback run-2: rollback run-1: R1", -5)]),
    ]
    into = [later(*runs[:number]).counted_into(STOCK, "available") for number in range(1, 5)]
    assert ["run-1", None, "run-1", None] == [each.run if each is not None else None for each in into]


def test_of_several_runs_that_counted_into_a_quantity_the_last_one_is_told() -> None:
    found = later(("run-1", None, [counts("R1", 5)]), ("run-2", None, [counts("R2", -3)]))
    told = found.counted_into(STOCK, "available")
    assert told is not None
    assert ("run-2", "counted -3 into it") == (told.run, told.did)
    assert STOCK not in found.by_address, "a difference leaves the count that it is added to"
