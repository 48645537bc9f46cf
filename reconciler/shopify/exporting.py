"""Bulk exports: started, waited for, and saved as files. Shopify: ``bulkOperationRunQuery``, ``bulkOperation``.

Five run at once for one app and shop; a result is a file under a signed address that needs no token of ours and is
kept for seven days (shopify.dev, bulk operations, 2026-10). A job that failed may offer part of its lines: a part is
not a store, so it is not taken.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any, Final, Protocol

from reconciler.shopify.asking import Answer, Client
from reconciler.shopify.batches import in_batches
from reconciler.shopify.export_documents import Export
from reconciler.shopify.regrouped import Lines, Torn, indexed
from reconciler.shopify.wait import Wait
from reconciler.shopify.wire import Broken, Patience, Received, Wire

START: Final = """\
mutation Export($text: String!) {
  bulkOperationRunQuery(query: $text, groupObjects: false) {
    bulkOperation { id }
    userErrors { code field message }
  }
}"""
PROGRESS: Final = """\
query Exported($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount fileSize url }
}"""
CANCEL: Final = """\
mutation CancelExport($id: ID!) {
  bulkOperationCancel(id: $id) { userErrors { field message } }
}"""
_AT_ONCE: Final = 5
_BUSY: Final = "OPERATION_IN_PROGRESS"
_IN_WORK: Final = frozenset({"CREATED", "RUNNING"})
_ATTEMPTS: Final = 3
# A store of a million variants takes an hour or more; what takes a day will not end today.
PATIENCE: Final = Wait(first_s=0.5, longest_s=10.0, limit_s=6 * 3600.0)
_FOR_ROOM_S: Final = 60.0  # while other exports run; pages take about as long where an export is wanted at all
_UNHURRIED: Final = Patience(answer_s=PATIENCE.limit_s)
Save = Callable[[str, IO[bytes], int], Received | Broken]
"""Address, where to put what is there, and how many bytes that may be → what became of it."""


class NoExport(Exception):
    """The store makes no export now; the message says why. It can be read in pages all the same."""


class ExportingClient(Client, Protocol):
    """What can ask a store, and have it write down a query's answer as a file."""

    def start_export(self, text: str) -> Answer:
        """Return the answer to ``START``."""

    def cancel_export(self, job_id: str) -> Answer:
        """Return the answer to ``CANCEL``."""


@contextmanager
def exported(
    client: ExportingClient, exports: Sequence[Export], *, wait: Wait = PATIENCE, save: Save | None = None
) -> Iterator[tuple[Lines, ...]]:
    """Have exports made side by side and lend their lines, in the same order. Raises NoExport."""
    with ExitStack() as files:
        made: list[Lines] = []
        for few in in_batches(exports, _AT_ONCE):
            for export, job in zip(few, _finished(client, few, wait), strict=True):
                file = files.enter_context(tempfile.TemporaryFile(prefix="reconciler-export-"))
                made.append(_lines(export, job, file, save or saved))
        yield tuple(made)


def _finished(client: ExportingClient, exports: Sequence[Export], wait: Wait) -> Sequence[Any]:
    """Return the jobs when all are done; what still runs when one of them fails would only take room."""
    running: list[str] = []
    try:
        running.extend(_started(client, export, wait) for export in exports)
        return [_done(client, job_id, wait) for job_id in running]
    except NoExport:
        for job_id in running:
            client.cancel_export(job_id)  # one that is done is told so, in its userErrors
        raise


def _started(client: ExportingClient, export: Export, wait: Wait) -> str:
    """Return the id of a job, once there is room for it."""
    begun = Begun()

    def is_taken() -> bool:
        nonlocal begun
        begun = begun_by(client.start_export(export.text).data.get("bulkOperationRunQuery"))
        return not begun.is_busy

    for_room = replace(wait, limit_s=min(wait.limit_s, _FOR_ROOM_S))
    if not for_room.until(is_taken):
        message = f"other exports of this app kept the store busy for {for_room.limit_s:g} s"
        raise NoExport(message)
    if begun.job is None or begun.refusals:
        raise NoExport("; ".join(begun.refusals) or "the store does not say whether it began an export")
    return begun.job


@dataclass(frozen=True, slots=True)
class Begun:
    """What a store says when it is asked to begin a job; neither a job nor a refusal: it does not say."""

    job: str | None = None
    """Its id."""
    refusals: tuple[str, ...] = ()
    is_busy: bool = False
    """Another one is at work."""


def begun_by(payload: Any) -> Begun:
    """Return what an answer to the request that begins a job says, whatever it looks like."""
    fields = payload if isinstance(payload, Mapping) else {}
    listed, job = fields.get("userErrors"), fields.get("bulkOperation")
    errors = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    job_id = job.get("id") if isinstance(job, Mapping) else None
    return Begun(
        job_id if isinstance(job_id, str) else None,
        tuple(str(error.get("message")) for error in errors),
        any(error.get("code") == _BUSY for error in errors),
    )


def _done(client: ExportingClient, job_id: str, wait: Wait) -> Any:
    job: dict[str, Any] = {}

    def is_done() -> bool:
        job.update(client.query(PROGRESS, {"id": job_id}).data["bulkOperation"] or {"status": "EXPIRED"})
        return job["status"] not in _IN_WORK

    if not wait.until(is_done):
        message = f"an export was not done after {wait.limit_s:g} s"
        raise NoExport(message)
    if job["status"] != "COMPLETED":
        message = f"an export ended as {job['status']} ({job.get('errorCode')})"
        raise NoExport(message)
    return job


def _lines(export: Export, job: Any, file: IO[bytes], save: Save) -> Lines:
    if job["url"] is not None:  # None: nothing was found
        download(job["url"], file, int(job["fileSize"]), save)
        file.seek(0)
    try:
        lines = indexed(export, file)
    except (Torn, ValueError, LookupError, TypeError) as error:
        message = f"an export cannot be read: {error}"
        raise NoExport(message) from error
    if lines.count != int(job["objectCount"]):
        message = f"an export has {lines.count} lines, and {job['objectCount']} objects were announced"
        raise NoExport(message)
    return lines


def download(url: str, file: IO[bytes], size: int, save: Save) -> None:
    """Put a result into a file. Raises NoExport when it cannot be had."""
    problem = ""
    for _ in range(_ATTEMPTS):
        file.seek(0)
        file.truncate()
        match save(url, file, size):
            case Received(status=200):
                return
            case Received(status=status):
                problem = f"the store answers {status}"
            case Broken(reason=reason):
                problem = reason
    message = f"a bulk result could not be downloaded: {problem}"
    raise NoExport(message)


def saved(url: str, file: IO[bytes], size: int) -> Received | Broken:
    """Return what became of a download."""
    wire = Wire(url, patience=_UNHURRIED, largest_answer=size)
    try:
        return wire.save(url, file)
    finally:
        wire.close()
