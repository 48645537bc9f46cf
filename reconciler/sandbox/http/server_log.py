"""What goes wrong inside: in full to ``server.log``, one line to stderr, where somebody's own command may be running.

The log is bounded: half a megabyte, and the one before it.
"""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "server.log"
_LONGEST_BYTES = 500_000


def keep_log(data_dir: Path) -> None:
    """Send this process's log to the data directory, and a pointer to it to stderr."""
    path = data_dir / NAME
    full = RotatingFileHandler(path, maxBytes=_LONGEST_BYTES, backupCount=1, delay=True, encoding="utf-8")
    full.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    pointer = logging.StreamHandler(sys.stderr)
    pointer.setFormatter(_Pointer(path))
    pointer.addFilter(logging.Filter("reconciler"))  # what failed is said once; the libraries around it log it again
    logging.basicConfig(level=logging.WARNING, handlers=[full, pointer], force=True)


class _Pointer(logging.Formatter):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def format(self, record: logging.LogRecord) -> str:
        return f"embedded store: {record.getMessage()}; the details are in {self._path}"
