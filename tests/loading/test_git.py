"""Git is asked about the files, in repositories made for it."""

import os
import subprocess

import pytest

from reconciler.loading.git import changed_files, head
from reconciler.model.errors import WrongUsage

IDENTITY = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(root, *arguments):
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def commit(root, **files):
    for stem, text in files.items():
        (root / f"{stem}.yaml").write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path):
    """A repository with one commit on main, and a branch that leaves it there."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path, same="1", changed="1", removed="1", renamed="a long text to be renamed")
    git(tmp_path, "checkout", "--quiet", "-b", "branch")
    return tmp_path


def test_a_clean_tree_is_at_its_commit(root):
    assert (git(root, "rev-parse", "HEAD"), False) == head(root)


@pytest.mark.parametrize("name", ["catalog/new.yaml", "stores/eu.yaml", "mappings/ü.yaml"])
def test_a_changed_input_makes_the_tree_dirty(root, name):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("1")
    assert head(root)[1]
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "another")
    assert not head(root)[1]
    (root / name).write_text("2")
    assert head(root)[1]


@pytest.mark.parametrize("name", ["plans/eu.json", "changed.yaml"])
def test_what_a_plan_is_not_made_from_does_not(root, name):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("2")
    assert not head(root)[1]


def test_only_the_folder_counts(root):
    (root / "shop").mkdir()
    (root / "catalog").mkdir()
    (root / "catalog" / "new.yaml").write_text("2")
    assert not head(root / "shop")[1]


def test_a_folder_without_git_has_no_commit(tmp_path):
    assert (None, False) == head(tmp_path)


def test_a_repository_without_commits_has_no_commit(tmp_path):
    git(tmp_path, "init", "--quiet")
    assert (None, False) == head(tmp_path)


def test_the_repository_of_a_hook_is_not_asked(root, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert head(root)[0] is not None


def test_changes_are_committed_uncommitted_untracked_removed_and_both_names_of_renamed(root):
    commit(root, committed="1", changed="2")
    git(root, "mv", "renamed.yaml", "ünder a näme.yaml")
    (root / "removed.yaml").unlink()
    (root / "un\ntracked.yaml").write_text("1")
    (root / ".gitignore").write_text("ignored.yaml\n")
    (root / "ignored.yaml").write_text("1")
    expected = {"committed.yaml", "changed.yaml", "renamed.yaml", "ünder a näme.yaml", "removed.yaml"}
    assert expected | {"un\ntracked.yaml", ".gitignore"} == changed_files(root, "main")


def test_what_happened_on_the_other_branch_since_is_not_our_change(root):
    commit(root, ours="1")
    git(root, "checkout", "--quiet", "main")
    commit(root, theirs="1")
    git(root, "checkout", "--quiet", "branch")
    assert {"ours.yaml"} == changed_files(root, "main")


def test_names_are_told_from_the_folder(root):
    (root / "shop").mkdir()
    (root / "shop" / "a.yaml").write_text("1")
    (root / "other.yaml").write_text("1")
    assert {"a.yaml"} == changed_files(root / "shop", "main")


def test_a_users_taste_in_diffs_does_not_matter(root):
    for setting in (
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("color.ui", "always"),
        ("diff.renames", "copies"),
    ):
        git(root, "config", *setting)
    commit(root, changed="2")
    assert {"changed.yaml"} == changed_files(root, "main")


@pytest.mark.parametrize(
    ("ref", "fetch"),
    [("origin/main", "git fetch origin main"), ("v1", "git fetch origin v1"), ("--all", "git fetch origin --all")],
)
def test_an_unknown_ref_is_told_with_the_command_that_fetches_it(root, ref, fetch):
    with pytest.raises(WrongUsage) as refused:
        changed_files(root, ref)
    assert f"git knows no commit '{ref}'; fetch it with: {fetch}" == str(refused.value)


def test_histories_without_a_common_commit_are_told(root):
    git(root, "checkout", "--quiet", "--orphan", "alone")
    commit(root, alone="1")
    with pytest.raises(WrongUsage, match="git fetch --unshallow"):
        changed_files(root, "main")


def test_changes_without_git_are_not_known(tmp_path):
    with pytest.raises(WrongUsage, match="is not in a git repository"):
        changed_files(tmp_path, "main")
