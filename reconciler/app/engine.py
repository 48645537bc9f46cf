"""Engine: what tells the code that works out a value from any other that might work out another one."""

import sys
import unicodedata
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from reconciler import __version__

_SPELLING: Final = ("pydantic", "pydantic_core", "jinja2", "markdown-it-py", "PyYAML", "imagesize")
"""What is not ours, and has a say in what files mean, or in how values are spelled."""


@cache
def engine() -> tuple[object, ...]:
    """Return our version, our files as they are, a working copy's too, and the versions of what spells values."""
    package = Path(__file__).resolve().parents[1]
    inside = ((path.relative_to(package), path) for path in sorted(package.rglob("*.py")))
    ours = ((path.as_posix(), at.stat()) for path, at in inside if path.parts[0] != "sandbox")
    files = tuple((name, status.st_size, status.st_mtime_ns) for name, status in ours)
    return (__version__, files, sys.version_info[:3], unicodedata.unidata_version, *map(version, _SPELLING))
