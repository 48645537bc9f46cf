"""Engine: what tells the code that works out a value from any other that might work out another one."""

import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Final

from reconciler import __version__

_SPELLING: Final = ("pydantic", "pydantic_core", "jinja2", "markdown-it-py", "PyYAML", "imagesize")
"""What is not ours, and has a say in what files mean, or in how values are spelled."""
_PACKAGE: Final = Path(__file__).resolve().parents[2]


@cache
def engine() -> tuple[object, ...]:
    """Return our version, our files as they are, a working copy's too, and the versions of what spells values."""
    return (
        __version__,
        digest_of_files(_PACKAGE),
        sys.version_info[:3],
        unicodedata.unidata_version,
        *map(version, _SPELLING),
    )


def digest_of_files(package: Path) -> bytes:
    """Return a digest of the files of a package but for its sandbox, by their bytes.

    Sizes and times would be had no faster: most of it is to list the files. And a file that is put back may have both.
    """
    taken = blake2b()
    for name, path in _files(package, ""):
        taken.update(f"{name}\0".encode())
        taken.update(blake2b(_content(path)).digest())
    return taken.digest()


def _files(folder: Path, above: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{above}{entry.name}"
        if entry.is_dir():
            if name != "sandbox" and entry.name != "__pycache__":
                yield from _files(Path(entry.path), f"{name}/")
        else:
            yield name, entry.path


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  a Path for each of 400 files takes as long as reading it
        return stream.read()
