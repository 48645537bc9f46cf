"""Run log: the entries that a run adds to a journal, one artefact each, for whoever has to go on with it.

The log of a run begins at a head of the journal and is a row of numbered files, each created once. Whoever takes the
log over creates a file that says so in the same row: what came before is then known to be all there is, and the one who
wrote it can write no more, however alive it is. So a worker that a scheduler gave up fences itself at its next entry,
which is before its next request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.app.journal.chain import BrokenLine, Head, entry_of, followed, head_text
from reconciler.app.journal.file import FOLDER, Journal, JournalFailed
from reconciler.app.repository.whole_file import write_whole
from reconciler.cluster.artefacts import Artefacts
from reconciler.model.errors import ReconcilerError
from reconciler.model.record import Kept, Record

_TAKEN: Final = b"taken "
_HOME: Final = "home"
_BASE: Final = "base"


@dataclass(frozen=True, slots=True)
class Taken:
    """A log as it was when it was taken over."""

    lines: tuple[bytes, ...]
    earlier: int
    """How many workers had it before."""


class RunLog:
    """The log of one run, as one process writes it."""

    def __init__(self, artefacts: Artefacts, folder: str) -> None:
        self.folder = folder
        self._artefacts = artefacts
        self._next = 0

    def taken(self, who: str) -> Taken:
        """Return all that the log holds; nobody who had it before can add to it any more."""
        lines: list[bytes] = []
        earlier = 0
        while True:
            for number, name in enumerate(self._numbered()[self._next :], self._next):
                data = self._artefacts.get(f"{self.folder}/{name}")
                if name != _name(number):
                    raise _hole(f"{self._artefacts.url}/{self.folder}", number)
                earlier += data == _TAKEN + b"worker"
                lines += [] if data.startswith(_TAKEN) else [data]
                self._next = number + 1
            if self._created(_TAKEN + who.encode()):
                return Taken(tuple(lines), earlier)

    def add(self, record: Record, line: bytes, root: Path) -> None:
        """Add a line, with the file that its record speaks of. Raises JournalFailed once somebody took the log over."""
        if isinstance(record, Kept):
            self._artefacts.bring(f"{self.folder}/{record.file}", root / record.file)
        if not self._created(line):
            raise JournalFailed(
                f"{self.folder}: another worker has taken this run over, and nothing more was sent from here",
                "wait until it is done, then apply again if something is left",
            )

    def _created(self, data: bytes) -> bool:
        if not self._artefacts.create(f"{self.folder}/{_name(self._next)}", data):
            return False
        self._next += 1
        return True

    def _numbered(self) -> list[str]:
        return [name for name in self._artefacts.names(self.folder) if name.isdecimal()]


def _hole(where: str, number: int) -> JournalFailed:
    return JournalFailed(
        f"{where}: entry {number} is missing, so that nobody knows what the run did from then on",
        "bring it back from a copy; if it is lost, move that folder to a safe place, then apply again",
    )


def _name(number: int) -> str:
    return f"{number:012d}"


def sent_out(artefacts: Artefacts, root: Path, store: str) -> str:
    """Send the journal of a store to where a worker takes it from, and return the folder of the log of its run.

    What an earlier run left in a log is brought home first. Raises JournalFailed.
    """
    brought_home(artefacts, root, store)
    journal = Journal(root, store)
    journal.open()
    head, data = journal.head, journal.file.read_bytes()
    journal.close()
    folder = f"journals/{store}/{head.seq:012d}-{head.hash[:16]}"
    artefacts.put(f"{folder}/{_BASE}", data)
    return folder


def brought_home(artefacts: Artefacts, root: Path, store: str) -> None:
    """Bring the entries of every log of a store that is still out into its journal. Raises JournalFailed.

    Done before anything of a store is applied, and after: a run that ended without us is found by the next one.
    """
    for name in artefacts.names(f"journals/{store}"):
        folder = f"journals/{store}/{name}"
        if not artefacts.has(f"{folder}/{_HOME}"):
            _brought(RunLog(artefacts, folder), artefacts, root, store)
            artefacts.create(f"{folder}/{_HOME}", b"")


def all_brought_home(artefacts: Artefacts, root: Path, stores: Sequence[str]) -> Mapping[str, ReconcilerError]:
    """Bring the journals of several stores home, each whatever becomes of the others. Returns why some are not."""
    failures: dict[str, ReconcilerError] = {}
    for store in stores:
        try:
            brought_home(artefacts, root, store)
        except ReconcilerError as error:
            failures[store] = error
    return failures


def _brought(log: RunLog, artefacts: Artefacts, root: Path, store: str) -> None:
    lines = log.taken("home").lines
    journal = Journal(root, store)
    journal.open()
    try:
        for record, line in _following(lines, journal, f"{artefacts.url}/{log.folder}"):
            if isinstance(record, Kept) and not (root / record.file).exists():
                write_whole(root / record.file, artefacts.get(f"{log.folder}/{record.file}"))
            journal.take(line)
    finally:
        journal.close()


def _following(lines: tuple[bytes, ...], journal: Journal, where: str) -> Iterator[tuple[Record, bytes]]:
    """Yield the lines that the journal does not hold yet. Raises JournalFailed for those that do not follow it."""
    for line in lines:
        try:
            entry = entry_of(line)
            if journal.holds(Head(entry.seq, entry.hash)):
                continue
            followed(journal.head, entry)
        except BrokenLine as error:
            raise JournalFailed(
                f"{where}: what a run did is recorded there and does not follow {journal.name}: {error}",
                "bring back the journal that the run began with; if it is lost, move that folder to a safe place, then "
                "apply again",
            ) from None
        yield entry.record, line


def laid_out(artefacts: Artefacts, log: RunLog, root: Path, store: str) -> int:
    """Write the journal of a store, with what earlier workers added, into a repository; return how many those were."""
    taken = log.taken("worker")
    data = artefacts.get(f"{log.folder}/{_BASE}") + b"".join(taken.lines)
    last = data.rstrip(b"\n").rpartition(b"\n")[2]
    if last:
        entry = entry_of(last + b"\n")
        write_whole(root / FOLDER / f"{store}.jsonl", data)
        write_whole(root / FOLDER / f"{store}.head", head_text(Head(entry.seq, entry.hash)))
    return taken.earlier
