"""Files written whole or not at all: whoever reads sees the old one or the new one, also when we are killed."""

import os
import tempfile
from pathlib import Path


def write_whole(file: Path, data: bytes) -> None:
    """Put a file in its place in one step, with its folder made. Raises OSError; then the old file is as it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
