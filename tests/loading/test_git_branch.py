"""A folder on a branch of its own: whole, one commit a time, and never at the cost of what somebody else kept."""

import subprocess
from pathlib import Path

import pytest

from reconciler.loading.git_branch import Branch, token_variables
from reconciler.loading.git_command import GitFailed


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@localhost")
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def a_checkout(folder: Path) -> Branch:
    folder.mkdir()
    remote = folder.parent / "remote"
    if not remote.exists():
        remote.mkdir()
        git(remote, "init", "-q", "--bare", "-b", "main")
    git(folder, "init", "-q", "-b", "main")
    (folder / ".gitignore").write_text("/journal/\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "files")
    return Branch(folder, f"file://{remote}", "journal")


def put(branch: Branch, text: str, file: str = "journal/eu.jsonl") -> None:
    (branch.root / file).parent.mkdir(parents=True, exist_ok=True)
    (branch.root / file).write_text(text)


def test_what_one_run_keeps_the_next_one_finds_and_nothing_else_is_touched(tmp_path: Path):
    first, second = a_checkout(tmp_path / "a"), a_checkout(tmp_path / "b")
    assert first.fetched() is None
    put(first, "one\n")
    put(first, "\x00\xff", "journal/kept/picture")
    kept = first.keep("journal", "why", None)
    assert kept == second.fetched()
    assert "one\n" == (second.root / "journal/eu.jsonl").read_text()
    assert "\x00\xff" == (second.root / "journal/kept/picture").read_text()
    assert second.keep("journal", "nothing new", kept) is None
    put(second, "one\ntwo\n")
    assert second.keep("journal", "more", kept) == first.fetched()
    assert "one\ntwo\n" == (first.root / "journal/eu.jsonl").read_text()
    for branch in (first, second):
        assert "" == git(branch.root, "status", "--porcelain")
        assert "main" == git(branch.root, "branch", "--show-current")


def test_what_somebody_else_kept_in_the_meantime_is_not_written_over(tmp_path: Path):
    first, second = a_checkout(tmp_path / "a"), a_checkout(tmp_path / "b")
    put(first, "one\n")
    base = first.keep("journal", "why", None)
    second.fetched()
    put(first, "one\nof the first\n")
    theirs = first.keep("journal", "first", base)
    put(second, "one\nof the second\n")
    with pytest.raises(GitFailed):
        second.keep("journal", "second", base)
    with pytest.raises(GitFailed):
        second.keep("journal", "from nothing", None)
    assert theirs == first.tip()


def test_a_remote_that_cannot_be_reached_is_told(tmp_path: Path):
    branch = a_checkout(tmp_path / "a")
    with pytest.raises(GitFailed):
        Branch(branch.root, f"file://{tmp_path}/nowhere", "journal").fetched()


def test_a_token_stands_in_no_argument_and_replaces_what_a_checkout_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    found = token_variables("https://git.example.com", "secret-word", "user")
    assert ("3", "") == (found["GIT_CONFIG_COUNT"], found["GIT_CONFIG_VALUE_1"])
    assert "http.https://git.example.com/.extraHeader" == found["GIT_CONFIG_KEY_2"]
    assert found["GIT_CONFIG_VALUE_2"].startswith("Authorization: Basic ")
    branch = Branch(Path(), "https://git.example.com/x", "journal", found)
    assert "Basic" not in repr(branch)
