"""The overview of runs, as text and as a document. The name of a run comes first: that is what people copy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconciler.model.json import Json
from reconciler.model.overview import Beside, RunOverview
from reconciler.render.style import Ink, Line, Span, Style, line, written
from reconciler.render.words import counted, number, short

_INKS = {"complete": Ink.PLAIN, "partial": Ink.LOUD, "unfinished": Ink.ALARM}

_BESIDES: Final[Mapping[Beside, str]] = {
    "executed": "executed and not told",
    "unknown": "sent without an answer that tells",
    "written-before": "of these written before, or in part",
}


def overview_text(runs: Sequence[RunOverview], style: Style) -> str:
    """Return two lines a run: its name, when and by whom; of which commit, and what came of it."""
    return written(_lines(runs), style)


def overview_document(run: RunOverview) -> dict[str, Json]:
    """Return a run as a program reads it."""
    begun = run.begun
    return {
        "run": begun.run,
        "store": run.store,
        "began_at": run.began_at,
        "ended_at": run.ended_at,
        "actor": begun.actor,
        "commit": begun.commit,
        "dirty": begun.dirty,
        "plan": begun.plan,
        "changes": begun.changes,
        "counts": dict(run.counts),
        "besides": {beside: run.besides.get(beside, 0) for beside in _BESIDES},
        "not_back": run.not_back,
        "state": run.state,
        "undoes": begun.undoes,
        "taken_back_by": run.taken_back_by,
        "partly_taken_back_by": run.partly_taken_back_by,
    }


def _lines(runs: Sequence[RunOverview]) -> Iterator[Line]:
    for run in runs:
        when = f"{run.began_at[:10]} {run.began_at[11:16]} UTC"
        yield line(Span(run.begun.run, Ink.STRONG), f"  {run.store}  {when}  by {run.begun.actor}")
        yield line(f"{'; '.join(_about(run))}: ", Span(run.state, _INKS[run.state]), f", {_came_of(run)}", indent=4)


def _about(run: RunOverview) -> Iterator[str]:
    begun = run.begun
    if begun.undoes is not None:
        yield f"takes back {begun.undoes}"
    yield counted(begun.changes, "change")
    if begun.commit is not None:
        yield f"commit {short(begun.commit)}{' and files in none' if begun.dirty else ''}"
    if not begun.scope.whole:
        yield "of a part of the store"
    if run.taken_back_by is not None:
        yield f"taken back by {run.taken_back_by}"
    if run.partly_taken_back_by is not None:
        yield f"partly taken back by {run.partly_taken_back_by}"


def _came_of(run: RunOverview) -> str:
    told = [f"{number(count)} {result}" for result, count in run.counts.items() if count]
    told += (f"{number(count)} {_BESIDES[beside]}" for beside, count in run.besides.items() if count)
    told += [f"{number(run.not_back)} cannot be taken back"] if run.not_back else []
    return ", ".join(told) or "nothing written"
