"""What a job left behind, and how its shell is run: as a runner does, with what the runner sets and no more."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STUB = """\
#!/usr/bin/env bash
# Where .ci/install would be: the program is there already.
set -euo pipefail
mkdir -p "$1/bin"
ln -sf "@PROGRAM@" "$1/bin/reconciler"
"""


@dataclass(frozen=True)
class Done:
    """One job that ran."""

    code: int
    log: str
    summary: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def together(jobs: Sequence[Done]) -> Done:
    """Return the jobs of a matrix as one: it failed if any did."""
    if len(jobs) == 1:
        return jobs[0]
    return Done(max(job.code for job in jobs), "".join(job.log for job in jobs), "".join(job.summary for job in jobs))


def shell(script: str, folder: Path, variables: Mapping[str, str], options: Sequence[str]) -> tuple[int, str]:
    """Return exit code and log of a step."""
    bare = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", *options, "-c", script],
        cwd=folder,
        env={**bare, "NO_PROXY": "127.0.0.1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def put_source(folder: Path, program: Path) -> Path:
    """Write a checkout of this project with an install that takes no time."""
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci" / "install").write_text(STUB.replace("@PROGRAM@", str(program)))
    shutil.copy(Path(__file__).parents[2] / "requirements.lock", folder)
    return folder
