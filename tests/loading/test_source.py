"""The work tree lists and reads what lies in it, and nothing outside."""

import errno
import os
import sys
from pathlib import Path

import pytest

from reconciler.loading.source import WorkTree, digest
from reconciler.model.errors import InvalidInput

YAML = (".yaml", ".yml")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "repository" / "catalog" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.yaml").write_text("a: 1")
    return tmp_path / "repository"


def test_files_are_listed_below_a_folder_in_order_without_hidden_ones(root):
    for name in ("b.yaml", "a.yml", "deep/er/c.yaml", ".hidden.yaml", "notes.txt", ".git/x.yaml"):
        path = root / "catalog" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("a: 1")
    expected = ["catalog/a.yml", "catalog/b.yaml", "catalog/deep/er/c.yaml"]
    assert expected == WorkTree(root).files("catalog", YAML)


def test_a_folder_that_is_not_there_holds_no_files(root):
    assert [] == WorkTree(root).files("mappings", YAML)


def test_a_file_is_read_as_bytes(root):
    (root / "catalog" / "a.yaml").write_bytes(b"\xff\x00")
    assert b"\xff\x00" == WorkTree(root).read("catalog/a.yaml")


def test_a_link_within_the_repository_is_read(root):
    (root / "a.yaml").write_text("a: 1")
    (root / "catalog" / "a.yaml").symlink_to(root / "a.yaml")
    assert b"a: 1" == WorkTree(root).read("catalog/a.yaml")


def test_a_link_out_of_the_repository_is_refused(root):
    (root / "catalog" / "a.yaml").symlink_to("../../outside/x.yaml")
    with pytest.raises(InvalidInput) as refused:
        WorkTree(root).read("catalog/a.yaml")
    assert "catalog/a.yaml: the link leads out of the repository; put the file itself here" == str(refused.value)


def test_a_link_to_a_folder_outside_is_refused(root):
    (root / "catalog" / "more").symlink_to("../../outside")
    with pytest.raises(InvalidInput) as refused:
        WorkTree(root).files("catalog", YAML)
    assert "catalog/more: the link leads out of the repository; put the folder itself here" == str(refused.value)


def test_links_in_a_circle_end(root):
    (root / "catalog" / "a.yaml").write_text("a: 1")
    (root / "catalog" / "deep" / "again").symlink_to("..")
    assert ["catalog/a.yaml"] == WorkTree(root).files("catalog", YAML)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
def test_what_is_no_file_is_refused_at_once(root, make):
    make(root / "catalog" / "a.yaml")
    with pytest.raises(InvalidInput, match=r"^catalog/a\.yaml: "):
        WorkTree(root).read("catalog/a.yaml")


def test_links_to_nothing_and_missing_files_are_told_alike(root):
    (root / "catalog" / "a.yaml").symlink_to("nowhere")
    for name in ("a", "b"):
        with pytest.raises(InvalidInput, match=f"^catalog/{name}.yaml: the file does not exist$"):
            WorkTree(root).read(f"catalog/{name}.yaml")


def test_a_file_that_may_not_be_read_is_told(root, monkeypatch):
    # The system says so, played here: root, as whom CI often runs, may read everything.
    def denied(path, flags, **more):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    (root / "catalog" / "a.yaml").write_text("a: 1")
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(InvalidInput, match="cannot be read: permission denied"):
        WorkTree(root).read("catalog/a.yaml")


# Such a name cannot even be made there.
@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems refuse such names themselves")
def test_a_name_that_is_not_utf8_is_refused(root):
    Path(os.fsdecode(bytes(root / "catalog") + b"/caf\xe9.yaml")).write_text("a: 1")
    with pytest.raises(InvalidInput) as refused:
        WorkTree(root).files("catalog", YAML)
    assert "catalog: the name caf?.yaml in it is not UTF-8; rename the file" == str(refused.value)


def test_a_digest_is_sha256():
    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == digest(b"")
