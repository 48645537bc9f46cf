"""A stand-in for GitHub and GitLab: one memory of requests, notes, issues and runs, behind both REST APIs."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "forge-token-0123456789"
BOT, STRANGER = 1, 2
HERE, FORK = 10, 11


@dataclass
class Note:
    id: int
    body: str
    author: int


@dataclass
class Issue:
    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    is_open: bool = True
    notes: list[str] = field(default_factory=list)


@dataclass
class Request:
    """A pull or merge request."""

    number: int
    head: str
    merged_as: str | None = None
    source: int = HERE


@dataclass
class Run:
    """A run of the workflow for a request, or a pipeline; with what its job plan kept."""

    id: int
    request: int
    head: str
    source: int
    archive: bytes
    expired: bool = False
    result: str | None = None
    """GitLab: the commit that it ran on, made of the request's head and of the branch that it goes to."""
    ref: str | None = None
    """GitLab: where that is another than the request's own."""


@dataclass
class Memory:
    """What both APIs speak of."""

    notes: list[Note] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    unplayed: list[str] = field(default_factory=list)
    tokens_elsewhere: list[str] = field(default_factory=list)
    failing: list[int] = field(default_factory=list)
    """Statuses that the next requests are answered with."""

    def forget(self) -> None:
        self.__dict__.update(Memory().__dict__)


Answer = tuple[int, Any]


@dataclass
class ForgeServer:
    """The address of the stand-in, and what it remembers."""

    url: str
    memory: Memory


@contextmanager
def forge_server() -> Iterator[ForgeServer]:
    memory = Memory()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _answered(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"null")
            status, said = _answer(memory, self.command, self.path, dict(self.headers.items()), body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://{self.headers['Host']}{said}")
                said = b""
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = do_PUT = _answered  # noqa: N815  as the library calls them

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield ForgeServer(f"http://127.0.0.1:{server.server_port}", memory)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(memory: Memory, method: str, path: str, headers: dict[str, str], body: Any) -> Answer:
    parts = urlsplit(path)
    query, token = dict(parse_qsl(parts.query)), headers.get("Authorization") or headers.get("Private-Token")
    memory.asked.append(f"{method} {parts.path}")
    if parts.path.startswith("/blob/"):
        if token:
            memory.tokens_elsewhere.append(parts.path)
        return 200, next(run.archive for run in memory.runs if run.id == int(parts.path.rpartition("/")[2]))
    if memory.failing:
        return memory.failing.pop(0), {"message": "not now"}
    if token not in {f"Bearer {TOKEN}", TOKEN}:
        return 401, {"message": "who are you?"}
    for routes, prefix in ((GITHUB, "/github"), (GITLAB, "/gitlab")):
        for wanted, pattern, play in routes:
            found = re.fullmatch(prefix + pattern, parts.path)
            if wanted == method and found:
                status, said = play(memory, found.groups(), query, body or {})
                paged = isinstance(said, list) and query.get("page", "1") != "1"
                return status, [] if paged else said
    memory.unplayed.append(f"{method} {path}")
    return 404, {"message": "not played"}


def _add_note(memory: Memory, body: str) -> Answer:
    memory.notes.append(Note(100 + len(memory.notes), body, BOT))
    return 201, {"id": memory.notes[-1].id}


def _set_note(memory: Memory, number: str, body: str) -> Answer:
    (note,) = [each for each in memory.notes if each.id == int(number)]
    note.body = body
    return 200, {"id": note.id}


def _add_issue(memory: Memory, title: str, labels: list[str], body: str) -> Answer:
    memory.issues.append(Issue(len(memory.issues) + 1, title, body, tuple(labels)))
    return 201, {"number": len(memory.issues)}


def _set_issue(memory: Memory, number: str, body: str | None, *, closed: bool) -> Answer:
    issue = memory.issues[int(number) - 1]
    issue.body = body if body is not None else issue.body
    issue.is_open = issue.is_open and not closed
    return 200, {}


def _note_on_issue(memory: Memory, number: str, body: str) -> Answer:
    memory.issues[int(number) - 1].notes.append(body)
    return 201, {}


def _comment_of_github(memory: Memory, number: str, body: str) -> Answer:
    """Pull requests and issues are numbered together on GitHub, and commented alike."""
    if any(each.number == int(number) for each in memory.requests):
        return _add_note(memory, body)
    return _note_on_issue(memory, number, body)


def _open_issues(memory: Memory, label: str) -> list[Issue]:
    return [each for each in memory.issues if each.is_open and label in each.labels]


def _label(memory: Memory, name: str) -> Answer:
    return (200, {"name": name}) if name in memory.labels else (404, {"message": "Not Found"})


def _add_label(memory: Memory, name: str) -> Answer:
    memory.labels.add(name)
    return 201, {}


def _merged(memory: Memory, commit: str) -> list[Request]:
    return [each for each in memory.requests if each.merged_as == commit]


def _github_run(run: Run) -> dict[str, Any]:
    return {"id": run.id, "head_sha": run.head, "repository": {"id": HERE}, "head_repository": {"id": run.source}}


def _github_pull(each: Request) -> dict[str, Any]:
    return {
        "number": each.number,
        "merged_at": "2026-11-28",
        "merge_commit_sha": each.merged_as,
        "head": {"sha": each.head},
    }


def _gitlab_request(each: Request) -> dict[str, Any]:
    return {
        "iid": each.number,
        "state": "merged",
        "merge_commit_sha": each.merged_as,
        "squash_commit_sha": None,
        "sha": each.head,
        "source_project_id": each.source,
        "target_project_id": HERE,
    }


def _gitlab_pipeline(each: Run) -> dict[str, Any]:
    own = f"refs/merge-requests/{each.request}/{'merge' if each.result else 'head'}"
    return {"id": each.id, "sha": each.result or each.head, "ref": each.ref or own, "project_id": each.source}


def _gitlab_commit(memory: Memory, commit: str) -> Answer:
    for each in memory.runs:
        if each.result == commit:
            return 200, {"id": commit, "parent_ids": ["0" * 40, each.head]}
    return 404, {"message": "404 Commit Not Found"}


def _gitlab_jobs(memory: Memory, pipeline: str) -> list[dict[str, Any]]:
    found = [each for each in memory.runs if each.id == int(pipeline) and not each.expired]
    plans = [{"id": each.id, "name": "plan", "artifacts_file": {"filename": "artifacts.zip"}} for each in found]
    return [{"id": 1, "name": "validate"}, *plans]


REPO, PROJECT = r"/repos/shop/catalog", r"/projects/10"
Play = Callable[[Memory, Any, dict[str, str], Any], Answer]
GITHUB: list[tuple[str, str, Play]] = [
    ("GET", "/user", lambda *_: (403, {"message": "Resource not accessible by integration"})),
    (
        "GET",
        rf"{REPO}/issues/\d+/comments",
        lambda m, *_: (
            200,
            [
                {
                    "id": each.id,
                    "body": each.body,
                    "user": {"login": f"u{each.author}", "type": "Bot" if each.author == BOT else "User"},
                }
                for each in m.notes
            ],
        ),
    ),
    ("POST", rf"{REPO}/issues/(\d+)/comments", lambda m, at, _, body: _comment_of_github(m, at[0], body["body"])),
    ("PATCH", rf"{REPO}/issues/comments/(\d+)", lambda m, at, _, body: _set_note(m, at[0], body["body"])),
    (
        "GET",
        rf"{REPO}/issues",
        lambda m, _, query, __: (
            200,
            [{"number": each.number, "body": each.body} for each in _open_issues(m, query["labels"])],
        ),
    ),
    ("POST", rf"{REPO}/issues", lambda m, _, __, body: _add_issue(m, body["title"], body["labels"], body["body"])),
    (
        "PATCH",
        rf"{REPO}/issues/(\d+)",
        lambda m, at, _, body: _set_issue(m, at[0], body.get("body"), closed=body.get("state") == "closed"),
    ),
    ("GET", rf"{REPO}/labels/([\w-]+)", lambda m, at, *_: _label(m, at[0])),
    ("POST", rf"{REPO}/labels", lambda m, _, __, body: _add_label(m, body["name"])),
    (
        "GET",
        rf"{REPO}/commits/(\w+)/pulls",
        lambda m, at, *_: (200, [_github_pull(each) for each in _merged(m, at[0])]),
    ),
    (
        "GET",
        rf"{REPO}/actions/runs",
        lambda m, _, query, __: (
            200,
            {"workflow_runs": [_github_run(each) for each in m.runs if each.head == query["head_sha"]]},
        ),
    ),
    (
        "GET",
        rf"{REPO}/actions/runs/(\d+)/artifacts",
        lambda m, at, query, _: (
            200,
            {
                "artifacts": [
                    {"id": each.id, "name": query["name"], "expired": each.expired}
                    for each in m.runs
                    if each.id == int(at[0])
                ]
            },
        ),
    ),
    ("GET", rf"{REPO}/actions/artifacts/(\d+)/zip", lambda _, at, *__: (302, f"/blob/{at[0]}")),
]
GITLAB: list[tuple[str, str, Play]] = [
    ("GET", "/user", lambda *_: (200, {"id": BOT})),
    (
        "GET",
        rf"{PROJECT}/merge_requests/\d+/notes",
        lambda m, *_: (200, [{"id": each.id, "body": each.body, "author": {"id": each.author}} for each in m.notes]),
    ),
    ("POST", rf"{PROJECT}/merge_requests/\d+/notes", lambda m, _, __, body: _add_note(m, body["body"])),
    ("PUT", rf"{PROJECT}/merge_requests/\d+/notes/(\d+)", lambda m, at, _, body: _set_note(m, at[0], body["body"])),
    (
        "GET",
        rf"{PROJECT}/issues",
        lambda m, _, query, __: (
            200,
            [{"iid": each.number, "description": each.body} for each in _open_issues(m, query["labels"])],
        ),
    ),
    (
        "POST",
        rf"{PROJECT}/issues",
        lambda m, _, __, body: _add_issue(m, body["title"], [body["labels"]], body["description"]),
    ),
    (
        "PUT",
        rf"{PROJECT}/issues/(\d+)",
        lambda m, at, _, body: _set_issue(m, at[0], body.get("description"), closed=body.get("state_event") == "close"),
    ),
    ("POST", rf"{PROJECT}/issues/(\d+)/notes", lambda m, at, _, body: _note_on_issue(m, at[0], body["body"])),
    (
        "GET",
        rf"{PROJECT}/repository/commits/(\w+)/merge_requests",
        lambda m, at, *_: (200, [_gitlab_request(each) for each in _merged(m, at[0])]),
    ),
    (
        "GET",
        rf"{PROJECT}/merge_requests/(\d+)/pipelines",
        lambda m, at, *_: (
            200,
            [_gitlab_pipeline(each) for each in m.runs if each.request == int(at[0])],
        ),
    ),
    ("GET", rf"{PROJECT}/repository/commits/(\w+)", lambda m, at, *_: _gitlab_commit(m, at[0])),
    ("GET", rf"{PROJECT}/pipelines/(\d+)/jobs", lambda m, at, *_: (200, _gitlab_jobs(m, at[0]))),
    ("GET", rf"{PROJECT}/jobs/(\d+)/artifacts", lambda _, at, *__: (302, f"/blob/{at[0]}")),
]
