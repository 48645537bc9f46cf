"""Where the reference samples are: documented examples and recorded costs. They are no part of this repository."""

import os
from pathlib import Path

import pytest

NAMED_BY = "RECONCILER_ACCEPTANCE"
_BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "acceptance"


def place(*parts: str) -> Path:
    """Return a file or folder of the samples. Skips the test when it is not there."""
    named = os.environ.get(NAMED_BY)
    found = (Path(named) if named else _BESIDE).joinpath(*parts)
    if not found.exists():
        pytest.skip(f"no samples: {NAMED_BY} names no folder that holds {'/'.join(parts)}")
    return found
