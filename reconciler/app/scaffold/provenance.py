"""Where this program was installed from: what CI has to install to run the same.

A name on a package index is no answer: anybody can register one. pip writes down where it took a program from
(PEP 610); an install from a folder is followed to the remote of that folder, as far as that has the commit.
"""

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from reconciler.loading.git_command import GitFailed, git
from reconciler.model.errors import WrongUsage

_DISTRIBUTION: Final = "reconciler"
_SSH: Final = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](.+)")
_URL: Final = re.compile(r"https://[\w.-]+(?::\d+)?/[\w.~/-]+")
_REF: Final = re.compile(r"[\w][\w./-]*")
_GITHUB: Final = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")


@dataclass(frozen=True, slots=True)
class Source:
    """A repository that holds this program, and the commit or tag to take of it."""

    url: str
    ref: str

    @property
    def action(self) -> str | None:
        """How a workflow of GitHub names it; None for a repository that is elsewhere."""
        found = _GITHUB.fullmatch(self.url)
        return f"{found[1]}@{self.ref}" if found else None

    def __str__(self) -> str:
        return f"{self.url}@{self.ref}"


def source_of(words: str) -> Source:
    """Return the source that somebody named: https://HOST/OWNER/NAME@REF. Raises WrongUsage."""
    url, _, ref = words.partition("@")
    url = url.removesuffix("/").removesuffix(".git")
    if not _URL.fullmatch(url) or not _REF.fullmatch(ref) or ".." in ref:
        raise WrongUsage(
            f"--source: {words!r} will not do; expected https://HOST/OWNER/NAME@REF, where REF is best a full commit"
        )
    return Source(url, ref)


def installed_from() -> Source | None:
    """Return where this program was installed from; None when that cannot be told, or nobody else could fetch it."""
    try:
        said = distribution(_DISTRIBUTION).read_text("direct_url.json")
        origin = json.loads(said or "{}")
        url, vcs = str(origin["url"]), origin.get("vcs_info")
        if vcs is None:
            return _of_folder(Path(unquote(urlsplit(url).path))) if url.startswith("file:") else None
        return _source(url, str(vcs["commit_id"]))
    except (PackageNotFoundError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _of_folder(folder: Path) -> Source | None:
    """Return the remote of a checkout with the commit that is checked out, when the remote has it."""
    try:
        commit = git(folder, "rev-parse", "HEAD").strip()
        if not git(folder, "branch", "--remotes", "--contains", commit).strip():
            return None
        return _source(git(folder, "remote", "get-url", "origin").strip(), commit)
    except GitFailed:
        return None


def _source(remote: str, commit: str) -> Source | None:
    ssh = _SSH.fullmatch(remote)
    url = f"https://{ssh[1]}/{ssh[2]}" if ssh else remote
    parts = urlsplit(url)
    url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"  # a password stays where it is
    url = url.removesuffix("/").removesuffix(".git")
    return Source(url, commit) if _URL.fullmatch(url) else None
