"""Snapshot files: one JSON document a line, sealed by the last; written as a store is read, looked up by offsets.

The first line says what it is a snapshot of, some hold the few answers that stand for themselves, one each a root with
all that hangs on it, in the order in which they were read. The last holds a SHA-256 over all before it: it shows what
was cut short or edited, and not who wrote the file. Opening reads the file once and keeps a number a root in memory.
"""

import hashlib
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, Final, Literal, Self

import orjson
from pydantic import TypeAdapter, ValidationError

from reconciler.app.repository.whole_file import writing_whole
from reconciler.loading.plain_file import opened_as_named
from reconciler.model.errors import ReconcilerError, SnapshotRefused, WrongUsage
from reconciler.model.json import JsonObject
from reconciler.shopify.recording import Answered, Kept, Refusal

SNAPSHOT_FORMAT: Final = "reconciler-snapshot/1"
_FAMILY: Final = "reconciler-snapshot/"
# As ``Writer.root`` spells it; what is there is trusted once the seal has proved to fit.
_ROOT: Final = re.compile(rb'\{"root":"(?P<kind>\w+)","piece":(?P<piece>\d+),"id":"(?P<id>[^"\\]+)",')


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a snapshot is of."""

    format: Literal["reconciler-snapshot/1"] = SNAPSHOT_FORMAT
    taken_at: str
    """When the store was begun to be read, in UTC."""
    engine: str
    """The version of the program that made it."""
    store: str
    """The store's name: the stem of its file."""
    url: str
    """Where its file said that it is."""
    shop_id: str
    """Shopify's id of the shop that answered."""
    api_version: str
    """The version of the Admin API that it was read in."""
    questions: str
    """SHA-256 over all that this engine asks a store for a plan: answers to other questions are not understood."""
    kinds: tuple[str, ...]
    """What was read."""


class Writer:
    """Writes the lines of a snapshot."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._lines = 0
        self.roots = 0

    def about(self, about: About) -> None:
        """Write the first line."""
        self._line(asdict(about))

    def root(self, kept: Kept) -> None:
        """Write a root, with all that was recorded of it."""
        self._line(
            {"root": kept.kind, "piece": kept.piece, "id": kept.id, "alone": kept.is_alone, "held": dict(kept.held)}
        )
        self.roots += 1

    def refused(self, kind: str, refusal: Refusal) -> None:
        """Write that the roots of a kind could not be read to their end."""
        self._line({"refused": kind, **asdict(refusal)})

    def answer(self, answered: Answered) -> None:
        """Write an answer that stands for itself."""
        self._line({"answer": asdict(answered)})

    def seal(self) -> str:
        """Write the last line; return the digest in it."""
        digest = self._digest.hexdigest()
        self._line({"seal": {"lines": self._lines, "sha256": digest}})
        return digest

    def _line(self, content: Mapping[str, Any]) -> None:
        line = orjson.dumps(content) + b"\n"
        self._digest.update(line)
        self._stream.write(line)
        self._lines += 1


@contextmanager
def writing_snapshot(file: Path) -> Iterator[Writer]:
    """Lend a writer; its file is there once it is whole. Raises ReconcilerError where it cannot be written."""
    try:
        with writing_whole(file) as stream:
            yield Writer(stream)
    except OSError as error:
        raise ReconcilerError(
            f"{file}: the snapshot could not be written: {error.strerror or error}; make room, or choose --out FILE"
        ) from error


@dataclass(slots=True)
class Snapshot:
    """An opened snapshot, proved whole. A context: its file stays open until it is left."""

    name: str
    about: About
    digest: str
    _file: IO[bytes]
    _places: dict[str, dict[int | str, int]] = field(default_factory=dict)
    """Kind → what tells a root's id from others → where its line begins."""
    _begins: dict[tuple[str, int], int] = field(default_factory=dict)
    """Kind and slice → where the line of the first root begins."""
    _refusals: dict[str, Refusal] = field(default_factory=dict)
    _answers: list[Answered] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def page(self, kind: str, piece: int, after: int | None, size: int) -> tuple[Sequence[Kept], int | None]:
        """Return the roots that follow, and where the next ones are; an empty page ends what was not read to its end.

        Raises SnapshotRefused for a line that is none.
        """
        at = self._begins.get((kind, piece)) if after is None else after
        found: list[Kept] = []
        if at is None:
            return found, None
        self._file.seek(at)
        for line in self._file:
            match = _ROOT.match(line)
            if match is None or (match["kind"].decode(), int(match["piece"])) != (kind, piece):
                return found, at if kind in self._refusals else None
            if len(found) == size:
                break
            found.append(self._kept(line))
            at += len(line)
        return found, at

    def find(self, kind: str, root_id: str) -> Kept | None:
        """Return one root; None where there was none. Raises SnapshotRefused for a line that is none."""
        at = self._places.get(kind, {}).get(_own_part(root_id))
        if at is None:
            return None
        self._file.seek(at)
        return self._kept(self._file.readline())

    def refusal(self, kind: str) -> Refusal | None:
        """Return why a kind of roots was not read to its end."""
        return self._refusals.get(kind)

    def answered(self, document: str, variables: JsonObject) -> Answered | None:
        """Return what was answered to something that is asked once."""
        return next((each for each in self._answers if (each.document, each.variables) == (document, variables)), None)

    def _kept(self, line: bytes) -> Kept:
        try:
            row = orjson.loads(line)
            return Kept(row["root"], row["piece"], row["id"], row["alone"], row["held"])
        except (ValueError, LookupError, TypeError) as error:
            raise SnapshotRefused(
                f"{self.name}: a root is not as a snapshot holds it; {_again(self.about.store)}"
            ) from error

    def index(self, line: bytes, at: int) -> None:
        """Note what a line between the first and the last holds. Raises ValueError, LookupError, TypeError."""
        match = _ROOT.match(line)
        if match is not None:
            kind = match["kind"].decode()
            self._places.setdefault(kind, {})[_own_part(match["id"].decode())] = at
            self._begins.setdefault((kind, int(match["piece"])), at)
            return
        row = orjson.loads(line)
        if "refused" in row:
            self._refusals[row["refused"]] = Refusal(row["cause"], row["cure"])
        else:
            self._answers.append(_answers().validate_python(row["answer"]))


def _own_part(root_id: str) -> int | str:
    """Return what tells an id from those of other roots of its kind, as small as it gets."""
    own = root_id.rpartition("/")[2]
    return int(own) if own.isdecimal() and not own.startswith("0") else own


def opened(file: Path) -> Snapshot:
    """Return the snapshot of a file, proved whole. Raises WrongUsage, SnapshotRefused."""
    try:
        stream = opened_as_named(file)
    except OSError as error:
        raise WrongUsage(
            f"{file}: the snapshot cannot be read: {error.strerror or error}; name one that `reconciler snapshot` wrote"
        ) from error
    try:
        return _proved(str(file), stream)
    except BaseException:
        stream.close()
        raise


def _proved(name: str, stream: IO[bytes]) -> Snapshot:
    first = stream.readline()
    found = Snapshot(name, _about(name, first), "", stream)
    again = _again(found.about.store)
    digest, at, number, line = hashlib.sha256(first), len(first), 1, b""
    for following in stream:
        if line:
            digest.update(line)
            try:
                found.index(line, at)
            except (ValueError, LookupError, TypeError) as error:
                raise SnapshotRefused(f"{name}:{number}: not a line of a snapshot; {again}") from error
            at += len(line)
        line, number = following, number + 1
    found.digest = digest.hexdigest()
    seal = _seal(line)
    if seal is None:
        raise SnapshotRefused(
            f"{name}:{number}: ends here, and its last line should hold the seal: it was cut short; {again}"
        )
    if seal != {"lines": number - 1, "sha256": found.digest}:
        raise SnapshotRefused(
            f"{name}: changed after it was written: its lines have the SHA-256 {found.digest[:12]}, and line {number} "
            f"says {str(seal.get('sha256'))[:12]} of {seal.get('lines')} lines; {again}"
        )
    return found


def _about(name: str, line: bytes) -> About:
    """Return what the first line says. Raises SnapshotRefused."""
    try:
        row = orjson.loads(line)
    except ValueError:
        row = None
    spelled, store = (row.get("format"), row.get("store")) if isinstance(row, dict) else (None, None)
    if not isinstance(spelled, str) or not spelled.startswith(_FAMILY):
        raise SnapshotRefused(f"{name}:1: not a snapshot; expected a file that `reconciler snapshot` wrote")
    if spelled != SNAPSHOT_FORMAT:
        raise SnapshotRefused(f"{name}:1: the format is {spelled}, expected {SNAPSHOT_FORMAT}; {_again(store)}")
    try:
        return _abouts().validate_json(line)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise SnapshotRefused(f"{name}:1: {where}: {error.errors()[0]['msg'].lower()}; {_again(store)}") from error


def _again(store: object) -> str:
    """Return what to do about a snapshot; its own word for the store is quoted, because anybody may have written it."""
    if not isinstance(store, str):
        return "make a new one with `reconciler snapshot` and the name of its store"
    return f"make a new one: reconciler snapshot {shlex.quote(store)}"


def _seal(line: bytes) -> Mapping[str, Any] | None:
    try:
        row = orjson.loads(line)
        seal = row["seal"]
    except (ValueError, LookupError, TypeError):
        return None
    return seal if isinstance(seal, dict) and line.endswith(b"\n") else None


@cache
def _abouts() -> TypeAdapter[About]:
    return TypeAdapter(About)


@cache
def _answers() -> TypeAdapter[Answered]:
    return TypeAdapter(Answered)
