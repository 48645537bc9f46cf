"""Processes, measured: the processor time and the peak memory of one run, and medians of many."""

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One run of a command: user and system time of it and of what it waited for, and the most memory it held."""

    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Job:
    """A command that is measured, and what to do before each run, which is not."""

    command: Sequence[str]
    folder: Path
    before: Sequence[Sequence[str]] = ()
    environment: Mapping[str, str] | None = None


def run(job: Job) -> Run:
    """Run a job once. Exits the program when it fails."""
    # Where Python may not keep what it compiled, each run compiles us anew: that is no user's start.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**inherited, **(job.environment or {})}
    for command in job.before:
        subprocess.run(command, cwd=job.folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(job.command, cwd=job.folder, env=environment, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(job.command)} ended with {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def medians(jobs: Mapping[str, Job], rounds: int) -> dict[str, Run]:
    """Return the median of several runs of each job. All take turns, so that a slow minute is everybody's."""
    runs: dict[str, list[Run]] = {name: [] for name in jobs}
    for number in range(rounds):
        for name, job in jobs.items():
            runs[name].append(run(job))
            print(f"round {number + 1}  {name:24} {runs[name][-1].cpu_s:8.2f} s", file=sys.stderr, flush=True)
    return {
        name: Run(statistics.median(one.cpu_s for one in found), statistics.median(one.peak_mb for one in found))
        for name, found in runs.items()
    }
