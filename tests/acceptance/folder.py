"""Where the real catalogs are. They are not ours to ship; RECONCILER_ACCEPTANCE names a folder that holds them."""

import os
from pathlib import Path

import pytest

_FOLDER = os.environ.get("RECONCILER_ACCEPTANCE")

# Skipped where nobody has them: a fresh machine has to pass. CI names the folder.
without_catalogs = pytest.mark.skipif(not _FOLDER, reason="RECONCILER_ACCEPTANCE names no folder with catalogs")


def catalogs(pattern: str) -> list[Path]:
    """The files that fit a pattern, such as ``json/*.json``; none without the folder."""
    return sorted(Path(_FOLDER, "catalogs").glob(pattern)) if _FOLDER else []
