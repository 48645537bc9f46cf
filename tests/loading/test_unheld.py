"""Input files that no commit holds, in repositories made for it."""

import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from reconciler.loading.commit import open_commit
from reconciler.loading.unheld import reasons, unheld
from tests.contract.history import History, git

NAMES = ("catalog/products/a.yaml", "catalog/products/b.yaml", "stores/eu.yaml", "mappings/default.yaml")


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project below the root of a repository."""
    History(tmp_path).begin()
    project = tmp_path / "shop"
    write(project, *NAMES)
    return project


def found(root: Path, *more: str) -> set[str]:
    return set(unheld(root, git(root, "rev-parse", "HEAD"), {*NAMES, *more}))


def test_what_a_commit_holds_and_what_git_would_add_to_one_is_none(root: Path) -> None:
    History(root).commit()
    write(root, "catalog/products/new.yaml")
    assert set() == found(root, "catalog/products/new.yaml")


def test_without_a_commit_there_is_nothing_that_one_could_hold(root: Path) -> None:
    assert frozenset() == unheld(root, None, NAMES)


def test_what_git_ignores_is_found_wherever_it_is_told_to(root: Path) -> None:
    write(root, "catalog/stock/erp.csv", "mappings/local.yaml")
    (root.parent / ".gitignore").write_text("*.csv\n")
    (root.parent / ".git/info/exclude").write_text("local.yaml\n")
    History(root).commit()
    more = ("catalog/stock/erp.csv", "mappings/local.yaml")
    assert set(more) == found(root, *more)
    (said,) = reasons(root, more)
    assert "catalog/stock/erp.csv, mappings/local.yaml (git ignores it: take it out of .gitignore" in said


def test_what_another_repository_holds_is_not_in_this_one(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    History(other).begin()
    write(other, "c.yaml")
    History(other).commit()
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other), "catalog/products/shared")
    History(root).commit()
    assert {"catalog/products/shared/c.yaml"} == found(root, "catalog/products/shared/c.yaml")
    (said,) = reasons(root, ["catalog/products/shared/c.yaml"])
    assert "it is in another repository" in said


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_was_told_to_overlook_is_found(root: Path, flag: str) -> None:
    History(root).commit()
    git(root, "update-index", flag, "catalog/products/a.yaml")
    assert {"catalog/products/a.yaml"} == found(root)
    (said,) = reasons(root, ["catalog/products/a.yaml"])
    assert "git update-index --no-assume-unchanged --no-skip-worktree" in said


def test_a_link_is_held_if_what_it_leads_to_is(root: Path) -> None:
    (root / "catalog/more").symlink_to("products")
    (root / "catalog/one.yaml").symlink_to("../elsewhere.yaml")
    write(root, "elsewhere.yaml")
    History(root).commit()
    assert {"catalog/one.yaml"} == found(root, "catalog/more/a.yaml", "catalog/one.yaml")


def test_where_git_does_not_answer_no_file_counts_as_held(root: Path) -> None:
    commit = History(root).commit()
    (root.parent / ".git/index").write_bytes(b"no index")
    assert frozenset(NAMES) == unheld(root, commit, NAMES)
    (said,) = reasons(root, NAMES)
    assert said.startswith("catalog/products/a.yaml, catalog/products/b.yaml, mappings/default.yaml and 1 more (")
    assert "git does not say whether it is" in said
    assert "git status" in said
    git(root, "read-tree", "HEAD")
    assert [True] == ["git did not answer when it was asked" in said for said in reasons(root, NAMES)]


def test_where_git_knows_no_such_commit_only_what_it_tracks_counts_as_held(root: Path) -> None:
    (root.parent / ".gitignore").write_text("*.csv\n")
    History(root).commit()
    write(root, "catalog/erp.csv", "catalog/products/new.yaml")
    doubtful = {"catalog/erp.csv", "catalog/products/new.yaml"}
    assert doubtful == unheld(root, "f" * 40, {*NAMES, *doubtful})


def test_git_is_asked_twice_where_everything_is_held(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = History(root).commit()
    asked: list[list[str]] = []
    run = subprocess.run

    def counted(words: list[str], **more: object) -> object:
        asked.append(words)
        return run(words, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", counted)
    assert frozenset() == unheld(root, commit, NAMES)
    assert 2 == len(asked)
    assert os.fspath(root) in asked[0]


def test_what_a_filter_of_git_writes_otherwise_into_a_commit_is_found(root: Path) -> None:
    (root.parent / ".gitattributes").write_text("*.yaml filter=fix\nmappings/* -filter\n")
    git(root, "config", "filter.fix.clean", "sed s/9.00/1.00/")
    write_price(root, "9.00")
    commit = History(root).commit()
    assert ("", "catalog/products/a.yaml") == (git(root, "status", "--porcelain"), *found(root))
    (said,) = reasons(root, found(root))
    assert "a filter of git writes it otherwise into a commit: take it out of .gitattributes, and commit it" in said
    tree = open_commit(root, commit)
    assert [False, True] == [tree.same(file) for file in NAMES[:2]]
    assert b"price: 1.00" == tree.read(NAMES[0])
    tree.close()


def write_price(root: Path, price: str) -> None:
    (root / NAMES[0]).write_text(f"price: {price}")


def test_an_edit_that_git_sees_is_an_edit_whatever_filter_there_is(root: Path) -> None:
    (root.parent / ".gitattributes").write_text("*.yaml filter=fix\n")
    git(root, "config", "filter.fix.clean", "sed s/9.00/1.00/")
    History(root).commit()
    write_price(root, "5.00")
    assert set() == found(root)


def test_line_endings_of_texts_say_nothing_and_those_of_pictures_do(root: Path) -> None:
    (root.parent / ".gitattributes").write_text("*.yaml text\n*.png text eol=lf\n")
    for name in (NAMES[0], "catalog/images/a.png", "catalog/images/b.png"):
        write(root, name)
        (root / name).write_bytes(b"\n" if name.endswith("b.png") else b"one\r\ntwo\r\n")
    History(root).commit()
    assert {"catalog/images/a.png"} == found(root, "catalog/images/a.png", "catalog/images/b.png")


def test_what_git_keeps_elsewhere_is_held_as_long_as_it_is_that(root: Path) -> None:
    content = b"a picture"
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(content).hexdigest()}\nsize 9\n"
    (root.parent / ".gitattributes").write_text("*.png filter=lfs\n")
    git(root, "config", "filter.lfs.clean", f"printf '{pointer}'")
    for name in ("catalog/images/a.png", "catalog/images/b.png"):
        write(root, name)
        (root / name).write_bytes(content if "a.png" in name else b"another")
    History(root).commit()
    assert {"catalog/images/b.png"} == found(root, "catalog/images/a.png", "catalog/images/b.png")
