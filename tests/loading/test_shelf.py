"""The shelf: what is put away comes out the same, for whoever takes it, and without a disk it stays in memory."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.loading import shelf
from reconciler.loading.shelf import Shelf


def test_what_is_put_away_comes_out_equal_any_number_of_times():
    held = Shelf()
    taken = [held.put({"number": number, "text": "ä" * number}) for number in range(50)]
    with ThreadPoolExecutor(4) as pool:
        twice = list(pool.map(lambda number: (taken[number](), taken[number]()), range(50)))
    assert [({"number": number, "text": "ä" * number},) * 2 for number in range(50)] == twice


@pytest.mark.parametrize("fails_at", ["opening", "writing"])
def test_without_room_on_the_disk_a_value_stays_in_memory(monkeypatch, fails_at):
    class Full:
        def seek(self, at):
            raise OSError(28, "No space left on device")

        def close(self):
            pass

    def no_file():
        if fails_at == "opening":
            raise OSError(28, "No space left on device")
        return Full()

    monkeypatch.setattr(shelf, "TemporaryFile", no_file)
    assert ["kept"] == Shelf().put(["kept"])()
