"""Audit: what journals say of the past, and whether they are as they were written.

A chain proves itself but not its end: who holds the file can cut it off, or write all of it anew. So its end is held
against two copies of it, the head file beside it and, for the last run that came to its end, what the store remembers.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from reconciler.app.chain import BrokenLine, Head, beginning, entry_of, followed, parse_head
from reconciler.app.connect import EmbeddedShops, read_client
from reconciler.app.fleet import Failure, FleetResult, side_by_side
from reconciler.app.gaps import Gaps, cure
from reconciler.app.journal import FOLDER, Journal, lines
from reconciler.app.workspace import VOCABULARY
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import load_stores
from reconciler.model.address import Address
from reconciler.model.record import Acknowledged, Answered, Begun, Ended, Entry, Held, Kept, Missing, Requested, Told
from reconciler.model.store import Store
from reconciler.shopify.shop_notes import read_notes


@dataclass(frozen=True, slots=True)
class Anchor:
    """What somebody else remembers of a journal: that it held this entry."""

    head: Head
    whose: str
    run: str = ""
    """The run that ended with it, as far as that is remembered."""


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
    acknowledged: tuple[Acknowledged, ...] = ()
    """The parts that are missing, and that somebody knows of."""
    lacks: Mapping[Missing, str] = field(default_factory=dict)
    """The parts that are missing and that a reason settles → the run that told of it; else the journal is as it was."""


def verified(journal: Journal, anchors: Sequence[Anchor]) -> Verified:
    """Return whether a journal is as it was written, and where it first is not. ``anchors``: what others remember."""
    head = before = beginning(journal.store)
    number = 0
    gaps = Gaps()
    missed: dict[Anchor, tuple[str, int]] = {}

    def result(broken: str | None, line: int = 0, lacks: Mapping[Missing, str] | None = None) -> Verified:
        found = Broken(journal.name, line, broken) if broken is not None else None
        torn = found is None and _is_torn(journal.file)
        known = tuple(gaps.acknowledged)
        return Verified(journal.store, journal.name, head, found, tuple(anchors), torn, known, lacks or {})

    for number, line in lines(journal.file):
        try:
            entry = entry_of(line)
            before, head = head, followed(head, entry)
        except BrokenLine as error:
            return result(str(error), number)
        gaps.meet(number, entry.record)
        for anchor in anchors:
            if anchor.head.seq == head.seq and anchor.head.hash != head.hash:
                anew = f"{anchor.whose} remembers another entry {head.seq}: the journal was made anew"
                missed[anchor] = anew, number
    noted = _noted(journal)
    name = f"{FOLDER}/{journal.head_file.name}"
    if noted is None:
        return result(f"{name} does not hold what was written there", number)
    if noted.seq > head.seq:
        return result(f"{name} remembers entry {noted.seq}, which is gone", number + 1)
    if noted not in {head, before}:
        return result(f"{name} remembers another entry {noted.seq}", number)
    for anchor in anchors:
        if anchor.head.seq > head.seq:
            missed[anchor] = f"{anchor.whose} remembers entry {anchor.head.seq}, which is gone", number + 1
    lacks = {missing: run for missing, (_, run) in gaps.open.items()}
    unknown = {anchor: said for anchor, said in missed.items() if not gaps.are_known(_missing(anchor))}
    lacks |= {_missing(anchor): anchor.run for anchor in unknown}
    for reason, where in unknown.values():
        return result(f"{reason}; {cure(journal.store)}", where, lacks)
    first, where = gaps.first(journal.store) or (None, 0)
    return result(first, where, lacks)


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
    return (Anchor(Head(seq, digest), f"store {store}", str((applied or {}).get("run") or "")),)


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

    def look(store: Store) -> tuple[Anchor, ...]:
        with read_client(store, root, embedded) as client:
            return remembered(read_notes(client).applied.value, store.name)

    asked = side_by_side(stores, lambda store: (store.name, look(store)))
    failures += asked.failures
    anchors = dict(asked.results)
    gone = () if names else set(stores_with_journals(root)) - {store.name for store in stores}
    for name in sorted({*(store.name for store in stores), *gone}):
        found[name] = verified(Journal(root, name), anchors.get(name, ()))
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
        case Ended(left_over=left_over):
            return left_over
        case _:
            return ()


def _noted(journal: Journal) -> Head | None:
    """Return what the head file says; None for what was never written there."""
    try:
        data = journal.head_file.read_bytes()
    except FileNotFoundError:
        data = b""
    return parse_head(data) if data else beginning(journal.store)


def _is_torn(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 1))
            return size > 0 and stream.read(1) != b"\n"
    except FileNotFoundError:
        return False
