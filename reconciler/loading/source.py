"""Source: where the bytes of a repository come from. Today the work tree; a commit can stand behind the same protocol.

A link may lead to another place in the repository, never out of it: what is planned must be what was reviewed.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

LARGEST_FILE: Final = 32 * 1024 * 1024  # bytes

# Windows has neither flag; there a link is refused by where it leads, and nothing waits on a pipe.
_OPEN_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


class Source(Protocol):
    """A repository to read from. Files are named from its root, with forward slashes."""

    def files(self, folder: str, suffixes: Collection[str]) -> list[str]:
        """Return the files below a folder that end so, sorted; none if there is no such folder."""

    def read(self, file: str) -> bytes:
        """Return the bytes of a file. Raises InvalidInput when it cannot be read."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """The files of a repository as they lie on disk."""

    root: Path

    def files(self, folder: str, suffixes: Collection[str]) -> list[str]:
        """Return the files below a folder that end so, sorted; hidden ones are skipped.

        Raises InvalidInput for folders that cannot be listed, and for links to folders outside.
        """
        problems: list[Diagnostic] = []
        found = sorted(self._walk(folder, tuple(suffixes), problems, ()))
        if problems:
            raise InvalidInput(problems)
        return found

    def read(self, file: str) -> bytes:
        """Return the bytes of a file. Raises InvalidInput for what is no file, leads out, or is too large."""
        try:
            return _bytes(f"{self.root}/{file}", _OPEN_FLAGS | _NO_LINK)
        except OSError as error:
            path = self.root / file
            if error.errno != errno.ELOOP or not path.exists():
                raise _refused(file, _reason(error)) from None
        if not self._inside(path):
            raise _refused(file, "the link leads out of the repository", "put the file itself here")
        try:
            return _bytes(path, _OPEN_FLAGS)
        except OSError as error:
            raise _refused(file, _reason(error)) from None

    def size(self, file: str) -> int | None:
        """Return how many bytes a file has; None for what is none, a link too."""
        try:
            status = os.lstat(f"{self.root}/{file}")
        except OSError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def _walk(
        self, folder: str, suffixes: tuple[str, ...], problems: list[Diagnostic], within: tuple[str, ...]
    ) -> Iterator[str]:
        path = self.root / folder
        if not path.is_dir():
            return
        real = os.path.realpath(path)
        if not self._inside(path):
            problems.append(
                Diagnostic("the link leads out of the repository", Place(folder), "put the folder itself here")
            )
            return
        if real in within:
            return  # a link to a folder above: everything in it is listed already
        try:
            with os.scandir(path) as scan:
                entries = [(entry.name, entry.is_dir()) for entry in scan if not entry.name.startswith(".")]
        except OSError as error:
            problems.append(Diagnostic(_reason(error), Place(folder)))
            return
        for name, is_folder in entries:
            if not _is_utf8(name):
                shown = name.encode("utf-8", "replace").decode()
                problems.append(Diagnostic(f"the name {shown} in it is not UTF-8", Place(folder), "rename the file"))
            elif is_folder:
                yield from self._walk(f"{folder}/{name}", suffixes, problems, (*within, real))
            elif name.lower().endswith(suffixes):
                yield f"{folder}/{name}"

    def _inside(self, path: Path) -> bool:
        root = os.path.realpath(self.root)
        return Path(os.path.realpath(path)).is_relative_to(root)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _is_utf8(name: str) -> bool:
    """Whether a name of the file system can be written anywhere else; what cannot holds surrogates."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def _bytes(path: Path | str, flags: int) -> bytes:
    descriptor = os.open(path, flags)
    with open(descriptor, "rb") as stream:  # noqa: PTH123  a descriptor has no path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a file")
        if status.st_size > LARGEST_FILE:
            raise OSError(errno.EFBIG, "too large")
        return stream.read()


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ELOOP:
            return "the file does not exist"
        case errno.EFBIG:
            return f"the file has more than {LARGEST_FILE // 1024 // 1024} MiB; split it"
        case errno.EINVAL:
            return "this is not a file that can be read"
        case _:
            return f"cannot be read: {(error.strerror or 'unknown reason').lower()}"


def _refused(file: str, summary: str, hint: str | None = None) -> InvalidInput:
    return InvalidInput([Diagnostic(summary, Place(file), hint)])
