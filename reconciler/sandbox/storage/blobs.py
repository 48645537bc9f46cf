"""Bytes beside a shop's SQLite file: uploads and media, each a file named by the SHA-256 of what it holds.

They are no rows, because an upload may have 100 MB. Content is never changed, so that a rolled-back transaction leaves
at most an orphan; all of it goes when the shop is removed. Rejected: counting references to remove content earlier; a
sandbox is reset long before its disk is full.
"""

import hashlib
import secrets
import shutil
from pathlib import Path

BLOBS_SUFFIX = ".files"  # of the folder, beside the SQLite file of the same name


class Blobs:
    """The folder that holds one shop's bytes; made when the first ones come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their name."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
            unfinished.write_bytes(content)
            unfinished.replace(path)
        return digest

    def path(self, digest: str) -> Path:
        """Return where the bytes of this name are."""
        return self._folder / digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of this name."""
        return self.path(digest).read_bytes()

    def remove_all(self) -> None:
        """Remove everything."""
        shutil.rmtree(self._folder, ignore_errors=True)
