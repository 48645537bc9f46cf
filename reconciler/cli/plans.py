"""Commands around plans: ``plan``, ``show``, ``compare``; and plans as they are printed."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import complete
from reconciler.cli.executor import Executor, executed
from reconciler.cli.listing import list_stores_option, stores_listed
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, failures_document, failures_shown, result, seen_from_here, style
from reconciler.cli.sandbox import embedded_stores
from reconciler.cli.snapshot import OPTION as SNAPSHOT
from reconciler.cli.snapshot import opened_snapshots
from reconciler.model.errors import WrongUsage

if TYPE_CHECKING:
    from reconciler.app.stores.fleet import Failure
    from reconciler.model.plan import Plan
    from reconciler.render.review import Reviewed

EXIT_PENDING = 2
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
    from reconciler.app.review.planfile import write_plan
    from reconciler.app.sessions.session import Session
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
    from reconciler.app.review.planfile import read_plan

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
        from reconciler.render.words import counted

        out.write_text(text, encoding="utf-8")
        click.echo(f"{out}: {counted(len(read), 'plan')}", err=True)
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
    from reconciler.app.review.comparison import plans_in, refuse_other

    plans = plans_in(planned)
    refuse_other(plans_in(approved), plans)
    if common.json:
        document({"same": True, "stores": sorted(plans)})
    else:
        result(f"as approved: {', '.join(sorted(plans))}")
    return 0


def plan_shown(common: Common, plan: "Plan", file: Path | None, *, show_all: bool, plain: bool = False) -> str:
    """Return a plan as it is printed."""
    from reconciler.app.review.explanations import explanations, root_of
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
    from reconciler.app.review.explanations import root_of
    from reconciler.render.markdown import comment

    return comment(_reviewed(plans), root_of)


def page_of(common: Common, plans: "Sequence[Plan]") -> str:
    """Return the page; pictures are those of the repository, where there is one."""
    from reconciler.app.review.explanations import root_of
    from reconciler.app.review.thumbnails import thumbnails
    from reconciler.render.html import page

    try:
        root = common.root()
    except WrongUsage:
        root = None
    return page(_reviewed(plans), root_of, thumbnails(root))


def _reviewed(plans: "Sequence[Plan]") -> "list[Reviewed]":
    from reconciler.app.review.explanations import explanations
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


COMMANDS: dict[str, click.Command] = {"plan": plan, "show": show, "compare": compare}
