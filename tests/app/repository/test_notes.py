"""Notes are what was noted, or nothing: whatever happens to the file that keeps them, and to the folder of it."""

from pathlib import Path

import pytest

from reconciler.app.repository.notes import FOLDER, Notes, notes_of
from reconciler.app.scaffold import starting

KEPT: dict[str, list[object]] = {"aa": ["one", {"variant": 2}], "bb": ["two"], "cc": []}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of three notes."""
    notes = Notes(tmp_path / "a.notes")
    for key, values in KEPT.items():
        notes.put(key, values)
    notes.save()
    return tmp_path / "a.notes"


def found(file: Path) -> dict[str, object]:
    notes = Notes(file)
    return {key: values for key in KEPT if (values := notes.get(key)) is not None}


def test_what_was_noted_is_there(file: Path):
    assert KEPT == found(file)


def test_what_nobody_asks_for_goes(file: Path):
    notes = Notes(file)
    assert ["two"] == notes.get("bb")
    notes.save()
    assert {"bb": ["two"]} == found(file)


def test_a_note_that_anything_happened_to_is_none_and_the_others_stay(file: Path):
    whole = file.read_bytes()
    start, end = whole.index(b"aa "), whole.index(b"bb ")
    others = {key: values for key, values in KEPT.items() if key != "aa"}
    for position in range(start, end - 1):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert others == found(file), position


def test_a_file_that_ends_too_soon_holds_what_is_whole(file: Path):
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert found(file).items() <= KEPT.items()


@pytest.mark.parametrize(
    "foreign", [b"", b"\n\n \n", b"\x00\xff\n", b"[]\n", b"aa\n", b"aa  []\n", b"SQLite format 3\x00"]
)
def test_a_file_of_somebody_else_holds_no_notes(file: Path, foreign: bytes):
    file.write_bytes(foreign)
    assert {} == found(file)


def test_what_cannot_be_read_or_written_is_done_without(tmp_path: Path):
    (tmp_path / FOLDER.parent).mkdir()
    (tmp_path / FOLDER).write_text("no folder")
    (tmp_path / "a.notes").mkdir()
    for notes in (notes_of(tmp_path, "a"), Notes(tmp_path / "a.notes")):
        notes.put("aa", ["one"])
        assert ["one"] == notes.get("aa")
        notes.save()
    assert ["no folder", True] == [(tmp_path / FOLDER).read_text(), (tmp_path / "a.notes").is_dir()]


def test_what_json_cannot_hold_is_not_noted(file: Path):
    notes = Notes(file)
    notes.put("dd", ["\ud800", 2**80])
    assert notes.get("dd") is None


def test_what_init_writes_keeps_the_notes_out_of_commits():
    assert f"/{FOLDER.parts[0]}/" in starting._IGNORED.splitlines()
