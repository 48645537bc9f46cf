"""What hooks are told: one notice for each store, and nothing that is not so."""

from reconciler.app.journal.file import JournalFailed
from reconciler.app.stores.fleet import Failure, FleetResult, failures_noted
from reconciler.app.unattended.notifying import notices_of_apply
from reconciler.model.address import Address
from reconciler.model.notice import Notice
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport, Outcome, Stale
from tests.render.plans import a_plan

OUT = Failure("eu", JournalFailed("artefacts/eu: journal/eu.jsonl moved on", "bring it home, then run apply again"))


def told(*outcomes: Outcome) -> list[Notice]:
    """Return what is told of a store whose journal did not come home, after its plan was applied."""
    report = ApplyReport("eu", "1", outcomes, (), 1, 1, 10)
    return list(notices_of_apply(failures_noted(FleetResult((report,), (OUT,))), [a_plan()]))


def test_a_store_that_was_written_and_failed_all_the_same_is_not_told_to_be_as_it_was():
    (notice,) = told(Applied(Address("product", "shirt")))
    assert ("failure", {"applied": 1}) == (notice.event, {"applied": notice.counts["applied"]})
    assert "1 change was applied to store eu, all of it; not recorded in full" == notice.summary
    assert str(OUT.error) == notice.reason


def test_a_store_that_failed_with_nothing_to_do_is_as_it_was():
    (notice,) = told()
    assert ("store eu was left as it is: JournalFailed", str(OUT.error)) == (notice.summary, notice.reason)


def test_what_a_run_wrote_before_it_was_killed_was_applied_by_it():
    hat, cup = Address("product", "hat"), Address("product", "cup")
    report = ApplyReport("eu", "1", (AlreadySo(hat), Stale(cup, "it moved")), (), 0, 1, 10, earlier=(hat,))
    (notice,) = notices_of_apply(FleetResult((report,), ()), [a_plan()])
    summary = "1 change was applied to store eu (1 before the run was killed), not all of it"
    assert (summary, 1) == (notice.summary, notice.counts["earlier"])
