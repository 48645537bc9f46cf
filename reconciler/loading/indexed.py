"""Indexed: input files that lie in the work tree as git's index has them, each with git's name for its content.

Who knows the content by that name need not read the file. A file that is saved after git was asked counts as it was
then: its content is read from git where the work tree has another one by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.loading.filtered import is_content_of
from reconciler.loading.git import INPUTS, is_overlooked
from reconciler.loading.git_command import GitFailed, git
from reconciler.loading.source import WorkTree, digest
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place


@dataclass(frozen=True, slots=True)
class Indexed:
    """The files of a work tree, and git's names of those that are as the index has them."""

    tree: WorkTree
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, file: str) -> str | None:
        """Return git's name of what a file holds; None where only reading it tells."""
        return self.names.get(file)

    def has_size(self, file: str, size: int) -> bool:
        """Return whether a file, and no link, has this many bytes: line endings may have changed since it was read."""
        return self.tree.size(file) == size

    def is_named(self, file: str, content: bytes) -> bool:
        """Return whether git's name of a file is the name of this content, or of what git makes of it."""
        name = self.names.get(file)
        return name is not None and is_content_of(content, name, file)

    def content(self, file: str, sha: str) -> bytes:
        """Return the content of a file that has a SHA-256. Raises InvalidInput where it is nowhere any more."""
        try:
            content = self.tree.read(file)
        except InvalidInput:
            content = b""
        if digest(content) != sha:
            content = self._in_git(file)
        if digest(content) != sha:
            raise InvalidInput([Diagnostic("the file was changed while it was used", Place(file), "run it again")])
        return content

    def _in_git(self, file: str) -> bytes:
        try:
            return git(self.tree.root, "cat-file", "blob", self.names.get(file, "")).encode("utf-8", "surrogateescape")
        except GitFailed:
            return b""


def indexed(tree: WorkTree) -> Indexed:
    """Return what git's index says of a work tree; nothing where git does not answer."""
    options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
    try:
        rows = git(tree.root, "ls-files", "-z", "-s", "-v", "--", *INPUTS).split("\0")
        edited = frozenset(git(tree.root, "diff", *options, "--", *INPUTS).split("\0"))
    except GitFailed:
        return Indexed(tree)
    found: dict[str, str] = {}
    for row in filter(None, rows):
        about, _, file = row.partition("\t")
        tag, _, name, stage = about.split(" ")
        if stage == "0" and not is_overlooked(tag) and file not in edited:
            found[file] = name
    return Indexed(tree, found)
