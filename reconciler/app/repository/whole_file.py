"""Files written whole or not at all: whoever reads sees the old one or the new one, also when we are killed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_whole(file: Path, data: bytes) -> None:
    """Put a file in its place in one step, with its folder made. Raises OSError; then the old file is as it was."""
    with writing_whole(file) as stream:
        stream.write(data)


@contextmanager
def writing_whole(file: Path) -> Iterator[IO[bytes]]:
    """Lend what becomes the file at the end, in one step, with its folder made; after an error nothing has changed.

    Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
