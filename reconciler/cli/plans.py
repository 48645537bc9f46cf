"""Commands around plans: ``plan``, ``show``, ``apply``."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import complete
from reconciler.cli.executor import Executor, executed
from reconciler.cli.listing import list_stores_option, stores_listed
from reconciler.cli.options import Command, Common
from reconciler.cli.output import (
    document,
    failures_document,
    failures_shown,
    hooks_told,
    result,
    said,
    seen_from_here,
    style,
)
from reconciler.cli.sandbox import embedded_stores
from reconciler.cli.snapshot import OPTION as SNAPSHOT
from reconciler.cli.snapshot import opened_snapshots
from reconciler.model.errors import StoreRefused, WrongUsage

if TYPE_CHECKING:
    from reconciler.app.fleet import Failure, FleetResult
    from reconciler.app.session import Session
    from reconciler.cli.progress import Progress
    from reconciler.model.outcome import ApplyReport
    from reconciler.model.plan import Plan
    from reconciler.render.review import Reviewed

EXIT_PENDING = 2
EXIT_STALE = 5
EXIT_PARTIAL = 6
_ALL = "--all"
_FORMS = ["text", "markdown", "html", "json"]
_SCOPE = [
    click.option(
        "--only",
        multiple=True,
        metavar="PATTERN",
        shell_complete=complete.addresses,
        help="Look at these addresses, or field:NAME, only.",
    ),
    click.option(
        "--except",
        "exclude",
        multiple=True,
        metavar="PATTERN",
        shell_complete=complete.addresses,
        help="Leave these out.",
    ),
    click.option("--changed-since", metavar="REF", help="Only products whose files changed since a git ref."),
]


def _scoped(command: Any) -> Any:
    for option in reversed(_SCOPE):
        command = option(command)
    return command


@click.command(cls=Command)
@click.argument("stores", nargs=-1, shell_complete=complete.stores)
@click.option("--out", type=click.Path(path_type=Path), help="Where plan files go.  [default: plans/]")
@_scoped
@SNAPSHOT
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are pending.")
@click.option(_ALL, "show_all", is_flag=True, help="Show every change, however many.")
@list_stores_option
@executed
def plan(
    common: Common,
    executor: Executor,
    stores: tuple[str, ...],
    out: Path | None,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    changed_since: str | None,
    snapshots: tuple[Path, ...],
    detailed_exitcode: bool,
    show_all: bool,
    list_stores: bool,
) -> int:
    """Show what would change in the stores, all of them when none is named, and write a plan file for each.

    A pattern is a glob over addresses (product/linen-*, variant/*/LS-*), or field:NAME.

    \b
    Example:
      reconciler plan eu us --only 'product/linen-*'
    """
    from reconciler.app.planfile import write_plan
    from reconciler.app.session import Session
    from reconciler.cli.progress import Progress
    from reconciler.model.plan import Scope

    if list_stores:
        return stores_listed(common, stores, out, Scope(only, exclude, changed_since))
    root = common.root()
    folder = out or root / "plans"
    progress = Progress(common)
    with (
        opened_snapshots(snapshots, stores) as held,
        embedded_stores(common) as embedded,
        progress,
        executor.fleet(common, progress) as workers,
    ):
        session = Session(root, stores or tuple(held), embedded, progress, fleet=workers)
        fleet = session.planned(Scope(only, exclude, changed_since), held)
    for planned in fleet.results:
        write_plan(planned.plan, folder / f"{planned.store.name}.json")
    plans = [(planned.plan, folder / f"{planned.store.name}.json") for planned in fleet.results]
    if common.json:
        result(plans_json(plans, fleet.failures))
    else:
        for each, file in plans:
            result(plan_shown(common, each, file, show_all=show_all) + "\n")
        failures_shown(fleet.failures)
    if fleet.failures:
        return fleet.failures[0].error.exit_code
    pending = any(each.changes for each, _ in plans)
    return EXIT_PENDING if detailed_exitcode and pending else 0


@click.command(cls=Command)
@click.argument("plans", nargs=-1, required=True, type=click.Path(path_type=Path), shell_complete=complete.plans)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write to a file instead of stdout.")
@click.option(_ALL, "show_all", is_flag=True, help="Show every change, however many.")
def show(common: Common, plans: tuple[Path, ...], form: str, out: Path | None, show_all: bool) -> int:
    """Show plan files again; no store is asked, and a stale plan can still be read.

    With --format markdown all of them are one comment for a pull request, with html one page that needs no network.

    \b
    Example:
      reconciler show plans/eu.json --all
      reconciler show plans/*.json --format markdown --out comment.md
      reconciler show plans/*.json --format html --out plan.html
    """
    from reconciler.app.planfile import read_plan

    read = [(read_plan(file), file) for file in plans]
    match "json" if common.json else form:
        case "json":
            text = plans_json(read, ())
        case "markdown":
            text = comment_of([each for each, _ in read])
        case "html":
            text = page_of(common, [each for each, _ in read])
        case _:
            text = "\n".join(
                plan_shown(common, each, file, show_all=show_all, plain=out is not None) for each, file in read
            )
    if out is None:
        result(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 0


@click.command(cls=Command)
@click.argument("approved", type=click.Path(path_type=Path))
@click.argument("planned", type=click.Path(path_type=Path))
def compare(common: Common, approved: Path, planned: Path) -> int:
    """Say whether plans would write what the approved ones would; exit with 5 when they would not.

    Each is a folder of plan files, or one of them. For a branch that moved after the review.

    \b
    Example:
      reconciler compare approved plans
    """
    from reconciler.app.comparison import plans_in, refuse_other

    plans = plans_in(planned)
    refuse_other(plans_in(approved), plans)
    if common.json:
        document({"same": True, "stores": sorted(plans)})
    else:
        result(f"as approved: {', '.join(sorted(plans))}")
    return 0


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
    from reconciler.app.planfile import read_plan
    from reconciler.app.session import Session
    from reconciler.cli.progress import Progress

    files = [Path(word) for word in plans if _is_file(word)]
    if files and len(files) != len(plans):
        raise WrongUsage("apply takes plan files or store names, not both at once")
    read = [read_plan(file) for file in files]
    progress = Progress(common)
    names = _once([each.target.store for each in read]) or plans
    with embedded_stores(common) as embedded, executor.fleet(common, progress) as workers:
        with progress:
            session = Session(common.root(), names, embedded, progress, fleet=workers)
        found = read if files else _planned_now(common, session, progress, yes=yes)
        return _apply(common, session, progress, found, accepted)


def _is_file(word: str) -> bool:
    return word.endswith(".json") or "/" in word


def _once(names: list[str]) -> list[str]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise WrongUsage(f"store {twice[0]}: two plans of one store cannot be applied at once")
    return names


def _planned_now(common: Common, session: "Session", progress: "Progress", *, yes: bool) -> "list[Plan]":
    from reconciler.app.notifying import failure_notice
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
    from reconciler.app.approval import needless_consents
    from reconciler.app.fleet import failures_without_report
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
    from reconciler.app.notifying import notices_of_apply

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
    """Return 0 only when every plan is so now. 5: stale, and nothing was written; 6: applied in part.

    7: a store refused us altogether, or could not be reached, and nothing was written.
    """
    wrote = any(report.wrote for report in fleet.results)
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


def plan_shown(common: Common, plan: "Plan", file: Path | None, *, show_all: bool, plain: bool = False) -> str:
    """Return a plan as it is printed."""
    from reconciler.app.explanations import explanations, root_of
    from reconciler.render.style import Detail, Style
    from reconciler.render.text import GROUPS_SHOWN, plan_text

    return plan_text(
        plan,
        style=Style() if plain else style(sys.stdout),
        explanations=explanations(plan),
        limit=None if show_all else GROUPS_SHOWN,
        detail=Detail.FULL if show_all else Detail.NORMAL,
        root_of=root_of,
        file=seen_from_here(file) if file else None,
        project=common.named,
    )


def comment_of(plans: "Sequence[Plan]") -> str:
    """Return the comment of a request."""
    from reconciler.app.explanations import root_of
    from reconciler.render.markdown import comment

    return comment(_reviewed(plans), root_of)


def page_of(common: Common, plans: "Sequence[Plan]") -> str:
    """Return the page; pictures are those of the repository, where there is one."""
    from reconciler.app.explanations import root_of
    from reconciler.app.thumbnails import thumbnails
    from reconciler.render.html import page

    try:
        root = common.root()
    except WrongUsage:
        root = None
    return page(_reviewed(plans), root_of, thumbnails(root))


def _reviewed(plans: "Sequence[Plan]") -> "list[Reviewed]":
    from reconciler.app.explanations import explanations
    from reconciler.render.review import Reviewed

    return [Reviewed(each, explanations(each)) for each in plans]


def plans_json(
    plans: "Iterable[tuple[Plan, Path]]", failures: "Sequence[Failure]", also: Mapping[str, Any] | None = None
) -> str:
    """Return one JSON document with every plan; a plan is written out once, however large it is."""
    from reconciler.model.plan_text import plan_json

    written = ",\n".join(
        f'{{"file": {json.dumps(str(file))}, "plan": {plan_json(each).decode().rstrip()}}}' for each, file in plans
    )
    first = "".join(f"{json.dumps(name)}: {json.dumps(value)},\n" for name, value in (also or {}).items())
    return (
        f'{{{first}"plans": [{written}],\n"errors": {json.dumps(failures_document(failures), ensure_ascii=False)}}}\n'
    )


COMMANDS: dict[str, click.Command] = {"plan": plan, "show": show, "compare": compare, "apply": apply_}
