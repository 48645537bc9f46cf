"""Spool: contents of files that are not in their place yet, kept on disk, because pictures would fill the memory."""

import hashlib
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Spool(MutableMapping[str, bytes]):
    """File of the repository → its content, which lies in a folder of its own until it is written."""

    folder: Path
    _files: dict[str, Path] = field(default_factory=dict)

    def __getitem__(self, file: str) -> bytes:
        return self._files[file].read_bytes()

    def __setitem__(self, file: str, content: bytes) -> None:
        place = self.folder / hashlib.sha256(file.encode()).hexdigest()
        place.write_bytes(content)
        self._files[file] = place

    def __delitem__(self, file: str) -> None:
        self._files.pop(file).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
