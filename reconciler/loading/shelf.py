"""Shelf: values that were worked out once and are wanted later, put away in a file that nobody else sees.

A parsed catalog takes several times the memory of its files, and most of it is looked at twice: when it is checked, and
when a store is planned. Meanwhile it lies here. The values are our own, pickled: the file has no name, ends with the
process, and nothing else is ever read from it. Where there is no room on the disk, values stay in memory, pickled too.

Nothing is buffered: what a full disk did not take would be written again at each seek, and fail there, for values that
were put away well before.
"""

import os
import pickle
from collections.abc import Callable
from functools import partial
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any, TypeVar
from weakref import finalize

Value = TypeVar("Value")


class Shelf:
    """Where values are put away. Taking one out does not change it there; stores take side by side."""

    def __init__(self) -> None:
        self._opened: IO[bytes] | None = None
        self._end = 0
        self._turn = Lock()

    def put(self, value: Value) -> Callable[[], Value]:
        """Put a value away, and return what takes it out: each time a copy of what it was when it was put away."""
        packed = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self._turn:
            at = self._end
            try:
                file = self._opened or self._open()
                _write(file, packed, at)
            except OSError:
                return partial(pickle.loads, packed)
            self._end = at + len(packed)
        return partial(self._taken, file, at, len(packed))

    def _open(self) -> IO[bytes]:
        self._opened = TemporaryFile(buffering=0)  # noqa: SIM115  open for as long as somebody may take a value
        finalize(self, self._opened.close)
        return self._opened

    def _taken(self, file: IO[bytes], at: int, size: int) -> Any:
        packed = os.pread(file.fileno(), size, at)
        return pickle.loads(packed)  # noqa: S301  the bytes of ``put``, which nobody else can have written


def _write(file: IO[bytes], packed: bytes, at: int) -> None:
    """Write all of it. Raises OSError; what was written by then is written over by the next."""
    left = memoryview(packed)
    while left:
        written = os.pwrite(file.fileno(), left, at)
        at, left = at + written, left[written:]
