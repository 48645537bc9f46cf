"""What `init` writes for CI, and the action: right by the hosts' own schemas, pinned, with as few rights as do."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from reconciler.app.scaffold.provenance import Source
from reconciler.app.scaffold.starting import Answers, Host, Started, started
from tests.ci.github_runner import ACTION, ROOT, USED

SOURCE = Source("https://github.com/some/reconciler", "1" * 40)
URL = "https://eu.myshopify.com"
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
Jobs = Literal["one-job", "job-per-store"]
WORKFLOW = ".github/workflows/catalog.yml"


@dataclass
class Folders:
    """What was written for each host, once: the schemas for editors take a while."""

    root: Path
    known: dict[tuple[Host, Source | None, str, Jobs], Path] = field(default_factory=dict)

    def of(self, host: Host, source: Source | None = SOURCE, url: str = URL, plans: Jobs = "one-job") -> Path:
        made = self.known.setdefault((host, source, url, plans), self.root / str(len(self.known)))
        if not made.exists():
            started(made, Answers("eu", url, "EUR", host, source, plans=plans))
        return made

    def text(self, host: Host, file: str, source: Source | None = SOURCE) -> str:
        return (self.of(host, source) / file).read_text()

    def workflow(self, source: Source | None = SOURCE) -> Any:
        return yaml.safe_load(self.text("github", WORKFLOW, source))

    def pipeline(self, source: Source | None = SOURCE) -> Any:
        return yaml.safe_load(self.text("gitlab", ".gitlab-ci.yml", source))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("written"))


@pytest.mark.parametrize(
    ("source", "url", "plans"),
    [(SOURCE, URL, "one-job"), (None, "sandbox:eu", "job-per-store")],
    ids=["known", "unknown, and apart"],
)
def test_the_schemas_of_both_hosts_take_what_is_written(written: Folders, source: Source | None, url: str, plans: Jobs):
    workflow, pipeline = (written.of("github", source, url, plans) / WORKFLOW, written.of("gitlab", source, url, plans))
    for schema in (
        ["vendor.github-workflows", str(workflow)],
        ["vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(pipeline / ".gitlab-ci.yml")],
        *([["vendor.github-actions", str(ROOT / "action.yml")]] if source else []),
    ):
        words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stdout


def test_every_action_is_pinned_to_a_commit(written: Folders):
    text = written.text("github", WORKFLOW) + (ROOT / "action.yml").read_text()
    used = re.findall(r"uses: (\S+)", text)
    assert 12 < len(used)
    assert [] == [each for each in used if not PINNED.fullmatch(each)]


def test_the_rights_of_each_job_are_those_that_it_uses(written: Folders):
    found = written.workflow()
    assert {} == found["permissions"]
    assert {
        "validate": {"contents": "read"},
        "plan": {"contents": "read", "pull-requests": "write"},
        "approved": {"contents": "read", "actions": "read", "pull-requests": "read"},
        "apply": {"contents": "write"},
        "drift": {"contents": "read", "issues": "write"},
    } == {name: job["permissions"] for name, job in found["jobs"].items()}


def test_no_secret_reaches_what_a_stranger_can_change(written: Folders):
    found = written.workflow()
    assert "pull_request_target" not in found[True]  # YAML 1.1 reads the word on as true
    assert "SHOPIFY_TOKEN_EU" not in str(found["jobs"]["validate"])
    jobs = {name for name, job in found["jobs"].items() if "SHOPIFY_TOKEN_EU" in job.get("env", {})}
    assert {"plan", "approved", "apply", "drift"} == jobs
    assert "head.repo.full_name == github.repository" in found["jobs"]["plan"]["if"]
    pipeline = written.pipeline()
    (rule,) = pipeline["plan"]["rules"]
    assert rule["if"].endswith("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID")


def test_stores_planned_apart_need_no_more_rights_and_no_more_secrets(written: Folders):
    jobs = yaml.safe_load((written.of("github", plans="job-per-store") / WORKFLOW).read_text())["jobs"]
    assert {"stores", "part"} == jobs.keys() - written.workflow()["jobs"].keys()
    assert {"contents": "read"} == jobs["stores"]["permissions"] == jobs["part"]["permissions"]
    secret = {name for name, job in jobs.items() if "SHOPIFY_TOKEN_EU" in job.get("env", {})}
    assert {"part", "approved", "apply", "drift"} == secret
    pipeline = yaml.safe_load((written.of("gitlab", plans="job-per-store") / ".gitlab-ci.yml").read_text())
    for each in (jobs["stores"]["if"], jobs["part"]["if"], jobs["plan"]["if"]):
        assert "head.repo.full_name == github.repository" in each
    (alone,) = written.pipeline()["plan"]["rules"]
    assert {alone["if"]} == {rule["if"] for job in ("part", "plan") for rule in pipeline[job]["rules"]}


def test_nothing_is_put_into_a_script_by_an_expression(written: Folders):
    steps = [step for job in written.workflow()["jobs"].values() for step in job["steps"]]
    scripts = [step["run"] for step in (*steps, *ACTION["runs"]["steps"]) if "run" in step]
    assert 3 == len(scripts)
    assert [] == [script for script in scripts if "${{" in script]


def test_one_writer_at_a_time_and_a_person_before_it(written: Folders):
    apply = written.workflow()["jobs"]["apply"]
    assert "production" == apply["environment"]
    assert {"group": "catalog-apply", "cancel-in-progress": False} == apply["concurrency"]
    pipeline = written.pipeline()
    assert ("production", "catalog-apply") == (pipeline["apply"]["environment"], pipeline["apply"]["resource_group"])
    assert "manual" == pipeline["apply"]["rules"][0]["when"]


def test_the_program_is_installed_from_where_it_was_installed_here(written: Folders):
    assert f"uses: {USED}" in written.text("github", WORKFLOW)
    pipeline = written.pipeline()
    assert {"RECONCILER_SOURCE": SOURCE.url, "RECONCILER_REF": SOURCE.ref} == pipeline["variables"]
    for text in (written.text("github", "Dockerfile"), str(pipeline), (ROOT / "action.yml").read_text()):
        assert "pip install" not in text  # a name on an index could be anybody's


def test_without_a_source_nothing_of_somebody_else_is_run(written: Folders):
    found = written.workflow(None)
    used = {step["uses"] for job in found["jobs"].values() for step in job["steps"]}
    assert {"./name-the-source-of-the-reconciler"} == {each for each in used if not each.startswith("actions/")}
    pipeline = written.pipeline(None)
    words = ["bash", "-e", "-c", pipeline[".reconciler"]["before_script"][0]]
    done = subprocess.run(words, env={"RECONCILER_SOURCE": ""}, capture_output=True, text=True, check=False)
    assert 64 == done.returncode
    assert "RECONCILER_SOURCE is empty" in done.stderr


def test_the_journal_is_ignored_where_a_branch_keeps_it(written: Folders):
    assert "/journal/" in written.text("github", ".gitignore").splitlines()
    assert "/journal/" in written.text("gitlab", ".gitignore").splitlines()
    assert "/journal/" not in written.text("none", ".gitignore").splitlines()


def test_every_script_is_one_that_bash_reads(written: Folders):
    pipeline = written.pipeline()
    jobs = [job for job in pipeline.values() if isinstance(job, dict)]
    scripts = ["\n".join(job.get("before_script", []) + job.get("script", [])) for job in jobs]
    scripts += [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    scripts += [(ROOT / ".ci" / name).read_text() for name in ("install", "run")]
    for script in scripts:
        assert (0, "") == checked(["bash", "-n"], script)
        if shutil.which("shellcheck"):
            assert (0, "") == checked(["shellcheck", "--shell=bash", "--severity=style", "-"], script)


def checked(words: list[str], script: str) -> tuple[int, str]:
    done = subprocess.run(words, input=script, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_install_takes_what_the_lock_holds_and_nothing_else(tmp_path: Path):
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\n"
        f'echo "$*" >> "{tmp_path}/asked"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; cp "$0" "$3/bin/reconciler"; fi\n'
    )
    python.chmod(0o755)
    subprocess.run(["bash", ROOT / ".ci" / "install", tmp_path / "env", python], check=True, capture_output=True)
    quiet = "-m pip --disable-pip-version-check --quiet install"
    assert [
        f"-m venv {tmp_path}/env",
        f"{quiet} --require-hashes -r {ROOT}/requirements.lock",
        f"{quiet} --no-deps --no-build-isolation {ROOT}",
        "--version",
    ] == (tmp_path / "asked").read_text().splitlines()


@pytest.mark.parametrize("file", [".pre-commit-config.yaml", ".pre-commit-hooks.yaml"])
def test_a_hook_looks_at_the_files_that_a_plan_is_made_from(written: Folders, file: str):
    text = written.text("none", ".pre-commit-config.yaml")
    (hook,) = (
        yaml.safe_load((ROOT / file).read_text()) if "hooks" in file else yaml.safe_load(text)["repos"][0]["hooks"]
    )
    assert ("reconciler validate", False) == (hook["entry"], hook["pass_filenames"])
    for staged in ("catalog/products/a.yaml", "stores/eu.yaml", "mappings/default.yaml", "catalog/stock/erp.csv"):
        assert re.search(hook["files"], staged)
    assert not re.search(hook["files"], "README.md")


def _again(root: Path, store: str, source: Source | None = None, host: Host = "github") -> Started:
    return started(root, Answers(store, f"https://{store}.myshopify.com", "EUR", host, source))


def test_a_further_store_gets_its_token_into_what_nobody_edited(tmp_path: Path):
    _again(tmp_path, "eu", SOURCE)
    after = _again(tmp_path, "us")
    assert (WORKFLOW,) == after.renewed
    jobs = yaml.safe_load((tmp_path / WORKFLOW).read_text())["jobs"]
    tokens = {f"SHOPIFY_TOKEN_{name}": f"${{{{ secrets.SHOPIFY_TOKEN_{name} }}}}" for name in ("EU", "US")}
    assert [tokens] * 4 == [job["env"] for job in jobs.values() if "env" in job]
    assert f"uses: {USED}" in (tmp_path / WORKFLOW).read_text()  # from where it was, though this time nobody said so
    assert () == _again(tmp_path, "us").renewed


def test_a_further_store_joins_those_that_are_planned_apart(tmp_path: Path):
    started(tmp_path, Answers("eu", URL, "EUR", "gitlab", SOURCE, plans="job-per-store"))
    assert (".gitlab-ci.yml",) == _again(tmp_path, "us", host="gitlab").renewed
    part = yaml.safe_load((tmp_path / ".gitlab-ci.yml").read_text())["part"]
    assert [{"STORE": ["eu", "us"]}] == part["parallel"]["matrix"]


def test_another_source_is_written_into_what_nobody_edited(tmp_path: Path):
    _again(tmp_path, "eu")
    (tmp_path / WORKFLOW).write_bytes((tmp_path / WORKFLOW).read_bytes().replace(b"\n", b"\r\n"))  # git did that
    after = _again(tmp_path, "eu", SOURCE)
    assert ("Dockerfile", WORKFLOW) == after.renewed
    assert f"uses: {USED}" in (tmp_path / WORKFLOW).read_text()
    assert SOURCE.ref in (tmp_path / "Dockerfile").read_text()


@pytest.mark.parametrize(
    ("host", "file", "lines"),
    [
        ("github", WORKFLOW, [f"      - uses: {USED}", "      SHOPIFY_TOKEN_US: ${{ secrets.SHOPIFY_TOKEN_US }}"]),
        ("gitlab", ".gitlab-ci.yml", [f'  RECONCILER_SOURCE: "{SOURCE.url}"', f'  RECONCILER_REF: "{SOURCE.ref}"']),
    ],
)
def test_what_somebody_edited_stays_and_its_missing_lines_are_told(
    tmp_path: Path, host: Host, file: str, lines: list[str]
):
    _again(tmp_path, "eu", host=host)
    edited = (tmp_path / file).read_text().replace("timeout", "# ours\n    timeout").replace("expire_in", "# \n    e")
    (tmp_path / file).write_text(edited)
    after = _again(tmp_path, "us", SOURCE, host)
    assert edited == (tmp_path / file).read_text()
    assert lines == list(after.to_add[file])


def test_variables_of_all_stores_are_in_the_workflow_whatever_they_are_called(tmp_path: Path):
    _again(tmp_path, "eu", SOURCE)
    (tmp_path / "stores/eu.yaml").write_text(
        "url: https://eu.myshopify.com\nchannel: eu\ncurrency: EUR\n"
        "credentials: {client_id: a, client_secret: {env: SECRET_EU}}\nnotify: {url: {env: HOOK}, secret: {file: x}}\n"
    )
    _again(tmp_path, "us")
    (env, *_) = (
        job["env"] for job in yaml.safe_load((tmp_path / WORKFLOW).read_text())["jobs"].values() if "env" in job
    )
    assert ["SECRET_EU", "HOOK", "SHOPIFY_TOKEN_US"] == list(env)
