"""Audit: what journals say of the past, and whether they are as they were written.

A chain proves itself but not its end: who holds the file can cut it off, or write all of it anew. So its end is held
against two copies of it, the head file beside it and, for the last run that came to its end, what the store remembers.
A run that did not come to its end is named by the lease of the store.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from reconciler.app.journal.chain import BrokenLine, Head, beginning, entry_of, followed, parse_head
from reconciler.app.journal.ending import Ending, Endings
from reconciler.app.journal.file import FOLDER, Journal, head_noted, lines
from reconciler.app.journal.gaps import Gaps, cure
from reconciler.app.journal.predecessor import given_out, predecessor
from reconciler.app.journal.succession import Succession
from reconciler.app.repository.workspace import VOCABULARY
from reconciler.app.stores.connect import EmbeddedShops, read_client
from reconciler.app.stores.fleet import Failure, FleetResult, side_by_side
from reconciler.loading.plain_file import opened_itself
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.model.address import Address
from reconciler.model.record import (
    Acknowledged,
    Answered,
    Begun,
    Ended,
    Entry,
    Gap,
    Held,
    Kept,
    Missing,
    MissingRun,
    Requested,
    Told,
)
from reconciler.model.store import Store
from reconciler.shopify.shop_notes import read_notes
from reconciler.shopify.terms import terms_of


@dataclass(frozen=True, slots=True)
class Anchor:
    """What somebody else remembers of a journal: that it held this entry."""

    head: Head
    whose: str
    run: str = ""
    """The run that ended with it, as far as that is remembered."""
    end: str | None = None
    """The digest of what the run then said in its last entry, as far as that is remembered."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that is wrong with a journal."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification found of one store's journal."""

    store: str
    file: str
    head: Head
    """The last entry that is right."""
    broken: Broken | None = None
    anchors: tuple[Anchor, ...] = ()
    """What else it was held against."""
    torn: bool = False
    """Its last line is not whole, as a kill leaves it: no entry, and the next apply cuts it off."""
    ahead: bool = False
    """Its last line is not in the head file: a kill leaves it so, and so does whoever adds a line."""
    lacks_end: str | None = None
    """The run that told the store that it was over, and whose end is not here: it was killed right then, or cut off."""
    acknowledged: tuple[Acknowledged, ...] = ()
    """The parts that are missing, and that somebody knows of."""
    lacks: Mapping[Gap, str] = field(default_factory=dict)
    """The parts that are missing and that a reason settles → the run that told of it; else the journal is as it was."""


def verified(
    journal: Journal, anchors: Sequence[Anchor], last: MissingRun | None = None, lease: MissingRun | None = None
) -> Verified:
    """Return whether a journal is as it was written, and where it first is not.

    ``anchors``: what others remember. ``last``: the run that held the store last, as its lease says, and holds it no
    more. ``lease``: the last that the store gave out, and to whom, whether that holds it still.
    """
    head = before = beginning(journal.store)
    number = 0
    gaps = Gaps()
    succession = Succession()
    endings = Endings([Ending(anchor.head, anchor.whose, anchor.end) for anchor in anchors])
    missed: dict[Gap, tuple[str, int, str]] = {}

    def result(broken: str | None, line: int = 0, lacks: Mapping[Gap, str] | None = None) -> Verified:
        found = Broken(journal.name, line, broken) if broken is not None else None
        torn = found is None and _is_torn(journal.file)
        known = tuple(gaps.acknowledged)
        whole = Verified(journal.store, journal.name, head, found, tuple(anchors), torn, acknowledged=known)
        ahead = found is None and _noted(journal) != head
        return replace(whole, ahead=ahead, lacks_end=endings.lacking, lacks=lacks or {})

    for number, line in lines(journal.file):
        try:
            entry = entry_of(line)
            after = followed(head, entry)
            endings.meet(entry, line, succession.meet(number, entry.record))
            before, head = head, after
        except BrokenLine as error:
            return result(str(error), number)
        gaps.meet(number, entry.record)
        for anchor in anchors:
            if anchor.head.seq == head.seq and anchor.head.hash != head.hash:
                anew = f"{anchor.whose} remembers another entry {head.seq}: the journal was made anew"
                missed[_missing(anchor)] = anew, number, anchor.run
    wrong = _by_the_head_file(journal, head, before, number) or succession.against(lease, journal.store)
    if wrong is not None:
        return result(*wrong)
    for anchor in anchors:
        if anchor.head.seq > head.seq:
            gone = f"{anchor.whose} remembers entry {anchor.head.seq}, which is gone"
            missed[_missing(anchor)] = gone, number + 1, anchor.run
    if last is not None and not gaps.hold(last) and last.run not in {run for _, _, run in missed.values()}:
        gone = f"the lease of store {journal.store} names {last}, which is not here: it was killed, or broken off"
        missed[last] = gone, number + 1, last.run
    lacks: dict[Gap, str] = {missing: run for missing, (_, run) in gaps.open.items()}
    unknown = {gap: said for gap, said in missed.items() if not gaps.are_known(gap)}
    lacks |= {gap: run for gap, (_, _, run) in unknown.items()}
    for reason, where, _ in unknown.values():
        return result(f"{reason}; {cure(journal.store)}", where, lacks)
    first, where = gaps.first(journal.store) or (None, 0)
    return result(first, where, lacks)


def _by_the_head_file(journal: Journal, head: Head, before: Head, number: int) -> tuple[str, int] | None:
    """Return what is wrong with the end of a journal of so many lines, as the file beside it tells, and where."""
    noted = _noted(journal)
    name = f"{FOLDER}/{journal.head_file.name}"
    if noted is None:
        return f"{name} does not hold what was written there", number
    if noted.seq > head.seq:
        return f"{name} remembers entry {noted.seq}, which is gone", number + 1
    return None if noted in {head, before} else (f"{name} remembers another entry {noted.seq}", number)


def _missing(anchor: Anchor) -> Missing:
    return Missing(anchor.head.seq, anchor.head.hash)


def remembered(applied: Mapping[str, Any] | None, store: str) -> tuple[Anchor, ...]:
    """Return what a store remembers of its journal; nothing, where no run came to its end."""
    said = (applied or {}).get("journal")
    if not isinstance(said, Mapping):
        return ()
    seq, digest = said.get("seq"), said.get("hash")
    if not isinstance(seq, int) or not isinstance(digest, str):
        return ()
    run, end = str((applied or {}).get("run") or ""), said.get("end")
    return (Anchor(Head(seq, digest), f"store {store}", run, end if isinstance(end, str) else None),)


def stores_with_journals(root: Path) -> tuple[str, ...]:
    """Return the names of the stores that have one here, sorted; a journal that only its head is left of is one."""
    names = {file.stem for suffix in ("jsonl", "head") for file in (root / FOLDER).glob(f"*.{suffix}")}
    return tuple(sorted(names))


def verified_alone(root: Path, names: Sequence[str]) -> tuple[Verified, ...]:
    """Return what verification finds without asking any store."""
    return tuple(verified(Journal(root, name), ()) for name in names or stores_with_journals(root))


def verified_with_stores(root: Path, names: Sequence[str], embedded: EmbeddedShops) -> FleetResult[Verified]:
    """Return what verification finds, each journal held against what its store remembers.

    A store that does not answer is a failure beside what its journal says by itself. Raises InvalidInput and WrongUsage
    as ``load_stores``, for files of stores that are not right, and names that no file has.
    """
    stores = load_stores(WorkTree(root), VOCABULARY, names)
    failures: list[Failure] = []
    found: dict[str, Verified] = {}

    def look(store: Store) -> tuple[tuple[Anchor, ...], MissingRun | None, MissingRun | None]:
        with read_client(store, root, embedded) as client:
            notes = read_notes(client)
            terms = terms_of(notes.lease)
            return remembered(notes.applied.value, store.name), predecessor(terms), given_out(terms)

    asked = side_by_side(stores, lambda store: (store.name, look(store)))
    failures += asked.failures
    outside = dict(asked.results)
    gone = () if names else set(stores_with_journals(root)) - {store.name for store in stores}
    for name in sorted({*(store.name for store in stores), *gone}):
        anchors, last, lease = outside.get(name, ((), None, None))
        found[name] = verified(Journal(root, name), anchors, last, lease)
    return FleetResult(tuple(found.values()), tuple(failures))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries somebody asks for. None, or nothing: all of them."""

    since: datetime | None = None
    until: datetime | None = None
    addresses: str | None = None
    """A pattern, as in ``variant/*/LS-*``."""
    run: str | None = None
    actor: str | None = None


def wanted_entries(entries: Iterable[Entry], wanted: Wanted) -> Iterator[Entry]:
    """Yield the entries that fit; an actor is known by the runs that he began."""
    runs: set[str] = set()
    for entry in entries:
        record = entry.record
        if isinstance(record, Begun) and wanted.actor is not None and fnmatchcase(record.actor, wanted.actor):
            runs.add(record.run)
        if wanted.actor is not None and record.run not in runs:
            continue
        if wanted.run is not None and not fnmatchcase(record.run, wanted.run):
            continue
        if _in_time(entry, wanted) and _is_about(entry, wanted.addresses):
            yield entry


def _in_time(entry: Entry, wanted: Wanted) -> bool:
    at = datetime.fromisoformat(entry.at)
    return (wanted.since is None or wanted.since <= at) and (wanted.until is None or at < wanted.until)


def _is_about(entry: Entry, pattern: str | None) -> bool:
    return pattern is None or any(fnmatchcase(str(address), pattern) for address in _addresses(entry))


def _addresses(entry: Entry) -> Iterable[Address]:
    match entry.record:
        case Requested(changes=changes):
            return [change.address for change in changes]
        case Told(outcomes=outcomes):
            return [outcome.address for outcome in outcomes]
        case Answered(ids=ids):
            return ids
        case Kept(address=address):
            return [address]
        case Held(fields=fields):
            return fields
        case Ended(left_over=left_over, not_back=not_back):
            return (*left_over, *not_back)
        case _:
            return ()


def _noted(journal: Journal) -> Head | None:
    """Return what the head file says; None for what was never written there."""
    try:
        data = head_noted(journal.head_file)
    except FileNotFoundError:
        data = b""
    except OSError:
        return None
    return parse_head(data) if data else beginning(journal.store)


def _is_torn(file: Path) -> bool:
    try:
        with opened_itself(file) as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 1))
            return size > 0 and stream.read(1) != b"\n"
    except FileNotFoundError:
        return False
