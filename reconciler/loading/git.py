"""Git: which commit the files are at, and which of them changed. Asked, never written."""

from pathlib import Path
from typing import Final

from reconciler.loading.git_command import GitFailed, git
from reconciler.model.errors import WrongUsage

INPUTS: Final = ("catalog", "mappings", "stores")  # not the plans that people commit beside them


def head(root: Path) -> tuple[str | None, bool]:
    """Return the commit of a folder's repository, and whether anything that a plan is made from differs from it.

    (None, False) where there is no repository, no git, or no commit yet.
    """
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
        status = git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *INPUTS)
    except GitFailed:
        return None, False
    return commit, bool(status)


def is_overlooked(tag: str) -> bool:
    """Return whether git was told not to look at a file, by its tag in ``git ls-files -v``: a small letter, or S."""
    return tag.islower() or tag == "S"


def tracked(root: Path, folder: str) -> tuple[str, ...]:
    """Return the files that git tracks in a folder, also below another spelling of it: some file systems see but one.

    None without a repository. Raises GitFailed where there is one and git cannot tell.
    """
    try:
        listed = git(root, "ls-files", "-z", "--", f":(icase){folder}")
    except GitFailed:
        if any((above / ".git").exists() for above in (root.absolute(), *root.absolute().parents)):
            raise
        return ()
    return tuple(filter(None, listed.split("\0")))


def changed_files(root: Path, ref: str) -> frozenset[str]:
    """Return the files of a folder that differ from where it left ``ref``: committed, uncommitted and untracked.

    Removed files are among them, and both names of a renamed one. Named from the folder, with forward slashes.
    Raises WrongUsage when git cannot tell; the message says how to fetch what is missing.
    """
    try:
        git(root, "rev-parse", "--git-dir")
    except GitFailed as failure:
        message = f"{root} is not in a git repository ({failure}); changes since {ref} are not known"
        raise WrongUsage(message) from None
    base = _merge_base(root, ref)
    options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
    try:
        changed = git(root, "diff", *options, base, "--")
        untracked = git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    except GitFailed as failure:
        message = f"git cannot compare the files with {ref}: {failure}"
        raise WrongUsage(message) from None
    return frozenset(name for name in f"{changed}\0{untracked}".split("\0") if name)


def content_at(root: Path, ref: str, file: str) -> bytes:
    """Return what a file held where the work tree left ``ref``; nothing, if it was not there."""
    try:
        return git(root, "show", f"{_merge_base(root, ref)}:./{file}").encode("utf-8", "surrogateescape")
    except GitFailed:
        return b""


def _merge_base(root: Path, ref: str) -> str:
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    except GitFailed:
        remote, slash, branch = ref.partition("/")
        fetch = f"git fetch {remote} {branch}" if slash else f"git fetch origin {ref}"
        message = f"git knows no commit {ref!r}; fetch it with: {fetch}"
        raise WrongUsage(message) from None
    try:
        return git(root, "merge-base", commit, "HEAD").strip()
    except GitFailed:
        message = (
            f"{ref} and the files here have no commit in common; if the clone is shallow, run: git fetch --unshallow"
        )
        raise WrongUsage(message) from None
