"""Case files: YAML that tests are made of, read by the C engine where there is one.

Every process of a run reads them all before its first test, for which the Python engine needs seconds.
"""

from pathlib import Path
from typing import Any, Final

import yaml

_ENGINE: Final[type] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(file: Path) -> Any:
    """Return what a case file says."""
    return yaml.load(file.read_text(encoding="utf-8"), _ENGINE)
