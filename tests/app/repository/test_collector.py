"""The collector waits while a catalog is loaded, and works as before afterwards."""

import gc

import pytest

from reconciler.app.repository.collector import LARGE, seldom, waiting


@pytest.fixture(autouse=True)
def _thawed():
    yield
    gc.unfreeze()


def test_it_waits_and_then_leaves_alone_what_was_loaded():
    with waiting():
        assert not gc.isenabled()
        loaded = [[number] for number in range(2 * LARGE)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(loaded)


def test_a_small_catalog_is_left_to_it():
    with waiting():
        loaded = [[number] for number in range(1000)]
    assert (1000, 0) == (len(loaded), gc.get_freeze_count())


def test_it_works_again_where_loading_fails():
    with pytest.raises(ValueError, match="no catalog"), waiting():
        raise ValueError("no catalog")
    assert gc.isenabled()


def test_what_an_earlier_catalog_left_behind_is_collected():
    with waiting():
        cycle: list[object] = []
        cycle.append(cycle)
        loaded = [[number] for number in range(2 * LARGE)]
        del cycle
    assert gc.get_freeze_count() >= len(loaded)
    with waiting():
        assert 0 == gc.get_freeze_count()


def test_it_looks_seldom_while_stores_are_planned_and_as_before_afterwards():
    before = gc.get_threshold()
    with seldom():
        assert LARGE == gc.get_threshold()[0]
    assert before == gc.get_threshold()
