"""Notes are what was noted, or nothing: whatever happens to the file that keeps them, and to the folder of it."""

import os
import subprocess
from pathlib import Path

import pytest

from reconciler.app.repository.notes import FOLDER, Notes, notes_of, refusing_tracked_notes
from reconciler.app.scaffold import starting
from reconciler.model.errors import Diagnostic, InvalidInput
from reconciler.model.origin import Place

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


def noted(root: Path) -> Path:
    """A repository of git with one note, which it ignores."""
    git(root, "init", "-q", ".")
    (root / ".gitignore").write_text("/.reconciler/\n")
    git(root, "add", ".gitignore")
    notes = notes_of(root, "eu")
    notes.put("aa", ["one"])
    notes.save()
    return root / FOLDER / "eu.notes"


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True)


def refused(root: Path) -> tuple[Diagnostic, ...]:
    try:
        with refusing_tracked_notes(root):
            pass
    except InvalidInput as error:
        return tuple(error.diagnostics)
    return ()


@pytest.mark.parametrize(
    "file", [".reconciler/cache/eu.notes", ".reconciler/cache/us.notes", ".reconciler/x", ".Reconciler/x"]
)
def test_what_git_tracks_is_no_note_and_is_left_as_it_is(tmp_path: Path, file: str):
    own = noted(tmp_path)
    before = own.read_bytes()
    assert ["one"] == notes_of(tmp_path, "eu").get("aa")
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).touch()
    git(tmp_path, "add", "--force", file)
    os.utime(own.parent, ns=(1, 1))  # as a pull into it would, which git add is not
    notes = notes_of(tmp_path, "eu")
    assert notes.get("aa") is None
    notes.put("aa", ["two"])
    notes.save()
    assert before == own.read_bytes()


def test_links_and_projects_below_the_root_are_no_way_around(tmp_path: Path):
    own = noted(tmp_path)
    for root in (tmp_path / "below", tmp_path / "other"):
        (root / ".reconciler").mkdir(parents=True)
        (root / FOLDER).symlink_to(own.parent)
    git(tmp_path, "add", "--force", "below/.reconciler")
    assert notes_of(tmp_path / "below", "eu").get("aa") is None
    assert [Place(".reconciler/cache")] == [problem.place for problem in refused(tmp_path / "below")]
    assert ["one"] == notes_of(tmp_path / "other", "eu").get("aa")


def test_where_git_cannot_tell_there_are_no_notes(tmp_path: Path):
    noted(tmp_path)
    (tmp_path / ".git/HEAD").unlink()
    assert notes_of(tmp_path, "eu").get("aa") is None
    assert () == refused(tmp_path)


def test_git_is_asked_once_and_only_where_there_are_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = tmp_path / "asked"
    git(tmp_path, "init", "-q", ".")
    monkeypatch.setenv("GIT_TRACE", str(asked))
    assert notes_of(tmp_path, "eu").get("aa") is None
    assert not asked.exists()
    noted(tmp_path)
    asked.unlink()
    for name in ("eu", "us", "eu"):
        notes_of(tmp_path, name)
    assert 1 == asked.read_text().count("built-in: git ls-files")


def test_what_git_tracks_is_said_with_its_cure_beside_what_else_is_wrong(tmp_path: Path):
    noted(tmp_path)
    assert () == refused(tmp_path)
    git(tmp_path, "add", "--force", ".reconciler")
    (problem,) = refused(tmp_path)
    assert Place(".reconciler/cache/eu.notes") == problem.place
    assert "git tracks this file; " in problem.summary
    assert "git rm -r --cached .reconciler" in str(problem.hint)
    (tmp_path / ".reconciler/x").touch()
    git(tmp_path, "add", "--force", ".reconciler")
    assert "git tracks this file, as it does 1 file beside it; " in refused(tmp_path)[0].summary
    other = Diagnostic("something else", Place("stores/eu.yaml"))
    with pytest.raises(InvalidInput) as both, refusing_tracked_notes(tmp_path):
        raise InvalidInput([other])
    assert [*refused(tmp_path), other] == [*both.value.diagnostics]
    git(tmp_path, "rm", "-q", "-r", "--cached", ".reconciler")
    assert () == refused(tmp_path)
