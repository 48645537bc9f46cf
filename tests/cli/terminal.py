"""A terminal that a test can look at: what was written to it, with every escape sequence."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"
_PATIENCE_S = 30


@contextmanager
def terminal() -> Iterator[tuple[TextIO, Callable[[str], str]]]:
    """Yield a stream that is a terminal, and what waits for words and returns all that was written to it so far."""
    ours, theirs = pty.openpty()
    _sized(ours)
    said: list[bytes] = []

    def seen(words: str) -> str:
        end = time.monotonic() + _PATIENCE_S
        while words not in b"".join(said).decode(errors="replace") and time.monotonic() < end:
            if select.select([ours], [], [], 0.05)[0]:
                said.append(os.read(ours, 1 << 16))
        return b"".join(said).decode(errors="replace")

    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream, seen
    os.close(ours)


def in_a_terminal(
    words: Sequence[str], environment: Mapping[str, str], *, interrupt_when: Callable[[str], bool]
) -> tuple[str, int]:
    """Run a program in a terminal, press Ctrl-C once something is seen, and return all that it wrote, and its code."""
    child, ours = pty.fork()
    if not child:
        # A run of tests in the background ignores Ctrl-C, and what it starts would inherit that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvpe(words[0], list(words), dict(environment))
    _sized(ours)
    said, end, pressed = b"", time.monotonic() + _PATIENCE_S, False
    with suppress(OSError):  # how a terminal says that nobody is there any more
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.05)[0]:
                said += os.read(ours, 1 << 16)
            if not pressed and interrupt_when(said.decode(errors="replace")):
                os.write(ours, b"\x03")
                pressed = True
    if time.monotonic() >= end:
        os.kill(child, signal.SIGKILL)
    os.close(ours)
    return said.decode(errors="replace"), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _sized(ours: int) -> None:
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
