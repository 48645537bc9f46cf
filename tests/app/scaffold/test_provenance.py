"""Where CI installs the program from: what pip wrote down, or the remote that has the commit; else nobody knows."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from reconciler.app.scaffold import provenance
from reconciler.app.scaffold.provenance import Source, installed_from, source_of
from reconciler.model.errors import WrongUsage

COMMIT = "0123456789" * 4


def installed(monkeypatch: pytest.MonkeyPatch, origin: object) -> Source | None:
    text = json.dumps(origin) if origin is not None else None
    monkeypatch.setattr(provenance, "distribution", lambda _: SimpleNamespace(read_text=lambda _: text))
    return installed_from()


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/some/reconciler.git",
        "https://user:password@github.com/some/reconciler",
        "ssh://git@github.com/some/reconciler.git",
    ],
)
def test_an_install_from_git_is_repeated_from_there_without_a_password(monkeypatch: pytest.MonkeyPatch, url: str):
    found = installed(monkeypatch, {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}})
    assert Source("https://github.com/some/reconciler", COMMIT) == found
    assert found is not None
    assert f"some/reconciler@{COMMIT}" == found.action


def test_a_checkout_counts_when_its_remote_has_the_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def git(*words: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@localhost")
        done = subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    origin = {"url": tmp_path.as_uri(), "dir_info": {"editable": True}}
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "x")
    assert installed(monkeypatch, origin) is None
    git("remote", "add", "origin", "git@gitlab.example.com:tools/reconciler.git")
    assert installed(monkeypatch, origin) is None
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    found = installed(monkeypatch, origin)
    assert Source("https://gitlab.example.com/tools/reconciler", git("rev-parse", "HEAD")) == found
    assert found is not None
    assert found.action is None


@pytest.mark.parametrize("origin", [None, {}, {"url": "https://files.example.com/reconciler-0.1.0.whl"}])
def test_an_install_from_an_index_or_a_file_says_nothing(monkeypatch: pytest.MonkeyPatch, origin: object):
    assert installed(monkeypatch, origin) is None


@pytest.mark.parametrize(
    "words",
    [
        "reconciler==0.1.0",
        "https://github.com/some/reconciler",
        "http://github.com/some/reconciler@v1",
        "https://github.com/some/reconciler@v1 && rm",
        "https://github.com/some/reconciler@../../x",
        'https://github.com/some/recon"ciler@v1',
    ],
)
def test_a_source_that_names_no_commit_of_a_repository_is_refused(words: str):
    with pytest.raises(WrongUsage, match="expected https://HOST/OWNER/NAME@REF"):
        source_of(words)
