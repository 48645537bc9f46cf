"""Recorded traffic, replayed: no root field may score less than docs/conformance.md says."""

import pytest

from tests.conformance import recordings, report
from tests.conformance.replay import UNMADE, Outcome
from tests.conformance.score import by_root


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    folder = recordings.folder()
    if folder is None:
        pytest.skip(f"no recordings: {recordings.NAMED_BY} names no folder")
    return recordings.replay_all(recordings.all_scenarios(folder))[0]


@pytest.mark.slow
def test_no_root_scores_less_than_the_report_says(outcomes):
    now, kept = by_root(outcomes), report.kept_scores()
    assert kept, "docs/conformance.md holds no scores; run make conformance"
    worse = {
        root: f"{now[root].matched}/{now[root].counted}, kept {before.matched}/{before.counted}"
        for root, before in kept.items()
        if root in now and now[root].share < before.share
    }
    assert {} == worse
    assert kept.keys() <= now.keys()


@pytest.mark.slow
def test_no_read_is_left_out_for_what_it_shows_that_would_have_matched(outcomes):
    left_out = [one for one in outcomes if one.reason == UNMADE]
    assert [] == [one.key for one in left_out if one.difference is None]
