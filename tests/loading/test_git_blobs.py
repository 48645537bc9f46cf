"""Blobs go in and out by their bytes; what cannot be had or put anywhere is told."""

import subprocess
from pathlib import Path

import pytest

from reconciler.loading.git_blobs import blobs_of, put_in_place
from reconciler.loading.git_command import GitFailed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository without a commit."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def test_they_are_in_the_order_of_the_files_and_replace_what_was_there(root: Path):
    files = [root / name for name in ("b", "a", '"c"', "- d ")]
    for file in files:
        file.write_text(file.name)
    blobs = blobs_of(root, files)
    files[0].write_text("something longer")
    copies = [root / "new" / file.name for file in files]
    put_in_place(root, {files[0]: blobs[0], **dict(zip(copies, blobs, strict=True))})
    assert "b" == files[0].read_text()
    assert [file.name for file in files] == [copy.read_text() for copy in copies]


def test_no_files_are_no_blobs(root: Path):
    assert [] == blobs_of(root, [])
    put_in_place(root, {})


def test_what_is_not_here_and_what_cannot_be_written_are_told(root: Path):
    with pytest.raises(GitFailed, match="is not in this clone"):
        put_in_place(root, {root / "x": "0" * 40})
    (root / "x").unlink()
    (root / "folder").mkdir()
    (root / "large").write_bytes(b"0123456789" * 500_000)
    (large,) = blobs_of(root, [root / "large"])
    for taken in (root / "folder", root / "large" / "x"):
        with pytest.raises(GitFailed, match=taken.name):
            put_in_place(root, {taken: large})


def test_what_git_cannot_be_asked_about_is_told(root: Path):
    (root / "a\nb").write_text("x")
    with pytest.raises(GitFailed, match="rename it"):
        blobs_of(root, [root / "a\nb"])
    with pytest.raises(GitFailed):
        blobs_of(root, [root / "gone"])
