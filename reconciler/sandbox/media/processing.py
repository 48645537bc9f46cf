"""What happens to a file after it was asked for: UPLOADED, at the next look PROCESSING, then READY or FAILED.

There is no thread: each time a request comes in, what is due by then is done. How long a file takes is a setting of the
shop. Videos stay UPLOADED until they are ready (recorded). A file whose replacement fails keeps what it had.
"""

import time
from collections.abc import Callable

from reconciler.sandbox.media.addresses import external_video
from reconciler.sandbox.media.content import Content, Unusable, file_content, image_content, uploaded_content
from reconciler.sandbox.media.names import address_for, clean
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.media import FILES, File, file_at

_BUDGET_S = 5.0  # for sources that are slow; the rest is done at the next request
_PROCESSED = frozenset({"MediaImage", "GenericFile", "Model3d"})


def process_files(context: Context) -> None:
    """Move on every file that is waiting."""
    waiting = FILES.select(context.database, "WHERE pending_source IS NOT NULL ORDER BY due_at_s, id")
    if not waiting:
        return
    now_s, started = context.shop.clock(), time.monotonic()
    with context.database.transaction():
        for file in waiting:
            if file.due_at_s <= now_s and time.monotonic() - started < _BUDGET_S:
                _finish(context, file)
            elif file.status == "UPLOADED" and file.kind in _PROCESSED:
                file.status = "PROCESSING"
            else:
                continue
            file.updated_at = context.now
            FILES.update(context.database, [file])


def due_at_s(context: Context) -> float:
    """Return when a file that is asked for now will be done."""
    return context.shop.clock() + context.settings.media_processing_ms / 1_000


def _finish(context: Context, file: File) -> None:
    source, file.pending_source = file.pending_source or file.source, None
    is_new = file.address is None
    if is_new and file.mode == "RAISE_ERROR" and file_at(context.database, clean(file.filename)):
        _fail(file, "DUPLICATE_FILENAME_ERROR")
        return
    failure = context.shop.faults.media_failure(f"{source} {file.filename}")
    if failure:
        _fail(file, failure.code)
        return
    try:
        content = _CONTENT[file.kind](context, source)
    except Unusable as problem:
        _fail(file, problem.code)
        return
    _take(context, file, content, source)


def _fail(file: File, code: str) -> None:
    file.status = "FAILED"
    file.errors = [{"code": code, "details": None}]


def _take(context: Context, file: File, content: Content, source: str) -> None:
    file.source, file.status, file.errors = source, "READY", []
    file.mime_type, file.width, file.height = content.mime_type, content.width, content.height
    file.size, file.digest = content.size, content.digest
    file.version = max(file.version, int(context.shop.clock()))
    if file.address is None and file.kind != "ExternalVideo":
        file.address = address_for(context, file)


def _external(_context: Context, source: str) -> Content:
    if external_video(source) is None:
        raise Unusable("EXTERNAL_VIDEO_NOT_FOUND")
    return Content("text/html", None, None, None, None)


_CONTENT: dict[str, Callable[[Context, str], Content]] = {
    "MediaImage": image_content,
    "GenericFile": file_content,
    "Video": uploaded_content,
    "Model3d": uploaded_content,
    "ExternalVideo": _external,
}
