"""Broken off: a run that ended with an error nobody expected, and what is known of its changes all the same.

Some of them are in the store by then. Who applied has to hear which, or he takes the store for untouched.
"""

from collections.abc import Iterator

from reconciler.app.journal.journalled import RunJournal
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import ApplyReport, Failed, Outcome, Skipped
from reconciler.model.plan import Plan


class BrokenOffInWriting(Exception):
    """An error ended a run that had begun to write; the report says what is known, and which error it was."""

    def __init__(self, report: ApplyReport) -> None:
        super().__init__(*report.notes[:1])
        self.report = report


def known_outcomes(plan: Plan, journal: RunJournal, error: ReconcilerError) -> Iterator[Outcome]:
    """Yield what became of each change of a run that an error ended, by what its journal was told."""
    why = str(error).partition("\n")[0]
    for change in plan.changes:
        at = change.address
        told = journal.outcomes.get(at)
        if told is not None:
            yield told
        elif at in journal.asked:
            yield Failed(at, f"it may or may not have been done: a request for it was sent, and then {why}")
        else:
            yield Skipped(at, f"not tried: {why}")
