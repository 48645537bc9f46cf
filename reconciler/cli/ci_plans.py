"""What jobs of CI have in common: how they end, and plans that are made, kept as files and said to reviewers."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.cli.options import Common
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.app.sessions.session import Planned
    from reconciler.app.stores.fleet import Failure, FleetResult
    from reconciler.app.unattended.ci_job import CiJob
    from reconciler.cli.ci_log import CiLog
    from reconciler.model.plan import Plan

_CONSENT: Final = timedelta(days=14)  # proposed in comments, as the end of an acceptance


def moment(common: Common, title: str, work: "Callable[[Common, CiJob, CiLog], int]") -> int:
    """Do the work of a job; whatever happens is said where people look, and the outputs are written."""
    from reconciler.app.unattended.ci_job import job_of
    from reconciler.cli.ci_log import CiLog

    job = job_of(os.environ)
    log = CiLog(job, common)
    try:
        code = work(common, job, log)
    except ReconcilerError as error:
        log.failed(title, error)
        code = error.exit_code
    log.ended(code)
    return code


def planned(common: Common, stores: Sequence[str], log: "CiLog") -> "FleetResult[Planned]":
    """Plan stores and write their files, instead of any that were there."""
    from reconciler.app.repository.inputs import inputs_digest
    from reconciler.app.sessions.session import Session
    from reconciler.cli.progress import Progress
    from reconciler.model.plan import Scope

    emptied(common.root() / "plans")
    with embedded_stores(common) as embedded, Progress(common) as progress:
        session = Session(common.root(), stores, embedded, progress)
        log.output("digest", inputs_digest(session.inputs))
        fleet = session.planned(Scope())
    keep(common, [each.plan for each in fleet.results], log)
    return fleet


def keep(common: Common, plans: "Sequence[Plan]", log: "CiLog") -> None:
    """Write the plan files, and show the plans in the log."""
    from reconciler.app.review.planfile import write_plan
    from reconciler.cli.plans import plan_shown

    for each in plans:
        file = common.root() / "plans" / f"{each.target.store}.json"
        write_plan(each, file)
        log.said(plan_shown(common, each, file, show_all=False, plain=True))
    log.output("changes", sum(len(each.changes) for each in plans))


def reviewed(common: Common, plans: "Sequence[Plan]", failures: "Sequence[Failure]", job: "CiJob", log: "CiLog") -> int:
    """Say the plans, and the stores that have none, where people review them; return the exit code.

    Raises LimitBroken for a limit that waits for somebody.
    """
    from reconciler.app.review.approved import refuse_unaccepted_in_git

    text = plan_pages(common, plans, failures)
    log.summed_up(text)
    say(job, log, text)
    if failures:
        log.failed("Not planned", ReconcilerError("\n".join(str(each.error) for each in failures)))
        return failures[0].error.exit_code
    refuse_unaccepted_in_git(plans, datetime.now(UTC).date())
    return 0


def plan_pages(common: Common, plans: "Sequence[Plan]", failures: "Sequence[Failure]") -> str:
    """Write the page and the comment beside the plan files, and return the comment."""
    from reconciler.cli.plans import comment_of, page_of
    from reconciler.render.ci_pages import consent_in_git, with_failures

    folder = common.root() / "plans"
    until = datetime.now(UTC).date() + _CONSENT
    reasons = [(each.store, str(each.error)) for each in failures]
    text = with_failures(comment_of(plans), reasons) + consent_in_git(plans, until)
    write(folder / "plan.html", page_of(common, plans))
    write(folder / "comment.md", text)
    return text


def say(job: "CiJob", log: "CiLog", text: str) -> None:
    """Say the plan in the comment of the request that this job runs for, if it does."""
    from reconciler.render.markdown import MARKER

    if job.request is None:
        return
    if job.of_fork:
        log.said("a request of a fork gets no comment, because its jobs get no token that could write one")
        return
    log.said(f"comment: {job.forge.say(job.request, MARKER, text)}")


def emptied(folder: Path) -> None:
    """Have no plan of before in a folder: what is in it is applied."""
    for file in (*folder.glob("*.json"), folder / "plan.html", folder / "comment.md"):
        file.unlink(missing_ok=True)


def write(file: Path, text: str) -> None:
    """Write a file, with its folder made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
