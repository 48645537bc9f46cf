"""JSON documents for ``--json``: plain values in a fixed order, for the command line to dump.

A plan is its own document already: ``plan_json``. Text is left as it is, because programs read it; dumping escapes
control characters.
"""

import re
from collections.abc import Sequence

from reconciler.model.errors import Diagnostic, InvalidInput, ReconcilerError
from reconciler.model.json import Json
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport, Outcome
from reconciler.render.words import why

_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def report_document(report: ApplyReport) -> dict[str, Json]:
    """Return an apply's report, with counts and every outcome in the order of the plan."""
    return {
        "store": report.store,
        "plan": report.plan,
        "run": report.run,
        "complete": report.complete,
        "verified": report.verified,
        "recorded": report.recorded,
        "earlier": [str(address) for address in report.earlier],
        "in_doubt": report.in_doubt,
        "counts": dict(report.counts()),
        "requests": report.requests,
        "mutations": report.mutations,
        "bookkeeping": report.bookkeeping,
        "cost_points": report.cost_points,
        "left_over": [str(address) for address in report.left_over],
        "notes": list(report.notes),
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
    }


def error_document(error: ReconcilerError) -> dict[str, Json]:
    """Return an error that we can explain; its kind is the narrowest class, as in ``invalid-input``."""
    diagnostics = error.diagnostics if isinstance(error, InvalidInput) else ()
    kind = _INNER_CAPITAL.sub("-", type(error).__name__).lower()
    return failure_document(kind, str(error), exit_code=error.exit_code, diagnostics=diagnostics)


def failure_document(
    kind: str, message: str, *, exit_code: int, diagnostics: Sequence[Diagnostic] = ()
) -> dict[str, Json]:
    """Return a failure that no class of ours stands for: wrong options, or the unexpected."""
    return {
        "error": {
            "kind": kind,
            "message": message,
            "exit_code": exit_code,
            "diagnostics": [diagnostic_document(diagnostic) for diagnostic in diagnostics],
        }
    }


def diagnostic_document(diagnostic: Diagnostic) -> dict[str, Json]:
    """Return one problem. Lines and columns that are not known are null: a program should not read 0 as the first."""
    place = diagnostic.place
    return {
        "severity": diagnostic.severity,
        "file": place.file if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
        "summary": diagnostic.summary,
        "hint": diagnostic.hint,
    }


def _outcome(outcome: Outcome) -> dict[str, Json]:
    document: dict[str, Json] = {"address": str(outcome.address), "result": outcome.result}
    if not isinstance(outcome, Applied | AlreadySo):
        document |= {"reason": why(outcome), "marked": outcome.marked}
    return document
