"""Chain: how an entry of a journal becomes a line, and what a line has to be to follow another one. Pure.

A line is JSON whose last field is a SHA-256 over every byte before it, the hash of the line before among them. So no
byte of any line can change, and no line can go, come or move, without the hashes that follow being made anew; and the
last of them is kept elsewhere. Hashing the bytes and not the values means that there is one spelling, and nothing to
agree on about JSON.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from reconciler.model.record import Entry, Record

LONGEST_LINE: Final = 256 * 1024 * 1024
_NO_ENTRY: Final = "it is no entry: a part of it is gone, or something else was written there"
_EMPTY: Final = b',"hash":""}'
_TAIL: Final = re.compile(rb',"hash":"([0-9a-f]{64})"\}\n')
_LINKS: Final = re.compile(rb'\{"seq":(\d{1,20}),"at":"[^"]*","previous":"([0-9a-f]{64})",')
_TAIL_LENGTH: Final = len(b',"hash":"') + 64 + len(b'"}\n')
_RECORD: Final = b'"record":'
_HEAD: Final = re.compile(r"(\d{20}) ([0-9a-f]{64})\n")


class BrokenLine(ValueError):
    """A line that no journal of ours holds, or not there; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a journal: how many there are, and the hash of that one."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What an entry says of its run, without what it is about."""

    event: str
    run: str
    request: int = 0
    plan: str = ""
    fence: int = 0
    misses: str = ""
    """The run that held the store before, if the journal did not know it."""
    undoes: str = ""
    """The run that it takes back."""


def beginning(store: str) -> Head:
    """Return what the first line of a store's journal follows: the journal of one store is not that of another."""
    return Head(0, hashlib.sha256(f"reconciler-journal/1 {store}".encode()).hexdigest())


def line_of(entry: Entry) -> tuple[bytes, Head]:
    """Return the line of an entry, and the head that it makes."""
    body = _adapter().dump_json(replace(entry, hash="")).removesuffix(_EMPTY)
    digest = hashlib.sha256(body).hexdigest()
    return body + b',"hash":"' + digest.encode() + b'"}\n', Head(entry.seq, digest)


def said_digest(line: bytes) -> str:
    """Return the SHA-256 of what an entry says, without its place in the journal."""
    return hashlib.sha256(line[line.find(_RECORD) : len(line) - _TAIL_LENGTH]).hexdigest()


def digest_of(record: Record) -> str:
    """Return the same for what is yet to be written."""
    return said_digest(line_of(Entry(seq=0, at="", previous="", record=record))[0])


def entry_of(line: bytes) -> Entry:
    """Return the entry of a line, whose own hash fits. Raises BrokenLine."""
    _hash_of(line)
    try:
        entry = _adapter().validate_json(line)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the line"
        raise BrokenLine(f"{where} is nothing that a journal holds") from None
    if not _is_moment(entry.at):
        raise BrokenLine("at is nothing that a journal holds")
    return entry


def _hash_of(line: bytes) -> str:
    """Return the hash that a line ends with, and that fits. Raises BrokenLine."""
    tail = _TAIL.fullmatch(line, max(0, len(line) - _TAIL_LENGTH))
    if tail is None:
        raise BrokenLine("it does not end with a hash: a part of it is gone, or something else was written there")
    if hashlib.sha256(line[: tail.start()]).hexdigest() != tail[1].decode():
        raise BrokenLine("its hash does not fit: it was changed after it was written")
    return tail[1].decode()


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def glance_of(line: bytes) -> Glance:
    """Return what a line says of its run, unproved: a whole journal is looked through for it. Raises BrokenLine."""
    try:
        record = orjson.loads(line)["record"]
        request, fence = int(record.get("request", 0)), int(record.get("fence", 0))
        misses, undoes = (record.get("lacks_run") or {}).get("run", ""), record.get("undoes") or ""
        glance = Glance(record["event"], record["run"], request, record.get("plan", ""), fence, misses, undoes)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BrokenLine(_NO_ENTRY) from None
    if not all(isinstance(name, str) for name in (glance.event, glance.run, glance.plan, glance.misses, undoes)):
        raise BrokenLine(_NO_ENTRY)
    return glance


def followed(before: Head, entry: Entry) -> Head:
    """Return the head once the entry follows it. Raises BrokenLine when it does not."""
    return _followed(before, Head(entry.seq, entry.hash), entry.previous)


def _followed(before: Head, head: Head, previous: str) -> Head:
    if head.seq != before.seq + 1:
        raise BrokenLine(f"it is entry {head.seq}, expected {before.seq + 1}: lines were removed, added or moved")
    if previous != before.hash:
        raise BrokenLine("it does not follow the line before it: that one was replaced, or this one moved here")
    return head


def _links(line: bytes) -> tuple[int, str]:
    found = _LINKS.match(line)
    if found is None:
        raise BrokenLine("it is no entry: something else was written there")
    return int(found[1]), found[2].decode()


@dataclass(slots=True)
class Proof:
    """Lines that follow one another, proved by their hashes alone while something else reads what they say."""

    head: Head
    """The last entry that follows all before it."""
    broken: tuple[int, str] | None = None
    """The first line that does not, by its number, and why."""

    def meet(self, number: int, line: bytes) -> None:
        """Take the next line in; after one that does not follow, none can."""
        if self.broken is not None:
            return
        try:
            digest = _hash_of(line)
            seq, previous = _links(line)
            self.head = _followed(self.head, Head(seq, digest), previous)
        except BrokenLine as error:
            self.broken = number, str(error)


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as a program reads it: what its line says."""
    document: dict[str, Any] = _adapter().dump_python(entry, mode="json")
    return document


def record_document(record: Record) -> dict[str, Any]:
    """Return what an entry holds as a program reads it."""
    document: dict[str, Any] = TypeAdapter(type(record)).dump_python(record, mode="json")
    return document


def head_text(head: Head) -> bytes:
    """Return a head as its file holds it: always of the same length, so that it is overwritten in one piece."""
    return f"{head.seq:020d} {head.hash}\n".encode()


def parse_head(data: bytes) -> Head | None:
    """Return the head of a head file; None for anything else."""
    found = _HEAD.fullmatch(data.decode("ascii", "replace"))
    return Head(int(found[1]), found[2]) if found else None


@cache
def _adapter() -> TypeAdapter[Entry]:
    return TypeAdapter(Entry)
