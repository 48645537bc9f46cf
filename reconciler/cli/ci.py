"""``ci``: what jobs of GitHub Actions and GitLab CI run, one command for each of five moments."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.ci_parts import gather, part, stores
from reconciler.cli.ci_plans import emptied, keep, moment, plan_pages, planned, reviewed, say, write
from reconciler.cli.options import Command, Common
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import Diagnostic, PlanRefused, ReconcilerError

if TYPE_CHECKING:
    from reconciler.app.sessions.session import Session
    from reconciler.app.stores.fleet import FleetResult
    from reconciler.app.unattended.ci_job import CiJob
    from reconciler.cli.ci_log import CiLog
    from reconciler.model.outcome import ApplyReport
    from reconciler.model.plan import Plan

_STORES = click.argument("stores", nargs=-1, shell_complete=complete.stores)


@click.group()
def ci() -> None:
    """Run a moment of CI in a job of GitHub Actions or GitLab CI; `init` writes the workflow that says when."""


@ci.command(cls=Command)
def validate(common: Common) -> int:
    """Check every file: problems beside their lines, in the summary, and as reports of GitLab below .reconciler/.

    \b
    Example:
      reconciler ci validate
    """
    return moment(common, "Files", _validate)


@ci.command(cls=Command)
@_STORES
def plan(common: Common, stores: tuple[str, ...]) -> int:
    """Plan every store, and say it in one comment of the request that is updated in place.

    Writes plans/STORE.json, plans/plan.html and plans/comment.md. Exits with 4 when a limit waits for somebody.

    \b
    Example:
      reconciler ci plan
    """
    return moment(common, "Plan", lambda at, job, log: _plan(at, stores, job, log))


@ci.command(cls=Command)
@_STORES
@click.option("--by-hand", is_flag=True, help="Plan what is missing: whoever guards production approves that.")
def approved(common: Common, stores: tuple[str, ...], by_hand: bool) -> int:
    """Bring the plan that the merged request was approved with into plans/, or refuse (exit code 5).

    When the files moved since, the stores are planned again, and that has to be what was approved.

    \b
    Example:
      reconciler ci approved
    """
    return moment(common, "Approved plan", lambda at, job, log: _approved(at, stores, job, log, by_hand=by_hand))


@ci.command(name="apply", cls=Command)
@click.option("--journal-branch", metavar="NAME", help="Where the journal is kept.  [default: reconciler-journal]")
def apply_(common: Common, journal_branch: str | None) -> int:
    """Apply the plan files in plans/, with the journal fetched from its branch before and kept there after.

    \b
    Example:
      reconciler ci apply
    """
    return moment(common, "Apply", lambda at, job, log: _apply(at, job, log, journal_branch))


@ci.command(cls=Command)
@_STORES
def drift(common: Common, stores: tuple[str, ...]) -> int:
    """Look for drift, and have one issue about it: opened, updated, and closed when there is none any more.

    Stores that are named have an issue of their own: what was not looked at closes none.
    Exits with 0 when the issue says it; the output exit-code is that of `drift`.

    \b
    Example:
      reconciler ci drift
    """
    return moment(common, "Drift", lambda at, job, log: _drift(at, stores, job, log))


def _validate(common: Common, job: "CiJob", log: "CiLog") -> int:
    from reconciler.app.repository.validate import validated
    from reconciler.model.errors import InvalidInput
    from reconciler.render.annotations import code_quality_report, junit_report

    root = common.root()
    problems: Sequence[Diagnostic] = ()
    try:
        found = validated(root)
    except InvalidInput as error:
        found, problems = None, error.diagnostics
    if job.host == "gitlab":
        write(root / ".reconciler" / "junit.xml", junit_report(problems))
        write(root / ".reconciler" / "code-quality.json", code_quality_report(problems))
    log.problems(problems)  # that a secret is not set is none: a job that looks at files gets no secrets
    if found is None:
        return InvalidInput.exit_code
    log.said(found.text())
    log.output("digest", found.inputs)
    return 0


def _plan(common: Common, stores: Sequence[str], job: "CiJob", log: "CiLog") -> int:
    from reconciler.render.ci_pages import no_plan

    try:
        fleet = planned(common, stores, log)
    except ReconcilerError as error:
        say(job, log, no_plan(job.commit, str(error)))  # what stands there is the plan of an older commit
        raise
    return reviewed(common, [each.plan for each in fleet.results], fleet.failures, job, log)


def _approved(common: Common, stores: Sequence[str], job: "CiJob", log: "CiLog", *, by_hand: bool) -> int:
    from reconciler.app.review.approved import refuse_unaccepted_in_git

    plans = _of_now(common, stores, log) if by_hand else _of_request(common, stores, job, log)
    log.summed_up(plan_pages(common, plans, ()))
    refuse_unaccepted_in_git(plans, datetime.now(UTC).date())
    return 0


def _of_request(common: Common, stores: Sequence[str], job: "CiJob", log: "CiLog") -> "Sequence[Plan]":
    """Return the plans that the request of this commit was approved with."""
    from reconciler.app.repository.inputs import inputs_digest
    from reconciler.app.review.approved import BY_HAND, approved
    from reconciler.app.sessions.session import Session
    from reconciler.cli.progress import Progress

    try:
        approval = job.forge.approval(job.commit)
    except PlanRefused as error:
        plans = _of_now(common, stores, log)
        if any(each.changes for each in plans):
            emptied(common.root() / "plans")
            raise PlanRefused(f"{error}; nothing was applied. {BY_HAND}") from None
        return plans
    with embedded_stores(common) as embedded, Progress(common) as progress:
        session = Session(common.root(), stores, embedded, progress)
        log.output("digest", inputs_digest(session.inputs))
        found = approved(approval, session.inputs, lambda: _again(session))
    emptied(common.root() / "plans")
    keep(common, found.plans, log)
    log.said(f"approved in {found.request}: {found.because}")
    return found.plans


def _again(session: "Session") -> "Sequence[Plan]":
    from reconciler.model.plan import Scope

    fleet = session.planned(Scope())
    if fleet.failures:
        raise fleet.failures[0].error
    return [each.plan for each in fleet.results]


def _of_now(common: Common, stores: Sequence[str], log: "CiLog") -> "Sequence[Plan]":
    fleet = planned(common, stores, log)
    if fleet.failures:
        raise fleet.failures[0].error
    return [each.plan for each in fleet.results]


def _apply(common: Common, job: "CiJob", log: "CiLog", journal_branch: str | None) -> int:
    from reconciler.app.review.comparison import plans_in
    from reconciler.app.sessions.session import Session
    from reconciler.app.unattended.ci_job import JOURNAL_BRANCH
    from reconciler.app.unattended.journal_keeping import kept_journal
    from reconciler.cli.apply import applied, exit_code_of
    from reconciler.cli.progress import Progress
    from reconciler.render.ci_pages import fenced

    root = common.root()
    plans = plans_in(root / "plans")
    branch = job.journal(root, journal_branch or JOURNAL_BRANCH)
    progress = Progress(common)
    with kept_journal(branch, f"journal of {job.url}", log.said), embedded_stores(common) as embedded:
        session = Session(root, list(plans), embedded, progress)
        fleet = applied(common, session, progress, list(plans.values()), ())
    told = "\n".join(_told(fleet, list(plans.values())))
    log.said(told)
    log.summed_up(fenced("Apply", told))
    log.output("changes", sum(report.counts()["applied"] for report in fleet.results))
    return exit_code_of(fleet)


def _told(fleet: "FleetResult[ApplyReport]", plans: "Sequence[Plan]") -> Iterator[str]:
    """Yield what became of each plan, and why nothing did."""
    from reconciler.app.stores.fleet import failures_without_report
    from reconciler.cli.apply import reports_text

    yield from reports_text(fleet, plans)
    yield from (f"error: {each.error}" for each in failures_without_report(fleet))


def _drift(common: Common, stores: Sequence[str], job: "CiJob", log: "CiLog") -> int:
    from reconciler.app.unattended.drift_issue import told_of_drift
    from reconciler.cli.drift import EXIT_DRIFT, exit_code_of, found_in
    from reconciler.render.ci_pages import COMMENT_ROOM, shorter, with_failures
    from reconciler.render.drift_markdown import drift_markdown

    found = found_in(common, tuple(stores), (), ())
    reasons = [(each.store, str(each.error)) for each in found.failures]
    text = shorter(with_failures(drift_markdown(found.results), reasons), COMMENT_ROOM)
    log.said(text)
    log.summed_up(text)
    code = exit_code_of(found)
    log.output("changes", sum(len(each.items) for each in found.results))
    log.output("exit-code", code)
    log.said(f"issue: {told_of_drift(job.forge, found, stores, text=text, url=job.url)}")
    return 0 if code == EXIT_DRIFT else code


for _command in (stores, part, gather):
    ci.add_command(_command)

COMMANDS: dict[str, click.Command] = {"ci": ci}
