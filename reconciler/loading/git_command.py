"""How git is run: without prompts, locks and hooks, and with the settings pinned that change its output.

The user's own configuration still counts where it says whose repositories to trust.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 60.0
_SETTINGS: Final = (
    *("-c", "core.quotepath=off"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    # Else a file that was saved with its size and time as they were would count as the one that the index has.
    *("-c", "core.trustctime=true", "-c", "core.checkStat=default"),
    *("-c", "diff.ignoreSubmodules=all"),
    *("-c", "status.showUntrackedFiles=all"),
)
_ENVIRONMENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
# A hook or a rebase sets these for its own repository, which need not be the one that we are asked about.
_INHERITED: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})


class GitFailed(Exception):
    """git ended with an error; the message is what it said last."""


def git(root: Path, *arguments: str, variables: Mapping[str, str] | None = None, given: bytes = b"") -> str:
    """Return what git says of a folder, and of what it is given to read. Raises GitFailed.

    ``variables``: of the environment, beside ours.
    """
    try:
        done = subprocess.run(
            command(root, *arguments),
            input=given,
            capture_output=True,
            check=False,
            env={**environment(), **(variables or {})},
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitFailed("git cannot be run" if isinstance(error, OSError) else "git does not answer") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(said[0].removeprefix("fatal: ") if said else f"exit code {done.returncode}")
    return done.stdout.decode("utf-8", "surrogateescape")


def command(root: Path, *arguments: str) -> list[str]:
    """Return the words that run git in a folder."""
    return ["git", *_SETTINGS, "-C", str(root), *arguments]


def environment() -> dict[str, str]:
    """Return the variables that git is run with."""
    return {name: value for name, value in os.environ.items() if name not in _INHERITED} | _ENVIRONMENT
