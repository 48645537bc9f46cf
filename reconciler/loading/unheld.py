"""Unheld: input files that no commit of the repository holds, and that git would not offer to commit either.

What is ignored, what another repository holds, what git was told to overlook, what a filter writes otherwise into a
commit, and links that lead to such files. git calls a work tree clean that is full of them; a commit says nothing of
what they say.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

from reconciler.loading.commit import NoHistory, open_commit
from reconciler.loading.filtered import filtered
from reconciler.loading.git import INPUTS, is_overlooked
from reconciler.loading.git_command import GitFailed, git

_NAMED: Final = 3
_LINK: Final = "120000"
_FILTERED: Final = "a filter of git writes it otherwise into a commit: take it out of .gitattributes, and commit it"


class _Listed(Enum):
    """How git's index has a file."""

    PLAIN = "plain"
    LINK = "link"
    OVERLOOKED = "overlooked"


def unheld(root: Path, commit: str | None, files: Iterable[str]) -> frozenset[str]:
    """Return those of the input files that the commit of the work tree does not hold, and that are not just new.

    Where git does not answer, all that it did not say to be held. Without a commit none: nobody claims one then.
    """
    if commit is None:
        return frozenset()
    asked = frozenset(files)
    try:
        index, disguised = _index(root), filtered(root) & asked
    except GitFailed:
        return asked
    doubtful = frozenset(file for file in asked if index.get(file) is not _Listed.PLAIN)
    if not doubtful:
        return disguised
    try:
        new = git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *INPUTS).split("\0")
        tree = open_commit(root, commit)
    except (GitFailed, NoHistory):
        return doubtful | disguised
    try:
        return disguised.union(
            file for file in doubtful if index.get(file) is _Listed.OVERLOOKED or not (file in new or tree.holds(file))
        )
    finally:
        tree.close()


def reasons(root: Path, files: Collection[str]) -> tuple[str, ...]:
    """Return why files are in no commit, with what to do about it: a sentence for each reason."""
    if not files:
        return ()
    try:
        index, disguised = _index(root), filtered(root)
    except GitFailed as failure:
        why = f"git does not say whether it is: {failure}; run git status to see why, and plan again"
        return (f"{_names(sorted(files))} ({why})",)
    by_reason: dict[str, list[str]] = {}
    for file in sorted(files):
        said = _FILTERED if file in disguised else _reason(root, file, index.get(file))
        by_reason.setdefault(said, []).append(file)
    return tuple(f"{_names(of_reason)} ({reason})" for reason, of_reason in by_reason.items())


def _index(root: Path) -> Mapping[str, _Listed]:
    """Return file → how the index has it."""
    found: dict[str, _Listed] = {}
    for row in filter(None, git(root, "ls-files", "-z", "-s", "-v", "--", *INPUTS).split("\0")):
        about, _, file = row.partition("\t")
        tag, mode = about.split(" ")[:2]
        plain = _Listed.LINK if mode == _LINK else _Listed.PLAIN
        found[file] = _Listed.OVERLOOKED if is_overlooked(tag) else plain
    return found


def _reason(root: Path, file: str, listed: _Listed | None) -> str:
    if listed is _Listed.OVERLOOKED:
        command = "git update-index --no-assume-unchanged --no-skip-worktree"
        return f"git was told to overlook it: run {command} on it, and commit it"
    if listed is _Listed.PLAIN:
        return "git did not answer when it was asked: plan again"
    if listed is _Listed.LINK:
        return "a link to what is in none: commit that, or put the file itself here"
    if any((root / folder / ".git").exists() for folder in _folders(file)):
        return "it is in another repository, or in a submodule: keep it in this one"
    return "git ignores it: take it out of .gitignore, and commit it"


def _folders(file: str) -> Iterable[str]:
    parts = file.split("/")[:-1]
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _names(files: Collection[str]) -> str:
    named = list(files)[:_NAMED]
    return ", ".join(named) + (f" and {len(files) - _NAMED} more" if len(files) > _NAMED else "")
