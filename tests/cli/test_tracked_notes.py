"""Files that git tracks beside the notes: told with their cure by whatever looks a repository over."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Project


@pytest.fixture
def tracking(project: Project) -> Iterator[Project]:
    """A project whose commit brought a note along."""
    project.write(".reconciler/cache/settled-eu.notes", "")
    for words in (["init", "-q"], ["add", "--force", ".reconciler/cache/settled-eu.notes"]):
        subprocess.run(["git", "-C", str(project.root), *words], check=True)
    yield project
    shutil.rmtree(project.root / ".git")


@pytest.mark.parametrize("command", ["validate", "doctor"])
def test_it_is_an_error(tracking: Project, command: str) -> None:
    said = tracking.run(command)
    assert 3 == said.code
    assert ".reconciler/cache/settled-eu.notes" in said.err
    assert "git tracks this file" in said.err
    assert "git rm -r --cached .reconciler" in said.err


def test_it_hides_no_other_problem(tracking: Project) -> None:
    tracking.write("stores/eu.yaml", "url: 7\n")
    said = tracking.run("validate")
    assert "git tracks this file" in said.err
    assert "stores/eu.yaml" in said.err


def test_what_plans_goes_on_without_notes(tracking: Project) -> None:
    assert 0 == tracking.run("plan").code
    assert "" == tracking.root.joinpath(".reconciler/cache/settled-eu.notes").read_text()
