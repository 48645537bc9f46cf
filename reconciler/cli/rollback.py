"""The command ``rollback``: the plan that takes a run back."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import lines_shown, result
from reconciler.cli.plans import plan_shown, plans_json
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import WrongUsage

if TYPE_CHECKING:
    from reconciler.app.sessions.session import RolledBack

_SHOWN = 3


@click.command(cls=Command)
@click.argument("run", required=False, metavar="RUN", shell_complete=complete.runs)
@click.option("--out", type=click.Path(path_type=Path), help="Where the plan file goes.  [default: plans/]")
@click.option("--all", "show_all", is_flag=True, help="Show every change, however many.")
def rollback(common: Common, run: str | None, out: Path | None, show_all: bool) -> int:
    """Plan to take a run back: what the store still holds of it, and nothing that came after it.

    Nothing is written to the store: the plan is reviewed and applied like any other. `audit runs` lists the runs.

    \b
    Example:
      reconciler rollback 20261128T061500Z-ab12cd-0f3e
      reconciler apply plans/eu-rollback.json
    """
    from reconciler.app.review.planfile import write_plan
    from reconciler.app.sessions.session import Session
    from reconciler.cli.progress import Progress

    root = common.root()
    if run is None:
        raise _unnamed(root)
    with embedded_stores(common) as embedded, Progress(common) as progress:
        back = Session(root, [], embedded, progress).rolled_back(run)
    file = (out or root / "plans") / f"{back.store.name}-rollback.json"
    write_plan(back.plan, file)
    if common.json:
        result(
            plans_json(
                [(back.plan, file)],
                (),
                {"undoes": run, "revert": back.revert.command, "in_git": [*back.revert.remarks, *_edits(common, back)]},
            )
        )
    else:
        result(plan_shown(common, back.plan, file, show_all=show_all) + "\n")
        lines_shown([*_in_git(back), *_edits(common, back)])
    return 0


def _unnamed(root: Path) -> WrongUsage:
    from reconciler.app.journal.audit import stores_with_journals
    from reconciler.app.journal.run_overview import named_runs

    return WrongUsage(f"name the run to take back; {named_runs(root, stores_with_journals(root))}")


def _in_git(back: "RolledBack") -> Iterator[str]:
    revert = back.revert
    if revert.command is None:
        yield f"In git there is nothing to revert: {'; '.join(revert.remarks)}."
        if back.plan.changes:
            yield "Until the files say otherwise the next plan asks for the same changes again."
        return
    yield f"In git: {revert.command}"
    yield from (f"  {remark}" for remark in revert.remarks)
    yield "Until then the next plan asks for the same changes again."


def _edits(common: Common, back: "RolledBack") -> Iterator[str]:
    """Yield what to do about edits in the store that come back: no commit says them."""
    from reconciler.render.value import value_text
    from reconciler.render.words import in_project

    drift, here = f"reconciler drift {quote(back.store.name)}", in_project(common.named)
    for address, field in back.edits[:_SHOWN]:
        held = value_text(field.path, field.after, back.plan.target.currency)
        edited = f"{address} {field.path}: the run overwrote {held}, an edit in the store, which no commit says"
        yield f"{edited}; once it is back: {drift} --adopt {quote(str(address))} --field {quote(field.path)}{here}"
    if len(back.edits) > _SHOWN:
        yield f"{len(back.edits) - _SHOWN} more edits come back that no commit says; {drift}{here} lists them then"


COMMANDS: dict[str, click.Command] = {"rollback": rollback}
