"""A folder that git ignores, kept on a branch of its own between runs that share nothing else.

The index and the branch of the work tree are never touched: all is done with an index of its own. Of the files, only
those of the folder are, and they go there and back byte for byte: whatever else the branch holds stays there, and a
branch whose folder holds links, or names that lead out of it, is refused before a file is written. Nothing is ever
forced onto the remote, so that two runs at once cannot lose what the other one kept.
"""

import base64
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reconciler.loading.git_blobs import blobs_of, put_in_place
from reconciler.loading.git_command import GitFailed, git

_WHO: Final = "reconciler"
_MAIL: Final = "reconciler@localhost"
_FILE: Final = "100644"
_FILES: Final = frozenset({_FILE, "100755"})
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
        blobs = self._held(folder, commit)
        self._refuse_links_to(blobs)
        put_in_place(self.root, {self.root / path: name for path, name in blobs.items()})
        return commit

    def keep(self, folder: str, why: str, parent: str | None) -> str | None:
        """Put a folder onto the branch, whole, after the commit that was fetched. Return the commit.

        None when there is nothing new. Raises GitFailed, also when another run kept something in the meantime.
        """
        files = self._files(folder)
        beside = self._beside(folder, parent) if parent is not None else []
        own = [f"040000 tree {self._tree(folder, files)}\t{folder}"] if files else []
        tree = git(self.root, "mktree", "-z", given=_rows([*beside, *own])).strip()
        if parent is None and not files:
            return None
        if parent is not None and tree == git(self.root, "rev-parse", f"{parent}^{{tree}}").strip():
            return None
        after = ("-p", parent) if parent is not None else ()
        commit = git(self.root, "commit-tree", tree, *after, "-m", why, variables=_AUTHOR).strip()
        git(self.root, "push", "--quiet", self.remote, f"{commit}:{self._ref}", variables=self.secrets)
        return commit

    def _held(self, folder: str, commit: str) -> dict[str, str]:
        """Return path → blob of a commit's folder. Raises GitFailed when that holds what nobody keeps in one.

        Whoever can write to the branch decides what is in it, and a link or a path that leads out of the folder would
        have a later write land in the files that a store is planned from.
        """
        listed = git(self.root, "ls-tree", "--full-tree", "-r", "-z", commit, "--", folder)
        blobs: dict[str, str] = {}
        for row in filter(None, listed.split("\0")):
            about, _, path = row.partition("\t")
            mode, _, blobs[path] = about.split(" ")
            if mode not in _FILES or not _stays_in(folder, path):
                said = "no plain file" if mode not in _FILES else "a name that git or the file system takes otherwise"
                raise GitFailed(
                    f"commit {commit[:12]}: {path} is {said}; take it off the branch, and see who put it there"
                )
        return blobs

    def _refuse_links_to(self, paths: Iterable[str]) -> None:
        """Raise GitFailed where a folder of these is something else here: what is written would land elsewhere."""
        for above in sorted({above for path in paths for above in PurePosixPath(path).parents} - {PurePosixPath()}):
            here = self.root / above
            if here.is_symlink() or (here.exists() and not here.is_dir()):
                raise GitFailed(f"{above} is no folder; take it out of the way, and see who put it there")

    def _files(self, folder: str) -> list[Path]:
        """Return the files of the folder here, sorted. Raises GitFailed when it holds something else."""
        top = self.root / folder
        found = [here for here in (top, *sorted(top.rglob("*"))) if here.is_symlink() or not here.is_dir()]
        for here in found:
            if here.is_symlink() or not here.is_file():
                raise GitFailed(f"{here.relative_to(self.root).as_posix()} is no plain file; take it out of the way")
        return found

    def _beside(self, folder: str, commit: str) -> list[str]:
        """Return what a commit holds beside the folder, as rows of its tree."""
        rows = filter(None, git(self.root, "ls-tree", "--full-tree", "-z", commit).split("\0"))
        return [row for row in rows if row.partition("\t")[2] != folder]

    def _tree(self, folder: str, files: Sequence[Path]) -> str:
        """Return git's name for a folder of these files."""
        named = zip(blobs_of(self.root, files), files, strict=True)
        rows = _rows(f"{_FILE} {name}\t{file.relative_to(self.root).as_posix()}" for name, file in named)
        with tempfile.TemporaryDirectory(prefix="reconciler-") as scratch:
            apart = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            git(self.root, "update-index", "-z", "--index-info", variables=apart, given=rows)
            return git(self.root, "write-tree", f"--prefix={folder}/", variables=apart).strip()

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.name}"


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


def _rows(rows: Iterable[str]) -> bytes:
    """Return what git is given to read a list from."""
    return "".join(f"{row}\0" for row in rows).encode("utf-8", "surrogateescape")


def token_variables(server: str, token: str, user: str) -> Mapping[str, str]:
    """Return the variables that let git into a server by https with a token: in no argument, and in no file."""
    word = base64.b64encode(f"{user}:{token}".encode()).decode()
    name, first = f"http.{server.rstrip('/')}/.extraHeader", int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    # The empty value takes away what a checkout may have left there: two of these headers are refused.
    values = ("", f"Authorization: Basic {word}")
    words = {f"GIT_CONFIG_KEY_{first + at}": name for at in range(len(values))}
    words |= {f"GIT_CONFIG_VALUE_{first + at}": value for at, value in enumerate(values)}
    return {"GIT_CONFIG_COUNT": str(first + len(values)), **words}
