"""The command that takes a run back in git: proved by running it."""

import shlex
import subprocess
from pathlib import Path

import pytest

from reconciler.loading.reverting import Reverting, reverting
from tests.contract.history import History, git

INPUTS = ("stores/eu.yaml", "mappings/default.yaml", "catalog/a.yaml")


def commit(root: Path, **files: str) -> str:
    for name, text in files.items():
        path = root / "shop" / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return History(root).commit()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a project below its root."""
    History(tmp_path).begin()
    git(tmp_path, "config", "user.name", "x")
    git(tmp_path, "config", "user.email", "x@example.com")
    commit(tmp_path, catalog__a="1", stores__eu="1", stores__us="1", mappings__default="1", notes="1")
    return tmp_path


def head(root: Path) -> str:
    return git(root, "rev-parse", "HEAD")


def found(root: Path, base: str | None, to: str) -> Reverting:
    return reverting(root / "shop", base, to, INPUTS)


def taken_back(root: Path, base: str) -> Reverting:
    """Run the command, and prove that the files of the store are as they were, and that others are not touched."""
    at = head(root)
    revert = found(root, base, at)
    assert revert.command is not None, revert
    for command in revert.command.split(" && "):
        words = shlex.split(command)
        subprocess.run([*words[:2], "--no-edit", *words[2:]], cwd=root / "shop", check=True, capture_output=True)
    inputs = ["shop/catalog", *(f"shop/{file}" for file in INPUTS)]
    assert "" == git(root, "diff", "--stat", base, "HEAD", "--", *inputs)
    if not revert.remarks:
        others = [f":!{file}" for file in inputs]
        assert "" == git(root, "diff", "--stat", at, "HEAD", "--", ".", *others)
    return revert


def test_one_commit_is_reverted_by_its_name(root: Path) -> None:
    base = head(root)
    one = commit(root, catalog__a="2")
    assert Reverting(f"git revert {one}") == taken_back(root, base)


def test_a_line_of_commits_is_a_range(root: Path) -> None:
    base = head(root)
    commit(root, catalog__a="2")
    last = commit(root, catalog__a="3")
    assert Reverting(f"git revert {base}..{last}") == taken_back(root, base)


def test_commits_that_touch_nothing_of_the_store_are_left_out(root: Path) -> None:
    base = head(root)
    before = commit(root, notes="2")
    first = commit(root, catalog__a="2")
    second = commit(root, mappings__default="2")
    commit(root, stores__us="2")
    assert f"git revert {before}..{second}" == found(root, base, head(root)).command
    third = commit(root, stores__eu="3")
    assert Reverting(f"git revert {third} {second} {first}") == taken_back(root, base)


def test_merges_are_steps_among_others(root: Path) -> None:
    base = head(root)
    first = commit(root, catalog__a="2")
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, catalog__b="1")
    git(root, "checkout", "--quiet", "main")
    commit(root, notes="2")
    git(root, "merge", "--quiet", "--no-edit", "side")
    merged = head(root)
    last = commit(root, catalog__a="3")
    assert Reverting(f"git revert -m 1 {last} {merged} {first}") == taken_back(root, base)


@pytest.mark.parametrize(("base", "mainline"), [("main", 1), ("branch", 2)])
def test_a_merge_is_reverted_to_the_side_that_the_store_was_at(root: Path, base: str, mainline: int) -> None:
    git(root, "checkout", "--quiet", "-b", "branch")
    commit(root, catalog__a="2")
    git(root, "checkout", "--quiet", "main")
    commit(root, catalog__b="2")
    before = git(root, "rev-parse", base)
    git(root, "merge", "--quiet", "--no-edit", "branch")
    assert Reverting(f"git revert -m {mainline} {head(root)}") == taken_back(root, before)


def test_a_commit_that_does_more_is_said(root: Path) -> None:
    base = head(root)
    commit(root, catalog__a="2", stores__us="2", notes="2")
    (remark,) = taken_back(root, base).remarks
    assert "it takes back more than this store was asked: shop/notes.yaml, shop/stores/us.yaml" == remark


def test_there_is_no_command_where_git_did_nothing_or_cannot_tell(root: Path) -> None:
    first = head(root)
    second = commit(root, notes="2")
    git(root, "checkout", "--quiet", "--orphan", "alone")
    alone = commit(root, catalog__a="5")
    cases = {
        (first, first): "so git changed nothing",
        (None, first): "not recorded which commit",
        (first, second): "touches the files of the store",
        (second, first): "no line of commits leads",
        (second, alone): f"git diff {second} {alone}",
        (first, "1" * 40): "git cannot tell",
    }
    for (base, to), said in cases.items():
        revert = found(root, base, to)
        assert revert.command is None
        assert said in revert.remarks[0]
