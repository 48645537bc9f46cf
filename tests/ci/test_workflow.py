"""The workflow that ``init`` writes for GitHub, step by step, against embedded stores and a stand-in for ``gh``."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.app.starting import Answers, started
from reconciler.render.markdown import MARKER

HERE = Path(__file__).parent
PACKAGE = HERE.parent.parent
PRODUCT = "catalog/products/first-product.yaml"

pytestmark = pytest.mark.skipif(
    shutil.which("jq") is None and not os.environ.get("CI"), reason="no jq here; on Debian: apt-get install jq"
)


class Runner:
    """A checkout on a runner: runs steps of the workflow as GitHub does, with bash -e."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shop"
        started(self.folder, Answers("eu", "sandbox:eu", "EUR", "github"))
        self.workflow = yaml.safe_load((self.folder / ".github/workflows/catalog.yml").read_text())
        self.state = folder / "gh.json"
        self.remember(comments=[], artifacts=[], pulls=[], issues=[])
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        for name, words in {"gh": f"{HERE / 'gh.py'}", "reconciler": "-m reconciler"}.items():
            script = bin_folder / name
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
        self.environment = {
            **os.environ,
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(PACKAGE),
            "GH_STATE": str(self.state),
            "GITHUB_REPOSITORY": "shop/catalog",
            "GITHUB_SHA": "1" * 40,
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "NUMBER": "7",
        }
        self.git("init", "-q", "-b", "main")
        self.commit("the catalog")

    def remember(self, **state: Any) -> None:
        known = json.loads(self.state.read_text()) if self.state.exists() else {}
        self.state.write_text(json.dumps({**known, **state}))

    def known(self, name: str) -> Any:
        return json.loads(self.state.read_text())[name]

    def git(self, *words: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@localhost")
        subprocess.run(["git", *identity, *words], cwd=self.folder, check=True, capture_output=True)

    def commit(self, message: str) -> None:
        self.git("add", ".")
        self.git("commit", "-q", "-m", message)

    def edit(self, old: str, new: str, file: str = PRODUCT) -> None:
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def step(self, job: str, name: str) -> subprocess.CompletedProcess[str]:
        (script,) = [step["run"] for step in self.workflow["jobs"][job]["steps"] if step.get("name") == name]
        return self.run("bash", "-e", "-c", script)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=self.folder, env=self.environment, text=True, capture_output=True, check=False)

    def planned(self) -> None:
        assert 0 == self.step("plan", "Plan every store").returncode

    def keep_plan(self, name: str) -> None:
        archive = self.folder.parent / f"{name}.zip"
        with zipfile.ZipFile(archive, "w") as written:
            for file in (self.folder / "plans").iterdir():
                written.write(file, file.name)
        artifacts = self.known("artifacts")
        self.remember(artifacts=[*artifacts, {"id": len(artifacts) + 1, "name": name, "zip": str(archive)}])
        shutil.rmtree(self.folder / "plans")

    def inputs(self) -> str:
        return self.run("reconciler", "validate", "--format", "inputs").stdout.strip()

    def titles(self) -> list[str]:
        asked = self.run("reconciler", "sandbox", "query", "eu", "{ products(first: 9) { nodes { title } } }")
        return [node["title"] for node in json.loads(asked.stdout)["data"]["products"]["nodes"]]


@pytest.fixture
def runner(tmp_path) -> Runner:
    return Runner(tmp_path)


def test_files_that_are_not_right_are_annotated_at_their_line(runner):
    runner.edit("price: {EUR: 19.00}", "price: nineteen")
    done = runner.step("validate", "Check the files")
    assert 3 == done.returncode
    assert f"::error file={PRODUCT},line=14,col=12::" in done.stdout


def test_a_pull_request_gets_one_comment_that_is_updated_in_place(runner):
    runner.planned()
    assert 0 == runner.step("plan", "Say it in one comment").returncode
    runner.edit("name: First product", "name: Another product")
    runner.planned()
    assert 0 == runner.step("plan", "Say it in one comment").returncode
    (comment,) = runner.known("comments")
    assert comment["body"].startswith(MARKER)
    assert "Another product" in comment["body"]
    assert f"inputs={runner.inputs()}" in Path(runner.environment["GITHUB_OUTPUT"]).read_text()


def test_a_merge_applies_the_plan_that_was_approved(runner):
    runner.planned()
    runner.keep_plan(f"plan-{runner.inputs()}")
    found = runner.step("apply", "Find the approved plan")
    assert (0, "") == (found.returncode, found.stderr)
    applied = runner.step("apply", "Apply it")
    assert 0 == applied.returncode, applied.stdout + applied.stderr
    assert ["First product"] == runner.titles()
    assert 0 == runner.run("reconciler", "plan", "--detailed-exitcode").returncode


def test_a_branch_that_moved_is_planned_again_and_has_to_be_as_approved(runner):
    runner.planned()
    runner.keep_plan("plan-pr-7")
    runner.remember(pulls=[{"number": 7}])
    runner.edit("# One product.", "# One product, of many.")
    assert 0 == runner.step("apply", "Find the approved plan").returncode
    assert 0 == runner.step("apply", "Apply it").returncode
    assert ["First product"] == runner.titles()


def test_a_plan_that_nobody_approved_is_not_applied(runner):
    runner.planned()
    runner.keep_plan("plan-pr-7")
    runner.remember(pulls=[{"number": 7}])
    runner.edit("name: First product", "name: Unseen product")
    found = runner.step("apply", "Find the approved plan")
    assert 5 == found.returncode
    assert "store eu: product/first-product: planned otherwise than approved" in found.stderr
    assert [] == runner.titles()


def test_without_an_approved_plan_nothing_is_applied(runner):
    found = runner.step("apply", "Find the approved plan")
    assert (1, []) == (found.returncode, runner.titles())
    assert "::error::no approved plan" in found.stdout


def test_every_shell_step_of_the_workflow_is_played_here(tmp_path):
    played = {
        "Check the files",
        "Plan every store",
        "Say it in one comment",
        "Find the approved plan",
        "Apply it",
        "Look for drift",
    }
    started(tmp_path, Answers("eu", "https://eu.myshopify.com", "EUR", "github"))
    workflow = yaml.safe_load((tmp_path / ".github/workflows/catalog.yml").read_text())
    assert {"SHOPIFY_TOKEN_EU": "${{ secrets.SHOPIFY_TOKEN_EU }}"}.items() <= workflow["env"].items()
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert played == {step["name"] for step in steps if not step["run"].startswith("pip install")}
