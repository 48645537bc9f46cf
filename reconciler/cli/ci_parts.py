"""``ci stores``, ``ci part``, ``ci gather``: a plan of many stores, made by a job for each and reviewed as one."""

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.ci_plans import moment, planned, reviewed, say
from reconciler.cli.options import Command, Common
from reconciler.cli.sandbox import embedded_stores
from reconciler.model.errors import ReconcilerError

if TYPE_CHECKING:
    from reconciler.app.unattended.ci_job import CiJob
    from reconciler.cli.ci_log import CiLog


@click.command(cls=Command)
def stores(common: Common) -> int:
    """Hand the names of all stores to the jobs that follow: the output `stores`, a JSON list for strategy.matrix.

    \b
    Example:
      reconciler ci stores
    """
    return moment(common, "Stores", _stores)


@click.command(cls=Command)
@click.argument("stores", nargs=-1, required=True, shell_complete=complete.stores)
def part(common: Common, stores: tuple[str, ...]) -> int:
    """Plan some of the stores into plans/, and say it nowhere else: `ci gather` says all of them at once.

    \b
    Example:
      reconciler ci part eu
    """

    def work(at: Common, job: "CiJob", log: "CiLog") -> int:
        del job
        fleet = planned(at, stores, log)
        if not fleet.failures:
            return 0
        log.failed("Not planned", ReconcilerError("\n".join(str(each.error) for each in fleet.failures)))
        return fleet.failures[0].error.exit_code

    return moment(common, "Plan", work)


@click.command(cls=Command)
def gather(common: Common) -> int:
    """Review the plans that other jobs wrote into plans/ as one, as `ci plan` does: the comment, the page, the limits.

    A store without a plan, or with one of other files, is told as not planned, and fails the job.

    \b
    Example:
      reconciler ci gather
    """
    return moment(common, "Plan", _gather)


def _stores(common: Common, job: "CiJob", log: "CiLog") -> int:
    from reconciler.app.stores.store_list import listed

    del job
    names = [each.store for each in listed(common.root(), ()).stores]
    log.said("\n".join(names))
    log.output("stores", json.dumps(names, separators=(",", ":")))
    return 0


def _gather(common: Common, job: "CiJob", log: "CiLog") -> int:
    from reconciler.app.repository.inputs import inputs_digest
    from reconciler.app.review.gathering import gathered
    from reconciler.app.sessions.session import Session
    from reconciler.cli.plans import plan_shown
    from reconciler.render.ci_pages import no_plan

    try:
        with embedded_stores(common) as embedded:
            inputs = Session(common.root(), (), embedded).inputs
    except ReconcilerError as error:
        say(job, log, no_plan(job.commit, str(error)))  # what stands there is the plan of an older commit
        raise
    log.output("digest", inputs_digest(inputs))
    fleet = gathered(common.root() / "plans", inputs)
    for each in fleet.results:
        log.said(plan_shown(common, each, None, show_all=False, plain=True))
    log.output("changes", sum(len(each.changes) for each in fleet.results))
    return reviewed(common, fleet.results, fleet.failures, job, log)
