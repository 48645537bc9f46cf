"""A folder that git ignores, kept on a branch of its own between runs that share nothing else.

The index and the branch of the work tree are never touched: all is done with an index of its own. Of the files, only
those of the folder are: whatever else the branch holds stays there, and a branch whose folder holds links, or names
that lead out of it, is refused before a file is written. Nothing is ever forced onto the remote, so that two runs at
once cannot lose what the other one kept.
"""

import base64
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.loading.git_command import GitFailed, git

_WHO: Final = "reconciler"
_MAIL: Final = "reconciler@localhost"
_FILES: Final = frozenset({"100644", "100755"})
_UP: Final = frozenset({"", ".", ".."})
_GITS: Final = (".git", "git~")  # the second is the first on a file system that shortens names


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a remote, as a place to keep a folder."""

    root: Path
    remote: str
    name: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Variables that let git into the remote; never part of a command line."""

    def tip(self) -> str | None:
        """Return the commit that the branch is at; None when the remote has none of that name. Raises GitFailed."""
        said = git(self.root, "ls-remote", "--quiet", self.remote, self._ref, variables=self.secrets)
        return said.split()[0] if said else None

    def fetched(self, folder: str) -> str | None:
        """Bring the folder from the branch into the work tree. Return its commit; None when there is no such branch.

        Raises GitFailed, also for a folder that holds something else than files.
        """
        if self.tip() is None:
            return None
        git(self.root, "fetch", "--quiet", "--no-tags", self.remote, self._ref, variables=self.secrets)
        commit = git(self.root, "rev-parse", "FETCH_HEAD").strip()
        if self._holds(folder, commit):
            with self._index() as apart:
                self._apart("read-tree", f"--prefix={folder}/", f"{commit}:{folder}", variables=apart)
                self._apart("checkout-index", "--all", "--force", variables=apart)
        return commit

    def keep(self, folder: str, why: str, parent: str | None) -> str | None:
        """Put a folder onto the branch, whole, after the commit that was fetched. Return the commit.

        None when there is nothing new. Raises GitFailed, also when another run kept something in the meantime.
        """
        with self._index() as apart:
            self._apart("add", "--force", "--all", "--", folder, variables=apart)
            tree = self._apart("write-tree", variables=apart).strip()
        if parent is not None and tree == git(self.root, "rev-parse", f"{parent}^{{tree}}").strip():
            return None
        after = ("-p", parent) if parent is not None else ()
        commit = git(self.root, "commit-tree", tree, *after, "-m", why, variables=_AUTHOR).strip()
        git(self.root, "push", "--quiet", self.remote, f"{commit}:{self._ref}", variables=self.secrets)
        return commit

    def _holds(self, folder: str, commit: str) -> bool:
        """Return whether a commit has the folder. Raises GitFailed when that holds what nobody keeps in one.

        Whoever can write to the branch decides what is in it, and a link or a path that leads out of the folder would
        have a later write land in the files that a store is planned from.
        """
        listed = git(self.root, "ls-tree", "--full-tree", "-r", "-z", commit, "--", folder)
        rows = [row.partition("\t") for row in listed.split("\0") if row]
        for about, _, path in rows:
            mode = about.split(" ")[0]
            if mode not in _FILES or not _stays_in(folder, path):
                said = "no plain file" if mode not in _FILES else "a name that git or the file system takes otherwise"
                raise GitFailed(
                    f"commit {commit[:12]}: {path} is {said}; take it off the branch, and see who put it there"
                )
        return bool(rows)

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.name}"

    def _apart(self, *words: str, variables: Mapping[str, str]) -> str:
        folder = git(self.root, "rev-parse", "--absolute-git-dir").strip()
        return git(self.root, f"--git-dir={folder}", f"--work-tree={self.root}", *words, variables=variables)

    @contextmanager
    def _index(self) -> Iterator[Mapping[str, str]]:
        """Yield the variables that give git an index of its own, which is empty."""
        with tempfile.TemporaryDirectory(prefix="reconciler-") as scratch:
            yield {"GIT_INDEX_FILE": str(Path(scratch) / "index")}


_AUTHOR: Final = {
    "GIT_AUTHOR_NAME": _WHO,
    "GIT_AUTHOR_EMAIL": _MAIL,
    "GIT_COMMITTER_NAME": _WHO,
    "GIT_COMMITTER_EMAIL": _MAIL,
}


def _stays_in(folder: str, path: str) -> bool:
    """Return whether a path leads into the folder and nowhere else, and is nothing that git itself reads."""
    first, *rest = path.split("/")
    return first == folder and bool(rest) and not any(part in _UP or part.lower().startswith(_GITS) for part in rest)


def token_variables(server: str, token: str, user: str) -> Mapping[str, str]:
    """Return the variables that let git into a server by https with a token: in no argument, and in no file."""
    word = base64.b64encode(f"{user}:{token}".encode()).decode()
    name, first = f"http.{server.rstrip('/')}/.extraHeader", int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    # The empty value takes away what a checkout may have left there: two of these headers are refused.
    values = ("", f"Authorization: Basic {word}")
    words = {f"GIT_CONFIG_KEY_{first + at}": name for at in range(len(values))}
    words |= {f"GIT_CONFIG_VALUE_{first + at}": value for at, value in enumerate(values)}
    return {"GIT_CONFIG_COUNT": str(first + len(values)), **words}
