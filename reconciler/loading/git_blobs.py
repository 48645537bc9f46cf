"""Git blobs: files in and out of git's store of objects, byte for byte.

Adding and checking out go by attributes and settings (line endings, encodings, filters), which rewrite files on their
way. What proves itself by its bytes can go neither way.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from reconciler.loading.git_command import GitFailed, command, environment, git

_AT_ONCE: Final = 1 << 20  # bytes: a blob may be larger than memory


def blobs_of(root: Path, files: Sequence[Path]) -> list[str]:
    """Store the contents of files and return git's names for them, in the same order. Raises GitFailed."""
    paths = [str(file.absolute()) for file in files]
    for path in paths:
        if "\n" in path:
            raise GitFailed(f"{path!r} has the end of a line in its name, which git cannot be asked about; rename it")
    given = "".join(f"{path}\n" for path in paths).encode("utf-8", "surrogateescape")
    return git(root, "hash-object", "-w", "--no-filters", "--stdin-paths", given=given).split()


def put_in_place(root: Path, blobs: Mapping[Path, str]) -> None:
    """Write each blob as a file, in the place of whatever file or link was there, with its folder made.

    Raises GitFailed, also for a blob that is not here and for a file that cannot be written.
    """
    try:
        with subprocess.Popen(
            command(root, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        ) as reading:
            assert reading.stdin is not None  # noqa: S101  both are asked for
            assert reading.stdout is not None  # noqa: S101
            for file, name in blobs.items():
                reading.stdin.write(f"{name}\n".encode())
                reading.stdin.flush()
                file.parent.mkdir(parents=True, exist_ok=True)
                file.unlink(missing_ok=True)
                with file.open("xb") as stream:
                    _answered(reading.stdout, name, stream)
    except OSError as error:
        raise GitFailed(str(error)) from None


def _answered(answer: IO[bytes], name: str, stream: IO[bytes]) -> None:
    header = answer.readline().split()
    if header[1:2] != [b"blob"]:
        raise GitFailed(f"object {name[:12]} is not in this clone; fetch again, or run git fsck")
    left = int(header[2])
    while left:
        piece = answer.read(min(left, _AT_ONCE))
        if not piece:
            raise GitFailed(f"object {name[:12]} ends too soon; run git fsck")
        stream.write(piece)
        left -= len(piece)
    answer.read(1)  # the line's end after it
