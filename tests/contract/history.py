"""A repository's history: what a person does with git between two plans."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_IDENTITY = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_ENVIRONMENT = {**os.environ, **_IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(root: Path, *words: str) -> str:
    """Run git in a folder and return what it says."""
    done = subprocess.run(
        ["git", "-C", str(root), *words], check=True, capture_output=True, text=True, env=_ENVIRONMENT
    )
    return done.stdout.strip()


@dataclass(frozen=True)
class History:
    """The commits of a repository."""

    root: Path

    def begin(self) -> "History":
        """Make the folder a repository."""
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        return self

    def commit(self) -> str:
        """Commit whatever is in the folder, and return the commit."""
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", "x")
        return git(self.root, "rev-parse", "HEAD")
