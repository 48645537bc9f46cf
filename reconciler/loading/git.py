"""Git: which commit the files are at, and which of them changed. Asked, never written.

git is run without prompts, locks and hooks, and with the settings pinned that change its output. The user's own
configuration still counts where it says whose repositories to trust.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

from reconciler.model.errors import WrongUsage

_TIMEOUT_S: Final = 60.0
_SETTINGS: Final = (
    *("-c", "core.quotepath=off"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "diff.ignoreSubmodules=all"),
    *("-c", "status.showUntrackedFiles=all"),
)
_ENVIRONMENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_INPUTS: Final = ("catalog", "mappings", "stores")  # not the plans that people commit beside them
# A hook or a rebase sets these for its own repository, which need not be the one that we are asked about.
_INHERITED: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})


class _GitFailed(Exception):
    """git ended with an error; the message is what it said last."""


def head(root: Path) -> tuple[str | None, bool]:
    """Return the commit of a folder's repository, and whether anything that a plan is made from differs from it.

    (None, False) where there is no repository, no git, or no commit yet.
    """
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
        status = _git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *_INPUTS)
    except _GitFailed:
        return None, False
    return commit, bool(status)


def changed_files(root: Path, ref: str) -> frozenset[str]:
    """Return the files of a folder that differ from where it left ``ref``: committed, uncommitted and untracked.

    Removed files are among them, and both names of a renamed one. Named from the folder, with forward slashes.
    Raises WrongUsage when git cannot tell; the message says how to fetch what is missing.
    """
    try:
        _git(root, "rev-parse", "--git-dir")
    except _GitFailed as failure:
        message = f"{root} is not in a git repository ({failure}); changes since {ref} are not known"
        raise WrongUsage(message) from None
    base = _merge_base(root, ref)
    options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
    try:
        changed = _git(root, "diff", *options, base, "--")
        untracked = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    except _GitFailed as failure:
        message = f"git cannot compare the files with {ref}: {failure}"
        raise WrongUsage(message) from None
    return frozenset(name for name in f"{changed}\0{untracked}".split("\0") if name)


def content_at(root: Path, ref: str, file: str) -> bytes:
    """Return what a file held where the work tree left ``ref``; nothing, if it was not there."""
    try:
        return _git(root, "show", f"{_merge_base(root, ref)}:./{file}").encode("utf-8", "surrogateescape")
    except _GitFailed:
        return b""


def reverting(root: Path, base: str | None, commit: str) -> str:
    """Return the command that takes back in git what a run applied: one commit, or all since the one before the run."""
    single = f"git revert {commit}"
    if base is None or base == commit:
        return single
    try:
        parents = _git(root, "rev-list", "--parents", "--max-count=1", commit, "--").split()[1:]
        between = _git(root, "rev-list", "--count", f"{base}..{commit}", "--").strip()
    except _GitFailed:
        return single
    if base in parents:
        return single if len(parents) == 1 else f"git revert -m {parents.index(base) + 1} {commit}"
    return f"git revert {base}..{commit}" if between.isdecimal() and int(between) > 1 else single


def _merge_base(root: Path, ref: str) -> str:
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    except _GitFailed:
        remote, slash, branch = ref.partition("/")
        fetch = f"git fetch {remote} {branch}" if slash else f"git fetch origin {ref}"
        message = f"git knows no commit {ref!r}; fetch it with: {fetch}"
        raise WrongUsage(message) from None
    try:
        return _git(root, "merge-base", commit, "HEAD").strip()
    except _GitFailed:
        message = (
            f"{ref} and the files here have no commit in common; if the clone is shallow, run: git fetch --unshallow"
        )
        raise WrongUsage(message) from None


def _git(root: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in _INHERITED} | _ENVIRONMENT
    try:
        done = subprocess.run(
            ["git", *_SETTINGS, "-C", str(root), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=environment,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _GitFailed("git cannot be run" if isinstance(error, OSError) else "git does not answer") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _GitFailed(said[0].removeprefix("fatal: ") if said else f"exit code {done.returncode}")
    return done.stdout.decode("utf-8", "surrogateescape")
