"""Runs: the name that a run has in the journal, and the run of a killed process that the same plan goes on with."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciler.app.journal.chain import Glance
from reconciler.planning.run_requests import is_late

_OF_PLAN: Final = 6  # digits of the digest of its plan that a run's name holds


@dataclass(frozen=True, slots=True)
class RunName:
    """The name of a run, and how many requests it has sent under it."""

    name: str
    requests: int = 0
    resumes: bool = False


def run_of(plan: str, entries: Iterable[Glance], now: datetime) -> RunName:
    """Return the run under which a plan of this digest is applied: one that did not come to its end, or a new one."""
    return _unfinished(plan, entries) or RunName(f"{now:%Y%m%dT%H%M%SZ}-{plan[:_OF_PLAN]}-{secrets.token_hex(2)}")


def runs_of(plan: str, entries: Iterable[Glance]) -> set[str]:
    """Return the runs under which a plan of this digest was applied."""
    return {glance.run for glance in entries if glance.event == "begun" and glance.plan == plan}


def is_of(run: str, plan: str) -> bool:
    """Return whether a run of this name may be one of a plan with this digest; that of another one hardly ever is."""
    return run.split("-")[1:2] == [plan[:_OF_PLAN]]


def _unfinished(plan: str, entries: Iterable[Glance]) -> RunName | None:
    """Return the last run of a plan that has no end, and that nobody began to take back.

    What is written after that is a run of its own: it can be taken back, and its keys of idempotency are new.
    """
    open_runs: dict[str, int] = {}
    fences: dict[str, int] = {}
    for entry in entries:
        match entry:
            case Glance("begun", run) if entry.plan == plan:
                open_runs.setdefault(run, 0)
                fences[run] = max(fences.get(run, 0), entry.fence)
            case Glance("requested", run, request) if run in open_runs:
                open_runs[run] = max(open_runs[run], request)
            case Glance("ended", run) if not is_late(entry.fence, fences.get(run, 0)):
                open_runs.pop(run, None)
            case Glance("begun") if entry.undoes:
                open_runs.pop(entry.undoes, None)
            case _:
                pass
    return next((RunName(run, sent, resumes=True) for run, sent in reversed(open_runs.items())), None)
