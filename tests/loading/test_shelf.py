"""The shelf: what is put away comes out the same, for whoever takes it, and without a disk it stays in memory."""

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from reconciler.loading import shelf
from reconciler.loading.shelf import Shelf


def test_what_is_put_away_comes_out_equal_any_number_of_times():
    held = Shelf()
    taken = [held.put({"number": number, "text": "ä" * number}) for number in range(50)]
    with ThreadPoolExecutor(4) as pool:
        twice = list(pool.map(lambda number: (taken[number](), taken[number]()), range(50)))
    assert [({"number": number, "text": "ä" * number},) * 2 for number in range(50)] == twice


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Have the system refuse to lengthen a file beyond that, after it took what fits: as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 100, 4_000], ids=["none", "for one", "for one and a part of the next"])
def test_a_full_disk_breaks_nothing_that_was_put_away_before_or_comes_later(room):
    held = Shelf()
    values = [["good"], ["long", "x" * 8_000], ["good again"]]
    with no_file_longer_than(room):
        taken = [held.put(value) for value in values]
        assert values == [take() for take in taken]
    assert [*values, ["later"]] == [take() for take in (*taken, held.put(["later"]))]


def test_without_a_file_a_value_stays_in_memory_and_is_handed_out_as_a_copy(monkeypatch):
    def no_file(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "TemporaryFile", no_file)
    value = ["kept"]
    taken = Shelf().put(value)
    value.append("changed since")
    assert ["kept"] == taken()
    assert taken() is not taken()
