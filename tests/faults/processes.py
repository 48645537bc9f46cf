"""Processes that apply a plan and are killed or stopped where a test says: forked, so that they start at once.

A forked process is a real one: it has its own id, sockets and files, and SIGKILL leaves of it what it leaves of any.
What dies at a point of the journal does so in patched methods of ``Journal``, in the forked process alone.
"""

import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

import pytest

from reconciler.app.journal import file as journal_module
from reconciler.app.journal.chain import Head
from reconciler.app.journal.file import Journal
from reconciler.model.record import Entry, Record, Requested


class Where(Enum):
    """Where at an entry of the journal."""

    BEFORE = "before"  # what the entry tells has happened, and the entry is not there
    TORN = "torn"  # half of its line is there
    HEADLESS = "headless"  # its line is there, and the head file speaks of the one before
    AFTER = "after"  # the entry is there, and what comes next has not happened


@dataclass(frozen=True)
class Point:
    """A point of a run: the first entry of its kind once so many requests were made, and where at it."""

    request: int
    event: str
    where: Where = Where.AFTER


def forked(work: Callable[[], object]) -> int:
    """Return the id of a process that does the work and leaves: with 0, or with 70 if it raised."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # From Python 3.12 on: a thread may hold a lock. Those of the test run hold none that an apply takes.
        warnings.filterwarnings("ignore", ".*multi-threaded.*", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        work()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def ended(pid: int) -> int:
    """Return how a process ended, once it did: its exit code, or the number of the signal, negative."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def stopped(pid: int) -> None:
    """Wait until a process is stopped."""
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), f"it ended with {os.waitstatus_to_exitcode(status)}"


def killed_after(pid: int, seconds: float) -> None:
    """Kill a process after so long; it may have ended before."""
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)  # nobody waited for it yet, so the id is still its own


def dies() -> None:
    """Be killed, before this returns: a signal to the process would be taken by another thread, some moments later."""
    signal.pthread_kill(threading.get_ident(), signal.SIGKILL)


def halts() -> None:
    """Be stopped, until somebody lets us go on."""
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def at(point: Point, happens: Callable[[], None]) -> None:
    """Let something happen to this process when it comes to a point of its journal."""
    patch = pytest.MonkeyPatch()
    append, write_head, write = Journal.append, Journal._write_head, journal_module._write
    requests = [0]

    def appended(self: Journal, record: Record) -> Head:
        if isinstance(record, Requested):
            requests[0] = record.request
        if record.event != point.event or requests[0] < point.request:
            return append(self, record)
        patch.undo()  # it happens once
        if point.where is Where.BEFORE:
            happens()
        if point.where is Where.TORN:
            patch.setattr(journal_module, "_write", torn)
        if point.where is Where.HEADLESS:
            patch.setattr(Journal, "_write_head", headless)
        head = append(self, record)
        if point.where is Where.AFTER:
            happens()
        return head

    def torn(handle: int, data: bytes) -> None:
        write(handle, data[: len(data) // 2])
        happens()

    def headless(self: Journal, head: Head) -> None:
        happens()
        write_head(self, head)

    patch.setattr(Journal, "append", appended)


def points(entries: Iterable[Entry], run: str) -> list[Point]:
    """Return the points after each entry of a run, and those before its answers: then a request was executed."""
    found: list[Point] = []
    request = 0
    for entry in entries:
        record = entry.record
        if record.run != run:
            continue
        request = record.request if isinstance(record, Requested) else request
        found += [Point(request, record.event, Where.BEFORE)] if record.event == "answered" else []
        found.append(Point(request, record.event))
    return list(dict.fromkeys(found))
