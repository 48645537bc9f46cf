"""The command ``apply``: plan files made true, and what became of them."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.executor import Executor, executed
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, failures_document, failures_shown, hooks_told, result, said, style
from reconciler.cli.plans import plan_shown
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import StoreRefused, WrongUsage

if TYPE_CHECKING:
    from reconciler.app.sessions.session import Session
    from reconciler.app.stores.fleet import FleetResult
    from reconciler.cli.progress import Progress
    from reconciler.model.outcome import ApplyReport
    from reconciler.model.plan import Plan

EXIT_STALE = 5
EXIT_PARTIAL = 6


@click.command(name="apply", cls=Command)
@click.argument("plans", nargs=-1, required=True, metavar="PLAN_OR_STORE...", shell_complete=complete.plans_or_stores)
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="RULE",
    shell_complete=complete.rules,
    help="Let a broken limit through, by its name.",
)
@click.option("--yes", is_flag=True, help="With store names: apply what was planned without asking.")
@executed
def apply_(common: Common, executor: Executor, plans: tuple[str, ...], accepted: tuple[str, ...], yes: bool) -> int:
    """Make exactly the changes of plan files; with store names: plan, show, ask, and apply that.

    Each object is read again just before it is written; what changed since the plan was made is left alone.

    \b
    Example:
      reconciler apply plans/eu.json plans/us.json
      reconciler apply eu --yes
    """
    from reconciler.app.review.planfile import read_plan
    from reconciler.app.sessions.session import Session
    from reconciler.cli.progress import Progress

    files = [Path(word) for word in plans if _is_file(word)]
    if files and len(files) != len(plans):
        raise WrongUsage("apply takes plan files or store names, not both at once")
    read = [read_plan(file) for file in files]
    progress = Progress(common)
    names = _once(files, [each.target.store for each in read]) or plans
    with embedded_stores(common) as embedded, executor.fleet(common, progress) as workers:
        with progress:
            session = Session(common.root(), names, embedded, progress, fleet=workers)
        found = read if files else _planned_now(common, session, progress, yes=yes)
        return _apply(common, session, progress, found, accepted)


def _is_file(word: str) -> bool:
    return word.endswith(".json") or "/" in word


def _once(files: Sequence[Path], stores: Sequence[str]) -> Sequence[str]:
    """Return the stores of plan files, if each is of another one."""
    first: dict[str, Path] = {}
    for file, store in zip(files, stores, strict=True):
        if first.setdefault(store, file) != file:
            raise WrongUsage(f"store {store}: {first[store]} and {file} are both plans of it; name one, or delete one")
    return stores


def _planned_now(common: Common, session: "Session", progress: "Progress", *, yes: bool) -> "list[Plan]":
    from reconciler.app.unattended.notifying import failure_notice
    from reconciler.model.plan import Scope

    with progress:
        fleet = session.planned(Scope())
    if fleet.failures:
        hooks_told(common.root(), map(failure_notice, fleet.failures))
        raise fleet.failures[0].error
    found = [planned.plan for planned in fleet.results]
    if not common.json:
        for each in found:
            said(plan_shown(common, each, None, show_all=False))
    if any(each.changes for each in found) and not yes:
        if common.json or not sys.stdin.isatty():
            raise WrongUsage("apply of a store name asks before it writes; there is nobody to ask, so say --yes")
        click.confirm("Apply this?", abort=True, err=True)
    return found


def _apply(
    common: Common, session: "Session", progress: "Progress", plans: "list[Plan]", accepted: Sequence[str]
) -> int:
    from reconciler.app.review.approval import needless_consents
    from reconciler.app.stores.fleet import failures_without_report
    from reconciler.render.json import report_document

    for rule in needless_consents(plans, accepted):
        said(f"note: --accept {rule} was not needed: nothing here breaks that limit")
    fleet = applied(common, session, progress, plans, accepted)
    if common.json:
        reports = [report_document(report) for report in fleet.results]
        document({"reports": reports, "errors": failures_document(fleet.failures)})
    else:
        for text in reports_text(fleet, plans, common.named):
            result(text)
        failures_shown(failures_without_report(fleet))
    return exit_code_of(fleet)


def applied(
    common: Common, session: "Session", progress: "Progress", plans: "Sequence[Plan]", accepted: Sequence[str]
) -> "FleetResult[ApplyReport]":
    """Apply plans, with progress shown and the hooks of the stores told."""
    from reconciler.app.unattended.notifying import notices_of_apply

    with progress:
        fleet = session.applied(plans, accepted)
    hooks_told(common.root(), notices_of_apply(fleet, plans))
    return fleet


def reports_text(
    fleet: "FleetResult[ApplyReport]", plans: "Sequence[Plan]", project: str | None = None
) -> Iterator[str]:
    """Yield what became of each plan, as it is printed."""
    from reconciler.render.report import report_text

    by_store = {each.target.store: each for each in plans}
    for report in fleet.results:
        yield report_text(report, by_store[report.store], style(sys.stdout), project=project)


def exit_code_of(fleet: "FleetResult[ApplyReport]") -> int:
    """Return 0 only when every plan is so now. 5: stale, and nothing was written; 6: applied in part, or nobody knows.

    7: a store refused us altogether, or could not be reached, and nothing was written.
    """
    wrote = any(report.wrote or report.in_doubt for report in fleet.results)
    incomplete = [report for report in fleet.results if not report.complete]
    if not incomplete and not fleet.failures:
        return 0
    if wrote:
        return EXIT_PARTIAL
    if fleet.failures:
        return fleet.failures[0].error.exit_code
    if any(report.refused for report in incomplete):
        return StoreRefused.exit_code
    only_stale = all(not report.counts()["failed"] for report in incomplete)
    return EXIT_STALE if only_stale and any(report.counts()["stale"] for report in incomplete) else EXIT_PARTIAL


COMMANDS: dict[str, click.Command] = {"apply": apply_}
