"""Reports as text: what an apply did not do, and why, before what it did. Counts come from outcomes, never the plan."""

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.outcome import AlreadySo, Applied, ApplyReport, Failed, NotDone, Outcome, Skipped, Stale
from reconciler.model.plan import Plan
from reconciler.render.printable import clipped, printable
from reconciler.render.style import EMPTY, Ink, Line, Span, Style, line, written
from reconciler.render.words import counted, in_project, name, names, number, short, why

REASONS_SHOWN = 20
_LONGEST_REASON = 600  # columns: a reason says what to do at its end
_FIELDS_NAMED = 40  # columns
_PARTS: tuple[tuple[type[NotDone], str, str, Ink], ...] = (
    (Failed, "failed", "the store refused it, or did not answer", Ink.ALARM),
    (Stale, "stale", "the store changed after the plan was made; no field of it was written", Ink.LOUD),
    (Skipped, "skipped", "not tried, because of something else", Ink.LOUD),
)


def report_text(
    report: ApplyReport, plan: Plan, style: Style, *, limit: int | None = REASONS_SHOWN, project: str | None = None
) -> str:
    """Return the report as a person reads it after an apply.

    limit: reasons shown for each result, and notes; outcomes that share a reason are one. None shows everything.
    project: the repository, where the reader's commands have to name it.
    """
    return written((*_lines(report, plan, style.width, limit), *_ending(report, plan, in_project(project))), style)


def _lines(report: ApplyReport, plan: Plan, width: int, limit: int | None) -> Iterator[Line]:
    yield _headline(report, plan)
    changes = {change.address: change for change in plan.changes}
    for result, title, meaning, ink in _PARTS:
        outcomes = [outcome for outcome in report.outcomes if isinstance(outcome, result)]
        if outcomes:
            yield EMPTY
            yield line(Span(f"{number(len(outcomes))} {title}", ink), f": {meaning}")
            yield from _reasons(outcomes, changes, width, limit)
    yield from _left_over(report, width, limit)
    if report.notes:
        yield EMPTY
        yield line(Span("Notes", Ink.STRONG))
        yield from (line(note, indent=2) for note in report.notes[:limit])
        yield from _more(len(report.notes) - len(report.notes[:limit]), "note")
    yield EMPTY


def _headline(report: ApplyReport, plan: Plan) -> Line:
    store = f"Store {report.store}"
    if not plan.changes:
        left = f", but {_lacking(report)}" if report.left_over else ""
        return line(Span(f"{store}: plan {short(report.plan)} has no changes{left}.", Ink.LOUD if left else Ink.ADDED))
    if report.complete and not _unreached(report, plan):
        return line(Span(f"{store} is as plan {short(report.plan)} says.", Ink.ADDED))
    if not report.wrote:
        was = "is known to have been" if report.in_doubt else "was"
        return line(Span(f"{store}: nothing of plan {short(report.plan)} {was} applied.", Ink.ALARM))
    if all(isinstance(outcome, Applied | AlreadySo) for outcome in report.outcomes) and not _unreached(report, plan):
        return line(Span(f"{store}: plan {short(report.plan)} was applied, but {_lacking(report)}.", Ink.LOUD))
    return line(Span(f"{store}: plan {short(report.plan)} was applied in part.", Ink.ALARM))


def _lacking(report: ApplyReport) -> str:
    """Return what keeps an apply whose every change was made from being complete."""
    if report.verified is False:
        return "nobody could look at the store afterwards"
    return "not everything is so now" if report.left_over else "not recorded in full"


def _reasons(
    outcomes: Sequence[NotDone], changes: Mapping[Address, Change], width: int, limit: int | None
) -> Iterator[Line]:
    by_reason: dict[str, list[Address]] = {}
    for outcome in outcomes:
        by_reason.setdefault(why(outcome), []).append(outcome.address)
    shown = list(by_reason.items())[:limit]
    for reason, addresses in shown:
        if len(addresses) == 1:
            yield line(Span(_called(addresses[0], changes), Ink.STRONG), indent=2)
        else:
            listed = names([str(address) for address in addresses], width - len("1,000 changes: "))
            yield line(Span(counted(len(addresses), "change"), Ink.STRONG), f": {listed}", indent=2)
        yield line(clipped(printable(reason), _LONGEST_REASON), indent=4)
    hidden = sum(len(addresses) for addresses in by_reason.values()) - sum(len(addresses) for _, addresses in shown)
    yield from _more(hidden, "change")


def _called(address: Address, changes: Mapping[Address, Change]) -> str:
    """The address, with what was to be done to it."""
    change = changes.get(address)
    if change is None:
        return name(str(address))
    paths = [each.path for each in change.fields]
    fields = f" {names(paths, _FIELDS_NAMED)}" if paths and change.action == "update" else ""
    return f"{change.action} {name(str(address))}{fields}"


def _left_over(report: ApplyReport, width: int, limit: int | None) -> Iterator[Line]:
    if report.left_over:
        yield EMPTY
        differ = "still differs" if len(report.left_over) == 1 else "still differ"
        yield line(Span(f"{number(len(report.left_over))} {differ}", Ink.LOUD), ", by a plan made after the last write")
        listed = [str(address) for address in report.left_over]
        if limit is None:
            yield from (line(name(address), indent=2) for address in listed)
        else:
            yield line(names(listed, 2 * width), indent=2)


def _more(count: int, noun: str) -> Iterator[Line]:
    if count:
        yield line(Span(f"… {counted(count, f'more {noun}')}", Ink.QUIET), indent=2)


def _unreached(report: ApplyReport, plan: Plan) -> int:
    """How many changes of the plan nothing is reported about."""
    return len({change.address for change in plan.changes} - {outcome.address for outcome in report.outcomes})


def _ending(report: ApplyReport, plan: Plan, here: str) -> Iterator[Line]:
    counts = {result: count for result, count in report.counts().items() if count}
    unreached = _unreached(report, plan)
    said = [f"{number(count)} {result.replace('-', ' ')}" for result, count in counts.items()]
    said += [f"{number(unreached)} not reached"] if unreached else []
    yield line(Span(", ".join(said) or "nothing to do", Ink.STRONG))
    if report.earlier:
        was = "was" if len(report.earlier) == 1 else "were"
        said_before = f"{counted(len(report.earlier), 'change')} {was} written by this run before it was killed."
        yield line(Span(said_before, Ink.STRONG))
    if report.in_doubt:
        unheard = f"{counted(report.in_doubt, 'request')} of this run got no answer before it was killed"
        yield line(Span(f"{unheard}; nobody knows whether the store executed them all.", Ink.ALARM))
    sent = f"{counted(report.requests, 'request')}, {counted(report.cost_points, 'point')}, the checks among them"
    reads = counted(report.requests - report.mutations, "read")
    kept = f", {number(report.bookkeeping)} of them for the lease" if report.bookkeeping else ""
    yield line(Span(f"{sent}: {reads}, {counted(report.mutations, 'write')}{kept}", Ink.QUIET))
    if report.run is not None:
        yield line(Span(f"run {report.run}; reconciler audit log --run {quote(report.run)}{here}", Ink.QUIET))
    if not report.recorded:
        yield line(Span("What was done is not recorded in full; the notes say why.", Ink.ALARM))
    yield line(_verification(report))
    if not report.complete or unreached:
        yield line("next: ", Span(f"reconciler plan {quote(report.store)}{here}", Ink.STRONG), _next(report.outcomes))


def _verification(report: ApplyReport) -> Span:
    if report.verified is None:
        return Span("The store was not read again, because nothing was written.", Ink.QUIET)
    if not report.verified:
        return Span("The store could not be read again: nobody knows whether something is left over.", Ink.ALARM)
    if report.left_over:
        return Span("The plan made afterwards is not empty.", Ink.LOUD)
    return Span("The plan made afterwards is empty.", Ink.ADDED)


def _next(outcomes: Sequence[Outcome]) -> str:
    if any(isinstance(outcome, Failed) for outcome in outcomes):
        return "  shows what is left; first mend what the store refused"
    return "  shows what is left, to be reviewed and applied again"
