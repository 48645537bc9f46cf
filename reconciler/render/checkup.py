"""Checkups: the connection test as text for a person and as a document for a program."""

from collections.abc import Iterator, Sequence

from reconciler.model.checkup import Check, Checkup, Result
from reconciler.model.errors import Diagnostic
from reconciler.model.json import Json
from reconciler.render.json import diagnostic_document
from reconciler.render.style import EMPTY, Ink, Line, Span, Style, line, padding, written
from reconciler.render.words import counted, number

_INKS: dict[Result, Ink] = {"ok": Ink.ADDED, "failed": Ink.ALARM, "not looked at": Ink.QUIET}
_RESULTS: tuple[Result, ...] = ("failed", "not looked at")
_RESULT_WIDTH = len("not looked at") + 2
_NAME_WIDTH = len("publications") + 2


def checkups_text(checkups: Sequence[Checkup], style: Style) -> str:
    """Return what was found out about each store, check by check, with the cure of each problem below it."""
    return written((each for checkup in checkups for each in _lines(checkup)), style)


def checkup_document(checkup: Checkup) -> dict[str, Json]:
    """Return the same for a program: every check, in the same order whatever came of it."""
    return {
        "store": checkup.store,
        "well": checkup.well,
        "exit_code": checkup.exit_code,
        "checks": [
            {
                "name": check.name,
                "result": check.result,
                "found": list(check.found),
                "because": check.because,
                "problems": [diagnostic_document(problem) for problem in check.problems],
            }
            for check in checkup.checks
        ],
    }


def _lines(checkup: Checkup) -> Iterator[Line]:
    yield line(Span(f"Store {checkup.store}", Ink.STRONG))
    for check in checkup.checks:
        yield from _check(check)
    yield _summary(checkup)
    yield EMPTY


def _check(check: Check) -> Iterator[Line]:
    said = list(_said(check)) or [(Span(""),)]
    for position, spans in enumerate(said):
        result = [Span(check.result, _INKS[check.result])] if position == 0 else []
        name = [Span(check.name)] if position == 0 else []
        columns = [*result, padding(result, _RESULT_WIDTH), *name, padding(name, _NAME_WIDTH)]
        yield line(*columns, *spans, indent=2)


def _said(check: Check) -> Iterator[tuple[Span, ...]]:
    if check.because is not None:
        yield (Span(f"because of: {check.because}", Ink.QUIET),)
    for problem in check.problems:
        yield from _problem(problem)
    for found in check.found:
        yield (Span(found),)


def _problem(problem: Diagnostic) -> Iterator[tuple[Span, ...]]:
    place = (Span(f"{problem.place}: ", Ink.STRONG),) if problem.place else ()
    yield (*place, Span(problem.summary))
    if problem.hint:
        yield (Span("  cure: ", Ink.ADDED), Span(problem.hint))


def _summary(checkup: Checkup) -> Line:
    if checkup.well:
        return line(Span(f"{counted(len(checkup.checks), 'check')}, all well", Ink.ADDED), indent=2)
    counts = [(result, sum(check.result == result for check in checkup.checks)) for result in _RESULTS]
    said = ", ".join(f"{number(count)} {result}" for result, count in counts if count)
    return line(Span(f"{counted(len(checkup.checks), 'check')}: {said}", Ink.ALARM), indent=2)
