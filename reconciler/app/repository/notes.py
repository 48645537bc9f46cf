"""Notes: what was found out once, kept in a file below ``.reconciler/cache/``, and found out again where it is gone.

A note is a line: what it is noted under, a digest over all of the line, and JSON. A line that is cut off, or that
anything happened to, is no note; nor is a file that cannot be read or written, or that is not ours. Two programs at
once each write their file whole, and the last one stays.

A plan believes notes as it believes our own code, so those that a commit brought along are none: whoever may propose a
change could have it called equal. Where git tracks anything beside them, nothing is read there, and nothing written.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson

from reconciler.app.repository.whole_file import write_whole
from reconciler.loading.git import tracked
from reconciler.loading.git_command import GitFailed
from reconciler.loading.plain_file import opened_itself
from reconciler.model.counting import counted
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

_OURS: Final = ".reconciler"
FOLDER: Final = Path(_OURS) / "cache"
_SIZE: Final = 8  # bytes; against damage, not against people: whoever can write here can change the code as well


class Notes:
    """The notes of one file, each parsed when it is asked for. What nobody asks for is not written again.

    ``file``: None for notes that begin empty and are gone with the process.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._before: Mapping[bytes, bytes] = dict(_lines(file)) if file is not None else {}
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
        if self._file is None or self._now == self._before:
            return
        try:
            write_whole(self._file, b"".join(b"%b %b\n" % each for each in sorted(self._now.items())))
        except OSError:
            return  # the next plan finds it out again


def notes_of(root: Path, name: str) -> Notes:
    """Return the notes of a repository that go by a name: one word, or a store's."""
    folder = root / FOLDER
    try:
        state = folder.stat()
    except OSError:
        is_foreign = False  # nothing is there yet
    else:
        is_foreign = _is_foreign(root, (state.st_dev, state.st_ino, state.st_mtime_ns))
    return Notes(None if is_foreign else folder / f"{name}.notes")


@contextmanager
def refusing_tracked_notes(root: Path) -> Iterator[None]:
    """Raise InvalidInput at the end where git tracks files beside the notes, together with what else is wrong."""
    foreign = [*_tracked_notes(root)]
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput([*foreign, *error.diagnostics]) from None
    if foreign:
        raise InvalidInput(foreign)


def _tracked_notes(root: Path) -> Iterator[Diagnostic]:
    """Yield one problem, at the first of the files."""
    try:
        files = tracked(root, _OURS)
    except GitFailed:
        return  # nothing is noted then, which is only slow
    if files:
        more = f", as it does {counted(len(files) - 1, 'file')} beside it" if files[1:] else ""
        yield Diagnostic(
            f"git tracks this file{more}; what is in {_OURS}/ each machine finds out for itself, and a plan would "
            "believe what a commit says instead; until git has none of it, plans use no notes and are slower",
            Place(files[0]),
            f"run git rm -r --cached {files[0].partition('/')[0]}, put /{_OURS}/ into .gitignore, and commit both",
        )


@lru_cache(maxsize=16)
def _is_foreign(root: Path, state: tuple[int, ...]) -> bool:
    """Return whether notes may have come with a commit.

    Asked again once ``state``, of their folder, is another one: a process that lives on may have pulled some.
    """
    del state
    try:
        return bool(tracked(root, _OURS))
    except GitFailed:
        return True


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
