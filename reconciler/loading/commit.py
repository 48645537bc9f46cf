"""A commit as a source: the files of a repository as they were then, read by ``git ls-tree`` and ``git cat-file``.

What the work tree still holds is said to be the same, so that nothing has to be parsed or digested twice. That is
git's own answer, which knows of line endings and of files kept elsewhere (LFS), where bytes alone would differ.
"""

import posixpath
import subprocess
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from reconciler.loading.filtered import filtered
from reconciler.loading.git import INPUTS, is_overlooked
from reconciler.loading.git_command import GitFailed, command, environment, git
from reconciler.loading.source import LARGEST_FILE
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

_LINK: Final = "120000"
_BLOB: Final = "blob"
_MOST_LINKS: Final = 8  # one leading to the next


class NoHistory(Exception):
    """The commit is not to be had; the message says why, and which command helps."""


class _Objects:
    """Contents by object name, from one process for as many as are asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reading: subprocess.Popen[bytes] | None = None

    def content(self, name: str) -> bytes | None:
        """Return the content of an object; None when this clone does not hold it, or it is larger than any file."""
        try:
            return self._asked(name)
        except OSError:
            return None

    def close(self) -> None:
        """End the process."""
        if self._reading is not None:
            self._reading.kill()
            self._reading.communicate()
            self._reading = None

    def _asked(self, name: str) -> bytes | None:
        reading = self._reading or self._begun()
        assert reading.stdin is not None  # noqa: S101  both are asked for
        assert reading.stdout is not None  # noqa: S101
        reading.stdin.write(f"{name}\n".encode())
        reading.stdin.flush()
        header = reading.stdout.readline().split()
        if header[1:2] != [b"blob"]:
            return None
        size = int(header[2])
        if size > LARGEST_FILE:
            self.close()
            return None
        return reading.stdout.read(size + 1)[:size]

    def _begun(self) -> "subprocess.Popen[bytes]":
        self._reading = subprocess.Popen(
            command(self._root, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        return self._reading


class CommitTree:
    """The catalog, mappings and stores of one commit."""

    def __init__(self, commit: str, names: Mapping[str, str], changed: Collection[str], objects: _Objects) -> None:
        self._commit = commit
        self._names = names
        self._changed = changed
        self._objects = objects

    def files(self, folder: str, suffixes: Collection[str]) -> list[str]:
        """Return the files below a folder that end so, sorted; hidden ones are skipped."""
        endings, below = tuple(suffixes), f"{folder}/"
        return sorted(
            file
            for file in self._names
            if file.startswith(below) and file.lower().endswith(endings) and "/." not in file.removeprefix(folder)
        )

    def read(self, file: str) -> bytes:
        """Return the bytes of a file. Raises InvalidInput when the commit does not hold them."""
        name = self._names.get(file)
        content = self._objects.content(name) if name is not None else None
        if content is None:
            missing = "the file does not exist" if name is None else "this clone does not hold the file's content"
            raise InvalidInput([Diagnostic(f"{missing} in commit {self._commit[:12]}", Place(file))])
        return content

    def holds(self, file: str) -> bool:
        """Return whether the commit has the file, by its own name or through links."""
        return file in self._names

    def same(self, file: str) -> bool:
        """Return whether the work tree holds the file as the commit does."""
        return file in self._names and file not in self._changed

    def is_whole(self, files: Iterable[str]) -> bool:
        """Return whether these files are all in the commit, and the work tree differs from it in no file."""
        return not self._changed and all(file in self._names for file in files)

    def close(self) -> None:
        """Let go of what reads; reading on is possible."""
        self._objects.close()


def open_commit(root: Path, commit: str) -> CommitTree:
    """Return the files of a commit, below the folder of a repository. Raises NoHistory."""
    try:
        git(root, "rev-parse", "--git-dir")
    except GitFailed as failure:
        message = f"commit {commit[:12]} was applied last, and the files here are in no git repository ({failure})"
        raise NoHistory(message) from None
    try:
        git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    except GitFailed:
        raise NoHistory(_unknown(root, commit)) from None
    options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
    try:
        listed = git(root, "ls-tree", "-r", "-z", commit, "--", *INPUTS)
        changed = git(root, "diff", *options, commit, "--", *INPUTS)
        untracked = git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *INPUTS)
        tagged = git(root, "ls-files", "-z", "-v", "--", *INPUTS).split("\0")
        disguised = filtered(root)
    except GitFailed as failure:
        raise NoHistory(f"git cannot read commit {commit[:12]}: {failure}") from None
    # What git was told to overlook may have changed although git says that it did not.
    overlooked = {row[2:] for row in tagged if is_overlooked(row[:1])}
    differing = overlooked.union(disguised, (name for name in f"{changed}\0{untracked}".split("\0") if name))
    names, links = _listed(listed)
    objects = _Objects(root)
    if links:
        reached = _reached(names, {file: objects.content(name) or b"" for file, name in links.items()})
        # What a link leads to may have changed although the link did not.
        names, differing = {**names, **reached}, differing | reached.keys()
    return CommitTree(commit, names, differing, objects)


def _unknown(root: Path, commit: str) -> str:
    said = f"commit {commit[:12]} was applied last, and this clone does not have it"
    try:
        is_shallow = git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except GitFailed:
        is_shallow = False
    if is_shallow:
        return f"{said}; run: git fetch --unshallow"
    return f"{said}; run: git fetch origin {commit}, or, where history was rewritten, apply once to record a new one"


def _listed(listing: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return file → object, for files and for links; what is another repository is left out."""
    blobs: dict[str, str] = {}
    links: dict[str, str] = {}
    for row in filter(None, listing.split("\0")):
        about, _, file = row.partition("\t")
        mode, kind, name = about.split(" ")
        if kind == _BLOB:
            (links if mode == _LINK else blobs)[file] = name
    return blobs, links


def _reached(names: Mapping[str, str], links: Mapping[str, bytes]) -> dict[str, str]:
    """Return file → object of whatever is reached through links; one that leads nowhere, or out, is not there."""
    targets = {
        link: posixpath.normpath(posixpath.join(posixpath.dirname(link), text.decode("utf-8", "surrogateescape")))
        for link, text in links.items()
    }
    found: dict[str, str] = {}
    for _ in range(_MOST_LINKS):
        known = {**names, **found}
        further = {
            f"{link}{file.removeprefix(target)}": name
            for link, target in targets.items()
            for file, name in known.items()
            if file == target or file.startswith(f"{target}/")
        }
        if further == found:
            break
        found = further
    return found
