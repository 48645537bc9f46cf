"""Notes are kept apart from those of other code: by the bytes of every file of ours that has a say."""

import os
from pathlib import Path

import pytest

from reconciler.app.repository.engine import digest_of_files


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for file in ("a.py", "kinds/b.py", "kinds/c.yaml", "sandbox/d.py", "kinds/__pycache__/b.pyc"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("one")
    return tmp_path


def test_the_same_bytes_are_the_same_code_whenever_they_were_written(package: Path):
    before = digest_of_files(package)
    os.utime(package / "a.py", (1, 1))
    assert before == digest_of_files(package)


@pytest.mark.parametrize("file", ["a.py", "kinds/b.py", "kinds/c.yaml"])
def test_other_bytes_of_the_same_size_and_time_are_other_code(package: Path, file: str):
    before, status = digest_of_files(package), (package / file).stat()
    (package / file).write_text("two")
    os.utime(package / file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert before != digest_of_files(package)


def test_a_file_that_moved_is_other_code(package: Path):
    before = digest_of_files(package)
    (package / "a.py").rename(package / "b.py")
    assert before != digest_of_files(package)


@pytest.mark.parametrize("file", ["sandbox/d.py", "kinds/__pycache__/b.pyc"])
def test_what_has_no_say_does_not_show(package: Path, file: str):
    before = digest_of_files(package)
    (package / file).write_text("two")
    assert before == digest_of_files(package)
