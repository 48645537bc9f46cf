"""A folder on a branch of its own: whole, one commit a time, and never at the cost of what somebody else kept."""

import subprocess
from pathlib import Path

import pytest

from reconciler.loading.git_branch import Branch, token_variables
from reconciler.loading.git_command import GitFailed


def git(folder: Path, *words: str, given: str | None = None) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, input=given)
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
    assert first.fetched("journal") is None
    put(first, "one\n")
    put(first, "\x00\xff", "journal/kept/picture")
    kept = first.keep("journal", "why", None)
    assert kept == second.fetched("journal")
    assert "one\n" == (second.root / "journal/eu.jsonl").read_text()
    assert "\x00\xff" == (second.root / "journal/kept/picture").read_text()
    assert second.keep("journal", "nothing new", kept) is None
    put(second, "one\ntwo\n")
    assert second.keep("journal", "more", kept) == first.fetched("journal")
    assert "one\ntwo\n" == (first.root / "journal/eu.jsonl").read_text()
    for branch in (first, second):
        assert "" == git(branch.root, "status", "--porcelain")
        assert "main" == git(branch.root, "branch", "--show-current")


def test_what_somebody_else_kept_in_the_meantime_is_not_written_over(tmp_path: Path):
    first, second = a_checkout(tmp_path / "a"), a_checkout(tmp_path / "b")
    put(first, "one\n")
    base = first.keep("journal", "why", None)
    second.fetched("journal")
    put(first, "one\nof the first\n")
    theirs = first.keep("journal", "first", base)
    put(second, "one\nof the second\n")
    with pytest.raises(GitFailed):
        second.keep("journal", "second", base)
    with pytest.raises(GitFailed):
        second.keep("journal", "from nothing", None)
    assert theirs == first.tip()


def plant(branch: Branch, *rows: tuple[str, str, str]) -> None:
    """Have the branch hold these: mode, path, content. git itself would add some of them to no index."""
    remote = branch.root.parent / "remote"

    def tree(below: list[tuple[str, list[str], str]]) -> str:
        lines = []
        for name in dict.fromkeys(parts[0] for _, parts, _ in below):
            own = [(mode, parts[1:], text) for mode, parts, text in below if parts[0] == name]
            (mode, rest, text), *_ = own
            word = f"040000 tree {tree(own)}" if rest else f"{mode} blob {hashed('blob', text)}"
            lines.append(f"{word}\t{name}")
        return git(remote, "mktree", given="".join(f"{line}\n" for line in sorted(lines)))

    def hashed(kind: str, text: str) -> str:
        return git(remote, "hash-object", "-w", "-t", kind, "--stdin", given=text)

    held = tree([(mode, path.split("/"), text) for mode, path, text in rows])
    git(remote, "update-ref", "refs/heads/journal", git(remote, "commit-tree", held, "-m", "planted"))


def everything(root: Path) -> dict[str, str]:
    """Return what stands in a checkout and beside it; git's own files are left out."""
    return {
        str(file.relative_to(root.parent)): str(file.readlink()) if file.is_symlink() else file.read_text()
        for file in sorted(root.parent.rglob("*"))
        if (file.is_file() or file.is_symlink()) and not {"remote", ".git"} & set(file.relative_to(root.parent).parts)
    }


def test_of_a_branch_that_others_wrote_to_nothing_but_the_folder_gets_here(tmp_path: Path):
    branch = a_checkout(tmp_path / "a")
    put(branch, "name: eu\n", "stores/eu.yaml")
    before = everything(branch.root)
    plain = "100644"
    plant(
        branch,
        (plain, ".github/workflows/x.yaml", "on: push\n"),
        (plain, "journal-of/x", "beside\n"),
        (plain, "journal/eu.jsonl", "one\n"),
        (plain, "stores/eu.yaml", "name: theirs\n"),
        ("120000", "mappings", "/etc"),
    )
    branch.fetched("journal")
    assert {**before, "a/journal/eu.jsonl": "one\n"} == everything(branch.root)


@pytest.mark.parametrize(
    ("mode", "path", "text"),
    [
        ("120000", "journal", "stores"),
        ("120000", "journal/eu.jsonl", "../stores/eu.yaml"),
        ("120000", "journal/kept", "../stores"),
        ("100644", "journal/../stores/eu.yaml", "name: theirs\n"),
        ("100644", "journal/../../beside", "theirs\n"),
        ("100644", "journal/.git/hooks/post-checkout", "theirs\n"),
        ("100644", "journal/.gitattributes", "* working-tree-encoding=UTF-16\n"),
    ],
)
def test_a_branch_with_what_no_journal_has_is_refused_whole(tmp_path: Path, mode: str, path: str, text: str):
    branch = a_checkout(tmp_path / "a")
    put(branch, "name: eu\n", "stores/eu.yaml")
    before = everything(branch.root)
    plant(branch, (mode, path, text), *([("100644", "journal/us.jsonl", "one\n")] if path != "journal" else []))
    with pytest.raises(GitFailed) as refused:
        branch.fetched("journal")
    assert before == everything(branch.root)
    assert f"{path} is " in str(refused.value)
    assert "take it off the branch" in str(refused.value)


REWRITING = ["* text eol=crlf", "* text=auto eol=crlf", "* ident", "* working-tree-encoding=UTF-16", "* filter=x"]
BYTES = {
    "journal/eu.jsonl": b'{"a": 1}\n{"b": "$Id$"}\n',
    "journal/us.jsonl": b"a\r\nb\nc\rd",
    "journal/kept/a picture \u00e9": b"\x89PNG\r\n\x1a\n\x00\xff\r\n",
    "journal/kept/empty": b"",
    "journal/kept/large": b"0123456789\r\n" * 200_000,
}


@pytest.mark.parametrize("attributes", REWRITING)
def test_every_byte_goes_there_and_back_whatever_git_does_to_files(tmp_path: Path, attributes: str):
    first, second = a_checkout(tmp_path / "a"), a_checkout(tmp_path / "b")
    for branch in (first, second):
        git(branch.root, "config", "core.autocrlf", "true")
        git(branch.root, "config", "filter.x.clean", "tr a-z A-Z")
        git(branch.root, "config", "filter.x.smudge", "tr a-z A-Z")
        (branch.root / ".gitattributes").write_text(f"{attributes}\n")
    for file, content in BYTES.items():
        put(first, "", file)
        (first.root / file).write_bytes(content)
    kept = first.keep("journal", "why", None)
    assert kept == second.fetched("journal")
    assert second.keep("journal", "nothing new", kept) is None
    assert BYTES == {file: (second.root / file).read_bytes() for file in BYTES}
    for file, content in BYTES.items():
        command = ["git", "-C", str(tmp_path / "remote"), "cat-file", "blob", f"journal:{file}"]
        assert content == subprocess.run(command, check=True, capture_output=True).stdout


def test_a_file_that_is_gone_from_the_folder_is_gone_from_the_branch(tmp_path: Path):
    branch = a_checkout(tmp_path / "a")
    put(branch, "one\n")
    put(branch, "two\n", "journal/us.jsonl")
    kept = branch.keep("journal", "why", None)
    (branch.root / "journal/us.jsonl").unlink()
    less = branch.keep("journal", "less", kept)
    assert "journal/eu.jsonl" == git(branch.root, "ls-tree", "-r", "--name-only", str(less))


def test_whatever_else_the_branch_holds_stays_there(tmp_path: Path):
    branch = a_checkout(tmp_path / "a")
    remote = branch.root.parent / "remote"
    beside = [
        ("100644", "README.md", "read me\n"),
        ("100755", "tools/\u00e9/run", "run\n"),
        ("100644", "journal-of/x", "beside\n"),
        ("120000", "link", "README.md"),
    ]
    plant(branch, *beside, ("100644", "journal/eu.jsonl", "one\n"))
    planted = branch.fetched("journal")
    before = git(remote, "ls-tree", "-r", "journal")
    assert branch.keep("journal", "nothing new", planted) is None
    put(branch, "one\ntwo\n")
    assert branch.keep("journal", "more", planted) == branch.tip()
    assert "one\ntwo" == git(remote, "show", "journal:journal/eu.jsonl")

    def others(listed: str) -> list[str]:
        return [row for row in listed.splitlines() if "\tjournal/" not in row]

    assert len(beside) == len(others(before))
    assert others(before) == others(git(remote, "ls-tree", "-r", "journal"))


def test_the_folder_of_a_project_that_is_not_the_root_is_kept_at_the_root_of_the_branch(tmp_path: Path):
    outer = a_checkout(tmp_path / "a")
    put(outer, "read me\n", "shop/x")
    plant(outer, ("100644", "README.md", "read me\n"), ("100644", "journal/eu.jsonl", "one\n"))
    branch = Branch(outer.root / "shop", outer.remote, outer.name)
    parent = branch.fetched("journal")
    assert "one\n" == (branch.root / "journal/eu.jsonl").read_text()
    put(branch, "two\n")
    kept = branch.keep("journal", "more", parent)
    assert ["README.md", "journal/eu.jsonl"] == git(outer.root, "ls-tree", "-r", "--name-only", str(kept)).split()


def test_a_link_in_the_place_of_the_folder_or_of_a_file_is_never_written_through(tmp_path: Path):
    branch = a_checkout(tmp_path / "a")
    put(branch, "name: eu\n", "stores/eu.yaml")
    plant(branch, ("100644", "journal/eu.yaml", "one\n"), ("100644", "journal/kept/x", "one\n"))
    (branch.root / "journal").symlink_to("stores")
    with pytest.raises(GitFailed, match="journal is no folder"):
        branch.fetched("journal")
    (branch.root / "journal").unlink()
    (branch.root / "journal").mkdir()
    (branch.root / "journal/eu.yaml").symlink_to("../stores/eu.yaml")
    (branch.root / "journal/kept").symlink_to("../stores")
    with pytest.raises(GitFailed, match="journal/kept is no folder"):
        branch.fetched("journal")
    (branch.root / "journal/kept").unlink()
    commit = branch.fetched("journal")
    assert ["eu.yaml"] == [file.name for file in (branch.root / "stores").iterdir()]
    assert "name: eu\n" == (branch.root / "stores/eu.yaml").read_text()
    assert "one\n" == (branch.root / "journal/eu.yaml").read_text()
    (branch.root / "journal/more").symlink_to("../stores/eu.yaml")
    with pytest.raises(GitFailed, match="journal/more is no plain file"):
        branch.keep("journal", "more", commit)


def test_a_remote_that_cannot_be_reached_is_told(tmp_path: Path):
    branch = a_checkout(tmp_path / "a")
    with pytest.raises(GitFailed):
        Branch(branch.root, f"file://{tmp_path}/nowhere", "journal").fetched("journal")


def test_a_token_stands_in_no_argument_and_replaces_what_a_checkout_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    found = token_variables("https://git.example.com", "secret-word", "user")
    assert ("3", "") == (found["GIT_CONFIG_COUNT"], found["GIT_CONFIG_VALUE_1"])
    assert "http.https://git.example.com/.extraHeader" == found["GIT_CONFIG_KEY_2"]
    assert found["GIT_CONFIG_VALUE_2"].startswith("Authorization: Basic ")
    branch = Branch(Path(), "https://git.example.com/x", "journal", found)
    assert "Basic" not in repr(branch)
