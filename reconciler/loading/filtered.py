"""Filtered: files that hold other bytes than git's index, though git calls them unchanged.

A clean filter, ``ident`` and another encoding rewrite a file on its way into a commit, and git compares what comes out.
So a commit may say something else than the file that was planned from. Line endings are no difference where a file is
read as text; a picture has none. What is kept elsewhere (LFS) is held by its pointer, which names the bytes.
"""

import hashlib
from pathlib import Path
from typing import Final

from reconciler.loading.git import INPUTS
from reconciler.loading.git_command import git

_REWRITING: Final = "!filter !ident !working-tree-encoding"
_TEXTS: Final = ("yaml", "yml", "csv", "tsv")
# Excluded are all files that no attribute rewrites, and of texts those that have line endings rewritten at the most.
_SUSPECTS: Final = (
    *INPUTS,
    f":(exclude,attr:{_REWRITING} !text !eol !crlf)",
    *(f":(exclude,icase,attr:{_REWRITING})*.{suffix}" for suffix in _TEXTS),
)
_LINK: Final = "120000"
_LENGTH_OF_SHA1: Final = 40


def filtered(root: Path) -> frozenset[str]:
    """Return those of a repository's input files. Raises GitFailed."""
    suspects: dict[str, str] = {}
    for row in filter(None, git(root, "ls-files", "-z", "-s", "--", *_SUSPECTS).split("\0")):
        about, _, file = row.partition("\t")
        mode, name, _ = about.split(" ")
        if mode != _LINK:
            suspects[file] = name
    if not suspects:
        return frozenset()
    options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv")
    edited = set(git(root, "diff", *options, "--", *INPUTS).split("\0"))
    return frozenset(file for file, name in suspects.items() if file not in edited and not _holds(root / file, name))


def _holds(path: Path, name: str) -> bool:
    """Return whether the object of this name is the content of a file, or the pointer to it."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return is_content_of(content, name, path.name)


def is_content_of(content: bytes, name: str, file: str) -> bool:
    """Return whether git's name of an object is that of a file's content, or of the pointer to it."""
    if name == _object(content, name):
        return True
    is_text = file.lower().rpartition(".")[2] in _TEXTS
    spellings = (_pointer(content), *([content.replace(b"\r\n", b"\n")] if is_text else []))
    return any(name == _object(spelling, name) for spelling in spellings)


def _pointer(content: bytes) -> bytes:
    """Return what stands in a commit for a file that is kept elsewhere. Source: git-lfs, docs/spec.md, 2026-11."""
    digest = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n".encode()


def _object(content: bytes, like: str) -> str:
    """Return git's name for a content, of the sort that another name is."""
    named = b"blob %d\0%b" % (len(content), content)
    if len(like) == _LENGTH_OF_SHA1:
        return hashlib.sha1(named, usedforsecurity=False).hexdigest()
    return hashlib.sha256(named).hexdigest()
