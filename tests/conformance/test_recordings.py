"""Recorded traffic, replayed: no root field may score less than docs/conformance.md says."""

from collections.abc import Mapping

import pytest

from tests.conformance import recordings, report
from tests.conformance.replay import UNMADE, Outcome
from tests.conformance.score import Score, by_root


@pytest.mark.slow
def test_what_was_recorded_is_answered_as_the_report_says():
    folder = recordings.folder()
    if folder is None:
        pytest.skip(f"no recordings: {recordings.NAMED_BY} names no folder")
    outcomes, _ = recordings.replay_all(recordings.all_scenarios(folder))  # once: it takes longer than any other test
    assert {} == _worse(outcomes, report.kept_scores())
    left_out = [one for one in outcomes if one.reason == UNMADE]
    assert [] == [one.key for one in left_out if one.difference is None], "left out for what it shows, and matches"


def _worse(outcomes: list[Outcome], kept: Mapping[str, Score]) -> dict[str, str]:
    """Return the roots that score less than they did, or not at all."""
    assert kept, "docs/conformance.md holds no scores; run make conformance"
    now = by_root(outcomes)
    lost = dict.fromkeys(kept.keys() - now.keys(), "not recorded any more")
    return lost | {
        root: f"{now[root].matched}/{now[root].counted}, kept {before.matched}/{before.counted}"
        for root, before in kept.items()
        if root in now and now[root].share < before.share
    }
