"""Pulling: the only place that writes with git, and nothing but what its remote has, straight ahead."""

from pathlib import Path

from reconciler.loading.git_command import GitFailed, git


def pulled(root: Path) -> str | None:
    """Bring the branch of a folder to what its upstream has. Return why that could not be; None when it is so.

    Without a repository, or without an upstream, there is nothing to pull. What would have to be merged is left alone.
    """
    try:
        git(root, "rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
    except GitFailed:
        return None
    try:
        git(root, "pull", "--ff-only", "--quiet")
    except GitFailed as failure:
        return f"git pull --ff-only: {failure}"
    return None
