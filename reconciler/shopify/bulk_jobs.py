"""Bulk mutations: one document and a file of variables, as a job of the store. Shopify: ``bulkOperationRunMutation``.

A line is one execution, with nothing in common with the others; what its answer would have been stands in a file of
results under its number. Lines cost no points. A job that failed, was cancelled or ran out of time has done what its
results tell, and nobody takes that back. Starting one twice would do everything twice: one whose answer was lost is
looked for by the name of its document, which no other job has. (shopify.dev, bulk imports, 2026-10)
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, Any, Final, Protocol

import orjson

from reconciler.model.address import Address
from reconciler.model.progress import Teller
from reconciler.model.record import BEGINS_A_JOB, Job
from reconciler.shopify.asking import Client, NamedClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import BulkUnfinished, OutcomeUnknown, ShopError
from reconciler.shopify.exporting import Begun, NoExport, Save, begun_by, download, saved
from reconciler.shopify.wait import Wait
from reconciler.shopify.writer import Sender, ids_in

START: Final = """\
mutation RunInBulk($text: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $text, stagedUploadPath: $path) {
    bulkOperation { id }
    userErrors { code field message }
  }
}"""
PROGRESS: Final = """\
query BulkJob($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount fileSize url partialDataUrl }
}"""
JOBS: Final = """\
query BulkJobs {
  bulkOperations(first: 10, query: "operation_type:mutation") { nodes { id status query } }
}"""
JOB_POINTS: Final = 10 + 10 + 10 + 10
"""What a job costs, however many lines it has: its upload, its start, and two entries of the lease."""
_LARGEST_FILE: Final = 20 * 1000 * 1000  # a fifth of what is taken since 2026, and all that was taken before
_LARGEST_RESULT: Final = 2 * 1000**3
_IN_WORK: Final = frozenset({"CREATED", "RUNNING", "CANCELING"})
PATIENCE: Final = Wait(first_s=0.5, longest_s=10.0, limit_s=25 * 3600.0)  # a job that runs for 24 hours is ended
_FOR_ROOM_S: Final = 600.0
_TO_BE_FOUND_S: Final = 15.0


class NotInBulk(Exception):
    """The store begins no such job; the message says why. What it should have done can be done by requests."""


class Uploads(Protocol):
    """What brings files to the store."""

    def staged(self, mutation: Mutation) -> Mutation:
        """Return a mutation with its files in the store."""

    def staged_lines(self, name: str, content: bytes) -> str:
        """Return the path of a file of variables in the store."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What an execution came to, as a writer looks at it."""

    data: Mapping[str, Any]
    errors: tuple[str, ...] = ()
    resent: bool = False

    @property
    def problems(self) -> Sequence[str]:
        """What failed below the payload, where there is one."""
        return self.errors


@dataclass(frozen=True, slots=True)
class Results:
    """What a job came to."""

    job: Job
    errors: Sequence[str]
    """What the store says against lines."""
    undone: tuple[Address, ...]
    """What those lines are about that are not said to be done."""
    ids: Mapping[Address, str] = field(default_factory=dict)
    """The ids of what it made."""


def unrecorded(results: Results) -> None:
    """Note nothing."""
    del results


class HoldingClient(NamedClient, Protocol):
    """A client that holds its store."""

    def stay(self) -> None:
        """Keep the lease of the store."""


@dataclass
class BulkJobs:
    """The bulk mutations of one run. ``name`` tells its jobs from those of any other run."""

    client: HoldingClient
    sender: Sender
    uploads: Uploads
    name: str
    announce: Callable[[str], None]
    """Notes on the store that a job may run from now on, or that none does: whoever comes after us waits for it."""
    record: Callable[[Results], None] = unrecorded
    """Notes what a job came to."""
    wait: Wait = PATIENCE
    save: Save = saved
    _begun: int = field(default=0, init=False)

    def files(self, mutations: Sequence[Mutation]) -> Iterator[list[Mutation]]:
        """Yield mutations that one job takes: of one document, and no more than a file may hold."""
        by_document: dict[str, list[Mutation]] = {}
        for mutation in mutations:
            by_document.setdefault(mutation.document, []).append(mutation)
        for alike in by_document.values():
            file: list[Mutation] = []
            size = 0
            for mutation in alike:
                length = len(_line(mutation))
                if file and size + length > _LARGEST_FILE:
                    yield file
                    file, size = [], 0
                file.append(mutation)
                size += length
            yield file

    def stay(self) -> None:
        """Keep the lease of the store, while thousands of requests are put together and none is sent."""
        self.client.stay()

    def done(self, mutations: Sequence[Mutation]) -> Mapping[int, LineAnswer]:
        """Return the answers of one job by the place of their mutation; what it did not come to has none.

        Raises NotInBulk, or a ShopError, where nothing was begun; BulkUnfinished where it may still be at work.
        """
        self._begun += 1
        name = f"{self.name}_{self._begun}"
        staged = [self.uploads.staged(mutation) for mutation in mutations]
        path = self.uploads.staged_lines(f"{name}.jsonl", b"".join(map(_line, staged)))
        self.announce(self.name)
        teller = self.client.teller
        teller.began("a bulk operation", len(mutations))
        makes = tuple(change for mutation in mutations for change in mutation.makes)
        text = _named(mutations[0].document, name)
        job = Job(name, mutations[0].root)
        start = Mutation(BEGINS_A_JOB, START, {"text": text, "path": path}, (), repeatable=False, makes=makes, job=job)
        answers = _answers(self._ended(self._started(start, name), teller), self.save)
        ids: dict[Address, str] = {}
        for place, answer in answers.items():
            ids |= ids_in(mutations[place], answer.data.get(mutations[place].root) or {})
        self.record(replace(results(job, [mutation.covers[0] for mutation in mutations], answers), ids=ids))
        with suppress(ShopError):  # whoever comes after us finds that it is done
            self.announce("")
        return answers

    def _started(self, start: Mutation, name: str) -> str:
        begun = Begun()

        def is_taken() -> bool:
            nonlocal begun
            begun = begun_by(self.sender.mutate(start).data.get(BEGINS_A_JOB))
            return not begun.is_busy

        try:
            taken = replace(self.wait, limit_s=min(self.wait.limit_s, _FOR_ROOM_S)).until(is_taken)
        except OutcomeUnknown as error:
            return self._found(name, error)
        if taken and begun.job is not None and not begun.refusals:
            return begun.job
        if not begun.refusals:
            cause = f"the answer to {BEGINS_A_JOB} does not say whether it was begun"
            return self._found(name, OutcomeUnknown(self.client.store, cause, "run apply again"))
        self.announce("")
        raise NotInBulk("; ".join(begun.refusals))

    def _found(self, name: str, unknown: OutcomeUnknown) -> str:
        """Return the id of the job whose start was not answered. Raises BulkUnfinished where it cannot be found."""
        found: list[str] = []

        def is_there() -> bool:
            found.extend(node["id"] for node in jobs(self.client) if f"{name}(" in node["query"])
            return bool(found)

        if self._asked(replace(self.wait, limit_s=min(self.wait.limit_s, _TO_BE_FOUND_S)), is_there):
            return found[0]
        raise self._unfinished(f"nobody knows whether a bulk operation was begun: {unknown.cause}") from unknown

    def _ended(self, job_id: str, teller: Teller) -> Mapping[str, Any]:
        job: dict[str, Any] = {"objectCount": 0}

        def is_done() -> bool:
            before = int(job["objectCount"])
            gone = {"status": "EXPIRED", "objectCount": before, "url": None, "partialDataUrl": None}
            job.update(self.client.query(PROGRESS, {"id": job_id}).data["bulkOperation"] or gone)
            teller.advanced(int(job["objectCount"]) - before)
            return job["status"] not in _IN_WORK

        waiting = replace(self.wait, paused=partial(teller.waiting, "bulk"))
        if self._asked(waiting, is_done):
            return job
        raise self._unfinished(f"bulk operation {job_id} was not done after {self.wait.limit_s:g} s")

    def _asked(self, wait: Wait, is_so: Callable[[], bool]) -> bool:
        """Ask until it is so. Raises BulkUnfinished where nobody can ask any more."""
        try:
            return wait.until(is_so)
        except ShopError as error:
            raise self._unfinished(f"what became of a bulk operation is not known: {error.cause}") from error

    def _unfinished(self, cause: str) -> BulkUnfinished:
        return BulkUnfinished(self.client.store, cause, "run apply again, it waits for what still runs")


def results(job: Job, lines: Sequence[Address], answers: Mapping[int, LineAnswer]) -> Results:
    """Return what a job came to. ``lines``: what each is about."""
    errors, undone = list[str](), list[Address]()
    for place, about in enumerate(lines):
        answer = answers.get(place)
        said = list(_said(answer)) if answer is not None else []
        errors += (f"{about}: {each}" for each in said)
        if answer is None or said or not answer.data.get(job.mutation):
            undone.append(about)
    return Results(job, errors, tuple(undone))


def answers_of(client: Client, job: Job, save: Save = saved) -> Mapping[int, LineAnswer]:
    """Return the answers of a job that another apply began; none where it never began, or its results are gone.

    Raises ShopError.
    """
    for node in jobs(client):
        if f"{job.name}(" in node["query"] and node["status"] not in _IN_WORK:
            return _answers(client.query(PROGRESS, {"id": node["id"]}).data["bulkOperation"] or {}, save)
    return {}


def _said(answer: LineAnswer) -> Iterator[str]:
    """Yield what the store says against a line: of a payload, in a list whose name each mutation chooses."""
    yield from answer.errors
    for payload in answer.data.values():
        fields = payload if isinstance(payload, Mapping) else {}
        named = (each for name, each in fields.items() if name.lower().endswith("errors") and isinstance(each, list))
        yield from (str(error.get("message")) for errors in named for error in errors if isinstance(error, Mapping))


def _answers(job: Mapping[str, Any], save: Save) -> dict[int, LineAnswer]:
    """Return what a job says of its lines; nothing where its results cannot be had: then the store is read."""
    address = job.get("url") or job.get("partialDataUrl")
    if address is None:
        return {}
    with tempfile.TemporaryFile(prefix="reconciler-bulk-") as file:
        try:
            download(address, file, _LARGEST_RESULT, save)
        except NoExport:
            return {}
        file.seek(0)
        return dict(_lines(file))


def jobs(client: Client) -> Sequence[Mapping[str, Any]]:
    """Return the latest bulk mutations of this app, the newest first."""
    nodes: Sequence[Mapping[str, Any]] = client.query(JOBS).data["bulkOperations"]["nodes"]
    return nodes


def is_at_work(client: Client, name: str) -> bool:
    """Return whether a job of this name is at work."""
    return any(f"{name}_" in node["query"] and node["status"] in _IN_WORK for node in jobs(client))


def waited_for(client: Client, name: str, wait: Wait = PATIENCE) -> bool:
    """Wait until no job of this name is at work; return whether that came."""
    waiting = replace(wait, paused=partial(client.teller.waiting, "bulk"))
    return waiting.until(lambda: not is_at_work(client, name))


def _lines(file: IO[bytes]) -> Iterator[tuple[int, LineAnswer]]:
    for line in file:
        try:
            answer = orjson.loads(line)
            place = int(answer["__lineNumber"])
            errors = tuple(str(error.get("message")) for error in answer.get("errors") or ())
            data = dict(answer.get("data") or {})
        except (ValueError, LookupError, TypeError, AttributeError):
            continue  # a line that was cut short tells nothing
        yield place, LineAnswer(data, errors)


def _line(mutation: Mutation) -> bytes:
    return orjson.dumps(mutation.variables, default=dict) + b"\n"


def _named(document: str, name: str) -> str:
    """Return the document under a name of its own: ``mutation SetProduct(`` becomes ``mutation SetProduct_NAME(``."""
    head, bracket, rest = document.partition("(")
    return f"{head}_{name}{bracket}{rest}"
