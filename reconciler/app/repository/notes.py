"""Notes: what was found out once, kept in a file below ``.reconciler/cache/``, and found out again where it is gone.

A note is a line: what it is noted under, a digest over all of the line, and JSON. A line that is cut off, or that
anything happened to, is no note; nor is a file that cannot be read or written, or that is not ours. Two programs at
once each write their file whole, and the last one stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson

from reconciler.app.repository.whole_file import write_whole
from reconciler.loading.plain_file import opened_itself

FOLDER: Final = Path(".reconciler") / "cache"
_SIZE: Final = 8  # bytes; against damage, not against people: whoever can write here can change the code as well


class Notes:
    """The notes of one file, each parsed when it is asked for. What nobody asks for is not written again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before: Mapping[bytes, bytes] = dict(_lines(file))
        self._now: dict[bytes, bytes] = {}

    def get(self, key: str) -> list[Any] | None:
        """Return the values that are noted under a key; None where nothing is."""
        under = key.encode()
        held = self._now.get(under) or self._before.get(under)
        if held is None:
            return None
        check, _, spelled = held.partition(b" ")
        if check != _check(under, spelled):
            return None
        self._now[under] = held
        found: list[Any] = orjson.loads(spelled)
        return found

    def put(self, key: str, values: Sequence[object]) -> None:
        """Note values under a key. It is there at once, and in the file once that is saved."""
        try:
            under, spelled = key.encode(), orjson.dumps(values)
        except TypeError:
            return  # half a character, which a store may hold and JSON cannot
        self._now[under] = _check(under, spelled) + b" " + spelled

    def save(self) -> None:
        """Write what was of use, or is new, in place of what was there."""
        if self._now == self._before:
            return
        try:
            write_whole(self._file, b"".join(b"%b %b\n" % each for each in sorted(self._now.items())))
        except OSError:
            return  # the next plan finds it out again


def notes_of(root: Path, name: str) -> Notes:
    """Return the notes of a repository that go by a name: one word, or a store's."""
    return Notes(root / FOLDER / f"{name}.notes")


def _lines(file: Path) -> Iterator[tuple[bytes, bytes]]:
    try:
        with opened_itself(file) as stream:
            lines = stream.read().splitlines()
    except OSError:
        return
    for line in lines:
        key, _, held = line.partition(b" ")
        yield key, held


def _check(key: bytes, spelled: bytes) -> bytes:
    return blake2b(spelled, key=key[:64], digest_size=_SIZE).hexdigest().encode()
