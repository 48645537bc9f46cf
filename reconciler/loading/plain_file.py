"""Plain files: what lies in a repository beside the catalog, opened only where it is a file.

Whoever can commit can put a link, a pipe or a device in the place of a file. A device may be read without end and a
pipe waited for, so neither is opened to be read. A link is followed only where a person or a setting names the file:
what the program itself keeps is never one.
"""

import errno
import os
import stat
from pathlib import Path
from typing import IO, Final

# Windows has neither flag; nothing waits on a pipe there.
_ITSELF: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NAMED: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
NO_FILE: Final = "it is a link, a folder, a pipe or a device, and no file itself"


def opened_itself(file: Path) -> IO[bytes]:
    """Return a file that the program keeps, to be read. Raises OSError, also for a link and for what is no file."""
    return _opened(file, _ITSELF)


def opened_as_named(file: Path) -> IO[bytes]:
    """Return a file that somebody named, to be read; a link is followed. Raises OSError, also for what is no file."""
    return _opened(file, _NAMED)


def refuse_no_file(descriptor: int) -> None:
    """Raise OSError unless a descriptor is of a file."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.EINVAL, NO_FILE)


def _opened(file: Path, flags: int) -> IO[bytes]:
    try:
        descriptor = os.open(file, flags)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise OSError(error.errno, NO_FILE) from None
        raise
    try:
        refuse_no_file(descriptor)
        return open(descriptor, "rb")  # noqa: PTH123  a descriptor has no path
    except BaseException:
        os.close(descriptor)
        raise
