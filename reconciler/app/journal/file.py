"""Journal: what was done to one store, an entry a line, each on the disk before the next thing happens.

``journal/STORE.jsonl`` holds the entries and only ever grows; ``journal/STORE.head`` holds the number and the hash of
the last, so that lines which are cut off at the end are missed. A line is on the disk before the head is: after a kill
the file may be one entry ahead, and its last line may be torn; nobody relied on that one, and whoever appends next cuts
it off. Several processes may append to one journal: each takes the file for the time of one line.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from reconciler.app.journal.chain import (
    LONGEST_LINE,
    BrokenLine,
    Glance,
    Head,
    Proof,
    beginning,
    entry_of,
    followed,
    glance_of,
    head_text,
    line_of,
    parse_head,
)
from reconciler.loading.plain_file import opened_itself, refuse_no_file
from reconciler.model.errors import ReconcilerError
from reconciler.model.record import Entry, Record

Reading = TypeVar("Reading")
Beside = Callable[[Record, bytes], None]
FOLDER: Final = "journal"
PATIENCE_S: Final = 10.0  # for a line that somebody else is writing
_NAP_S: Final = 0.05
_PIECE: Final = 64 * 1024
_HEAD_BYTES: Final = len(head_text(Head(0, "0" * 64)))


class JournalFailed(ReconcilerError):
    """The journal cannot be written, so nothing may be done that it would have to hold."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(cause, cure)
        self.cause = cause
        self.cure = cure

    def message(self) -> str:
        """Return what is wrong, and what to do."""
        return f"{self.cause}; {self.cure}"


class JournalBroken(ReconcilerError):
    """The journal is not as it was written."""


def _now() -> datetime:
    return datetime.now(UTC)


def _nobody(number: int, line: bytes) -> None:
    del number, line


class Journal:
    """The journal of one store, in a repository.

    ``beside``: is given each record and its line before that is written here; what it raises keeps it from that.
    """

    def __init__(
        self, root: Path, store: str, clock: Callable[[], datetime] = _now, *, beside: Beside | None = None
    ) -> None:
        self.store = store
        self._beside = beside
        self.file = root / FOLDER / f"{store}.jsonl"
        self.head_file = root / FOLDER / f"{store}.head"
        self._clock = clock
        self._handle: int | None = None
        self._head_handle: int | None = None
        self._is_closed = False
        self._end = -1
        self._head = beginning(store)

    @property
    def name(self) -> str:
        """The file, named from the root of the repository."""
        return f"{FOLDER}/{self.file.name}"

    @property
    def head(self) -> Head:
        """The last entry that was appended here, or found when the journal was opened."""
        return self._head

    def open(self) -> None:
        """Make the journal ready to be appended to. Raises JournalFailed when it cannot be, or its end is not right."""
        self._is_closed = False
        with self._taken():
            pass

    def append(self, record: Record) -> Head:
        """Return the head once the record is on the disk. Raises JournalFailed; then the journal is as it was."""
        with self._taken() as handle:
            at = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
            line, head = line_of(Entry(seq=self._head.seq + 1, at=at, previous=self._head.hash, record=record))
            if self._beside is not None:
                self._beside(record, line)
            self._written(handle, line, head)
        return head

    def take(self, line: bytes) -> Head:
        """Return the head once a line is on the disk that another process made to follow it. Raises as ``append``.

        Raises BrokenLine for a line that does not follow.
        """
        with self._taken() as handle:
            head = followed(self._head, entry_of(line))
            self._written(handle, line, head)
        return head

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Yield the entries after that of a number. Raises JournalBroken at a line that is none; entry 1 is line 1."""
        return self._read(entry_of, after=after)

    def glances(self) -> Iterator[Glance]:
        """Yield what the entries say of their runs; many times faster, and unproved. Raises as ``entries``."""
        return self._read(glance_of)

    def glances_proved(self, proof: Proof) -> Iterator[Glance]:
        """Yield as ``glances`` does, each line taken into the proof; whoever asks looks at it afterwards."""
        return self._read(glance_of, proof.meet)

    def _read(
        self, read: Callable[[bytes], Reading], met: Callable[[int, bytes], None] = _nobody, after: int = 0
    ) -> Iterator[Reading]:
        for number, line in islice(lines(self.file), after, None):
            met(number, line)
            try:
                yield read(line)
            except BrokenLine as error:
                raise JournalBroken(f"{self.name}:{number}: {error}; run reconciler audit verify") from None

    def holds(self, head: Head) -> bool:
        """Return whether the journal, which is open, holds this entry. Raises JournalBroken for a line that is none."""
        if head.seq >= self._head.seq:
            return head == self._head
        line = next((line for number, line in lines(self.file) if number == head.seq), b"")
        try:
            return entry_of(line).hash == head.hash
        except BrokenLine as error:
            raise JournalBroken(f"{self.name}:{head.seq}: {error}; run reconciler audit verify") from None

    def close(self) -> None:
        """Close the files. Nothing is appended after that, unless the journal is opened again."""
        self._is_closed = True
        for handle in (self._handle, self._head_handle):
            if handle is not None:
                os.close(handle)
        self._handle = self._head_handle = None
        self._end = -1

    @contextmanager
    def _taken(self) -> Iterator[int]:
        """Hold the journal against other processes, with its end known."""
        try:
            handle = self._opened()
            self._wait_for(handle)
            try:
                if os.fstat(handle).st_size != self._end:
                    self._find_end(handle)
                yield handle
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)
        except OSError as error:
            cause = error.strerror or str(error)
            raise JournalFailed(
                f"{self.name}: the journal cannot be written: {cause}",
                "make room or mend its permissions, then run apply again",
            ) from error

    def _wait_for(self, handle: int) -> None:
        """Lock the file; a process that was stopped while it wrote a line is not waited for without end."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    cause = f"another process has held it for more than {PATIENCE_S:g} s"
                    raise JournalFailed(f"{self.name}: {cause}", "end that process, then run apply again") from None
                time.sleep(_NAP_S)
            else:
                return

    def _opened(self) -> int:
        if self._is_closed:
            raise JournalFailed(f"{self.name}: it was closed, because the run is over", "run apply again")
        if self._handle is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            self._handle = os.open(self.file, flags | os.O_APPEND, 0o644)
            self._head_handle = os.open(self.head_file, flags, 0o644)
            for descriptor in (self._handle, self._head_handle):
                refuse_no_file(descriptor)
            folder = os.open(self.file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # a file that its folder forgets is no record
            finally:
                os.close(folder)
        return self._handle

    def _find_end(self, handle: int) -> None:
        """Read the last whole line, cut off what is torn after it, and hold it against the head file."""
        start, end = _last_line(handle)
        found, before = beginning(self.store), ""
        if end:
            try:
                entry = entry_of(os.pread(handle, end - start, start))
            except BrokenLine as error:
                raise JournalFailed(f"{self.name}: its last line is broken: {error}", _CURE) from None
            found, before = Head(entry.seq, entry.hash), entry.previous
        noted = self._noted()
        if noted != found and (found.seq, before) != (noted.seq + 1, noted.hash):
            raise JournalFailed(
                f"{self.name}: it ends with entry {found.seq}, and {self.head_file.name} beside it says {noted.seq} or "
                "another one: lines were cut off or replaced",
                _CURE,
            )
        if os.fstat(handle).st_size != end:
            os.ftruncate(handle, end)
        if noted != found:
            self._write_head(found)
        self._end, self._head = end, found

    def _noted(self) -> Head:
        """Return what the head file says; of an empty one, which was just made, that there is no entry yet."""
        data = os.pread(self._head_handle or 0, _HEAD_BYTES + 1, 0)
        noted = parse_head(data) if data else beginning(self.store)
        if noted is None:
            raise JournalFailed(f"{FOLDER}/{self.head_file.name}: it is not what was written there", _CURE)
        return noted

    def _written(self, handle: int, line: bytes, head: Head) -> None:
        try:
            _write(handle, line)
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, self._end)
            raise
        self._end += len(line)
        self._head = head
        self._write_head(head)

    def _write_head(self, head: Head) -> None:
        os.pwrite(self._head_handle or 0, head_text(head), 0)
        os.fsync(self._head_handle or 0)


_CURE: Final = "see reconciler audit verify, and bring both files back from a copy, or move both away to begin anew"


def lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of each whole line of a journal; nothing where there is no file.

    Raises JournalBroken for what cannot be read, or is no file itself.
    """
    try:
        stream = opened_itself(file)
    except FileNotFoundError:
        return
    except OSError as error:
        reason = error.strerror or str(error)
        raise JournalBroken(f"{FOLDER}/{file.name}: it cannot be read: {reason}; bring it back from a copy") from None
    with stream:
        number = 0
        while line := stream.readline(LONGEST_LINE):
            number += 1
            if line.endswith(b"\n") or len(line) == LONGEST_LINE:
                yield number, line


def head_noted(file: Path) -> bytes:
    """Return what a head file holds, and no more of it than tells that it holds something else. Raises OSError."""
    with opened_itself(file) as stream:
        return stream.read(_HEAD_BYTES + 1)


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _last_line(handle: int) -> tuple[int, int]:
    """Return where the last whole line starts and ends; (0, 0) when there is none."""
    newlines: list[int] = []
    position = os.fstat(handle).st_size
    while position and len(newlines) < 2:  # noqa: PLR2004  the end of the last line, and of the one before it
        begin = max(0, position - _PIECE)
        piece = os.pread(handle, position - begin, begin)
        found = len(piece)
        while len(newlines) < 2 and (found := piece.rfind(b"\n", 0, found)) >= 0:  # noqa: PLR2004  as above
            newlines.append(begin + found)
        position = begin
    if not newlines:
        return 0, 0
    return (newlines[1] + 1 if len(newlines) > 1 else 0), newlines[0] + 1
