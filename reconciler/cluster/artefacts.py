"""Artefacts: a folder that this process and every worker reach, on a disk that they share or in object storage.

What is kept by its content is never another; what is created is created once, by one of those who try. That second
promise is what a journal stands on, so it is made only for storage that is known to keep it.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import fsspec

from reconciler.model.errors import ReconcilerError, WrongUsage

_ON_DISK: Final = frozenset({"file", "local"})
_CREATING_ONCE: Final = _ON_DISK | {"s3", "s3a", "gs", "gcs", "memory"}
"""Protocols whose file systems create a file only if there is none: by a link, or by a condition of the storage."""


class ArtefactsFailed(ReconcilerError):
    """The artefacts cannot be read or written."""


class Artefacts:
    """A folder of files, named from it with forward slashes. Raises ArtefactsFailed where it does not answer."""

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        try:
            self._files, root = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError, OSError) as error:
            raise WrongUsage(f"--artefacts {self.url}: {error}; expected a folder or a URL that fsspec opens") from None
        self._root = str(root).rstrip("/")
        self._protocols = {self._files.protocol} if isinstance(self._files.protocol, str) else {*self._files.protocol}

    def refuse_for_journals(self) -> None:
        """Raise WrongUsage where two who create the same file might both be told that they did."""
        if not self._protocols & _CREATING_ONCE:
            kinds = ", ".join(sorted(_CREATING_ONCE))
            raise WrongUsage(
                f"--artefacts {self.url}: a journal is kept there while stores are applied, which needs storage that "
                f"creates a file only once; expected one of {kinds}"
            )

    def kept(self, data: bytes, ending: str) -> str:
        """Keep bytes under the name of their content, and return that."""
        name = f"content/{hashlib.sha256(data).hexdigest()}{ending}"
        if not self.has(name):
            self.put(name, data)
        return name

    def content(self, name: str) -> bytes:
        """Return the bytes that are kept under a name of content, which they fit."""
        data = self.get(name)
        if hashlib.sha256(data).hexdigest() != name.removeprefix("content/").partition(".")[0]:
            raise ArtefactsFailed(f"{self.url}: {name} does not hold what its name says; remove it, and run again")
        return data

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        with self._answering():
            return bool(self._files.exists(self._path(name)))

    def get(self, name: str) -> bytes:
        """Return the bytes of a file."""
        with self._answering():
            data: bytes = self._files.cat_file(self._path(name))
            return data

    def put(self, name: str, data: bytes) -> None:
        """Write a file; whoever reads sees nothing of it or all of it."""
        with self._answering():
            if not self._protocols & _ON_DISK:
                self._files.pipe_file(self._path(name), data)
                return
            written = _beside(Path(self._path(name)), data)
            written.replace(self._path(name))

    def bring(self, name: str, file: Path) -> None:
        """Write a file of any size, of which a copy is here."""
        passing = f"{name}.{secrets.token_hex(4)}"
        with self._answering():
            self._files.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(file), self._path(passing))
            self._files.mv(self._path(passing), self._path(name))

    def fetch(self, name: str, file: Path) -> None:
        """Have a copy of a file of any size here."""
        with self._answering():
            self._files.get_file(self._path(name), str(file))

    def create(self, name: str, data: bytes) -> bool:
        """Write a file if there is none of that name, and return whether there was none."""
        with self._answering():
            try:
                if not self._protocols & _ON_DISK:
                    self._files.pipe_file(self._path(name), data, mode="create")
                    return True
                written = _beside(Path(self._path(name)), data)
                try:
                    os.link(written, self._path(name))
                finally:
                    written.unlink()
                _remembered(written.parent)
            except FileExistsError:
                return False
            return True

    def names(self, folder: str) -> list[str]:
        """Return the names of what is in a folder, sorted; nothing where there is none."""
        with self._answering():
            self._files.invalidate_cache()
            try:
                found = self._files.ls(self._path(folder), detail=False)
            except FileNotFoundError:
                return []
            return sorted(str(each).rstrip("/").rpartition("/")[2] for each in found)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Answer for what storage raises; clients of object storage have errors of their own, which are OSErrors."""
        try:
            yield
        except (OSError, ValueError) as error:
            raise ArtefactsFailed(
                f"{self.url}: it does not answer: {_reason(error)}; it has to be the same folder, with the right to "
                "write, for this machine and for every worker"
            ) from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def _checked(url: str) -> str:
    """Return where artefacts are, for any machine; a URL with a password in it would travel to all of them."""
    parts = urlsplit(url)
    if parts.username is not None and parts.password is not None:
        raise WrongUsage("--artefacts: the URL holds a password; give it to each machine by its environment instead")
    return url if parts.scheme else str(Path(url).absolute())


def _beside(path: Path, data: bytes) -> Path:
    """Write bytes beside where they will be, so that they come there in one piece and stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(temporary)


def _remembered(folder: Path) -> None:
    """Have the names of a folder on the disk: a file that its folder forgets is no record."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
