"""Diagnostics as text: place, problem and hint, file by file; places are spelled so that an editor opens them."""

from collections.abc import Callable, Iterator, Sequence

from reconciler.model.errors import Diagnostic
from reconciler.model.origin import Place
from reconciler.render.alike import Shown, folded
from reconciler.render.style import EMPTY, Ink, Line, Span, Style, line, written
from reconciler.render.words import counted

Excerpt = Callable[[Place], str | None]
"""Returns the lines of a file around a place, or None where there is nothing to show."""

_LINES_OF_EXCERPT = 10


def diagnostics_text(diagnostics: Sequence[Diagnostic], style: Style, excerpt: Excerpt | None = None) -> str:
    """Return the problems as a person reads them, in the order given within each file, with their count at the end.

    Of more than a few that are alike the first ones are shown, with the number of the others.
    """
    return written(_lines(diagnostics, excerpt), style)


def _lines(diagnostics: Sequence[Diagnostic], excerpt: Excerpt | None) -> Iterator[Line]:
    by_file: dict[str, list[Shown]] = {}
    for shown in folded(diagnostics):
        by_file.setdefault(_file(shown.diagnostic), []).append(shown)
    for of_file in by_file.values():
        for shown in of_file:
            yield from _problem(shown.diagnostic, excerpt)
            if shown.others:
                yield line(Span(_others(shown), Ink.QUIET), indent=4)
        yield EMPTY
    yield _count(diagnostics, len({_file(each) for each in diagnostics} - {""}))


def _file(diagnostic: Diagnostic) -> str:
    return diagnostic.place.file if diagnostic.place else ""


def _others(shown: Shown) -> str:
    files = list(dict.fromkeys(_file(each) for each in shown.others))
    where = f" in {files[0]}" if len(files) == 1 else f" in {len(files):,} files"
    return f"and {len(shown.others):,} more of the same{where if files[0] else ''}; --json has them all"


def _problem(diagnostic: Diagnostic, excerpt: Excerpt | None) -> Iterator[Line]:
    place = [Span(str(diagnostic.place), Ink.STRONG), Span(": ")] if diagnostic.place else []
    severity = [Span("warning: ", Ink.CHANGED)] if diagnostic.severity == "warning" else []
    first, *others = diagnostic.summary.splitlines() or [""]
    yield line(*place, *severity, first)
    yield from (line(other, indent=4) for other in others)
    text = excerpt(diagnostic.place) if excerpt and diagnostic.place else None
    for shown in (text or "").split("\n")[:_LINES_OF_EXCERPT] if text else ():
        yield line(Span("| ", Ink.QUIET), shown.expandtabs(4), indent=4)
    for hint in (diagnostic.hint or "").splitlines():
        yield line(Span("hint: ", Ink.ADDED), hint, indent=4)


def _count(diagnostics: Sequence[Diagnostic], files: int) -> Line:
    warnings = sum(diagnostic.severity == "warning" for diagnostic in diagnostics)
    errors = len(diagnostics) - warnings
    where = f" in {counted(files, 'file')}" if files else ""
    if not diagnostics:
        return line(Span("No problems.", Ink.ADDED))
    if not warnings:
        return line(Span(f"{counted(errors, 'problem')}{where}", Ink.ALARM))
    if not errors:
        return line(Span(f"{counted(warnings, 'warning')}{where}", Ink.CHANGED))
    return line(Span(f"{counted(errors, 'problem')} and {counted(warnings, 'warning')}{where}", Ink.ALARM))
