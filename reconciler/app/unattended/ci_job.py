"""The job of a CI system that we run in, as its variables tell: whom to speak to, about what, and where to write.

Only the variables of GitHub Actions and GitLab CI are read. What people can choose, such as titles and names of
branches, is not among them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from reconciler.forge.forge import Forge
from reconciler.forge.github import github
from reconciler.forge.gitlab import gitlab
from reconciler.loading.git_branch import Branch, token_variables
from reconciler.model.errors import WrongUsage

JOURNAL_BRANCH: Final = "reconciler-journal"


@dataclass(frozen=True, slots=True)
class CiJob:
    """One job of GitHub Actions or GitLab CI."""

    host: Literal["github", "gitlab"]
    commit: str
    request: int | None
    """The pull or merge request that it runs for."""
    of_fork: bool
    """Whether the request comes from a repository whose jobs get no secrets."""
    url: str
    """Where people read about it."""
    summary: Path | None
    outputs: Path | None
    _forge: Forge | None
    _remote: str
    _secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def forge(self) -> Forge:
        """Whom to speak to. Raises WrongUsage when the job was given no token."""
        if self._forge is None:
            name = "GITHUB_TOKEN" if self.host == "github" else "GITLAB_API_TOKEN"
            raise WrongUsage(f"{name} is not set, and comments, issues and approved plans are asked for with it")
        return self._forge

    def journal(self, root: Path, branch: str) -> Branch:
        """Return the branch that keeps the journal between runs."""
        return Branch(root, self._remote, branch, self._secrets)


def job_of(environment: Mapping[str, str]) -> CiJob:
    """Return the job. Raises WrongUsage where this is neither system, and ForgeRefused for an API without https."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _of_github(environment)
    if environment.get("GITLAB_CI") == "true":
        return _of_gitlab(environment)
    raise WrongUsage(
        "this is no job of GitHub Actions or GitLab CI; anywhere else, say validate, plan, apply and drift themselves"
    )


def _of_github(environment: Mapping[str, str]) -> CiJob:
    repository, server = _named(environment, "GITHUB_REPOSITORY"), _named(environment, "GITHUB_SERVER_URL")
    request = _event(environment).get("pull_request") or {}
    token = environment.get("GITHUB_TOKEN")
    head = ((request.get("head") or {}).get("repo") or {}).get("full_name")
    return CiJob(
        host="github",
        commit=_named(environment, "GITHUB_SHA"),
        request=request.get("number"),
        of_fork=bool(request) and head != repository,
        url=f"{server}/{repository}/actions/runs/{_named(environment, 'GITHUB_RUN_ID')}",
        summary=_path(environment, "GITHUB_STEP_SUMMARY"),
        outputs=_path(environment, "GITHUB_OUTPUT"),
        _forge=github(_named(environment, "GITHUB_API_URL"), repository, token) if token else None,
        _remote=f"{server}/{repository}",
        _secrets=token_variables(server, token, "x-access-token") if token else {},
    )


def _of_gitlab(environment: Mapping[str, str]) -> CiJob:
    project, server = _named(environment, "CI_PROJECT_ID"), _named(environment, "CI_SERVER_URL")
    number, token = environment.get("CI_MERGE_REQUEST_IID"), environment.get("GITLAB_API_TOKEN")
    return CiJob(
        host="gitlab",
        commit=_named(environment, "CI_COMMIT_SHA"),
        request=int(number) if number and number.isdecimal() else None,
        of_fork=environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", project) != project,
        url=_named(environment, "CI_JOB_URL"),
        summary=None,
        outputs=None,
        _forge=gitlab(_named(environment, "CI_API_V4_URL"), project, token) if token else None,
        _remote=f"{server}/{_named(environment, 'CI_PROJECT_PATH')}.git",
        _secrets=token_variables(server, token, "oauth2") if token else {},
    )


def _named(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise WrongUsage(f"{name} is not set, which the CI system sets for every job")
    return value


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    return Path(value) if value else None


def _event(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what GitHub says of the event; nothing where it says nothing."""
    file = _path(environment, "GITHUB_EVENT_PATH")
    if file is None:
        return {}
    try:
        event = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise WrongUsage(f"{file}: the event of this job cannot be read: {error}") from error
    return event if isinstance(event, dict) else {}
