"""A runner of GitHub: plays the workflow and the composite action, step by step; other actions have stand-ins."""

import io
import json
import shutil
import sys
import zipfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests import case_files
from tests.ci.expressions import filled, github
from tests.ci.forge_server import HERE, TOKEN, Request, Run
from tests.ci.jobs import Done, shell, together
from tests.ci.shop import Shop

ROOT = Path(__file__).parents[2]
ACTION = case_files.read(ROOT / "action.yml")
USED = "some/reconciler@" + "1" * 40


class GitHubRunner:
    """Everything that one repository's workflow does."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.workflow = case_files.read(shop.root / ".github/workflows/catalog.yml")
        self.kept: dict[str, bytes] = {}

    def play(self, event: str, request: Request | None = None, what: str = "") -> dict[str, Done]:
        """Play an event; return the jobs that ran, by name."""
        self.kept = {}
        known = self._github(event, request) | {"inputs.what": what}
        done: dict[str, Done] = {}
        for name, job in self.workflow["jobs"].items():
            needed = job.get("needs")
            if needed is not None and (needed not in done or done[needed].code) and "always()" not in job["if"]:
                continue
            if needed in done:
                known |= {f"needs.{needed}.outputs.{key}": value for key, value in done[needed].outputs.items()}
            if github(job["if"], known):
                done[name] = together([self._job(job, known | each, request) for each in self._matrix(job, known)])
                if name == "plan" and request is not None and "reconciler-plan" in self.kept:
                    self._keep_run(request, self.kept["reconciler-plan"])
        return done

    def _matrix(self, job: Mapping[str, Any], known: Mapping[str, Any]) -> list[dict[str, str]]:
        """Return what each job of a matrix is told; of a job without one, nothing, once."""
        if "strategy" not in job:
            return [{}]
        assert job["strategy"]["fail-fast"] is False
        ((name, listed),) = job["strategy"]["matrix"].items()
        named = listed.removeprefix("${{ fromJSON(").removesuffix(") }}")
        return [{f"matrix.{name}": each} for each in json.loads(github(named, known).value)]

    def _keep_run(self, request: Request, archive: bytes) -> None:
        runs = self.shop.memory.runs
        runs.append(Run(500 + len(runs), request.number, request.head, request.source, archive))

    def _github(self, event: str, request: Request | None) -> dict[str, Any]:
        own = "shop/catalog" if request is None or request.source == HERE else "stranger/catalog"
        return {
            "github.event_name": event,
            "github.ref": "refs/heads/main",
            "github.repository": "shop/catalog",
            "github.token": TOKEN,
            "github.run_id": "99",
            "github.run_attempt": "1",
            "github.event.number": request.number if request else None,
            "github.event.pull_request.head.repo.full_name": own if request else None,
            "runner.temp": str(self._folder / "temp"),
            "runner.os": "Linux",
            "runner.arch": "X64",
            "always()": True,
            "success()": True,
        }

    @property
    def _folder(self) -> Path:
        return self.shop.root.parent / "runner"

    def _job(self, job: Mapping[str, Any], known: dict[str, Any], request: Request | None) -> Done:
        self.shop.forget_workspace()
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "temp").mkdir(parents=True)
        said, code, outputs = "", 0, {}
        for step in job["steps"]:
            if step["uses"].startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
                continue
            assert step["uses"] == USED
            given = {name: filled(value, known) for name, value in step["with"].items()}
            assert given.keys() <= ACTION["inputs"].keys()
            code, said, found = self._action(given, known, job.get("env", {}), request)
            outputs = {name: found.get(name, "") for name in ACTION["outputs"]}
            known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs.items() if "id" in step}
        told = {name: filled(value, known) for name, value in job.get("outputs", {}).items()}
        summary = self._folder / "summary"
        return Done(code, said, summary.read_text() if summary.exists() else "", {**outputs, **told})

    def _action(
        self, given: Mapping[str, str], known: Mapping[str, Any], variables: Mapping[str, str], request: Request | None
    ) -> tuple[int, str, dict[str, str]]:
        inputs = {
            f"inputs.{name}": given.get(name, filled(each.get("default", ""), known))
            for name, each in ACTION["inputs"].items()
        }
        here = {**known, **inputs}
        code, log = 0, ""
        ran: dict[str, str] = {}
        for step in ACTION["runs"]["steps"]:
            condition = step.get("if", "success()")
            if not github(condition, here) or (code and "always()" not in condition):
                continue
            words = {name: filled(value, here) for name, value in step.get("with", {}).items()}
            if "uses" in step:
                found = self._other(step["uses"].partition("@")[0], words)
            else:
                environment = {name: filled(value, here) for name, value in step.get("env", {}).items()}
                status, said, found = self._step(step["run"], {**variables, **environment}, request)
                code, log = code or status, log + said
            here |= {f"steps.{step.get('id')}.outputs.{name}": value for name, value in found.items()}
            ran = found if step.get("id") == "run" else ran
        return code, log, ran

    def _step(
        self, script: str, variables: Mapping[str, str], request: Request | None
    ) -> tuple[int, str, dict[str, str]]:
        output, event = self._folder / "output", self._folder / "event.json"
        output.write_text("")
        pull = {"number": request.number, "head": {"repo": {"full_name": "shop/catalog"}}} if request else None
        event.write_text(json.dumps({"pull_request": pull} if pull else {}))
        of_runner = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.shop.source),
            "GITHUB_API_URL": f"{self.shop.forge.url}/github",
            "GITHUB_SERVER_URL": f"file://{self.shop.remote.parent.parent}",
            "GITHUB_REPOSITORY": "shop/catalog",
            "GITHUB_SHA": self.shop.head,
            "GITHUB_RUN_ID": "99",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_STEP_SUMMARY": str(self._folder / "summary"),
            "GITHUB_OUTPUT": str(output),
            "RUNNER_TEMP": str(self._folder / "temp"),
        }
        options = ("-e", "-o", "pipefail")
        code, said = shell(script, self.shop.root, {**of_runner, **variables}, options)
        lines = output.read_text().splitlines()
        return code, said, dict(line.split("=", 1) for line in lines)

    def _other(self, action: str, words: Mapping[str, str]) -> dict[str, str]:
        match action:
            case "actions/setup-python":
                assert words["update-environment"] == "false"
                return {"python-path": sys.executable, "python-version": "3.13.1"}
            case "actions/cache":
                assert words["path"].endswith("/reconciler-pip")
                assert "3.13.1-" in words["key"]
            case "actions/upload-artifact":
                folder = self.shop.root / words["path"]
                if folder.is_dir():
                    self.kept[words["name"]] = _zipped(folder)
                else:
                    assert words["if-no-files-found"] == "ignore"
            case "actions/download-artifact":
                several = "name" not in words
                assert not several or "true" == words["merge-multiple"]
                found = [kept for name, kept in self.kept.items() if fnmatch(name, words["pattern"])] if several else []
                for kept in found if several else [self.kept[words["name"]]]:
                    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
                        archive.extractall(self.shop.root / words["path"])
            case _:
                raise AssertionError(action)
        return {}


def _zipped(folder: Path) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, str(file.relative_to(folder)))
    return written.getvalue()
