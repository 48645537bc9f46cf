"""GitHub: comments, issues, and the plan that a pull request was reviewed with. REST, version 2022-11-28.

A plan is believed by where it comes from: a run of this repository, not of a fork, of the very commit that was
reviewed. The name of an artefact proves nothing, since whoever opens a pull request may choose it.
(docs.github.com/rest: actions/workflow-runs, actions/artifacts, commits, issues; read 2026-11)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.forge.archive import plan_files
from reconciler.forge.forge import Approval, Said, Topic
from reconciler.forge.rest import Denied, Rest
from reconciler.model.errors import PlanRefused

ARTEFACT: Final = "reconciler-plan"
_VERSION: Final = "2022-11-28"
_CURE: Final = "look at `permissions:` of the job, and at the token that it was given"
_COLOUR: Final = "d93f0b"


def github(api: str, repository: str, token: str) -> "GitHub":
    """Return GitHub, asked about a repository (owner/name). Raises ForgeRefused for an address without https."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": _VERSION,
        "User-Agent": "reconciler",
    }
    return GitHub(Rest("GitHub", api.rstrip("/"), headers, _CURE), f"/repos/{repository}")


@dataclass(frozen=True, slots=True)
class GitHub:
    """A repository on GitHub."""

    rest: Rest
    path: str

    def say(self, number: int, marker: str, text: str) -> Said:
        """Have one comment on a pull request that begins with the marker."""
        path = f"{self.path}/issues/{number}/comments"
        found = [each for each in self.rest.pages(path) if str(each.get("body")).startswith(marker)]
        ours = next((each for each in found if self._is_ours(each)), None)
        if ours is None:
            self.rest.ask("POST", path, {"body": text})
            return "opened"
        self.rest.ask("PATCH", f"{self.path}/issues/comments/{ours['id']}", {"body": text})
        return "updated"

    def approval(self, commit: str) -> Approval:
        """Return what the merged pull request of a commit was reviewed with. Raises PlanRefused."""
        asked = self.rest.pages(f"{self.path}/commits/{commit}/pulls")
        merged = [each for each in asked if each.get("merged_at") is not None]
        merged.sort(key=lambda each: each.get("merge_commit_sha") != commit)
        if not merged:
            raise PlanRefused(f"commit {commit[:12]} is of no merged pull request: nobody approved a plan of it")
        number, head = merged[0]["number"], merged[0]["head"]["sha"]
        named = f"pull request {number}"
        for run in self._runs(head):
            for artefact in self._artefacts(run):
                return Approval(named, plan_files(self.rest.download(f"{self._zip(artefact)}"), named))
        raise PlanRefused(f"{named} was planned by no run of this repository at {head[:12]}, or its plan has expired")

    def open_issue(self, topic: Topic, text: str) -> Said:
        """Have one open issue of the topic that says this."""
        body = f"{topic.marker}\n{text}"
        issue = self._issue(topic)
        if issue is not None and issue.get("body") == body:
            return "unchanged"
        if issue is not None:
            self.rest.ask("PATCH", f"{self.path}/issues/{issue['number']}", {"body": body})
            return "updated"
        self._have_label(topic)
        self.rest.ask("POST", f"{self.path}/issues", {"title": topic.title, "labels": [topic.label], "body": body})
        return "opened"

    def close_issue(self, topic: Topic, why: str) -> Said:
        """Have no open issue of the topic."""
        issue = self._issue(topic)
        if issue is None:
            return "none"
        path = f"{self.path}/issues/{issue['number']}"
        self.rest.ask("POST", f"{path}/comments", {"body": why})
        self.rest.ask("PATCH", path, {"state": "closed", "state_reason": "completed"})
        return "closed"

    def _is_ours(self, comment: Mapping[str, Any]) -> bool:
        """Return whether a comment is a bot's, or the token's own: whoever else wrote it could change it again."""
        author = comment.get("user") or {}
        if author.get("type") == "Bot":
            return True
        try:
            return bool(self.rest.ask("GET", "/user")["login"] == author.get("login"))
        except Denied:  # the token of a job is nobody's
            return False

    def _runs(self, head: str) -> Sequence[Mapping[str, Any]]:
        """Return the runs of this repository for a commit of a pull request, the last one first."""
        runs = self.rest.pages(f"{self.path}/actions/runs?event=pull_request&head_sha={head}", "workflow_runs")
        own = [each for each in runs if _id(each, "head_repository") == _id(each, "repository") is not None]
        return sorted(own, key=lambda each: int(each["id"]), reverse=True)

    def _artefacts(self, run: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        found = self.rest.pages(f"{self.path}/actions/runs/{run['id']}/artifacts?name={ARTEFACT}", "artifacts")
        kept = [each for each in found if not each.get("expired") and each.get("name") == ARTEFACT]
        return iter(sorted(kept, key=lambda each: int(each["id"]), reverse=True))

    def _zip(self, artefact: Mapping[str, Any]) -> str:
        return f"{self.path}/actions/artifacts/{artefact['id']}/zip"

    def _issue(self, topic: Topic) -> Mapping[str, Any] | None:
        listed = self.rest.pages(f"{self.path}/issues?state=open&labels={topic.label}")
        return next((each for each in listed if _is_of(topic, each)), None)

    def _have_label(self, topic: Topic) -> None:
        try:
            self.rest.ask("GET", f"{self.path}/labels/{topic.label}")
        except Denied:
            self.rest.ask("POST", f"{self.path}/labels", {"name": topic.label, "color": _COLOUR})


def _id(run: Mapping[str, Any], repository: str) -> int | None:
    """Return the id of a repository that a run names; None of a fork that is gone."""
    found = (run.get(repository) or {}).get("id")
    return found if isinstance(found, int) else None


def _is_of(topic: Topic, issue: Mapping[str, Any]) -> bool:
    """Return whether a listed issue is the topic's; GitHub lists pull requests among issues."""
    return "pull_request" not in issue and str(issue.get("body")).startswith(topic.marker)
