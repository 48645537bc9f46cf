"""GitLab: notes, issues, and the plan that a merge request was reviewed with. REST, version 4.

A plan is believed by where it comes from: the job ``plan`` of a pipeline of the merge request, in this project and not
in a fork, of the last commit that was reviewed. A pipeline of merged results runs on a commit that GitLab makes of that
one and of the target branch, at a ref of its own, and in neither branch.
(docs.gitlab.com/api: notes, issues, commits, merge_requests, pipelines, jobs, job_artifacts; docs.gitlab.com/ci:
merged_results_pipelines; read 2026-11)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from reconciler.forge.archive import plan_files
from reconciler.forge.forge import Approval, Said, Topic
from reconciler.forge.rest import Denied, Rest
from reconciler.model.errors import PlanRefused

JOB: Final = "plan"
_RESULTS: Final = ("merge", "train")
_CURE: Final = "look at the scope (api), the role and the expiry of the token in GITLAB_API_TOKEN"


def gitlab(api: str, project: str, token: str) -> "GitLab":
    """Return GitLab, asked about a project. Raises ForgeRefused for an address without https."""
    headers = {"PRIVATE-TOKEN": token, "User-Agent": "reconciler"}
    return GitLab(Rest("GitLab", api.rstrip("/"), headers, _CURE), f"/projects/{quote(project, safe='')}")


@dataclass(frozen=True, slots=True)
class GitLab:
    """A project on GitLab."""

    rest: Rest
    path: str

    def say(self, number: int, marker: str, text: str) -> Said:
        """Have one note on a merge request that begins with the marker."""
        path = f"{self.path}/merge_requests/{number}/notes"
        found = [each for each in self.rest.pages(path) if str(each.get("body")).startswith(marker)]
        own = self.rest.ask("GET", "/user")["id"] if found else None
        # Whoever else wrote a note with our marker could change it again.
        ours = next((each for each in found if (each.get("author") or {}).get("id") == own), None)
        if ours is None:
            self.rest.ask("POST", path, {"body": text})
            return "opened"
        self.rest.ask("PUT", f"{path}/{ours['id']}", {"body": text})
        return "updated"

    def approval(self, commit: str) -> Approval:
        """Return what the merged merge request of a commit was reviewed with. Raises PlanRefused."""
        asked = self.rest.pages(f"{self.path}/repository/commits/{commit}/merge_requests")
        merged = [each for each in asked if each.get("state") == "merged"]
        merged.sort(key=lambda each: commit not in {each.get("merge_commit_sha"), each.get("squash_commit_sha")})
        if not merged:
            raise PlanRefused(f"commit {commit[:12]} is of no merged merge request: nobody approved a plan of it")
        number, head = merged[0]["iid"], str(merged[0]["sha"])
        named = f"merge request {number}"
        for pipeline in self._pipelines(merged[0]):
            if not self._is_of(pipeline, head, number):
                continue
            for job in self._jobs(pipeline):
                archive = self.rest.download(f"{self.path}/jobs/{job['id']}/artifacts")
                return Approval(named, plan_files(archive, named))
        raise PlanRefused(f"{named} was planned by no pipeline of this project at {head[:12]}, or its plan has expired")

    def open_issue(self, topic: Topic, text: str) -> Said:
        """Have one open issue of the topic that says this."""
        body = f"{topic.marker}\n{text}"
        issue = self._issue(topic)
        if issue is not None and issue.get("description") == body:
            return "unchanged"
        if issue is not None:
            self.rest.ask("PUT", f"{self.path}/issues/{issue['iid']}", {"description": body})
            return "updated"
        self.rest.ask("POST", f"{self.path}/issues", {"title": topic.title, "labels": topic.label, "description": body})
        return "opened"

    def close_issue(self, topic: Topic, why: str) -> Said:
        """Have no open issue of the topic."""
        issue = self._issue(topic)
        if issue is None:
            return "none"
        path = f"{self.path}/issues/{issue['iid']}"
        self.rest.ask("POST", f"{path}/notes", {"body": why})
        self.rest.ask("PUT", path, {"state_event": "close"})
        return "closed"

    def _pipelines(self, request: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the pipelines of a merge request in this project, the last one first; a fork runs its own."""
        if request.get("source_project_id") != request.get("target_project_id"):
            return ()
        found = self.rest.pages(f"{self.path}/merge_requests/{request['iid']}/pipelines")
        here = request["target_project_id"]
        own = [each for each in found if each.get("project_id", here) == here]
        return sorted(own, key=lambda each: int(each["id"]), reverse=True)

    def _is_of(self, pipeline: Mapping[str, Any], head: str, number: int) -> bool:
        """Return whether a pipeline ran on the last commit of a merge request, or on what GitLab made of that one."""
        if pipeline.get("sha") == head:
            return True
        if pipeline.get("ref") not in {f"refs/merge-requests/{number}/{name}" for name in _RESULTS}:
            return False
        try:
            made = self.rest.ask("GET", f"{self.path}/repository/commits/{pipeline['sha']}")
        except Denied:  # GitLab lets go of such commits: nobody can say any more what it was made of
            return False
        return head in made.get("parent_ids", ())

    def _jobs(self, pipeline: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the jobs of a pipeline that planned, the last one first: one that broke a limit has failed."""
        try:
            found = list(self.rest.pages(f"{self.path}/pipelines/{pipeline['id']}/jobs?include_retried=true"))
        except Denied:  # a pipeline that was deleted
            return ()
        kept = [each for each in found if each.get("name") == JOB and each.get("artifacts_file")]
        return sorted(kept, key=lambda each: int(each["id"]), reverse=True)

    def _issue(self, topic: Topic) -> Mapping[str, Any] | None:
        listed = self.rest.pages(f"{self.path}/issues?state=opened&labels={quote(topic.label, safe='')}")
        return next((each for each in listed if str(each.get("description")).startswith(topic.marker)), None)
