"""A runner of GitLab: plays the pipeline, each job in a shell of its own, with artefacts handed on as it asks."""

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import case_files
from tests.ci.expressions import gitlab
from tests.ci.forge_server import TOKEN, Request, Run
from tests.ci.jobs import Done, shell, together
from tests.ci.shop import Shop, git

SOURCES = {"push": "push", "pull_request": "merge_request_event", "schedule": "schedule", "workflow_dispatch": "web"}
NO_JOBS = {"stages", "workflow", "variables"}


class GitLabRunner:
    """Everything that one project's pipeline does."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.pipeline = case_files.read(shop.root / ".gitlab-ci.yml")

    def play(self, event: str, request: Request | None = None, what: str = "") -> dict[str, Done]:
        """Play an event, by GitHub's name for it; return the jobs that ran, a manual one as if somebody started it."""
        known = self._known(SOURCES[event], request)
        if not any(gitlab(rule["if"], known) for rule in self.pipeline["workflow"]["rules"] if "when" not in rule):
            return {}
        done: dict[str, Done] = {}
        archives: dict[str, list[bytes]] = {}
        for name, written in self.pipeline.items():
            if name in NO_JOBS or name.startswith("."):
                continue
            job = {**self.pipeline[written["extends"]], **written}
            rule = next((each for each in job["rules"] if gitlab(each["if"], known)), None)
            needed = job.get("needs", [])
            if rule is None or (any(done[each].code for each in needed) and rule.get("when") != "always"):
                continue
            parts: list[Done] = []
            archives[name] = []
            for of_matrix in self._matrix(job):
                self.shop.forget_workspace()
                for kept in [kept for each in needed for kept in archives[each]]:
                    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
                        archive.extractall(self.shop.root)
                parts.append(self._job(job, {**known, **rule.get("variables", {}), **of_matrix}))
                archives[name].append(self._archive(job))
            done[name] = together(parts)
            if name == "plan" and request is not None:
                runs = self.shop.memory.runs
                runs.append(Run(500 + len(runs), request.number, request.head, request.source, archives[name][0]))
        return done

    def _matrix(self, job: Mapping[str, Any]) -> list[dict[str, str]]:
        """Return the variables of each job of a matrix; of a job without one, none, once."""
        (each,) = job.get("parallel", {}).get("matrix", [{}])
        return [{name: value} for name, values in each.items() for value in values] or [{}]

    def _known(self, source: str, request: Request | None) -> dict[str, str]:
        of_request = {"CI_COMMIT_BRANCH": "main"}
        if request is not None:
            of_request = {
                "CI_MERGE_REQUEST_IID": str(request.number),
                "CI_MERGE_REQUEST_PROJECT_ID": "10",
                "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": str(request.source),
            }
        return {
            **of_request,
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": source,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PROJECT_ID": "10",
            "CI_PROJECT_PATH": "shop/catalog",
            "CI_PROJECT_DIR": str(self.shop.root),
            "CI_SERVER_URL": f"file://{self.shop.remote.parent.parent}",
            "CI_API_V4_URL": f"{self.shop.forge.url}/gitlab",
            "CI_COMMIT_SHA": self.shop.head,
            "CI_JOB_URL": "https://gitlab.example.com/shop/catalog/-/jobs/99",
            "GITLAB_API_TOKEN": TOKEN,
        }

    def _job(self, job: Mapping[str, Any], known: Mapping[str, str]) -> Done:
        home = self.shop.root.parent / "runner"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        variables = {**self.pipeline["variables"], **job["variables"]}
        place = {"HOME": str(home), "RECONCILER_SOURCE": str(self.shop.source)}
        place["RECONCILER_REF"] = git(self.shop.source, "rev-parse", "HEAD")
        script = "\n".join([*job["before_script"], *job["script"]])
        code, log = shell(script, self.shop.root, {**variables, **known, **place}, ("-e", "-o", "pipefail"))
        return Done(code, log)

    def _archive(self, job: Mapping[str, Any]) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            for folder in job.get("artifacts", {}).get("paths", ()):
                for file in sorted((self.shop.root / folder).rglob("*")):
                    if file.is_file():
                        archive.write(file, str(file.relative_to(self.shop.root)))
        return written.getvalue()


def report(shop: Shop, job: str, kind: str) -> Path:
    """Return where a job says that a report of it is."""
    pipeline = case_files.read(shop.root / ".gitlab-ci.yml")
    return shop.root / Path(pipeline[job]["artifacts"]["reports"][kind])
