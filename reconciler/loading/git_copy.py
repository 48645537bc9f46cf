"""Git copy: what git knows of a folder, to be had again elsewhere: history, index, refs, and what it ignores.

Settings and remotes are left behind, because they hold tokens. Objects are one pack, named by what it was made of, so
that a commit is packed once.
"""

import hashlib
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.loading.git import INPUTS
from reconciler.loading.git_command import GitFailed, command, environment, git
from reconciler.model.errors import ReconcilerError

_CONFIG: Final = b"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\texcludesFile = /dev/null\n"
_NAMED: Final = ".gitignore", ".gitattributes"


@dataclass(frozen=True, slots=True)
class GitCopy:
    """What git knows of a folder, but for the objects."""

    below: str
    """Where the folder is in the work tree; "" for its top."""
    files: Mapping[str, bytes]
    """Of the folder ``.git``, by name."""
    above: Mapping[str, bytes]
    """What the folders above it say of files, by name from the top of the work tree."""
    history: str
    """What the pack of objects is called."""


def git_copy(root: Path) -> GitCopy | None:
    """Return what git knows of a folder; None where it is in no repository, or that has no commit yet."""
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    except GitFailed:
        return None
    refs = git(root, "for-each-ref", "--format=%(objectname) %(refname)").encode("utf-8", "surrogateescape")
    index = git(root, "ls-files", "-z", "-s", "--full-name", ":/").encode("utf-8", "surrogateescape")
    files = {"HEAD": f"{commit}\n".encode(), "packed-refs": refs, "config": _CONFIG}
    for name in ("index", "shallow"):
        content = _own(root, name)
        files |= {name: content} if content is not None else {}
    files["info/exclude"] = b"\n".join(filter(None, (_own(root, "info/exclude"), _excluded_by_the_user(root))))
    made_of = b"\0".join((files["HEAD"], refs, files.get("shallow", b""), index))
    below = git(root, "rev-parse", "--show-prefix").strip("\n/")
    return GitCopy(below, files, dict(_said_above(root, below)), hashlib.sha256(made_of).hexdigest())


def known_files(root: Path) -> frozenset[str]:
    """Return the files below the inputs that git has or would offer to commit, and what says which it ignores."""
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *INPUTS, *_NAMED)
    return frozenset(name for name in listed.split("\0") if name)


def pack(root: Path, file: Path) -> None:
    """Write all objects that the refs, the commit and the index lead to. Raises ReconcilerError."""
    words = ("pack-objects", "--quiet", "--revs", "--all", "--indexed-objects", "--delta-base-offset", "--stdout")
    with file.open("wb") as stream:
        done = subprocess.run(
            command(root, *words),
            input=b"HEAD\n",
            stdout=stream,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise ReconcilerError(
            f"{root}: its history cannot be packed: {said}; run git fsck, and git fetch what is missing"
        )


def indexed(file: Path) -> None:
    """Make a pack one that git reads, where it is. Raises ReconcilerError for one that is not whole."""
    done = subprocess.run(
        command(file.parent, "index-pack", file.name), capture_output=True, env=environment(), check=False
    )
    if done.returncode:
        raise ReconcilerError(
            f"the history that was sent is not whole: {done.stderr.decode('utf-8', 'replace').strip()}"
        )


def without(files: Collection[str], secret: Collection[str]) -> frozenset[str]:
    """Return the files without those that hold secrets. Raises ReconcilerError for one that git has."""
    for file in sorted({*files} & {*secret}):
        raise ReconcilerError(
            f"{file}: a secret is in it and git does not ignore it, so it would be sent with the catalog; add it to "
            ".gitignore, and take it out of git"
        )
    return frozenset(files)


def _said_above(root: Path, below: str) -> Iterator[tuple[str, bytes]]:
    parts = below.split("/") if below else []
    for depth in range(len(parts)):
        for name in _NAMED:
            path = root.joinpath(*[".."] * (len(parts) - depth), name)
            if path.is_file():
                yield "/".join((*parts[:depth], name)), path.read_bytes()


def _own(root: Path, name: str) -> bytes | None:
    path = root / git(root, "rev-parse", "--git-path", name).strip("\n")
    return path.read_bytes() if path.is_file() else None


def _excluded_by_the_user(root: Path) -> bytes:
    try:
        named = git(root, "config", "--path", "core.excludesFile").strip("\n")
    except GitFailed:
        named = "~/.config/git/ignore"
    path = Path(named).expanduser()
    return path.read_bytes() if path.is_file() else b""
